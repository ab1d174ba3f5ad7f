"""Editing over HTTP: checked before it is decided, and only what was shown is approved."""

import re
from typing import Any

import pytest
from django.test import Client

from agents.models import Operation
from approvals.domain.escalation import Kind, Status
from approvals.inbox import claiming, undoing
from approvals.models import Decision, Escalation, Label, Member
from tests.flows import desk
from tests.web.review import inquiries, papers, stage
from tests.web.review.conftest import HTMX, form, signed_in

REASON, OTHER = '"ordered by mistake"', '"no longer needed"'
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@pytest.fixture
def found(db: None, shop: None) -> Escalation:
    """One open approval of a cancellation, asked for by a run of ours."""
    desk.rules(undo_seconds=10)
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    return desk.only_open()


def sent(escalation: Escalation, **entered: Any) -> dict[str, Any]:
    """What the inputs send: the order, and another reason."""
    shown = {"evidence_sha256": escalation.evidence.digest, "version": escalation.version}
    return {**shown, "a0": desk.PENDING, "a1": OTHER, **entered}


def checked(client: Client, escalation: Escalation, **entered: Any) -> dict[str, str]:
    """The form of the button that approves, as the server wrote it."""
    page = client.post(f"/queue/{escalation.pk}/examine", sent(escalation, **entered), headers=HTMX).content.decode()
    bar = page[page.index('data-decide="edit"') :]
    pairs = HIDDEN.findall(bar[: bar.index("</form>")])
    return {name: value.replace("&quot;", '"') for name, value in pairs}


def fact(escalation: Escalation) -> str:
    """What has to be typed."""
    wanted = escalation.evidence.value().material.preview.typed_fact
    assert wanted is not None
    return wanted.value


def decide(client: Client, escalation: Escalation, fields: dict[str, str], **more: str) -> Any:
    """Press the button."""
    said = {**fields, "typed": fact(escalation), "is_material": "1", **more}
    return client.post(f"/queue/{escalation.pk}/decide", said, headers=HTMX)


def test_the_arguments_become_inputs_as_the_schema_says(hers: Client, found: Escalation) -> None:
    page = hers.get(f"/queue/{found.pk}/edit").content.decode()
    assert 'type="text" id="a0" name="a0" value="#W8379216"' in page
    assert f'<option value="{REASON.replace(chr(34), "&quot;")}" selected>ordered by mistake</option>' in page
    assert "no longer needed" in page


def test_a_check_shows_the_difference_of_the_edited_call_and_decides_nothing(hers: Client, found: Escalation) -> None:
    page = hers.post(f"/queue/{found.pk}/examine", sent(found), headers=HTMX).content.decode()
    assert "Approve with 1 change" in page
    assert "you, just now" in page
    assert 'id="change" hx-swap-oob="true"' in page
    assert Decision.objects.count() == 0


def test_what_was_checked_is_approved_and_runs(hers: Client, found: Escalation) -> None:
    answer = decide(hers, found, checked(hers, found))
    decision = Decision.objects.get()
    assert (answer.status_code, decision.kind) == (200, "edit")
    assert b"no longer needed" in bytes(decision.payload or b"")
    assert Label.objects.get().material is True


def test_only_wording_is_no_mistake_of_the_agent(hers: Client, found: Escalation) -> None:
    decide(hers, found, checked(hers, found), is_material="0")
    assert Label.objects.get().teaching == "right"


@pytest.mark.parametrize(
    "smuggled",
    [{"a1": REASON}, {"a0": "#W2611340"}, {"payload_sha256": "0" * 64}, {"proof": "0" * 64}, {"proof": ""}],
    ids=["other-reason", "other-order", "other-digest", "made-up-proof", "no-proof"],
)
def test_other_bytes_than_were_examined_are_never_approved(
    hers: Client, found: Escalation, smuggled: dict[str, str]
) -> None:
    answer = decide(hers, found, {**checked(hers, found), **smuggled})
    assert (answer.status_code in (409, 422), Decision.objects.count()) == (True, 0)


def test_a_proof_is_for_who_saw_it(hers: Client, his: Client, found: Escalation) -> None:
    answer = decide(his, found, checked(hers, found))
    assert (answer.status_code, Decision.objects.count()) == (409, 0)


def test_a_world_that_moved_after_the_check_is_shown_again(
    hers: Client, found: Escalation, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = checked(hers, found)
    other = papers.tagging().material.preview.model_copy(update={"typed_fact": None})
    monkeypatch.setattr("approvals.inbox.surveying.preview", lambda *_args, **_more: other)
    answer = decide(hers, found, fields)
    assert (answer.status_code, "Look at it once more" in answer.content.decode()) == (409, True)
    assert Decision.objects.count() == 0


def test_the_fact_of_the_edited_case_is_asked_and_what_was_entered_stays(hers: Client, found: Escalation) -> None:
    answer = decide(hers, found, checked(hers, found), typed="12")
    page = answer.content.decode()
    assert (answer.status_code, "That is not" in page, 'value="12"' in page) == (422, True, True)
    assert f'name="a1" value="{OTHER.replace(chr(34), "&quot;")}"' in page


def test_who_edits_says_whether_it_was_a_mistake(hers: Client, found: Escalation) -> None:
    answer = decide(hers, found, checked(hers, found), is_material="")
    assert (answer.status_code, Decision.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"a0": "W12"}, "It has to be “#W”, then 7 digits. For example: #W1234567"),
        ({"a1": '"I feel like it"'}, "It has to be one of: no longer needed, ordered by mistake."),
        ({"a1": "x"}, "This is not JSON"),
        ({"a1": ""}, "A value is missing."),
        ({"a1": REASON}, "Nothing is changed; approve it as it is."),
        ({"a0": "#W0000000\x00"}, "It holds a character that cannot be stored."),
    ],
    ids=["form", "choice", "raw", "missing", "nothing-changed", "unstorable"],
)
def test_a_bad_value_says_why_beside_it_and_nothing_is_lost(
    hers: Client, found: Escalation, entered: dict[str, str], said: str
) -> None:
    answer = hers.post(f"/queue/{found.pk}/examine", sent(found, **entered), headers=HTMX)
    page = answer.content.decode()
    assert (answer.status_code, said in page) == (422, True)
    assert ('value="#W8379216"' in page) or "a0" in entered


