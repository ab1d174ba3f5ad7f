"""Compute the certificates of an epoch from its rows, and store those whose inputs changed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from approvals.domain.calibration import Certificate as Proof
from approvals.domain.calibration import certify
from approvals.learning.calibrating import reading
from approvals.learning.calibrating.reading import Tested
from approvals.learning.calibrating.terms import Terms
from approvals.models import Certificate, Epoch, Threshold

COLUMNS = frozenset(field.name for field in Certificate._meta.concrete_fields)  # noqa: SLF001  # documented


def prove(runs: Sequence[Tested], epoch: Epoch, about: Threshold, terms: Terms) -> Proof:
    """What test runs prove about one threshold now: `certify` over their rows and nothing else."""
    counted = reading.for_auto(runs, epoch) if about is Threshold.AUTO else reading.for_ask(runs, epoch)
    return certify(counted, terms.tested, terms.delta, epoch.number, terms.floor)


def renew(epoch: Epoch, runs: Sequence[Tested], terms: Terms, *, all_runs: int) -> dict[Threshold, Certificate]:
    """The newest certificate about each threshold; stored where its inputs are not those of the last one.

    Joins the caller's transaction, which holds the route's lock.
    """
    return {about: _renewed(computed(epoch, about, runs, terms, all_runs=all_runs)) for about in Threshold}


def computed(epoch: Epoch, about: Threshold, runs: Sequence[Tested], terms: Terms, *, all_runs: int) -> Certificate:
    """The certificate of these runs, not stored."""
    proof = prove(runs, epoch, about, terms)
    values = {name: value for name, value in asdict(proof).items() if name in COLUMNS}
    return Certificate(
        epoch=epoch,
        about=about,
        watermark_seq=reading.watermark(runs),
        runs=max(all_runs, proof.guard_n),
        limit=terms.limit,
        limit_tested=terms.tested,
        delta_c=terms.delta,
        floor=terms.floor,
        seeds=terms.planted.seeds,
        missed=terms.planted.missed,
        assumed_miss=terms.assumed,
        **values,
    )


def newest(epoch: Epoch, about: Threshold, *, before: datetime | None = None) -> Certificate | None:
    """The newest certificate of an epoch about a threshold; with `before` the newest computed until then."""
    found = Certificate.objects.filter(epoch=epoch, about=about)
    if before is not None:
        found = found.filter(computed_at__lte=before)
    return found.order_by("-number").first()


def _renewed(found: Certificate) -> Certificate:
    last = newest(found.epoch, Threshold(found.about))
    if last is not None and (last.inputs_sha256, last.limit) == (found.inputs_sha256, found.limit):
        return last
    found.number = last.number + 1 if last else 1
    found.save(force_insert=True)
    found.refresh_from_db(fields=["computed_at"])
    return found


def covered_since(epoch: Epoch, about: Threshold, live: float, *, since: datetime) -> bool:
    """Whether the guard of some certificate let this threshold stand, from the one before `since` on."""
    before = newest(epoch, about, before=since)
    rows = Certificate.objects.filter(epoch=epoch, about=about, number__gte=before.number if before else 1)
    return bool(rows.filter(guard_threshold__lte=live).exists())
