"""What admins send to open a breaker by hand, parsed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agents.domain.breaker import Guarded, Key
from agents.guards.switching import LONGEST_REASON
from agents.llm import gateway
from agents.tools import registry
from console.pages.people.forms import Tied


class BreakerForm(Tied):
    """What to leave alone, and why. Only what can be called is offered: another name would stop nothing."""

    what = forms.ChoiceField(label=_("What is not called any more"), widget=forms.Select(attrs={"class": "in"}))
    reason = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_REASON,
        help_text=_("It stays open until an admin closes it. The history keeps this."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _choices()

    def key(self, *, tenant_id: int) -> Key:
        """The breaker that is meant."""
        guarded, _colon, name = self.cleaned_data["what"].partition(":")
        return Key(tenant_id, Guarded(guarded), name)


def _choices() -> list[tuple[str, Any]]:
    """What breakers stand before: models by their provider, what tools name, and tools that call the outside."""
    tools = [tool for tool in registry.tools() if tool.card.effect_class != "A"]
    named = {tool.dependency for tool in tools if tool.dependency}
    return [
        (str(_("Models")), [(f"{Guarded.DEPENDENCY}:{name}", name) for name in sorted(gateway.PROVIDERS)]),
        (str(_("What tools call")), [(f"{Guarded.DEPENDENCY}:{name}", name) for name in sorted(named)]),
        (str(_("One tool")), [(f"{Guarded.TOOL}:{tool.card.name}", tool.card.name) for tool in tools]),
    ]
