"""What one answer was worth: the proof it is part of, and the calls that were not asked about since (section 2.11)."""

from dataclasses import dataclass

from approvals.domain.calibration import allowed, certify
from approvals.domain.label import Teaching
from approvals.learning.calibrating import certifying, reading
from approvals.learning.previewing import IS_HELD
from approvals.models import Certificate, Decision, Epoch, Label, Threshold, Verdict, rows

MOST = 1_000
"""Later calls are counted up to here."""
MOST_READ = 20_000
"""Runs of a proof that is computed again without one of them."""


@dataclass(frozen=True)
class Credit:
    """Of an answer about a test run that counts in a certificate under which calls may run alone."""

    teaching: Teaching
    runs: int
    """Test runs the certificate rests on."""
    threshold: float
    is_above: bool
    """The call itself lies where calls run alone: of a mistake, that it is one of those the limit allows."""
    alone: int
    """Later calls of the route that ran alone at this threshold or a stricter one; MOST at most."""
    needed: int
    """Of those, how many would have been asked about if this run had not been among the test runs."""


def credit(decision: Decision) -> Credit | None:
    """What the label of a decision is worth now; None where nothing can be told.

    Nothing is told of what is withdrawn or corrected, of a run that the coin did not draw or that does not count yet,
    of an epoch that is over, where no certificate lets anything run alone, and of a mistake that a rule held back: none
    of these moves a threshold.
    """
    label = Label.objects.filter(decision=decision, superseded_by=None).select_related("verdict").first()
    if label is None or label.teaching == Teaching.WITHDRAWN or not _is_drawn(label.verdict):
        return None
    verdict = label.verdict
    epochs = Epoch.objects.filter(tenant_id=verdict.tenant_id, route=verdict.route).order_by("-number")
    epoch = epochs.first()
    proof = certifying.newest(epoch, Threshold.AUTO) if epoch else None
    if epoch is None or proof is None or proof.threshold is None or not _counts(verdict, epoch, proof):
        return None
    if label.teaching == Teaching.WRONG and _is_held(verdict):
        return None
    later = _later(verdict, proof.threshold)
    return Credit(
        teaching=Teaching(label.teaching),
        runs=proof.n,
        threshold=proof.threshold,
        is_above=verdict.score is not None and float(verdict.score) >= proof.threshold,
        alone=len(later),
        needed=_needed(verdict, epoch, proof, later) if label.teaching == Teaching.RIGHT else 0,
    )


def _is_drawn(verdict: Verdict) -> bool:
    return verdict.is_counted and verdict.is_test


def _counts(verdict: Verdict, epoch: Epoch, proof: Certificate) -> bool:
    """Whether its run stands before the first one that is not resolved; a canary's runs count nowhere."""
    if verdict.ruleset.status == "draft" or verdict.pk < epoch.first_seq or verdict.ruleset_id < (epoch.rules_id or 0):
        return False
    return proof.watermark_seq is None or verdict.pk < proof.watermark_seq


def _is_held(verdict: Verdict) -> bool:
    """Whether it asked for another reason than its score."""
    statement = f"SELECT 1 FROM approvals_verdict v WHERE v.id = %s AND {IS_HELD}"  # noqa: S608  # of our own
    return bool(rows.fetch(statement, [verdict.pk]))


def _later(verdict: Verdict, threshold: float) -> list[float]:
    """The scores of later calls that ran alone on this proof or a stricter threshold."""
    behind = Verdict.objects.filter(
        tenant_id=verdict.tenant_id, route=verdict.route, is_counted=True, pk__gt=verdict.pk
    )
    alone = behind.filter(outcome="allow", zone="automatic", auto_threshold__gte=f"{threshold:.5f}")
    return [float(score) for score in alone.order_by("pk").values_list("score", flat=True)[:MOST] if score is not None]


def _needed(verdict: Verdict, epoch: Epoch, proof: Certificate, later: list[float]) -> int:
    """Where one run less allows one mistake less, the proof is computed again without it."""
    need = 1 / proof.delta_c
    if not later or allowed(proof.n - 1, proof.limit_tested, need) == proof.allowed or proof.n > MOST_READ:
        return 0
    runs = [run for run in reading.drawn(epoch) if all(one.seq != verdict.pk for one in run.actions)]
    without = certify(
        reading.for_auto(runs, epoch), proof.limit_tested, proof.delta_c, epoch.number, proof.floor
    ).threshold
    return sum(without is None or score < without for score in later)
