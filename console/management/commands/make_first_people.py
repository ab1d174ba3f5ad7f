"""Make the people an empty installation begins with, and tell how they sign in."""

import json
import os
from argparse import ArgumentParser
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from approvals.models import Member, Role, Tenant
from approvals.staffing import passwords, people
from approvals.staffing.refusals import AlreadyStaffed
from console.launch.state import ROOT, read_private, write_private

ADMIN_PASSWORD = "SIGNALBOX_ADMIN_PASSWORD"  # noqa: S105
ADMIN = ("Ana Ruiz", "admin@example.test", Role.ADMIN)
OTHERS = (
    # What loosens takes two admins; one alone could try out none of it.
    ("Bea Novak", "bea@example.test", Role.ADMIN),
    ("Mara Lind", "mara@example.test", Role.REVIEWER),
    ("Kai Okafor", "kai@example.test", Role.REVIEWER),
    ("Iris Halden", "audit@example.test", Role.AUDITOR),
)


@dataclass(frozen=True)
class SignIn:
    """How one of them signs in; the password is empty when the environment gave it."""

    email: str
    role: str
    password: str


class Command(BaseCommand):
    """Idempotent: where somebody is already, it makes nobody and repeats what it kept."""

    help = "Makes two admins, two reviewers and an auditor on an empty installation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        made = make()
        signs = made or kept()
        if options["json"]:
            said = {"made": bool(made), "people": [asdict(sign) for sign in signs]}
            self.stdout.write(json.dumps(said))
            return
        for sign in signs:
            self.stdout.write(f"{sign.role:<9} {sign.email:<20} {sign.password or f'(from {ADMIN_PASSWORD})'}")


def make() -> list[SignIn]:
    """Make them in one transaction; empty when somebody is there, or another process was faster."""
    tenant, _ = Tenant.objects.get_or_create(pk=Tenant.DEFAULT, defaults={"name": "Default", "slug": "default"})
    if tenant.members.exists():
        return []
    given = _given_password()
    admin_password = given or passwords.generate()
    try:
        with transaction.atomic():
            name, email, role = ADMIN
            admin = people.make_first_admin(tenant, name=name, email=email, password=admin_password)
            made = [
                SignIn(email, role.value, "" if given else admin_password),
                *(_make_one(*who, by=admin) for who in OTHERS),
            ]
            # Before the commit: lines of people who were never made are left out when they are read.
            _keep(made)
    except AlreadyStaffed:
        return []
    return made


def kept() -> list[SignIn]:
    """What an earlier run kept, as far as it still opens the door."""
    path = _file()
    document = read_private(path) if path else {}
    signs = [SignIn(**entry) for entry in document.get("people", [])]
    members = Member.objects.filter(is_active=True).in_bulk([sign.email for sign in signs], field_name="email")
    return [sign for sign in signs if (found := members.get(sign.email)) and _opens(sign, found)]


def _make_one(name: str, email: str, role: Role, *, by: Member) -> SignIn:
    password = passwords.generate()
    people.make_member(by=by, name=name, email=email, role=role, password=password)
    return SignIn(email, role.value, password)


def _given_password() -> str:
    given = os.environ.get(ADMIN_PASSWORD, "")
    try:
        if given:
            validate_password(given)
    except ValidationError as error:
        raise CommandError(f"{ADMIN_PASSWORD} cannot be used: {' '.join(error.messages)}") from error
    return given


def _opens(sign: SignIn, member: Member) -> bool:
    return not sign.password or check_password(sign.password, member.password)


def _keep(signs: list[SignIn]) -> None:
    if path := _file():
        write_private(path, {"people": [asdict(sign) for sign in signs]})


def _file() -> Path | None:
    """In the state folder of this clone; where there is none, nothing is kept."""
    state = Path(os.environ.get("SIGNALBOX_STATE") or ROOT / ".signalbox")
    return state / "people.json" if state.is_dir() else None
