"""What people send to halt something, parsed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agents.tools import registry
from approvals.gating.halting import LONGEST_REASON
from approvals.models import Member, Verdict
from approvals.models.halt import HaltScope
from console.pages.people.forms import Tied

LATEST = 1_000
"""Verdicts in which agents and tools that run elsewhere are looked for."""


class HaltForm(Tied):
    """What to freeze, and why. Only a name that is known can be chosen: a misspelt one would freeze nothing."""

    what = forms.ChoiceField(label=_("What to halt"), widget=forms.Select(attrs={"class": "in"}))
    reason = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_REASON,
        help_text=_("Everybody sees it on every page until the halt is lifted."),
    )

    def __init__(self, *args: Any, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _choices(by)

    def answer(self) -> dict[str, Any]:
        """The arguments of the service."""
        scope, _colon, key = self.cleaned_data["what"].partition(":")
        return {"scope": HaltScope(scope), "key": key, "reason": self.cleaned_data["reason"]}


def _choices(by: Member) -> list[tuple[str, Any]]:
    latest = Verdict.objects.filter(tenant_id=by.tenant_id).order_by("-pk").values_list("agent", "tool")[:LATEST]
    seen = list(latest)
    agents = sorted({one.name for one in registry.agents()} | {agent for agent, _tool in seen})
    tools = sorted({one.card.name for one in registry.tools()} | {tool for _agent, tool in seen})
    return [
        (HaltScope.EVERYTHING.value, _("Everything")),
        (str(_("One agent")), [(f"{HaltScope.AGENT}:{name}", name) for name in agents]),
        (str(_("One tool, whoever calls it")), [(f"{HaltScope.TOOL}:{name}", name) for name in tools]),
    ]
