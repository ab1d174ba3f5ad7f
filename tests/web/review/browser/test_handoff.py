"""A conversation is taken, written in and given back by keys, while the user writes as well."""

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from approvals.inbox.claiming import claim, conversing, release
from approvals.models import Decision, Escalation, Member
from tests.engine.deciding import handed
from tests.web.review.browser.conftest import ALIVE_MS, elsewhere, show
from tests.web.review.browser.test_changing import asked
from tests.web.review.browser.test_screens import at

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser]


def replies(text: str) -> None:
    """The user answers the last message."""
    handoff = Escalation.objects.get(kind="handoff", status="open")
    last = conversing.messages(handoff.origin)[-1]
    assert conversing.answer(handoff, last=last, key=uuid4(), text=text)


def test_a_conversation_is_had_by_keys(desk: "Page", mara: Member) -> None:
    escalation = elsewhere(asked)
    show(desk, escalation.pk)
    desk.keyboard.press("h")
    desk.wait_for_selector("[data-reply]")
    assert desk.locator("#decision :text('taken back'), #rows :text('taken back')").count() == 0
    desk.wait_for_timeout(ALIVE_MS)
    desk.keyboard.press("r")
    desk.keyboard.type("This is Mara, a person. Would an exchange do?")
    with desk.expect_response(lambda response: response.url.endswith("/draft")):
        desk.wait_for_timeout(2_200)
    desk.reload()
    assert desk.locator("[data-reply]").input_value().startswith("This is Mara")
    desk.wait_for_timeout(ALIVE_MS)
    desk.keyboard.press("r")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_selector("#talk :text('Would an exchange do?')")
    desk.wait_for_function("document.activeElement.matches('[data-reply]')")
    desk.keyboard.type("One more")
    elsewhere(lambda: replies("Yes, in blue please."))
    desk.wait_for_selector("#talk :text('Yes, in blue please.')")
    assert desk.locator("[data-reply]").input_value() == "One more"
    assert desk.evaluate("document.activeElement.matches('[data-reply]')")
    desk.keyboard.press("Escape")
    desk.wait_for_timeout(ALIVE_MS)
    desk.keyboard.press("b")
    desk.keyboard.type("Offer the blue one.")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#undo[data-until]")
    decision = elsewhere(lambda: Decision.objects.get(kind="give_back"))
    assert (decision.reason, decision.by_id) == ("Offer the blue one.", mara.pk)


@pytest.mark.full
def test_no_state_of_a_handoff_has_a_fault(desk: "Page", mara: Member, kai: Member) -> None:
    handoff = elsewhere(lambda: handed.take(asked(), by=mara))
    found = at(desk, f"/queue/{handoff.pk}") + at(desk, f"/queue/{handoff.pk}", "b")
    elsewhere(lambda: release(handoff, by=mara))
    found += at(desk, f"/queue/{handoff.pk}")
    elsewhere(lambda: claim(handoff, by=kai))
    assert found + at(desk, f"/queue/{handoff.pk}") == []
