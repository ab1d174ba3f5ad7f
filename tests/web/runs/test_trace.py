"""The trace of a run: what happened, whether the world changed, and everything behind each span."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agents.engine import accepting, cancelling
from agents.models import Operation, Run
from approvals.domain.decision import DecisionKind
from approvals.inbox import editing, undoing
from approvals.models import Escalation
from approvals.models.escalation import EscalationQuerySet
from console.pages.runs.tracing import choosing
from console.pages.runs.tracing.page import Trace
from tests import cast
from tests.engine import parcels
from tests.engine.mending import faulty
from tests.flows import desk
from tests.flows.desk import turn
from tests.web.review.conftest import signed_in
from tests.web.review.untrusted.hostile import EVERYTHING, MARKUP
from tests.web.runs import stories

pytestmark = pytest.mark.django_db
TURNED = "review\u202eevorppa "


def traced(browser: Client, run: Run, **query: str) -> Trace:
    """The trace as the templates got it."""
    shown: Trace = browser.get(reverse("trace", args=[run.key]), query).context["trace"]
    return shown


def text(browser: Client, run: Run, **query: str) -> str:
    """The page without its markup, in one line."""
    content = browser.get(reverse("trace", args=[run.key]), query).content.decode()
    inline = re.sub(r"</?(?:a|b|bdi|code|span|strong|time)\b[^>]*>", "", content.partition('id="main">')[2])
    return " ".join(re.sub(r"<[^>]*>", " ", inline).split())


def ids(shown: Trace) -> list[str]:
    return [row.span.id for row in shown.rows]


def kinds(shown: Trace) -> list[str]:
    return [row.span.kind.value for row in shown.rows]


def test_a_run_that_only_read_says_that_nothing_changed(mara: Client) -> None:
    assert "It ended after 2 turns and 1 call. Nothing changed: it only read." in text(mara, stories.read_only())


@pytest.mark.usefixtures("at_once")
def test_a_change_is_named_as_people_saw_it(mara: Client) -> None:
    run = stories.posted()
    waits = Escalation.objects.get(run_key=run.key)
    assert f"Mara approved {waits} at" in text(mara, run)
    assert "1 change was made: Post 1." in text(mara, run)


@pytest.mark.usefixtures("at_once")
def test_an_unknown_outcome_is_said_before_everything_else_about_the_world(mara: Client) -> None:
    run = stories.lost()
    incident = stories.escalation(run)
    assert f"Whether post_c happened is unknown; {incident} asks a person." in text(mara, run)
    assert "Nothing changed" not in text(mara, run)
    assert "nothing is repeated" in text(mara, run)


@pytest.mark.usefixtures("at_once")
def test_a_settled_outcome_is_no_longer_unknown(mara: Client) -> None:
    run = stories.lost()
    stories.decide(run, DecisionKind.HAPPENED, reason="asked the post office")
    desk.work()
    assert "1 change was made" in text(mara, run)
    assert "asked the post office" in text(mara, run)


@pytest.mark.usefixtures("at_once")
def test_settling_an_outcome_does_not_make_the_call_longer(mara: Client) -> None:
    run = stories.lost()
    opened = stories.escalation(run).opened_at
    stories.decide(run, DecisionKind.HAPPENED, reason="asked the post office")
    desk.work()
    effect = next(row.span for row in traced(mara, run).rows if row.span.kind == "effect")
    assert effect.end == opened


@pytest.mark.usefixtures("at_once")
def test_what_was_rejected_did_not_happen_and_says_why(mara: Client) -> None:
    run = stories.waiting()
    stories.decide(run, DecisionKind.REJECT, reason="another order")
    desk.work()
    assert "Nothing changed: what would have changed something was not done." in text(mara, run)
    step = next(row.span.id for row in traced(mara, run).rows if row.span.kind == "person")
    assert "A value is wrong: another order" in text(mara, run, span=step)


@pytest.mark.usefixtures("at_once")
def test_what_was_tried_and_failed_changed_nothing(mara: Client) -> None:
    nowhere = {"order_id": "#W0000000", "reason": "ordered by mistake"}
    run = stories.scripted(desk.turn({"name": "cancel_pending_order", "arguments": nowhere}))
    stories.decide(run)
    desk.work()
    assert Operation.objects.get(tool="cancel_pending_order").outcome == "failed"
    assert "Nothing changed: what was tried failed." in text(mara, run)


def test_a_failed_run_opens_on_the_span_that_ended_it(mara: Client) -> None:
    shown = traced(mara, stories.failed())
    assert (shown.selected, shown.panel.kind) == ("s3", "Turn 2 of the agent")
    assert shown.rows[-1].span.is_error


def test_a_dead_letter_says_since_when_it_stands_and_where_it_is_sent_again(mara: Client) -> None:
    run = stories.dead()
    assert "nothing more could be tried with scripted. An admin can send it again." in text(mara, run)
    admin = signed_in(cast.ada()).get(reverse("trace", args=[run.key])).content.decode()
    assert f'href="/health#letter-{run.letters.get().pk}"' in admin


def test_a_run_that_a_limit_ended_is_said_to_be_unfinished(mara: Client) -> None:
    parcels.allow()
    again = {"calls": [{"tool": "look_up", "arguments": {"n": 1}}]}
    run = faulty.speak(again, again)
    faulty.work()
    assert "Unfinished: it was ended after 2 turns and 1 call" in text(mara, run)
    assert "look_up is called again with the same arguments" in text(mara, run)


def test_a_waiting_run_opens_on_what_it_waits_for(mara: Client) -> None:
    run = stories.waiting()
    waits = stories.escalation(run)
    assert traced(mara, run).selected == f"s4-e{waits.pk}"
    assert f"It waits for a person since {timezone.localtime(waits.opened_at):%H:%M:%S}" in text(mara, run)


@pytest.mark.usefixtures("at_once")
def test_a_call_shows_its_gate_its_people_and_its_effect(mara: Client) -> None:
    assert kinds(traced(mara, stories.posted())) == ["run", "tool", "gate", "escalation", "person", "effect"]


def test_an_allowed_read_is_one_row(mara: Client) -> None:
    shown = traced(mara, stories.read_only())
    assert [(row.span.name, row.span.note) for row in shown.rows][2] == ("calculate", "allowed")
    assert kinds(shown) == ["run", "model", "tool", "model"]


def test_the_undo_window_is_a_span_with_what_became_of_it(mara: Client) -> None:
    desk.rules(undo_seconds=60)
    run = stories.waiting()
    waits = stories.decide(run)
    assert "until" in next(row.span.note for row in traced(mara, run).rows if row.span.kind == "undo")
    undoing.undo(Escalation.objects.get(pk=waits.pk), by=cast.mara())
    notes = [(row.span.kind.value, row.span.note) for row in traced(mara, run).rows[5:]]
    assert ("person", "approved, then undone") in notes
    assert ("undo", "used") in notes


@pytest.mark.usefixtures("at_once")
def test_a_person_s_edit_is_marked_beside_what_was_proposed(mara: Client) -> None:
    run = stories.post()
    waits = stories.escalation(run)
    examined = editing.examine(waits, waits.evidence.value(), {"n": 2})
    stories.decide(run, DecisionKind.EDIT, arguments={"n": 2}, payload_sha256=examined.action.digest)
    desk.work()
    sent = traced(mara, run).panel.arguments
    assert sent is not None
    assert [(line.path, line.value, line.was, line.is_changed) for line in sent.lines] == [("n", "2", "1", True)]
    assert (sent.heading, sent.changed_by, sent.sha256) == ("Arguments sent", "Mara", examined.action.digest)


def test_the_bytes_shown_are_the_bytes_that_were_judged(mara: Client) -> None:
    run = stories.waiting()
    verdict = stories.escalation(run).verdict
    sent = traced(mara, run).panel.arguments
    assert sent is not None
    assert sent.payload.encode() == bytes(verdict.payload)
    assert sent.sha256 == bytes(verdict.payload_sha256).hex()


def test_every_reason_of_the_gate_is_a_sentence(mara: Client) -> None:
    run = stories.waiting()
    shown = text(mara, run)
    assert all(reason["sentence"] in shown for reason in stories.escalation(run).verdict.reasons)


def test_a_queued_run_waits_for_a_worker(mara: Client) -> None:
    run = accepting.accept(agent="desk", title="Later")
    assert "It waits for a worker to take it. Nothing has changed so far." in text(mara, run)


def test_a_live_run_says_when_it_was_read_and_an_ended_one_does_not(mara: Client) -> None:
    assert "data-running" in mara.get(reverse("trace", args=[stories.waiting().key])).content.decode()
    assert "data-running" not in mara.get(reverse("trace", args=[stories.failed().key])).content.decode()


def test_a_reviewer_cancels_a_run_and_the_auditor_cannot(mara: Client, otto: Client) -> None:
    run = stories.waiting()
    assert "Cancel this run" not in text(otto, run)
    assert "Cancel this run" in text(mara, run)
    assert otto.post(reverse("cancel_run", args=[run.key])).status_code == 403
    mara.post(reverse("cancel_run", args=[run.key]))
    assert "Mara cancelled it at" in text(mara, run)


def test_cancelling_what_has_ended_changes_nothing(mara: Client) -> None:
    run = stories.read_only()
    response = mara.post(reverse("cancel_run", args=[run.key]))
    assert response.headers["Location"] == reverse("trace", args=[run.key])
    assert "It ended after" in text(mara, run)


def test_a_run_that_is_stopping_names_the_call_in_flight(mara: Client) -> None:
    run = stories.in_flight()
    cancelling.cancel(run, by=cast.ada())
    assert "Stopping. One call is in flight: calculate." in text(mara, run)
    assert "Cancel this run" not in text(mara, run)


def test_what_a_foreign_team_was_asked_is_seen_only_as_time(mara: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.rules(undo_seconds=0)
    run = stories.waiting()
    stories.decide(run, DecisionKind.REJECT, by=cast.kai(), reason="another order")
    desk.work()
    monkeypatch.setattr(EscalationQuerySet, "visible_to", lambda rows, _member: rows.none())
    shown = text(mara, run, span="s4")
    assert "somebody of another team" in shown
    assert "Kai" not in shown
    assert "ESC-" not in shown


def test_the_errors_alone_can_be_shown(mara: Client) -> None:
    assert ids(traced(mara, stories.failed(), show="errors")) == ["run", "s3"]


@pytest.mark.usefixtures("at_once")
def test_the_next_error_is_seen_from_the_selected_span(mara: Client) -> None:
    shown = traced(mara, stories.failed(), span="run")
    assert (shown.next_error, shown.previous_error) == ("?span=s3", "")


def test_the_address_keeps_what_was_chosen(mara: Client) -> None:
    shown = traced(mara, stories.waiting(), span="s2", show="gates", scale="true")
    assert shown.rows[0].href == "?span=run&show=gates&scale=true"
    assert shown.scales[0].href == "?span=s2&show=gates"


def test_doubtful_parts_of_an_address_are_as_if_not_there(mara: Client) -> None:
    run = stories.read_only()
    shown = traced(mara, run, span="<b>", show="nothing", scale="odd", **{"from": "-1"})
    assert (shown.selected, shown.shows[0].is_chosen) == ("run", True)


def test_a_long_run_is_folded_and_opens_what_is_selected(mara: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "MOST_UNFOLDED", 5)
    monkeypatch.setattr(choosing, "PAGE_SIZE", 3)
    run = stories.scripted(turn(stories.SUM), turn(stories.SUM), turn(desk.CANCEL))
    opened = traced(mara, run)
    assert ids(opened)[:4] == ["run", "s1", "s2", "s3"]
    assert [row.span.parent for row in opened.rows[-2:]] == ["s6", "s6"]
    assert ids(traced(mara, run, span="run")) == ["run", "s1", "s2", "s3"]
    assert ids(traced(mara, run, span="run", **{"from": "3"})) == ["run", "s4", "s5", "s6"]


def test_errors_are_on_every_page_of_a_long_run(mara: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "MOST_UNFOLDED", 3)
    monkeypatch.setattr(choosing, "PAGE_SIZE", 1)
    assert ids(traced(mara, stories.failed(), span="run")) == ["run", "s1", "s3"]


def test_the_script_gets_the_selected_span_alone(mara: Client) -> None:
    run = stories.read_only()
    content = mara.get(reverse("trace", args=[run.key]), {"part": "span", "span": "s2"}).content.decode()
    assert re.findall(r'<(?:aside|div)[^>]* id="([\w-]+)"', content) == ["span", "run-bar"]


def test_nothing_from_outside_becomes_markup(mara: Client) -> None:
    call = {"name": TURNED + EVERYTHING[:40], "arguments": {EVERYTHING[:200]: EVERYTHING}}
    run = stories.scripted(turn(call, text=EVERYTHING), title=TURNED + EVERYTHING[:400], message=EVERYTHING)
    pages = [mara.get(reverse("trace", args=[run.key]), {"span": one}).content.decode() for one in ("run", "s1", "s2")]
    pages.append(mara.get(reverse("runs")).content.decode())
    assert [markup for markup in MARKUP if "<" in markup for page in pages if markup in page] == []
    assert all("U+202E" in page for page in pages)


@pytest.mark.usefixtures("at_once")
def test_the_number_of_queries_does_not_grow_with_the_run(mara: Client) -> None:
    counts: list[Any] = []
    for run in (stories.waiting(), stories.scripted(*[turn(stories.SUM)] * 8, turn(desk.CANCEL))):
        with CaptureQueriesContext(connection) as asked:
            traced(mara, run)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 13
