"""Changing a threshold: at once where it tightens, by a second admin where it loosens, never against an old version."""

from typing import Any

import pytest

from approvals.domain.errors import ApprovalError, BadRuleset
from approvals.gating import rulesets
from approvals.learning import tuning
from approvals.learning.tuning import Cuts, refusals
from approvals.models import AuditEntry, Member, Role, Ruleset, RulesetProposal, Tenant
from tests import cast
from tests.learning import calls
from tests.learning.calls import ROUTE

pytestmark = pytest.mark.django_db
FIRST = Cuts(0.85, 0.60)


def cuts_now(route: str = ROUTE) -> Cuts:
    """The thresholds that are live."""
    live = tuning.live_of(Tenant.DEFAULT)
    return tuning.cuts_of(tuning.route_of_name(rulesets.of(live), route)) if live else Cuts()


def change(cuts: Cuts, *, by: Member | None = None, seen: int = 0, reason: str = "because") -> Any:
    """Ask for other thresholds, against the live version unless another is said."""
    live = tuning.live_of(Tenant.DEFAULT)
    seen = seen or (live.version if live else 1)
    return tuning.tune(ROUTE, cuts, by=by or calls.admins()[0], seen_version=seen, reason=reason)


def loosened(cuts: Cuts = FIRST) -> Ruleset:
    """Ada proposes, Bea approves."""
    calls.call(0.9)
    return tuning.approve(change(cuts), by=calls.admins()[1])


def draft() -> RulesetProposal:
    """An open draft of Ada's."""
    calls.call(0.9)
    made = change(FIRST)
    assert isinstance(made, RulesetProposal)
    return made


def test_loosening_changes_nothing_until_a_second_admin_approves() -> None:
    made = draft()
    assert (cuts_now(), made.status, made.base.version) == (Cuts(), "open", 1)
    live = tuning.approve(made, by=calls.admins()[1])
    made.refresh_from_db()
    assert (cuts_now(), live.version, made.status, made.ruleset_id) == (FIRST, 2, "approved", live.pk)
    assert bytes(live.document) == bytes(made.document)
    assert [(one.version, one.status) for one in Ruleset.objects.order_by("version")] == [(1, "retired"), (2, "live")]


def test_a_route_that_was_only_recorded_is_written_down_for_its_agent_and_tool() -> None:
    loosened()
    (route,) = rulesets.of(Ruleset.objects.get(status="live")).routes
    assert (route.name, route.agents, route.tools, route.coin_rate) == (ROUTE, ("desk",), ("modify_user_address",), 0.1)


def test_tightening_is_live_at_once() -> None:
    loosened()
    made = change(Cuts(0.9, 0.7), reason=" too many mistakes ")
    assert isinstance(made, Ruleset)
    assert (made.version, made.reason, made.created_by, cuts_now()) == (
        3,
        "too many mistakes",
        cast.ada(),
        Cuts(0.9, 0.7),
    )


def test_one_admin_takes_every_threshold_away() -> None:
    loosened()
    change(Cuts())
    assert cuts_now() == Cuts()


def test_who_proposed_it_does_not_approve_it() -> None:
    made = draft()
    with pytest.raises(refusals.SecondAdminNeeded):
        tuning.approve(made, by=cast.ada())
    assert cuts_now() == Cuts()


def test_an_approval_after_another_change_is_refused_and_the_draft_stays() -> None:
    made = draft()
    calls.call(0.9, route="desk/other", tool="other")
    other = tuning.tune("desk/other", FIRST, by=cast.ada(), seen_version=1, reason="because")
    assert isinstance(other, RulesetProposal)
    tuning.approve(other, by=calls.admins()[1])
    with pytest.raises(refusals.StaleDraft):
        tuning.approve(made, by=calls.admins()[1])
    made = RulesetProposal.objects.select_related("base").get(pk=made.pk)
    assert (made.status, tuning.is_stale(made), Ruleset.objects.count()) == ("open", True, 2)


def test_a_new_draft_takes_the_place_of_a_stale_one() -> None:
    first = draft()
    calls.call(0.9, route="desk/other", tool="other")
    other = tuning.tune("desk/other", FIRST, by=cast.ada(), seen_version=1, reason="because")
    assert isinstance(other, RulesetProposal)
    tuning.approve(other, by=calls.admins()[1])
    second = change(FIRST, by=calls.admins()[1])
    first.refresh_from_db()
    assert (first.status, second.status, second.base.version) == ("discarded", "open", 2)


