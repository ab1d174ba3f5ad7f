"""What a decision form sends, parsed strictly."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.domain.decision import REJECT_REASONS, DecisionKind, Said
from approvals.domain.escalation import Kind
from approvals.domain.tool import Reversibility
from approvals.models import Escalation
from console.pages.presenting.bar import Draft
from console.pages.presenting.evidence.question import answer_of

SAYABLE = {
    Kind.INCIDENT: (DecisionKind.HAPPENED, DecisionKind.NOT_HAPPENED, DecisionKind.REPEAT),
    Kind.APPROVAL: (DecisionKind.APPROVE, DecisionKind.EDIT, DecisionKind.REJECT, DecisionKind.REVISE),
    Kind.QUESTION: (DecisionKind.ANSWER,),
    Kind.HANDOFF: (DecisionKind.GIVE_BACK, DecisionKind.END_RUN),
}
APPROVING = (DecisionKind.APPROVE, DecisionKind.EDIT)


class DecidingForm(forms.Form):
    """One decision about one escalation, with what its author was shown."""

    kind = forms.ChoiceField(
        error_messages={"required": _("Choose what to say."), "invalid_choice": _("This cannot be said here.")}
    )
    evidence_sha256 = forms.RegexField(r"^[0-9a-f]{64}$")
    version = forms.RegexField(r"^[1-9][0-9]{0,8}$")
    reason_code = forms.ChoiceField(required=False, choices=REJECT_REASONS)
    reason = forms.CharField(required=False, max_length=2000)
    typed = forms.CharField(required=False, max_length=200)
    named = forms.ChoiceField(required=False, choices=[("1", "1")])
    option = forms.RegexField(r"^([1-9]|none)$", required=False)
    answer = forms.CharField(required=False, max_length=4000)
    payload_sha256 = forms.RegexField(r"^[0-9a-f]{64}$", required=False)
    precedents = forms.ChoiceField(required=False, choices=[("1", "1")])
    is_material = forms.ChoiceField(required=False, choices=[("1", "1"), ("0", "0")])

    def __init__(self, data: Any, *, escalation: Escalation) -> None:
        super().__init__(data)
        self.escalation = escalation
        sayable = SAYABLE.get(Kind(escalation.kind), ())
        self.fields["kind"].choices = [(kind, kind) for kind in sayable]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What is costly to undo is approved on the button that names it, by whatever door."""
        said = super().clean() or {}
        if said.get("kind") in APPROVING and self._must_name() and not said.get("named"):
            self.add_error(None, _("Approve it on the button that says what it does."))
        if said.get("kind") == DecisionKind.REJECT and said.get("reason") and not said.get("reason_code"):
            said["reason_code"] = "other"
        if said.get("kind") == DecisionKind.ANSWER:
            self._clean_answer(said)
        return said

    def said(self) -> Said:
        """The decision, for the service."""
        given = self.cleaned_data
        return Said(
            kind=DecisionKind(given["kind"]),
            evidence_sha256=given["evidence_sha256"],
            version=int(given["version"]),
            reason_code=given["reason_code"],
            reason=given["reason"],
            typed=given["typed"],
            payload_sha256=given["payload_sha256"],
            is_material=given["is_material"] != "0",
            answer=given["answer"],
            saw_suggestion=given["precedents"] == "1",
        )

    @property
    def is_edit(self) -> bool:
        """Whether it approves another call than the proposed one."""
        return bool(self.data.get("kind") == DecisionKind.EDIT)

    def draft(self) -> Draft:
        """What was entered, to be shown again."""
        names = ("kind", "reason_code", "reason", "typed", "option", "answer")
        return Draft(*(self.data.get(name, "")[:4000] for name in names))

    def shown(self) -> dict[str, Any]:
        """What the author was shown, so that a form shown again does not speak for anything newer."""
        digest, version = self.cleaned_data.get("evidence_sha256"), self.cleaned_data.get("version")
        return {"evidence_sha256": digest, "version": version} if digest and version else {}

    def sentence(self) -> str:
        """The first thing that is wrong, in words."""
        return next(str(error) for errors in self.errors.values() for error in errors)

    def _clean_answer(self, said: dict[str, Any]) -> None:
        """An option is known by its place, so that nothing can be chosen that was not offered."""
        answer = answer_of(self.escalation.evidence.value(), said.get("option", ""), said.get("answer", ""))
        if answer is None:
            self.add_error("option", _("This was not offered."))
        said["answer"] = answer or ""

    def _must_name(self) -> bool:
        fact = self.escalation.evidence.value().material.preview.typed_fact
        return fact is None and self.escalation.risk != Reversibility.REVERSIBLE
