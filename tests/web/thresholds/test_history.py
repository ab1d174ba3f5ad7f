"""Drafts that wait for a second admin, the history of the rules, and bringing a version back."""

import re
from typing import Any

import pytest
from django.test import Client

from approvals.learning import tuning
from approvals.learning.tuning import Cuts
from approvals.models import Member, Role, RulesetProposal
from tests import cast
from tests.learning import calls
from tests.web.thresholds import stage
from tests.web.thresholds.stage import ROUTE

pytestmark = pytest.mark.django_db


def said(answer: Any) -> str:
    """What a page says, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def version() -> int:
    """The live version."""
    live = tuning.live_of(1)
    assert live is not None
    return live.version


def draft() -> RulesetProposal:
    """Ada's open draft for a route with calls."""
    stage.recorded()
    return stage.proposed()


def test_a_draft_says_who_why_and_what_it_would_have_let_run(beas: Client) -> None:
    page = said(beas.get(f"/policies/drafts/{draft().pk}"))
    assert "Proposed by Ada" in page
    assert "people agreed for two weeks" in page
    assert f"{ROUTE}: runs alone from 0.85, before never." in page
    assert "looked at and wrong" in page
    assert "Not certified" in page


def test_the_second_admin_approves_and_the_first_cannot(adas: Client, beas: Client, ottos: Client) -> None:
    made = draft()
    assert "Approve:" not in said(adas.get(f"/policies/drafts/{made.pk}"))
    assert "Another admin approves it." in said(adas.get(f"/policies/drafts/{made.pk}"))
    answer = adas.post(f"/policies/drafts/{made.pk}/approve")
    assert (answer.status_code, version()) == (409, 1)
    answer = beas.post(f"/policies/drafts/{made.pk}/approve")
    assert (answer.status_code, version()) == (302, 2)
    went = "Done: version 2 is live, proposed by Ada (ada@example.test), approved by Bea."
    page = said(beas.get(answer.headers["Location"]))
    assert (went in page, "live 0.85" in page, "draft 0.85" in page) == (True, True, False)
    assert went not in said(ottos.get(answer.headers["Location"]))


def test_the_only_admin_is_told_to_make_another_one(adas: Client) -> None:
    made = draft()
    assert "Another admin approves it." in said(adas.get(f"/policies/drafts/{made.pk}"))
    Member.objects.filter(role=Role.ADMIN).exclude(pk=made.proposed_by_id).update(is_active=False)
    alone = adas.get(f"/policies/drafts/{made.pk}")
    assert "You are the only admin: make another one first." in said(alone)
    assert 'class="link" href="/people">People</a>' in alone.content.decode()


def test_an_auditor_sees_a_draft_and_no_button(ottos: Client) -> None:
    body = ottos.get(f"/policies/drafts/{draft().pk}").content.decode()
    assert 'method="post" action="/policies' not in body


def test_an_approval_of_a_stale_draft_is_compared_and_not_done(beas: Client) -> None:
    made = draft()
    calls.call(0.9, route="desk/other", tool="other")
    stage.live(route="desk/other")
    answer = beas.post(f"/policies/drafts/{made.pk}/approve")
    assert (answer.status_code, version()) == (409, 2)
    assert "Version 2, proposed by Ada (ada@example.test), approved by Bea, went live at" in said(answer)
    assert "The route desk/other is new." in said(answer)
    page = said(beas.get(f"/policies/drafts/{made.pk}"))
    assert "it can no longer go live" in page
    assert "Approve:" not in page


def test_a_draft_says_that_end_users_would_answer_for_reviewers(beas: Client) -> None:
    made = draft()
    page = said(beas.get(f"/policies/drafts/{made.pk}"))
    assert f"On {ROUTE} the end user may be asked from 0.60, and no longer a person." in page
    assert f"On {ROUTE} 10% of the runs are audited, before 100%." in page


def test_a_draft_is_approved_once(beas: Client) -> None:
    made = draft()
    beas.post(f"/policies/drafts/{made.pk}/approve")
    answer = beas.post(f"/policies/drafts/{made.pk}/approve")
    assert (answer.status_code, "in the meantime" in said(answer), version()) == (409, True, 2)


def test_a_discarded_draft_says_by_whom(adas: Client, beas: Client) -> None:
    made = draft()
    assert beas.post(f"/policies/drafts/{made.pk}/discard").status_code == 302
    assert "Discarded by Bea" in said(adas.get(f"/policies/drafts/{made.pk}"))
    assert version() == 1


def test_a_draft_whose_author_is_no_admin_any_more_is_refused(beas: Client) -> None:
    made = draft()
    Member.objects.filter(pk=cast.ada().pk).update(role=Role.AUDITOR)
    answer = beas.post(f"/policies/drafts/{made.pk}/approve")
    assert (answer.status_code, "no longer an admin" in said(answer)) == (409, True)