def test_a_second_draft_beside_an_open_one_is_refused() -> None:
    draft()
    with pytest.raises(refusals.DraftOpen):
        change(Cuts(0.8), by=calls.admins()[1])
    assert RulesetProposal.objects.count() == 1


def test_a_discarded_draft_is_over() -> None:
    made = draft()
    tuning.discard(made, by=calls.admins()[1])
    with pytest.raises(refusals.DraftClosed):
        tuning.approve(made, by=calls.admins()[1])
    with pytest.raises(refusals.DraftClosed):
        tuning.discard(made, by=cast.ada())


def test_who_is_no_admin_any_more_loosens_nothing() -> None:
    made = draft()
    bea = calls.admins()[1]
    Member.objects.filter(pk=cast.ada().pk).update(role=Role.REVIEWER)
    with pytest.raises(refusals.ProposerGone):
        tuning.approve(made, by=bea)


BAD: dict[str, tuple[type[ApprovalError], dict[str, Any]]] = {
    "no reason": (refusals.NoReason, {"reason": "  "}),
    "no change": (refusals.NoChange, {"cuts": FIRST}),
    "a version that is not live": (refusals.StaleDraft, {"seen": 1}),
    "a middle band above": (BadRuleset, {"cuts": Cuts(0.8, 0.9)}),
    "a middle band alone": (BadRuleset, {"cuts": Cuts(None, 0.9)}),
    "more than one": (BadRuleset, {"cuts": Cuts(1.2)}),
}


@pytest.mark.parametrize(("error", "fields"), BAD.values(), ids=BAD)
def test_a_change_is_refused_for(error: type[ApprovalError], fields: dict[str, Any]) -> None:
    loosened()
    with pytest.raises(error):
        change(**{"cuts": Cuts(0.9), **fields})
    assert Ruleset.objects.count() == 2


@pytest.mark.parametrize("who", [cast.mara, cast.otto], ids=["reviewer", "auditor"])
def test_only_admins_change_propose_approve_and_discard(who: Any) -> None:
    made = draft()
    for act in (
        lambda: change(Cuts(0.9), by=who()),
        lambda: tuning.approve(made, by=who()),
        lambda: tuning.discard(made, by=who()),
    ):
        with pytest.raises(refusals.AdminNeeded):
            act()


def test_a_route_nobody_knows_gets_no_thresholds() -> None:
    calls.call(0.9)
    calls.call(0.9, route="mixed", agent="one", tool="one")
    for name in ("desk/never-called", "mixed"):
        with pytest.raises(refusals.NoSuchRoute):
            tuning.tune(name, FIRST, by=cast.ada(), seen_version=1, reason="because")


def test_an_earlier_stricter_version_comes_back_at_once() -> None:
    loosened()
    first = Ruleset.objects.get(version=1)
    made = tuning.restore(first, by=cast.ada(), seen_version=2, reason="it was better")
    assert isinstance(made, Ruleset)
    assert (made.version, cuts_now(), Ruleset.objects.get(version=2).status) == (3, Cuts(), "retired")


def test_an_earlier_looser_version_waits_for_a_second_admin() -> None:
    second = loosened()
    change(Cuts())
    made = tuning.restore(second, by=cast.ada(), seen_version=3, reason="it was better")
    assert isinstance(made, RulesetProposal)
    assert (made.restores, made.route, cuts_now()) == (second, "", Cuts())
    tuning.approve(made, by=calls.admins()[1])
    assert cuts_now() == FIRST


def test_every_act_is_in_the_audit_with_who_and_why() -> None:
    loosened()
    change(Cuts(0.9))
    made = change(Cuts(0.8))
    tuning.discard(made, by=calls.admins()[1])
    told = (
        AuditEntry.objects.filter(verb__startswith="ruleset.")
        .order_by("pk")
        .values_list("verb", "by__name", "details__reason")
    )
    assert list(told) == [
        ("ruleset.propose", "Ada", "because"),
        ("ruleset.approve", "Bea", "because"),
        ("ruleset.tighten", "Ada", "because"),
        ("ruleset.propose", "Ada", "because"),
        ("ruleset.discard", "Bea", "discarded"),
    ]
