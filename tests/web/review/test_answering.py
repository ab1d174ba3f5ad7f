"""Questions, revisions and what comes back, over HTTP."""

import pytest
from django.test import Client
from django.utils import timezone

from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Kind
from approvals.domain.evidence import Bar, Change, Grounding, Read
from approvals.inbox import deciding
from approvals.models import Decision, Escalation, Member
from console.pages.presenting.evidence.context import context
from tests.flows import desk
from tests.web.review import inquiries, papers, stage
from tests.web.review.conftest import HTMX, form


@pytest.fixture
def question(db: None) -> Escalation:
    """Which account is meant?"""
    return stage.put(inquiries.which_account(), kind=Kind.QUESTION)


def test_a_question_shows_its_options_side_by_side_and_chooses_none(hers: Client, question: Escalation) -> None:
    page = hers.get(f"/queue/{question.pk}").content.decode()
    assert page.count('name="option"') == 4
    assert "checked" not in page[page.index('id="asked"') : page.index("</table>")]
    assert "<mark><bdi>SE45 ·· 9023</bdi></mark>" in page


def test_the_title_of_a_question_does_not_give_the_guess_away(hers: Client, question: Escalation) -> None:
    page = hers.get(f"/queue/{question.pk}", headers=HTMX).content.decode()
    assert "Which account is meant?</bdi></h1>" in page
    assert "told-after" in page


def test_an_option_is_answered_by_its_place(hers: Client, question: Escalation) -> None:
    hers.post(f"/queue/{question.pk}/decide", form(question, "answer", option="2"), headers=HTMX)
    decision = Decision.objects.get()
    assert (decision.kind, decision.reason) == ("answer", "acc_2")


def test_an_answer_can_be_in_ones_own_words(hers: Client, question: Escalation) -> None:
    said = form(question, "answer", option="none", answer="Ask for the IBAN first.")
    hers.post(f"/queue/{question.pk}/decide", said, headers=HTMX)
    assert Decision.objects.get().reason == "Ask for the IBAN first."


@pytest.mark.parametrize(
    "fields",
    [
        {"option": "4"},
        {"option": "0"},
        {"option": "acc_2"},
        {"option": "-1"},
        {},
        {"option": "none"},
        {"option": "none", "answer": "\u200b"},
        {"kind": "approve"},
        {"kind": "reject", "reason": "no"},
    ],
    ids=str,
)
def test_what_was_not_offered_is_no_answer(hers: Client, question: Escalation, fields: dict[str, str]) -> None:
    answer = hers.post(f"/queue/{question.pk}/decide", form(question, "answer") | fields, headers=HTMX)
    assert (answer.status_code, Decision.objects.count()) == (422, 0)


def test_a_refused_answer_keeps_what_was_written(hers: Client, question: Escalation) -> None:
    said = form(question, "answer", option="9", answer="half a thought")
    page = hers.post(f"/queue/{question.pk}/decide", said, headers=HTMX).content.decode()
    assert ('value="half a thought"' in page, "This was not offered." in page) == (True, True)


def test_an_undone_answer_is_chosen_again(hers: Client, question: Escalation) -> None:
    hers.post(f"/queue/{question.pk}/decide", form(question, "answer", option="2"))
    page = hers.post(f"/queue/{question.pk}/undo", follow=True).content.decode()
    assert 'value="2" form="answering" checked' in page


def test_the_agents_words_are_no_heading(hers: Client) -> None:
    asked = stage.put(inquiries.asked_by_agent("<h1>Approved</h1>", "#W1", "#W2"), kind=Kind.QUESTION)
    page = hers.get(f"/queue/{asked.pk}", headers=HTMX).content.decode()
    assert ("Question from the agent</bdi></h1>" in page, "&lt;h1&gt;Approved" in page) == (True, True)


def test_a_proposal_is_sent_back_with_instructions(hers: Client) -> None:
    shown = stage.put()
    hers.post(f"/queue/{shown.pk}/decide", form(shown, "revise", reason="Tag only the open ones."), headers=HTMX)
    decision = Decision.objects.get()
    assert (decision.kind, decision.reason) == ("revise", "Tag only the open ones.")


