"""Tenants, teams, the people in them and the keys of agents."""

import hashlib
from enum import StrEnum
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now

from approvals.models.columns import one_of


class Role(StrEnum):
    """What a person may do."""

    REVIEWER = "reviewer"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Tenant(models.Model):
    """A customer of the installation; every row that matters belongs to one."""

    name = models.TextField()
    slug = models.SlugField(unique=True)

    DEFAULT: ClassVar[int] = 1

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """People who share a queue."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="teams")
    name = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class MemberManager(BaseUserManager["Member"]):
    """Makes people and finds them by the e-mail they sign in with, whatever its case."""

    def create_user(self, email: str, password: str | None, **fields: Any) -> "Member":
        """Make one person; the password may be None for someone who cannot sign in yet."""
        if "tenant" not in fields:
            fields.setdefault("tenant_id", Tenant.DEFAULT)
        member = self.model(email=email.strip().lower(), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def get_by_natural_key(self, username: str | None) -> "Member":
        """Find a person by e-mail."""
        return self.get(email=(username or "").strip().lower())


class Member(AbstractBaseUser):
    """A person who signs in."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="members")
    email = models.EmailField(unique=True)
    name = models.TextField()
    role = models.TextField(choices=[(role.value, role.value) for role in Role])
    teams = models.ManyToManyField(Team, blank=True, related_name="members")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    same_as = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="accounts", db_index=False)
    """The first account of the same person, where this is another one of theirs; one person has one vote."""
    admin_since = models.DateTimeField(null=True, editable=False)
    """Since when it is an active admin's with this password; this and the next two are kept by the database alone."""
    first_admin_at = models.DateTimeField(null=True, editable=False)
    admin_until = models.DateTimeField(null=True, editable=False)
    """When it stopped being one."""

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar = [
            one_of("role", Role, name="member_role"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="member_email_lower"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def person_id(self) -> int:
        """The person behind this account, as the id of their first one."""
        return self.same_as_id or self.pk

    def accounts_of_person(self) -> "models.QuerySet[Member]":
        """Every account of the person behind this one."""
        return Member.objects.filter(Q(pk=self.person_id) | Q(same_as=self.person_id))

    @property
    def can_decide(self) -> bool:
        """Whether this person's role may decide at all; rules may narrow it."""
        return self.is_active and self.role in (Role.REVIEWER, Role.ADMIN)

    @property
    def is_admin(self) -> bool:
        """Whether this person administers people, keys and rules."""
        return self.is_active and self.role == Role.ADMIN

    @property
    def signature(self) -> str:
        """Name and e-mail, where it matters which of two people of one name it was."""
        return f"{self.name} ({self.email})"

    def is_new_beside(self, first: "Member") -> bool:
        """Whether, as the second of two, this admin is one for less than a day while a third admin has been longer.

        The database refuses what needs two admins then; without a third person a new admin may, and history says so.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT signalbox_is_new_admin(%s, %s)", [first.pk, self.pk])
            return bool(cursor.fetchone()[0])

    @property
    def initials(self) -> str:
        """Up to two letters for the corner of the page."""
        return "".join(word[0] for word in self.name.split()[:2]).upper()


class AgentKeyQuerySet(models.QuerySet["AgentKey"]):
    """Keys by what they may still do."""

    def usable(self) -> Self:
        """Keys neither revoked nor expired, by database time."""
        return self.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=Now()))


class AgentKey(models.Model):
    """A credential of an agent that runs elsewhere: stored hashed, scoped, expiring, never valid for deciding."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="agent_keys")
    name = models.TextField()
    prefix = models.TextField()
    secret_sha256 = models.BinaryField(unique=True)
    scopes = models.JSONField(default=list)
    agent = models.TextField(default="", db_default="")
    """As whom it asks before actions: `external/billing`; empty for a key that does not."""
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["AgentKey"]] = AgentKeyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("created_at")), name="key_expires_later"
            ),
            # No agent that runs here has a stroke in its name, so no key speaks for one.
            models.CheckConstraint(
                condition=Q(agent="") | Q(agent__regex=r"^external/[a-z0-9][a-z0-9._-]{0,59}$"), name="key_of_whom"
            ),
            models.CheckConstraint(
                condition=~Q(scopes__contains=["action.submit"]) | ~Q(agent=""), name="key_that_asks_has_an_agent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @staticmethod
    def hash_of(secret: str) -> bytes:
        """SHA-256 of a key's secret; secrets are random and long, so no slow hash is needed."""
        return hashlib.sha256(secret.encode()).digest()
