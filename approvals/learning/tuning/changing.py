"""Ask for other rules: what only tightens is live at once, what could loosen becomes a draft."""

from django.db import transaction

from approvals.domain.gate import Ruleset as Rules
from approvals.domain.gate import dump_ruleset
from approvals.gating import rulesets
from approvals.learning.tuning import ending
from approvals.learning.tuning.acting import Verb, live_as, lock_admins, next_version, record, stated
from approvals.learning.tuning.cuts import Cuts, checked, with_cuts
from approvals.learning.tuning.drafting import propose
from approvals.learning.tuning.loosening import is_loosening
from approvals.learning.tuning.publishing import publish
from approvals.learning.tuning.refusals import NoChange
from approvals.models import Member, Ruleset, RulesetProposal

Outcome = Ruleset | RulesetProposal


def tune(route: str, cuts: Cuts, *, by: Member, seen_version: int, reason: str) -> Outcome:
    """Give a route other thresholds: the version that is live now, or the draft that waits for a second admin.

    `seen_version` is the live version that was on the screen. Raises AdminNeeded, NoReason, StaleDraft when another
    version is live by now, NoSuchRoute, BadRuleset, NoChange and DraftOpen.
    """
    why = stated(reason)
    with transaction.atomic():
        lock_admins(by)
        live = live_as(seen_version, tenant_id=by.tenant_id)
        after = with_cuts(rulesets.of(live), route, cuts, tenant_id=by.tenant_id)
        return _change(after, live=live, by=by, reason=why, route=route)


def rewrite(rules: Rules, *, by: Member, seen_version: int, reason: str) -> Outcome:
    """Put a whole document in the place of the live one; its own number counts for nothing.

    Raises AdminNeeded, NoReason, StaleDraft when another version is live by now, BadRuleset, NoChange and DraftOpen.
    """
    why = stated(reason)
    with transaction.atomic():
        lock_admins(by)
        live = live_as(seen_version, tenant_id=by.tenant_id)
        return _change(checked(rules), live=live, by=by, reason=why)


def restore(version: Ruleset, *, by: Member, seen_version: int, reason: str) -> Outcome:
    """Bring back an earlier version as the next one: at once where that only tightens, else as a draft.

    Raises as `tune` does; nothing of the history changes.
    """
    why = stated(reason)
    with transaction.atomic():
        lock_admins(by)
        live = live_as(seen_version, tenant_id=by.tenant_id)
        return _change(checked(rulesets.of(version)), live=live, by=by, reason=why, restores=version)


def _change(
    after: Rules, *, live: Ruleset, by: Member, reason: str, route: str = "", restores: Ruleset | None = None
) -> Outcome:
    before = rulesets.of(live)
    if after.model_copy(update={"version": before.version}) == before:
        raise NoChange
    if is_loosening(before, after):
        return propose(after, base=live, by=by, reason=reason, route=route, restores=restores)
    version = next_version(by.tenant_id)
    document = dump_ruleset(after.model_copy(update={"version": version})).encode()
    ended = ending.held(before, after, tenant_id=by.tenant_id)
    made = publish(document, version=version, instead_of=live, by=by, reason=reason)
    details = {"from_version": live.version, "version": version, "restores": restores.version if restores else None}
    record(Verb.TIGHTEN, made, by=by, route=route, reason=reason, **details)
    ending.end(made, ended)
    return made
