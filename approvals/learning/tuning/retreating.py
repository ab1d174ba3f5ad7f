"""Make a route stricter without a person: what a guard, an alarm or a new epoch asks for. Never the other way."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from approvals.domain.calibration import clamped, stricter
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.gate import dump_ruleset
from approvals.gating import rulesets
from approvals.learning.tuning.acting import Verb, live_of, next_version
from approvals.learning.tuning.cuts import Cuts, cuts_of, route_of_name, with_cuts
from approvals.learning.tuning.loosening import is_loosening
from approvals.learning.tuning.publishing import publish
from approvals.learning.tuning.refusals import StaleDraft
from approvals.models import AuditEntry, Ruleset

TRIES = 5
"""So often somebody else's version may go live in the same moment."""


def retreat(tenant_id: int, route: str, cuts: Cuts, *, reason: str) -> Ruleset | None:
    """Give a route the stricter of its thresholds and these, at once, by nobody's hand; None when it has them already.

    Joins the caller's transaction. Whoever publishes at the same moment is followed, not lost: what they made live is
    read again and made stricter. Raises StaleDraft after several of them in a row.
    """
    return _retreat(tenant_id, {route: cuts}, reason=reason)


def ask_everything(tenant_id: int, routes: Iterable[str], *, reason: str) -> Ruleset | None:
    """Have everything on these routes ask from now on, in one version; otherwise as `retreat`."""
    return _retreat(tenant_id, dict.fromkeys(routes, Cuts()), reason=reason)


def _retreat(tenant_id: int, wanted: Mapping[str, Cuts], *, reason: str) -> Ruleset | None:
    for _ in range(TRIES):
        live = live_of(tenant_id)
        after = _moved(rulesets.of(live), wanted) if live else {}
        if live is None or not after:
            return None
        try:
            return _publish(live, after, reason=reason)
        except StaleDraft:
            # Somebody published in between: theirs is read and made stricter in turn.
            continue
    raise StaleDraft


def _moved(rules: Rules, wanted: Mapping[str, Cuts]) -> dict[str, Cuts]:
    """The thresholds that rise, by route."""
    before = {route: cuts_of(route_of_name(rules, route)) for route in wanted}
    after = {route: _stricter(before[route], cuts) for route, cuts in wanted.items()}
    return {route: cuts for route, cuts in after.items() if cuts != before[route]}


def _stricter(before: Cuts, cuts: Cuts) -> Cuts:
    """Neither threshold ever falls; without a middle band there is none afterwards."""
    auto = stricter(before.auto, cuts.auto)
    ask = None if before.ask is None else stricter(before.ask, cuts.ask)
    return Cuts(auto, clamped(ask, auto))


def _publish(live: Ruleset, cuts: Mapping[str, Cuts], *, reason: str) -> Ruleset:
    before = after = rulesets.of(live)
    for route, its_cuts in cuts.items():
        after = with_cuts(after, route, its_cuts, tenant_id=live.tenant_id)
    if is_loosening(before, after):
        raise RuntimeError(f"making {', '.join(cuts)} stricter would loosen it: nothing is published")
    version = next_version(live.tenant_id)
    document = dump_ruleset(after.model_copy(update={"version": version})).encode()
    with transaction.atomic():
        made = publish(document, version=version, instead_of=live, by=None, reason=reason)
    told = {"reason": reason, "from_version": live.version, "version": version, "restores": None}
    AuditEntry.objects.bulk_create(
        AuditEntry(
            tenant_id=live.tenant_id,
            verb=Verb.TIGHTEN,
            object=f"ruleset:{made.pk}",
            details={"route": route, **told},
        )
        for route in cuts
    )
    return made