def test_what_waits_stands_above_the_history_and_says_who_may_approve_it(
    adas: Client, beas: Client, ottos: Client
) -> None:
    made = draft()
    pages = [browser.get("/policies/versions") for browser in (adas, beas, ottos)]
    assert [f'href="/policies/drafts/{made.pk}"' in page.content.decode() for page in pages] == [True] * 3
    assert all("Only an admin who did not propose it can approve one." in said(page) for page in pages)
    assert "Only another admin can approve it." in said(pages[0])
    assert "you can approve it" in said(pages[1])
    assert "who must not be the proposer" in said(pages[2])
    beas.post(f"/policies/drafts/{made.pk}/approve")
    assert "Waiting" not in said(adas.get("/policies/versions"))


def test_open_drafts_stand_above_the_list(beas: Client) -> None:
    made = draft()
    body = beas.get("/policies/thresholds").content.decode()
    assert f'href="/policies/drafts/{made.pk}"' in body


def test_the_history_says_of_each_version_who_when_why_and_what(ottos: Client) -> None:
    calls.call(0.9)
    stage.live()
    tuning.tune(ROUTE, Cuts(0.9), by=calls.admins()[1], seen_version=2, reason="one was wrong")
    page = said(ottos.get("/policies/versions"))
    assert "Version 3 live" in page
    assert "by Bea (bea@example.test) Reason given: “ one was wrong ”" in page
    assert f"{ROUTE}: runs alone from 0.90, before from 0.85." in page
    assert f"{ROUTE}: the end user is never asked, before from 0.60." in page
    assert "Version 2 loosened" in page
    assert (
        "proposed by Ada (ada@example.test), approved by Bea (bea@example.test), an admin for less than a minute then"
        in page
    )


def test_a_long_history_comes_in_pages(adas: Client) -> None:
    calls.call(0.9)
    stage.live(Cuts(0.2))
    for step in range(55):
        tuning.tune(ROUTE, Cuts(0.3 + step / 100), by=cast.ada(), seen_version=2 + step, reason="step by step")
    first = adas.get("/policies/versions").content.decode()
    assert first.count('id="version-') == 50
    assert 'href="/policies/versions?below=8"' in first
    assert adas.get("/policies/versions?below=8").content.decode().count('id="version-') == 7


def test_a_stricter_version_comes_back_at_once(adas: Client) -> None:
    calls.call(0.9)
    stage.live()
    assert "only tightens" in said(adas.get("/policies/versions/1"))
    answer = adas.post("/policies/versions/1/restore", {"seen": 2, "reason": "too early"})
    assert "brought back version 1" in said(adas.get("/policies/versions"))
    assert (answer.status_code, version()) == (302, 3)
    assert "everything asks" in said(adas.get("/policies/thresholds"))


def test_a_looser_version_comes_back_by_a_second_admin(adas: Client, beas: Client) -> None:
    calls.call(0.9)
    stage.live()
    adas.post("/policies/versions/1/restore", {"seen": 2, "reason": "too early"})
    assert "Propose to restore version 2" in said(adas.get("/policies/versions/2"))
    answer = adas.post("/policies/versions/2/restore", {"seen": 3, "reason": "it was right"})
    place = answer.headers["Location"]
    assert "Restore version 2" in said(beas.get(place))
    assert version() == 3
    beas.post(f"{place}/approve")
    assert version() == 4
    assert "0.85" in said(adas.get("/policies/thresholds"))


def test_a_restore_without_a_reason_or_of_what_is_live_is_refused(adas: Client) -> None:
    calls.call(0.9)
    stage.live()
    assert adas.post("/policies/versions/1/restore", {"seen": 2, "reason": ""}).status_code == 422
    assert adas.post("/policies/versions/2/restore", {"seen": 2, "reason": "again"}).status_code == 422
    assert adas.get("/policies/versions/2").content.decode().count("/restore") == 0
    assert version() == 2


def test_a_restore_from_an_older_page_is_compared_and_not_done(adas: Client) -> None:
    calls.call(0.9)
    stage.live()
    answer = adas.post("/policies/versions/1/restore", {"seen": 1, "reason": "too early"})
    assert (answer.status_code, version()) == (409, 2)


def test_a_reason_is_shown_as_text(beas: Client) -> None:
    calls.call(0.9)
    made = stage.proposed(reason="<script>alert(1)</script>\u202e")
    for place in (f"/policies/drafts/{made.pk}", "/policies/thresholds", f"/policies/thresholds/{ROUTE}"):
        body = beas.get(place).content.decode()
        assert "<script>alert" not in body
        assert "U+202E" in body
