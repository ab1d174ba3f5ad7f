"""What people send about thresholds, parsed."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.learning.tuning import Cuts
from approvals.learning.tuning.canarying import SHARES

LONGEST_REASON = 500
OF_HUNDRED = re.compile(r"\d{1,2}(\.\d{0,2})?", re.ASCII)
LEAST, MOST = 0.1, 50.0
SHARE = re.compile(r"0(\.\d{0,5})?|\.\d{1,5}|1(\.0{0,5})?", re.ASCII)


class Cut(forms.Field):
    """One threshold, written with a point or a comma; empty for none."""

    def clean(self, value: Any) -> float | None:
        """The number; raises ValidationError for what is none from 0 to 1 with at most five decimals."""
        text = str(value or "").strip().replace(",", ".")
        if not text:
            return None
        if not SHARE.fullmatch(text):
            raise forms.ValidationError(
                _("A threshold is a number from 0 to 1 with at most five decimals, such as 0.85.")
            )
        return float(text)


class Limit(forms.Field):
    """How many of 100 runs may end wrong; empty leaves what is live."""

    def clean(self, value: Any) -> float | None:
        """The share; raises ValidationError for what is no number from 0.1 to 50 with at most two decimals."""
        text = str(value or "").strip().replace(",", ".")
        if not text:
            return None
        if not OF_HUNDRED.fullmatch(text) or not LEAST <= float(text) <= MOST:
            raise forms.ValidationError(_("Of 100 runs 0.1 to 50 may be accepted as wrong, with at most two decimals."))
        return round(float(text) / 100, 6)


class CutsForm(forms.Form):
    """A pair of thresholds, in range and in order, and the limit they are held against."""

    auto = Cut(required=False)
    ask = Cut(required=False)
    limit = Limit(required=False)

    def clean(self) -> dict[str, Any]:
        """Asking the end user ends where running alone begins."""
        said = super().clean() or {}
        auto, ask = said.get("auto"), said.get("ask")
        if not self.errors and ask is not None and auto is None:
            self.add_error("ask", _("Where nothing runs alone, everything asks a person: leave both empty."))
        elif not self.errors and ask is not None and auto is not None and ask > auto:
            self.add_error(
                "ask", _("The end user is asked below what runs alone, so this is at most the number above.")
            )
        return said

    def cuts(self) -> Cuts:
        """The thresholds, for the service."""
        return Cuts(self.cleaned_data["auto"], self.cleaned_data["ask"], self.cleaned_data["limit"])

    def sentence(self) -> str:
        """The first thing that is wrong, in words; empty when nothing is."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")


class ReasonForm(forms.Form):
    """Why, and which version was live on the screen."""

    seen = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        error_messages={
            "required": _("Say why. It is shown in the history and to the second admin."),
            "max_length": _("A reason is at most %(limit_value)d characters long."),
        },
    )

    def sentence(self) -> str:
        """The first thing that is wrong, in words; empty when nothing is."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")


class TuneForm(ReasonForm, CutsForm):
    """Other thresholds for a route."""


class CanaryForm(forms.Form):
    """Begin a canary on one of the shares that are offered, or stop it."""

    act = forms.ChoiceField(choices=[("begin", ""), ("stop", "")])
    share = forms.ChoiceField(choices=[(str(share), "") for share in SHARES], required=False)

    def share_of_runs(self) -> Decimal:
        """The share; the one that is offered first where none was sent."""
        return Decimal(self.cleaned_data["share"] or "0.10")

    def sentence(self) -> str:
        """That what was sent is none of what the page offers."""
        return str(_("Choose one of the shares that are offered."))
