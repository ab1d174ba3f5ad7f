"""What people send about themselves, other people, teams and keys, parsed."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.forms.widgets import Input
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.domain.redaction import has_hidden
from approvals.models import Member, Role, Team
from approvals.staffing.keys import AGENT, LONGEST_LIFE, Scope

ROLES = (
    (Role.REVIEWER.value, _("Reviewer: decides escalations of their teams")),
    (Role.ADMIN.value, _("Admin: decides, and changes people, keys and rules")),
    (Role.AUDITOR.value, _("Auditor: reads everything and changes nothing")),
)
SCOPES = (
    (Scope.REQUEST_SUBMIT.value, _("Submit requests to agents that run here")),
    (Scope.RUN_READ.value, _("Read runs")),
    (Scope.ESCALATION_READ.value, _("Read escalations")),
    (Scope.CONFIRMATION_LINK.value, _("Bring end users the links they answer by; it could answer in their place")),
    (Scope.LABEL_EXPORT.value, _("Export labels")),
    (Scope.ACTION_SUBMIT.value, _("Ask before its actions, redeem grants and say how they ended")),
    (
        Scope.CONTEXT_ATTEST.value,
        _("Be believed about what users and tools said, which lets more run alone; only for a host of your own"),
    ),
)
if TYPE_CHECKING:
    SetPassword = SetPasswordForm[Member]
else:
    SetPassword = SetPasswordForm

FIRST_LIFE = timedelta(days=90)
FORM_ERROR = "form_error"
HIDDEN = _("There are characters in it that nobody sees; write it again by hand.")


class NameField(forms.CharField):
    """A name that can be read as it is written: nothing hidden in it, nothing that turns letters around."""

    def validate(self, value: Any) -> None:
        """Refuse what a reader would not see."""
        super().validate(value)
        if has_hidden(value or ""):
            raise forms.ValidationError(HIDDEN)


class NewEmailField(forms.EmailField):
    """An e-mail that can be read as it is written; a domain may hold letters that nobody sees."""

    def validate(self, value: Any) -> None:
        """Refuse what a reader would not see."""
        super().validate(value)
        if has_hidden(value or ""):
            raise forms.ValidationError(HIDDEN)


class Tied(forms.Form):
    """A form whose first error has the focus, and whose errors are tied to the inputs they are about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, Input):
                field.widget.attrs["class"] = "in"

    def full_clean(self) -> None:
        super().full_clean()
        self._focus()

    def refuse(self, field: str | None, reason: str | Promise) -> None:
        """Add what the service refused, beside the field it is about."""
        self.add_error(field, forms.ValidationError(str(reason), code="refused"))
        self._focus()

    def _focus(self) -> None:
        wrong = [name for name in self.fields if name in self.errors]
        target = wrong[0] if wrong else next(iter(self.fields), None)
        if not self.errors or target is None:
            return
        for field in self.fields.values():
            field.widget.attrs.pop("autofocus", None)
        self.fields[target].widget.attrs["autofocus"] = True
        if not wrong:
            self.fields[target].widget.attrs["aria-describedby"] = FORM_ERROR


class SignInForm(Tied, AuthenticationForm):
    """An e-mail and a password; it never says which of the two is wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = forms.EmailField(
            label=_("E-mail"),
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "class": "in"}),
        )
        self.fields["password"].label = _("Password")
        wrong = _("That e-mail and password do not belong together. Check both and try again.")
        self.error_messages = {"invalid_login": wrong, "inactive": wrong}


class ChoosePasswordForm(Tied, SetPassword):
    """A password of one's own, typed twice."""


class ChangePasswordForm(Tied, PasswordChangeForm):
    """A new password, for someone who knows the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # It stands low on a page about other things: a phone would scroll past them and open its keyboard.
        self.fields["old_password"].widget.attrs.pop("autofocus", None)


class MemberForm(Tied):
    """What an admin says about anybody."""

    name = NameField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect)
    teams = forms.ModelMultipleChoiceField(
        Team.objects.none(),
        label=_("Teams"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A reviewer sees what belongs to these teams, and what belongs to no team."),
    )

    def __init__(self, *args: Any, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = self.fields["teams"]
        assert isinstance(teams, forms.ModelMultipleChoiceField)
        teams.queryset = Team.objects.filter(tenant_id=by.tenant_id).order_by("name")

    def answer(self) -> dict[str, Any]:
        """The arguments of the service."""
        data = self.cleaned_data
        return {"name": data["name"], "role": Role(data["role"]), "teams": list(data["teams"])}


class PersonForm(MemberForm):
    """What an admin says about a person who exists, and whether this is another account of somebody."""

    same_as = forms.EmailField(
        label=_("E-mail of their first account"),
        max_length=254,
        required=False,
        help_text=_(
            "Where one person has several accounts: together they have one vote, for good. Empty for a first account."
        ),
    )

    def answer(self) -> dict[str, Any]:
        return {**super().answer(), "same_as": self.cleaned_data["same_as"]}


class NewMemberForm(MemberForm):
    """What an admin says about a person who is new."""

    email = NewEmailField(label=_("E-mail"), max_length=254, help_text=_("They sign in with it."))
    field_order = ("name", "email", "role", "teams")

    def answer(self) -> dict[str, Any]:
        return {**super().answer(), "email": self.cleaned_data["email"]}


class TeamForm(Tied):
    """The name of a new team."""

    name = NameField(label=_("Name of the new team"), max_length=80)


class KeyForm(Tied):
    """A new agent key; it ends with the last second of its day."""

    name = NameField(label=_("Name"), max_length=80, help_text=_("Which agent uses it, and where it runs."))
    scopes = forms.MultipleChoiceField(label=_("What it may do"), choices=SCOPES, widget=forms.CheckboxSelectMultiple)
    agent = forms.RegexField(
        AGENT,
        label=_("Agent that asks with it"),
        required=False,
        max_length=60,
        help_text=_("Only for a key that asks before actions. Rules and people know it as external/ and this name."),
        error_messages={"invalid": _("Small letters, digits, points, strokes and underscores.")},
    )
    expires_on = forms.DateField(
        label=_("Last day it works"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        attrs = self.fields["expires_on"].widget.attrs
        attrs["min"], attrs["max"] = today.isoformat(), (today + LONGEST_LIFE).isoformat()
        self.fields["expires_on"].initial = today + FIRST_LIFE

    def answer(self) -> dict[str, Any]:
        """The arguments of the service."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "scopes": [Scope(value) for value in data["scopes"]],
            "agent": data["agent"],
            "expires_at": _end_of(data["expires_on"]),
        }


class RevokeForm(Tied):
    """A fact of this key, typed: the beginning that names it."""

    beginning = forms.CharField(label=_("Type the beginning of the key to revoke it"), max_length=20)

    def __init__(self, *args: Any, prefix_of_key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prefix_of_key = prefix_of_key

    def clean_beginning(self) -> str:
        typed = str(self.cleaned_data["beginning"]).rstrip("…")
        if typed != self.prefix_of_key:
            raise forms.ValidationError(_("That is not how this key begins. It is shown above."))
        return typed


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))
