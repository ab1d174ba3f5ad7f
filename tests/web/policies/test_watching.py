"""Watching a draft beside the live rules, on the page that says what would have happened."""

import pytest
from django.test import Client

from approvals.models import RulesetProposal, Shadow
from tests.engine.limits import asking
from tests.learning import calls
from tests.learning import test_shadowing as shadows
from tests.web.policies.shop import said
from tests.web.thresholds import stage

pytestmark = pytest.mark.django_db
PLACE = "/policies/backtest"


def draft() -> RulesetProposal:
    """An open draft under rules that let nothing run."""
    calls.live()
    return shadows.drafted()


def test_a_draft_is_watched_and_says_what_it_would_have_answered(adas: Client, ottos: Client) -> None:
    made = draft()
    answer = adas.post(f"/policies/drafts/{made.pk}/watch", {"act": "watch"})
    assert answer.headers["Location"] == f"{PLACE}?draft={made.pk}"
    assert "It had no other answer so far." in said(adas.get(PLACE, {"draft": made.pk}))
    asking.ask()
    page = said(ottos.get(PLACE, {"draft": made.pk}))
    assert "by Ada: 1 verdict." in page
    assert "asks → allows 1 verdict" in page
    assert "Stop watching" not in page


def test_watching_stops(adas: Client) -> None:
    made = draft()
    adas.post(f"/policies/drafts/{made.pk}/watch", {"act": "watch"})
    adas.post(f"/policies/drafts/{made.pk}/watch", {"act": "stop"})
    assert Shadow.objects.get().ended_at is not None
    assert "It was asked beside the live rules from" in said(adas.get(PLACE, {"draft": made.pk}))


def test_a_second_draft_is_refused_in_words(adas: Client) -> None:
    made = draft()
    adas.post(f"/policies/drafts/{made.pk}/watch", {"act": "watch"})
    calls.call(0.9)
    other = stage.proposed()
    answer = adas.post(f"/policies/drafts/{other.pk}/watch", {"act": "watch"})
    assert (answer.status_code, "Another draft is watched already." in said(answer)) == (409, True)