def test_an_edit_of_an_older_version_is_not_examined(hers: Client, found: Escalation) -> None:
    fields = sent(found) | {"version": 7}
    answer = hers.post(f"/queue/{found.pk}/examine", fields, headers=HTMX)
    assert (answer.status_code, "Look at it again" in answer.content.decode()) == (409, True)


def test_a_second_click_decides_nothing_more(hers: Client, found: Escalation) -> None:
    fields = checked(hers, found)
    statuses = [decide(hers, found, fields).status_code for _ in range(2)]
    assert (statuses, Decision.objects.count()) == ([200, 409], 1)


def test_somebody_elses_hold_is_a_warning_and_no_lock(hers: Client, kai: Member, found: Escalation) -> None:
    claiming.claim(found, by=kai)
    assert "Kai is at it too." in hers.get(f"/queue/{found.pk}").content.decode()
    assert decide(hers, found, checked(hers, found)).status_code == 200


def test_without_script_an_edit_is_three_pages(hers: Client, found: Escalation) -> None:
    inputs = hers.get(f"/queue/{found.pk}/edit").content.decode()
    looked_at = hers.post(f"/queue/{found.pk}/examine", sent(found)).content.decode()
    said = {**checked(hers, found), "typed": fact(found), "is_material": "1"}
    decided = hers.post(f"/queue/{found.pk}/decide", said)
    assert ["<!doctype html>" in page for page in (inputs, looked_at)] == [True, True]
    assert (decided.status_code, decided["Location"]) == (302, "/queue")


def test_a_checked_edit_can_be_changed_again(hers: Client, found: Escalation) -> None:
    page = hers.post(f"/queue/{found.pk}/edit", checked(hers, found), headers=HTMX).content.decode()
    assert f'value="{OTHER.replace(chr(34), "&quot;")}" selected' in page


def test_an_undone_edit_comes_back_with_its_values(hers: Client, mara: Member, found: Escalation) -> None:
    decide(hers, found, checked(hers, found))
    successor = undoing.undo(Escalation.objects.get(pk=found.pk), by=mara)
    page = hers.get(f"/queue/{successor.pk}/edit").content.decode()
    assert f'value="{OTHER.replace(chr(34), "&quot;")}" selected' in page


def test_what_was_decided_says_who_when_and_what_followed(hers: Client, found: Escalation) -> None:
    decide(hers, found, checked(hers, found))
    page = hers.get(f"/queue/{found.pk}").content.decode()
    assert "Mara approved this with changes at" in page
    assert "What the person changed" in page
    assert "unless it is undone" in page


def test_what_was_carried_out_says_how_it_went(hers: Client, shop: None) -> None:
    desk.rules()
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    shown = desk.only_open()
    desk.decide(shown)
    desk.work()
    assert Operation.objects.get().outcome == "succeeded"
    assert "and worked." in hers.get(f"/queue/{shown.pk}").content.decode()


def test_an_auditor_edits_nothing(otto: Member, found: Escalation) -> None:
    auditor = signed_in(otto)
    statuses = [auditor.get(f"/queue/{found.pk}/edit").status_code]
    statuses += [auditor.post(f"/queue/{found.pk}/examine", sent(found)).status_code]
    assert statuses == [403, 403]


def test_what_no_run_here_asked_for_is_not_edited(hers: Client) -> None:
    elsewhere = stage.put()
    page = hers.get(f"/queue/{elsewhere.pk}").content.decode()
    answer = hers.get(f"/queue/{elsewhere.pk}/edit", headers=HTMX)
    assert ("data-edit" in page, answer.status_code) == (False, 409)


def test_a_raw_edit_of_what_cannot_be_edited_is_refused(hers: Client) -> None:
    elsewhere = stage.put()
    answer = hers.post(f"/queue/{elsewhere.pk}/decide", form(elsewhere, "edit", a0='"x"', is_material="1"))
    elsewhere.refresh_from_db()
    assert (answer.status_code, elsewhere.status) == (409, Status.OPEN)


def test_what_was_sent_back_and_what_came_back_lead_to_each_other(hers: Client) -> None:
    first = stage.put()
    told = inquiries.asked_by_agent("Which order?", "#W1")
    material = told.material.model_copy(update={"instructions": "ask which order"})
    hers.post(f"/queue/{first.pk}/decide", form(first, "revise", reason="ask which order"), headers=HTMX)
    second = stage.put(told.model_copy(update={"material": material}), kind=Kind.QUESTION, revises=first)
    before, after = (hers.get(f"/queue/{one.pk}").content.decode() for one in (first, second))
    assert f"Came back as ESC-{second.pk} (Question)" in before
    assert f'href="/queue/{second.pk}" data-show' in before
    assert f"Came of ESC-{first.pk}" in after
    assert "came back with a question instead of that call" in after
