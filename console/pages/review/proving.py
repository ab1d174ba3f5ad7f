"""The password again, where approving takes it: typed in the bar, checked as at the sign-in, good in this session."""

from hashlib import sha256

from django.http import HttpRequest
from django.utils.translation import gettext as _

from approvals.inbox import deciding
from approvals.models import Escalation
from console.access import member_of
from console.pages.people import attempts

GRANTING = ("approve", "edit", "repeat")


class WrongPassword(Exception):
    """What was typed is not the password of who is signed in."""

    def __str__(self) -> str:
        return _("That is not your password. Nothing was sent.")


def session_of(request: HttpRequest) -> bytes | None:
    """The SHA-256 of the key of the session; None without one."""
    key = request.session.session_key
    return sha256(key.encode()).digest() if key else None


def prove(request: HttpRequest, found: Escalation) -> None:
    """Remember that the password came along, where it is asked for and did.

    Raises WrongPassword, and TooManyAttempts when too many were tried; tries are counted with those of changing it.
    """
    typed, session = request.POST.get("password", ""), session_of(request)
    if not (found.step_up and typed and session) or request.POST.get("kind") not in GRANTING:
        return
    member = member_of(request)
    attempts.begin_change(email=member.email)
    if not member.check_password(typed):
        raise WrongPassword
    attempts.changed(email=member.email)
    deciding.prove(member, session=session)
