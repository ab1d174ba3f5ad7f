"""Calls of two days ago that somebody decided: what known mistakes are made of."""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from approvals.domain.decision import DecisionKind, Said
from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.label import Source, Teaching
from approvals.inbox import deciding
from approvals.inbox.checking import planting
from approvals.models import Escalation, Label, Member, Seed, Tenant
from tests import cast
from tests.web.review import papers, stage

AGO = timedelta(days=2)


def decided(
    kind: DecisionKind = DecisionKind.REJECT,
    value: EvidenceValue | None = None,
    *,
    ago: timedelta = AGO,
    **columns: Any,
) -> Escalation:
    """A refund that was opened so long ago, decided by Kai."""
    made = stage.put(
        value or (papers.refund() if kind is DecisionKind.REJECT else unchecked()),
        opened_at=Now() - ago,
        **{"undo_seconds": 0, **columns},
    )
    decide(made, kind, by=cast.kai(), reason="she was charged once")
    return Escalation.objects.select_related("verdict", "evidence").get(pk=made.pk)


def unchecked() -> EvidenceValue:
    """A refund of which no tool has checked anything: a value of it can be exchanged without asking the tool."""
    value = papers.refund()
    preview = value.material.preview.model_copy(update={"checks": ()})
    return value.model_copy(update={"material": value.material.model_copy(update={"preview": preview})})


def decide(on: Escalation, kind: DecisionKind, *, by: Member, **more: Any) -> None:
    """One decision with all the trouble it takes."""
    found = Escalation.objects.select_related("verdict", "evidence").get(pk=on.pk)
    fact = found.evidence.value().material.preview.typed_fact
    given = {"typed": fact.value if fact else "", "reason_code": "not_asked" if kind is DecisionKind.REJECT else ""}
    shown = {"evidence_sha256": found.evidence.digest, "version": found.version}
    deciding.decide(found, by=by, said=Said(kind=kind, **{**given, **shown, **more}))


def planted(kind: DecisionKind = DecisionKind.REJECT) -> Seed:
    """A mistake in the queue, made of a rejected call, or of an approved one."""
    decided(kind)
    seed = planting.plant(Tenant.DEFAULT)
    assert seed is not None
    return Seed.objects.select_related("escalation__evidence", "escalation__verdict", "source").get(pk=seed.pk)


def answered(seeds: int, missed: int) -> None:
    """So many planted mistakes, and so many of them taken for right."""
    seed = planted()
    for place in range(seeds):
        Label.objects.create(
            tenant_id=Tenant.DEFAULT,
            verdict=seed.verdict,
            by=cast.mara(),
            source=Source.SEED,
            teaching=Teaching.RIGHT if place < missed else Teaching.WRONG,
            opened_at=Now(),
        )
