"""What an admin says a tool elsewhere does, parsed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.domain.tool import Effect, EffectClass, Reversibility
from approvals.outside.actions.classifying import LONGEST_REASON, Classification
from console.pages.people.forms import Tied

EFFECTS = (
    (Effect.READ.value, _("Reads: runs without being asked about, unless it sends data out")),
    (Effect.WRITE.value, _("Writes: is scored, counted and asked about")),
    (Effect.DESTRUCTIVE.value, _("Destroys: asks at any score")),
)
RISKS = (
    (Reversibility.REVERSIBLE.value, _("Can be taken back")),
    (Reversibility.COSTLY.value, _("Costly to take back")),
    (Reversibility.IRREVERSIBLE.value, _("Cannot be taken back")),
)
OUT = "out"
EGRESS = (("in", _("It sends nothing to others")), (OUT, _("It sends data out, to people or systems")))
CLASSES = (
    (EffectClass.B.value, _("The outside honours an idempotency key")),
    (EffectClass.C.value, _("Nobody can tell whether a lost call happened")),
)


class ClassificationForm(Tied):
    """Nothing is chosen beforehand: what the agent says of its own tool is no default."""

    effect = forms.ChoiceField(label=_("What it does"), choices=EFFECTS, widget=forms.RadioSelect)
    egress = forms.ChoiceField(label=_("Where data goes"), choices=EGRESS, widget=forms.RadioSelect)
    reversibility = forms.ChoiceField(label=_("How it is taken back"), choices=RISKS, widget=forms.RadioSelect)
    effect_class = forms.ChoiceField(label=_("When its answer is lost"), choices=CLASSES, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("How you know"), max_length=LONGEST_REASON)

    def answer(self) -> Classification:
        """As the service takes it."""
        data: dict[str, Any] = self.cleaned_data
        return Classification(
            Effect(data["effect"]),
            Reversibility(data["reversibility"]),
            EffectClass(data["effect_class"]),
            egress=data["egress"] == OUT,
            reason=data["reason"],
        )
