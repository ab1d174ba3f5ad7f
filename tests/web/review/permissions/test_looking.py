"""Time to look: counted by the server from the first look of this very person."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from approvals.domain.decision import DecisionKind
from approvals.domain.errors import LookLonger
from approvals.inbox import deciding
from approvals.models import Decision, Escalation, Look, Member
from tests.engine import rows
from tests.engine.refusals import DENIED, execute, refused
from tests.web.review.conftest import HTMX, form
from tests.web.review.permissions import voting

pytestmark = pytest.mark.django_db
LONG: dict[str, Any] = {"delay_seconds": 600}


def decide(item: Escalation, by: Member) -> Decision:
    """Approve it."""
    return deciding.decide(item, by=by, said=voting.said(item))


def test_nobody_approves_before_the_time_is_over(mara: Member) -> None:
    item = voting.put(1, **LONG)
    for _ in range(2):
        with pytest.raises(LookLonger):
            decide(item, mara)
    assert Look.objects.filter(evidence=item.evidence, by=mara).count() == 1


def test_a_look_of_somebody_else_does_not_count(mara: Member, kai: Member) -> None:
    item = voting.put(1, delay_seconds=1)
    deciding.look(item, by=kai)
    with pytest.raises(LookLonger):
        decide(item, mara)


def test_the_database_refuses_it_as_well(mara: Member) -> None:
    item = voting.put(1, **LONG)
    Look.objects.create(evidence=item.evidence, by=mara, shown_at=Now() - timedelta(days=1))
    with refused("SB021"):
        rows.decision(item, mara)
    with refused(DENIED):
        execute("UPDATE approvals_look SET shown_at = shown_at - interval '1 day'")


def test_rejecting_takes_no_look(mara: Member) -> None:
    item = voting.put(1, **LONG)
    said = voting.said(item, DecisionKind.REJECT)
    assert deciding.decide(item, by=mara, said=said).kind == "reject"


def test_opening_it_begins_the_look(hers: Client, mara: Member) -> None:
    item = voting.put(1, **LONG)
    shown = {"evidence_sha256": item.evidence.digest, "version": item.version}
    hers.post(f"/queue/{item.pk}/claim", shown, headers=HTMX)
    assert Look.objects.get().by == mara


def test_without_scripts_the_page_begins_the_look(hers: Client, mara: Member) -> None:
    item = voting.put(1, **LONG)
    page = hers.get(f"/queue/{item.pk}").content.decode()
    assert (Look.objects.get().by, "It can be approved from" in page) == (mara, True)


def test_what_is_loaded_ahead_of_being_seen_begins_no_look(hers: Client) -> None:
    item = voting.put(1, **LONG)
    hers.head(f"/queue/{item.pk}")
    hers.get(f"/queue/{item.pk}", headers={"Sec-Purpose": "prefetch"})
    page = hers.get(f"/queue/{item.pk}", headers=HTMX).content.decode()
    assert (Look.objects.count(), "Looked at for 600 seconds it can be approved." in page) == (0, True)


def test_whoever_is_too_fast_is_told_from_when_on(hers: Client) -> None:
    item = voting.put(1, **LONG)
    answer = hers.post(f"/queue/{item.pk}/decide", form(item), headers=HTMX)
    assert (answer.status_code, "it can be approved from" in answer.content.decode()) == (422, True)
