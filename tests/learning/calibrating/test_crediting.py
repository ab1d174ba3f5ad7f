"""What one answer was worth is told from the rows, and nothing is told where nothing can be."""

from typing import Any

import pytest
from django.test import Client

from approvals.domain.calibration import ladder
from approvals.domain.label import Source, Teaching
from approvals.learning.calibrating import looking
from approvals.learning.calibrating.crediting import Credit, credit
from approvals.models import Certificate, Decision, Escalation, Member, Tenant, Threshold
from tests import cast
from tests.learning import calls
from tests.learning.calibrating import streams
from tests.learning.calibrating.streams import WRONG, Done
from tests.learning.calls import ROUTE
from tests.learning.test_recalling import resolved
from tests.web.policies.shop import said

pytestmark = pytest.mark.django_db
RULES = f"{{name: {ROUTE}, tools: [modify_user_address], wrong_limit: 0.05}}"
"""Tested as 0.045, because reviewers are assumed to miss a tenth: few runs are a proof."""


def decided(*, is_right: bool = True, **columns: Any) -> Decision:
    """A decision about a test run of the route, scored 0.7."""
    item = resolved({"street": "12 Elm Street"}, is_right=is_right, **columns)
    return Decision.objects.select_related("verdict__ruleset").get(escalation=item)


def proven() -> Certificate:
    """What the rows prove now."""
    found = looking.look(Tenant.DEFAULT, ROUTE).certificates[Threshold.AUTO]
    assert found.threshold is not None
    return found


def clean_until_first_rung() -> None:
    """So many test runs that one more proves the first threshold."""
    streams.record(streams.clean(ladder(0.045, 10, 1)[0] - 1, 0.8))


def alone(*scores: float, threshold: float = 0.5) -> None:
    """Calls that ran alone, which the coin did not draw."""
    streams.record([[Done(score, None)] for score in scores], is_test=False, rate="0.1", threshold=threshold)


@pytest.fixture(autouse=True)
def live() -> None:
    """The rules of the route."""
    calls.live(RULES)


def test_the_answer_that_made_the_proof_whole_is_worth_every_call_that_ran_alone() -> None:
    clean_until_first_rung()
    decision = decided()
    proof = proven()
    alone(0.9, 0.75)
    assert credit(decision) == Credit(Teaching.RIGHT, proof.n, 0.5, is_above=True, alone=2, needed=2)


def test_one_of_many_is_a_part_of_the_proof_and_no_call_hung_on_it_alone() -> None:
    clean_until_first_rung()
    decision = decided()
    streams.record(streams.clean(3, 0.8))
    proven()
    alone(0.9)
    found = credit(decision)
    assert found is not None
    assert (found.alone, found.needed) == (1, 0)


def test_calls_before_it_or_by_a_laxer_threshold_do_not_count() -> None:
    streams.record([[Done(0.6, WRONG)]])
    alone(0.9, 0.9, threshold=0.7)
    decision = decided()
    clean_until_first_rung()
    assert proven().threshold == 0.60001
    alone(0.9, threshold=0.1)
    alone(0.9, 0.9, 0.9, threshold=0.7)
    found = credit(decision)
    assert found is not None
    assert (found.threshold, found.alone) == (0.60001, 3)


@pytest.mark.parametrize(("clean", "is_above"), [(70, False), (140, True)], ids=["below", "one of those allowed"])
def test_a_mistake_says_on_which_side_of_the_threshold_it_lies(clean: int, *, is_above: bool) -> None:
    mistake = decided(is_right=False)
    streams.record(streams.clean(clean, 0.8))
    proof = proven()
    assert proof.threshold is not None
    assert credit(mistake) == Credit(Teaching.WRONG, clean + 1, proof.threshold, is_above=is_above, alone=0, needed=0)


@pytest.mark.parametrize(
    "columns", [{"is_test": False, "coin_rate": "0.5"}, {"zone": "forced"}], ids=["not drawn", "held by a rule"]
)
def test_nothing_is_told_of_what_moves_no_threshold(columns: dict[str, Any]) -> None:
    mistake = decided(is_right=False, **columns)
    streams.record(streams.clean(140, 0.8))
    proven()
    assert credit(mistake) is None


def test_nothing_is_told_before_anything_is_proven() -> None:
    decision = decided()
    looking.look(Tenant.DEFAULT, ROUTE)
    assert credit(decision) is None


def test_nothing_is_told_of_what_was_corrected() -> None:
    decision = decided()
    streams.record(streams.clean(140, 0.8))
    proven()
    assert credit(decision) is not None
    last = decision.labels.get()
    calls.label(decision.verdict, Teaching.WRONG, source=Source.ADJUDICATION, supersedes=last, by=calls.admins()[1])
    assert credit(decision) is None


def shown_to(member: Member, decision: Decision) -> str:
    """The page of what was decided."""
    client = Client()
    client.force_login(member)
    return said(client.get(f"/queue/{decision.escalation_id}"))


def test_who_looks_back_reads_it_and_a_reviewer_does_not() -> None:
    """It says what the coin drew, which nobody who still decides about the run is to know."""
    clean_until_first_rung()
    decision = decided()
    proof = proven()
    alone(0.9, 0.75)
    sentence = f"One of {proof.n} test runs that prove the threshold 0.5 here. 2 later calls ran alone on it. Without"
    assert sentence in shown_to(cast.ada(), decision)
    assert sentence in shown_to(cast.otto(), decision)
    assert "test runs that prove" not in shown_to(cast.mara(), decision)
    assert Escalation.objects.get(pk=decision.escalation_id).status == "decided"
