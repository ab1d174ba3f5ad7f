"""A conversation that a person has, over HTTP: what is shown, kept, sent and refused."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from agents import tasks
from agents.tools import registry
from agents.tools.samples.retail.agents import ASSISTANT
from approvals.domain.escalation import Kind, Status
from approvals.inbox.claiming import claim, conversing, release
from approvals.models import Decision, Escalation, Member
from tests import cast
from tests.engine.deciding import handed
from tests.flows import desk
from tests.web.review import papers, stage
from tests.web.review.conftest import HTMX, form, hers, his, kai, mara

__all__ = ["hers", "his", "kai", "mara"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def page(browser: Client, escalation: Escalation) -> str:
    """What its page says."""
    return browser.get(f"/queue/{escalation.pk}").content.decode()


def say(browser: Client, handoff: Escalation, text: str, **more: Any) -> Any:
    """Send a message as the page does."""
    sent = {"answer": text, "key": str(uuid4()), **more}
    return browser.post(f"/queue/{handoff.pk}/say", sent, headers=HTMX)


def test_taking_over_leads_to_the_conversation_and_says_so_where_it_was_asked(hers: Client, mara: Member) -> None:
    _, asked = handed.waiting()
    response = hers.post(f"/queue/{asked.pk}/take", form(asked))
    handoff = Escalation.objects.get(kind=Kind.HANDOFF)
    assert response.headers["Location"] == f"/queue/{handoff.pk}"
    shown = page(hers, handoff)
    assert "You have this conversation. The agent is stopped." in shown
    assert "Conversation about: Cancel order #W8379216" in shown
    assert "Please cancel #W8379216, ordered by mistake" in shown
    assert "Mara took the conversation over at" in page(hers, asked)


def test_what_is_asked_from_elsewhere_has_no_conversation_here(hers: Client) -> None:
    asked = stage.put(papers.tagging())
    assert "data-take" not in page(hers, asked)
    assert hers.post(f"/queue/{asked.pk}/take", form(asked)).status_code == 409
    assert Decision.objects.count() == 0


def test_who_takes_over_second_is_told_who_was_first(hers: Client, his: Client, mara: Member) -> None:
    _, asked = handed.waiting()
    sent = form(asked)
    hers.post(f"/queue/{asked.pk}/take", sent)
    response = his.post(f"/queue/{asked.pk}/take", sent)
    assert response.status_code == 409
    assert "Mara took the conversation over at" in response.content.decode()


def test_a_handoff_that_nobody_has_is_taken_by_one(hers: Client, his: Client, mara: Member) -> None:
    _, handoff = handed.taken()
    release(handoff, by=mara)
    assert "Nobody has this conversation yet" in page(his, handoff)
    his.post(f"/queue/{handoff.pk}/take", form(handoff))
    assert "You have this conversation" in page(his, handoff)
    shown = page(hers, handoff)
    assert "Kai has this conversation until" in shown
    assert "data-reply" not in shown


def test_a_message_is_sent_shown_and_announced(hers: Client) -> None:
    _, handoff = handed.taken()
    response = say(hers, handoff, "Hello, <b>Mara</b> here")
    assert response.status_code == 200
    assert "Hello, &lt;b&gt;Mara&lt;/b&gt; here" in response.content.decode()
    assert "autofocus" in response.content.decode()
    assert [one.text for one in conversing.messages(handoff.origin)] == ["Hello, <b>Mara</b> here"]
    assert "Mara, of the team" in hers.get(f"/queue/{handoff.pk}/talk").content.decode()


@pytest.mark.parametrize("sent", [{"answer": " "}, {"key": "no key"}, {"key": ""}, {"answer": "x" * 4_001}])
def test_what_cannot_be_sent_is_said_and_loses_nothing(hers: Client, sent: dict[str, str]) -> None:
    _, handoff = handed.taken()
    response = hers.post(f"/queue/{handoff.pk}/say", {"answer": "Kept", "key": str(uuid4())} | sent, headers=HTMX)
    assert response.status_code == 422
    assert "Nothing was sent" in response.content.decode()
    assert (sent.get("answer", "Kept")[:4_000].strip()) in response.content.decode()
    assert list(conversing.messages(handoff.origin)) == []


def test_what_is_written_while_somebody_else_has_it_is_kept_as_a_draft(his: Client, kai: Member) -> None:
    _, handoff = handed.taken()
    response = say(his, handoff, "Let me help")
    assert response.status_code == 409
    assert "Mara has this conversation" in response.content.decode()
    assert conversing.draft_of(handoff, by=kai) == "Let me help"


def test_a_draft_survives_a_reload_and_is_nobody_elses(hers: Client, his: Client) -> None:
    _, handoff = handed.taken()
    assert hers.post(f"/queue/{handoff.pk}/draft", {"answer": "Dear Yusuf"}, headers=HTMX).status_code == 204
    assert "Dear Yusuf" in page(hers, handoff)
    assert "Dear Yusuf" not in page(his, handoff)


def test_giving_back_needs_a_note_and_tells_who_comes_second(hers: Client, his: Client, mara: Member) -> None:
    _, handoff = handed.taken()
    sent = form(handoff, "give_back", reason="Go on")
    assert hers.post(f"/queue/{handoff.pk}/decide", form(handoff, "give_back"), headers=HTMX).status_code == 422
    assert hers.post(f"/queue/{handoff.pk}/decide", sent, headers=HTMX).status_code == 200
    response = his.post(f"/queue/{handoff.pk}/decide", sent, headers=HTMX)
    assert response.status_code == 409
    assert "Mara gave the conversation back at" in response.content.decode()


def test_after_it_was_given_back_a_message_says_so_and_keeps_the_text(hers: Client) -> None:
    _, handoff = handed.taken()
    handed.give_back(handoff)
    response = say(hers, handoff, "One more thing")
    assert response.status_code == 409
    assert "One more thing" in response.content.decode()


def test_an_auditor_reads_along_and_says_nothing() -> None:
    _, handoff = handed.taken()
    handed.write(handoff, "Hello")
    browser = Client()
    browser.force_login(cast.otto())
    assert "Hello" in page(browser, handoff)
    assert "data-reply" not in page(browser, handoff)
    assert say(browser, handoff, "Hi").status_code == 403


def test_the_trace_shows_what_was_said(hers: Client) -> None:
    run, handoff = handed.taken()
    handed.write(handoff, "Would an exchange do?")
    span = f"s{handed.step_of(handoff).position}-e{handoff.pk}"
    shown = hers.get(f"/runs/{run.key}?span={span}").content.decode()
    assert "a person has the conversation" in shown
    assert "Would an exchange do?" in shown


def test_a_link_that_says_what_it_is_leads_to_it(hers: Client) -> None:
    _, handoff = handed.taken()
    assert hers.get(f"/handoff/{handoff.pk}").headers["Location"] == f"/queue/{handoff.pk}"


def test_a_simulated_customer_answers_within_a_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    _, handoff = handed.taken()
    agents = {
        **registry._agents,
        "desk": registry.find_agent("desk").model_copy(update={"customer_model": "scripted:"}),
    }
    monkeypatch.setattr(registry, "_agents", agents)
    handed.write(handoff, "Hello?")
    tasks.sweep()
    said = conversing.messages(handoff.origin)
    assert [one.by for one in said] == [cast.mara(), None]
    tasks.sweep()
    assert len(conversing.messages(handoff.origin)) == 2


def test_the_shops_agent_hands_over_by_its_own_tool() -> None:
    assert registry.card_of("transfer_to_human_agents").hands_over
    assert "transfer_to_human_agents" in ASSISTANT.tools


def test_nobody_is_shown_a_form_for_what_has_ended(hers: Client) -> None:
    _, handoff = handed.taken()
    handed.end(handoff)
    desk.work()
    shown = page(hers, handed.reloaded(handoff))
    assert Escalation.objects.get(pk=handoff.pk).status == Status.APPLIED
    assert "data-reply" not in shown
    assert "You ended the run at" in shown
    assert not claim(handoff, by=cast.kai())


def test_the_agent_is_asked_back_from_the_pane_and_its_answer_is_untrusted(hers: Client) -> None:
    _, asked = handed.waiting()
    sent = {**form(asked), "reason": "Why this order?", "key": str(uuid4())}
    response = hers.post(f"/queue/{asked.pk}/ask", sent, headers=HTMX)
    assert response.status_code == 200
    assert "The agent has not answered yet" in response.content.decode()
    again = hers.post(f"/queue/{asked.pk}/ask", sent | {"key": str(uuid4()), "reason": "And?"}, headers=HTMX)
    assert again.status_code == 409
    assert "And?" in again.content.decode()
    tasks.sweep()
    shown = hers.get(f"/queue/{asked.pk}/talk").content.decode()
    assert '<div class="unt">' in shown
    assert "I cannot say." in shown
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("sent", [{"reason": ""}, {"key": "no key"}, {"reason": "x" * 1_001}])
def test_a_question_that_cannot_be_asked_is_said(hers: Client, sent: dict[str, str]) -> None:
    _, asked = handed.waiting()
    whole = {**form(asked), "reason": "Why?", "key": str(uuid4())} | sent
    assert hers.post(f"/queue/{asked.pk}/ask", whole, headers=HTMX).status_code == 422
