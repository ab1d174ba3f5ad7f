"""Deciding without a pointer: as many keys as the class asks for, and never one too few."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from approvals.domain.escalation import Kind, Status
from approvals.models import Decision, Escalation
from tests.web.review import papers, stage
from tests.web.review.browser.conftest import ALIVE_MS, focused, show, shown, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

NEXT_AND_AT_ONCE_APPROVE = """async (id) => {
    const press = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    press("j");
    while (document.getElementById("decision").dataset.id !== id) await new Promise(requestAnimationFrame);
    press("a");
}"""


@pytest.fixture
def two(fresh_database: str) -> tuple[Escalation, Escalation]:
    """Two reversible escalations, the first due first."""
    return stage.put(due=timedelta(minutes=20)), stage.put(due=timedelta(minutes=30))


def keys(page: "Page", *pressed: str) -> None:
    """Press one after the other."""
    for key in pressed:
        page.keyboard.press(key)


def kinds() -> list[str]:
    """What was decided so far."""
    return list(Decision.objects.order_by("pk").values_list("kind", flat=True))


def test_one_key_approves_what_is_reversible(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    show(desk, two[0].pk)
    keys(desk, "a")
    wait_for(desk, two[1].pk)
    assert (kinds(), focused(desk)) == (["approve"], f"/queue/{two[1].pk}")


def test_two_keys_approve_what_is_costly(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    costly = stage.put(papers.notice(), due=timedelta(minutes=10))
    show(desk, costly.pk)
    keys(desk, "a", "Enter")
    wait_for(desk, two[0].pk)
    assert kinds() == ["approve"]


def test_one_key_never_approves_what_is_costly(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put(papers.notice()).pk)
    keys(desk, "a", "a", "a")
    desk.wait_for_timeout(300)
    assert (kinds(), focused(desk)) == ([], "named")


def test_the_fact_approves_what_is_irreversible(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    refund = stage.put(papers.refund(), due=timedelta(minutes=10))
    show(desk, refund.pk)
    keys(desk, "a", *"1840", "Enter")
    wait_for(desk, two[0].pk)
    assert kinds() == ["approve"]


def test_a_wrong_fact_keeps_the_focus_where_it_is_put_right(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put(papers.refund()).pk)
    keys(desk, "a", *"12", "Enter")
    desk.wait_for_selector("#hint .why")
    assert (kinds(), focused(desk), desk.input_value("#typed")) == ([], "typed", "12")


def test_three_keys_reject(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    show(desk, two[0].pk)
    keys(desk, "r", "5", "Enter")
    wait_for(desk, two[1].pk)
    assert (kinds(), Decision.objects.get().reason_code) == (["reject"], "duplicate")


def test_an_incident_is_settled_with_a_digit_and_a_sentence(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    incident = stage.put(papers.lost_refund(), kind=Kind.INCIDENT, due=timedelta(minutes=10))
    show(desk, incident.pk)
    keys(desk, "2", *"Not in the list of the bank", "Enter")
    wait_for(desk, two[0].pk)
    assert kinds() == ["not_happened"]


def test_letters_in_a_field_are_only_letters(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    show(desk, two[0].pk)
    keys(desk, "r", "Tab", *"a rejuvenated 123 jury?")
    desk.wait_for_timeout(200)
    assert (kinds(), shown(desk), desk.input_value("[name=reason]")) == ([], two[0].pk, "a rejuvenated 123 jury?")


def test_a_held_key_decides_once(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    show(desk, two[0].pk)
    desk.keyboard.down("a")
    wait_for(desk, two[1].pk)
    desk.wait_for_timeout(ALIVE_MS)
    for _ in range(5):
        desk.keyboard.down("a")
    desk.wait_for_timeout(200)
    assert kinds() == ["approve"]


def test_a_key_pressed_as_an_escalation_appears_is_lost(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    show(desk, two[0].pk)
    desk.evaluate(NEXT_AND_AT_ONCE_APPROVE, str(two[1].pk))
    desk.wait_for_timeout(ALIVE_MS)
    assert (kinds(), shown(desk)) == ([], two[1].pk)


def test_a_key_with_a_modifier_is_the_browsers(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    show(desk, two[0].pk)
    keys(desk, "Control+a", "Alt+a", "Meta+a")
    desk.wait_for_timeout(200)
    assert kinds() == []


def test_undo_returns_to_what_was_decided(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    show(desk, two[0].pk)
    keys(desk, "a")
    wait_for(desk, two[1].pk)
    keys(desk, "u")
    desk.wait_for_selector(f'#decision:not([data-id="{two[1].pk}"])')
    successor = Escalation.objects.get(supersedes=two[0])
    desk.wait_for_selector(f"#row-{successor.pk} .qi:focus")
    assert (shown(desk), focused(desk), successor.status) == (successor.pk, f"/queue/{successor.pk}", Status.OPEN)


def test_going_on_and_back_decides_nothing(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    show(desk, two[0].pk)
    keys(desk, "j")
    wait_for(desk, two[1].pk)
    keys(desk, "k")
    wait_for(desk, two[0].pk)
    desk.go_back()
    wait_for(desk, two[1].pk)
    assert kinds() == []


def test_the_keys_are_shown_by_a_key_and_rest_while_they_are(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    show(desk, two[0].pk)
    keys(desk, "?")
    desk.wait_for_selector("#keys:popover-open")
    keys(desk, "a", "j", "Escape")
    desk.wait_for_selector("#keys", state="hidden")
    assert (kinds(), shown(desk)) == ([], two[0].pk)


def test_a_page_that_is_left_lets_go(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    show(desk, two[0].pk)
    keys(desk, "r")
    desk.wait_for_selector("#claim[data-held]")
    keys(desk, "Escape", "j")
    wait_for(desk, two[1].pk)
    desk.wait_for_timeout(300)
    assert list(Escalation.objects.exclude(claimed_by=None)) == []


def test_looking_holds_nothing_and_the_first_act_does(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    desk.goto("/queue")
    desk.wait_for_selector("#live[data-state=live]")
    desk.wait_for_timeout(300)
    assert not Escalation.objects.exclude(claimed_by=None).exists()
    desk.click("#decision .facts")
    desk.wait_for_selector("#claim[data-held]")
    assert list(Escalation.objects.exclude(claimed_by=None)) == [two[0]]


def test_only_what_is_shown_is_marked_after_a_decision(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    show(desk, two[0].pk)
    keys(desk, "a")
    wait_for(desk, two[1].pk)
    desk.wait_for_timeout(500)
    marked = desk.locator("#rows .qi[aria-current]")
    assert [row.get_attribute("data-id") for row in marked.all()] == [str(two[1].pk)]


def test_undo_takes_the_latest_of_two_decisions_back(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    third = stage.put(due=timedelta(minutes=40))
    show(desk, two[0].pk)
    keys(desk, "a")
    wait_for(desk, two[1].pk)
    desk.wait_for_timeout(ALIVE_MS)
    keys(desk, "a")
    wait_for(desk, third.pk)
    desk.wait_for_timeout(ALIVE_MS)
    keys(desk, "u")
    desk.wait_for_timeout(1_500)
    assert Escalation.objects.get(pk=two[1].pk).status == Status.SUPERSEDED
    assert Escalation.objects.get(pk=two[0].pk).status == Status.DECIDED
