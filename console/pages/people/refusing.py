"""What the services refuse, said beside the field it is about."""

from collections.abc import Callable
from typing import TypeVar

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.domain.errors import ApprovalError
from approvals.models import Role
from approvals.staffing import refusals
from approvals.staffing.teams import NameAlike
from console.access import RoleNeeded
from console.pages.people.forms import HIDDEN, Tied

T = TypeVar("T")

BESIDE: dict[type[ApprovalError], tuple[str | None, Promise]] = {
    refusals.EmailTaken: ("email", _("Someone already signs in with this e-mail.")),
    refusals.NotOneAccount: (
        "same_as",
        _("This is not the first account of somebody else here, or it is your own: then another person says so."),
    ),
    refusals.StaysOnePerson: (
        "same_as",
        _("This stays: taken back, one person would count as two. The readme says how the owner of the database can."),
    ),
    refusals.PersonAlike: (
        "name",
        _("Somebody here has this name, or one that looks like it. Add what tells them apart."),
    ),
    refusals.NameForged: (
        "name",
        _("A name is written in one alphabet, and is no word by which Signalbox calls itself or anybody."),
    ),
    refusals.NameTaken: ("name", _("This name is taken.")),
    NameAlike: ("name", _("A team has this name already, written with other capitals or spaces.")),
    refusals.UnreadableName: ("name", HIDDEN),
    refusals.BadKey: ("expires_on", _("Choose a day from today on, at most one year away.")),
    refusals.BadAgent: (
        "agent",
        _("A key that asks before actions needs the name of its agent, and no other key has one."),
    ),
    refusals.LastAdmin: (
        None,
        _("This is the last active admin. Make another admin first, or nobody could."),
    ),
    refusals.OwnRole: (
        None,
        _("Nobody changes their own role or ends their own access. Ask another admin."),
    ),
}


def tried(form: Tied, act: Callable[[], T]) -> T | None:
    """Do it; when it is refused for something the person can put right, say so in the form and return None."""
    try:
        return act()
    except refusals.NotAnAdmin as refusal:
        raise RoleNeeded(frozenset({Role.ADMIN})) from refusal
    except refusals.NotHere as refusal:
        raise Http404 from refusal
    except tuple(BESIDE) as refusal:
        form.refuse(*BESIDE[type(refusal)])
        return None