def test_instructions_are_needed_and_asked_for_in_the_open_panel(hers: Client) -> None:
    shown = stage.put()
    answer = hers.post(f"/queue/{shown.pk}/decide", form(shown, "revise", reason="\u200b "), headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'data-say="revise" name="say" open' in page
    assert "Say what the agent should change." in page


@pytest.mark.usefixtures("shop")
def test_the_new_proposal_shows_what_was_asked_for_and_what_changed(hers: Client, his: Client) -> None:
    desk.rules()
    again = {"name": "cancel_pending_order", "arguments": {**desk.CANCEL["arguments"], "reason": "no longer needed"}}
    desk.submit(desk.turn(desk.CANCEL), desk.turn(again))
    desk.work()
    desk.decide(desk.only_open(), DecisionKind.REVISE, reason="say that it is no longer needed")
    desk.work()
    address = f"/queue/{desk.only_open().pk}"
    mine, theirs = hers.get(address).content.decode(), his.get(address).content.decode()
    assert ("What you asked for" in mine, "What Mara asked for" in theirs) == (True, True)
    assert "<del><bdi>ordered by mistake</bdi></del>" in mine
    assert "<ins><bdi>no longer needed</bdi></ins>" in mine


def test_an_agent_that_changed_nothing_is_told_on(hers: Client) -> None:
    shown = stage.put(inquiries.revised(is_same=True))
    assert "exactly the same call again" in hers.get(f"/queue/{shown.pk}").content.decode()


def test_what_came_back_shows_asked_now_and_proposed(hers: Client) -> None:
    page = hers.get(f"/queue/{stage.put(inquiries.came_back()).pk}").content.decode()
    row = page[page.index("When asked") :]
    cells = [row.index(value) for value in ("paid</bdi>", "disputed</bdi>", "refunded</bdi>")]
    assert cells == sorted(cells)
    assert "order 77120 changed after Mara approved it." in page


def test_a_call_that_would_be_refused_lists_no_change(hers: Client) -> None:
    page = hers.get(f"/queue/{stage.put(inquiries.refused()).pk}", headers=HTMX).content.decode()
    assert "Would be refused:" in page
    assert "<ins>" not in page


def test_a_flagged_argument_is_not_hidden_by_another_row_with_its_text(hers: Client) -> None:
    change = Change(field="Note", now=None, after="5", source="agent only, in no tool result", is_flagged=True)
    whole = papers.tagging(changes=(change,))
    grounding = (Grounding(path="amount", source="agent", detail=""),)
    whole = papers.evidence(whole.tool, whole.material, arguments={"amount": "5"}, grounding=grounding)
    assert "<bdi>Amount</bdi>" in hers.get(f"/queue/{stage.put(whole).pk}").content.decode()


def test_somebody_elses_decision_is_not_ones_own_to_undo(hers: Client, kai: Member) -> None:
    shown = stage.put()
    deciding.decide(shown, by=kai, said=desk.said(shown))
    answer = hers.post(f"/queue/{shown.pk}/undo", headers=HTMX)
    page = answer.content.decode()
    assert (answer.status_code, answer["HX-Retarget"]) == (403, "#bar")
    assert "Kai decided this. Only Kai or an admin can undo it." in page


def test_others_on_the_same_thing_are_counted(hers: Client) -> None:
    reads = (Read(entity="order #W8379216", digest="0" * 64),)
    shown = stage.put(papers.tagging("Cancel order #W8379216", reads=reads))
    other = stage.put(papers.tagging("Change items of order #W8379216"))
    page = hers.get(f"/queue/{shown.pk}").content.decode()
    assert "1 other on <bdi>order #W8379216</bdi>" in page
    assert f'data-show="{other.pk}"' in page


def test_a_score_against_an_unproven_threshold_says_so(hers: Client) -> None:
    page = hers.get(f"/queue/{stage.put(papers.refund()).pk}").content.decode()
    assert '<dt>Score, <span class="warn">not certified</span></dt>' in page


def test_the_minutes_of_a_person_do_not_squeeze_the_work() -> None:
    bars = (
        Bar(label="model", start_ms=0, end_ms=2_000, kind="model"),
        Bar(label="person", start_ms=2_000, end_ms=602_000, kind="person"),
        Bar(label="tool", start_ms=602_000, end_ms=604_000, kind="tool"),
    )
    whole = papers.tagging()
    material = whole.material.model_copy(update={"trace": bars})
    drawn = context(whole.model_copy(update={"material": material}), now=timezone.now()).trace
    assert drawn is not None
    model, person, tool = (span.width for span in drawn.spans)
    assert (model > 2 * person, tool > 2 * person, drawn.seconds) == (True, True, "604.0")
