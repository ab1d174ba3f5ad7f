"""The list of routes, one route with a draft, and changing it, as forms without script send it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.domain.label import Teaching
from approvals.learning import tuning
from approvals.learning.tuning import Cuts
from approvals.models import Ruleset, RulesetProposal
from tests import cast
from tests.learning import calls
from tests.web.thresholds import stage
from tests.web.thresholds.stage import ROUTE

pytestmark = pytest.mark.django_db
PLACE = f"/policies/thresholds/{ROUTE}"
HTMX = {"HX-Request": "true"}


def text(client: Client, place: str = PLACE, **fields: Any) -> str:
    """What a page says, without markup."""
    body = client.get(place, fields).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def send(client: Client, auto: str = "0.85", ask: str = "0.6", seen: int = 1, reason: str = "because") -> Any:
    """The form of a route."""
    return client.post(f"/policies/tune/{ROUTE}", {"auto": auto, "ask": ask, "seen": seen, "reason": reason})


def test_before_the_first_call_the_list_says_so(adas: Client) -> None:
    assert "No call was judged yet." in text(adas, "/policies/thresholds")


def test_the_list_has_every_route_with_its_numbers_and_none_is_certified(adas: Client) -> None:
    calls.calls((0.9, 0.8), None)
    calls.call(0.9, route="desk/other", tool="other")
    stage.live()
    said = text(adas, "/policies/thresholds")
    assert f"{ROUTE} 2 0.85 0.60 Not certified" in said
    assert "desk/other 1 everything asks never Everything asks" in said


def test_a_route_of_the_rules_that_nothing_was_recorded_on_is_listed(adas: Client) -> None:
    calls.live("{name: refunds, tools: [refund], auto_threshold: 0.9}")
    assert "refunds refund 0 0.90 never Not certified" in text(adas, "/policies/thresholds")


def test_a_route_that_few_runs_were_looked_at_on_is_offered_no_number(adas: Client) -> None:
    calls.calls((0.9, 0.91), Teaching.RIGHT)
    calls.call(0.95)
    page = adas.get(PLACE).content.decode()
    assert 'name="auto" value=""' in page
    assert 'name="ask" value=""' in page
    said = "No number is offered yet. 163 more clean test runs are needed. At the pace of now that is about 55 days."
    assert said in page
    assert "Propose" not in page
    assert said in text(adas, auto="0.9", ask="")


def test_the_page_counts_what_the_draft_would_have_let_run(adas: Client) -> None:
    calls.calls((0.9, 0.91, 0.92), Teaching.RIGHT)
    calls.calls((0.95,), None)
    calls.calls((0.5,), Teaching.RIGHT)
    stage.found_wrong(0.93, "Moved the wrong customer", "that is her sister's address")
    said = text(adas, auto="0.9", ask="")
    assert "These 5 calls would have run alone 1 looked at and wrong 3 looked at and right 1 not looked at" in said
    assert "live 0% → draft 83% of 6 calls" in said
    assert "1 estimate, 4 looked at" in said
    assert "Of what the draft would run, 4 calls were looked at (1 wrong) and 1 not." in said


def test_the_preview_says_whom_other_thresholds_ask_and_how_many_audits_end(adas: Client) -> None:
    calls.calls((0.5, 0.6), Teaching.RIGHT)
    calls.calls((0.7,), Teaching.WRONG)
    calls.calls((0.2,), None)
    page = text(adas, auto="0.99", ask="0.3")
    assert "No recorded call runs otherwise" in page
    assert "The end user would answer 3 calls instead of a person; found wrong: 1." in page
    assert "Now every run is audited, since nothing runs alone; then 10% are." in page
    assert "Where nobody can bring the end user a link, a person is asked instead." in page
    stage.live(Cuts(0.99, 0.30))
    back = text(adas, auto="0.99", ask="")
    assert "A person would answer 3 calls instead of the end user; found wrong: 1." in back
    assert "every run is audited" not in back


def test_what_was_found_wrong_is_listed_with_who_said_why_and_where(adas: Client) -> None:
    verdict = stage.found_wrong(0.93, "Moved the wrong customer", "that is her sister's address")
    body = adas.get(PLACE, {"auto": "0.9", "ask": ""}).content.decode()
    assert f'href="/queue/{verdict.escalations.get().pk}"' in body
    assert "Mara: “<bdi>that is her sister&#x27;s address</bdi>”" in body


def test_where_nobody_looked_nothing_is_estimated(adas: Client) -> None:
    calls.calls((0.95, 0.96), None)
    said = text(adas, auto="0.9", ask="")
    assert "Wrong among those looked at live nothing would have run → draft nobody looked" in said
    assert "estimate" not in said


def test_the_numbers_say_that_they_are_what_would_have_happened(adas: Client) -> None:
    calls.calls((0.95, 0.96), None)
    said = text(adas, auto="0.9", ask="")
    assert "Would have run without a person" in said
    assert "Reviews it would take a day" in said
    assert "Would have run wrong, " in said


def test_looser_is_proposed_and_stricter_is_done_at_once(adas: Client) -> None:
    calls.call(0.9)
    stage.live()
    assert "Propose 0.84 and 0.60" in text(adas, auto="0.84", ask="0.6")
    assert "Tighten now to 0.86 and 0.60" in text(adas, auto="0.86", ask="0.6")
    assert "Tighten now: everything asks" in text(adas, auto="", ask="")
    assert "Change a number first" in text(adas)


def test_loosening_makes_a_draft_and_changes_nothing(adas: Client) -> None:
    calls.call(0.9)
    answer = send(adas)
    draft = RulesetProposal.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/policies/drafts/{draft.pk}")
    assert Ruleset.objects.count() == 1


def test_tightening_is_live_with_the_next_page(adas: Client) -> None:
    calls.call(0.9)
    stage.live()
    assert send(adas, "0.9", "", seen=2).headers["Location"] == f"{PLACE}?done=3"
    assert ", by Ada" in text(adas)
    assert "Done: version 3 is live, by Ada (ada@example.test)." in text(adas, done="3")
    assert tuning.live_of(1).version == 3  # type: ignore[union-attr]


WRONG = {
    "no number": ("abc", "", "A threshold is a number from 0 to 1 with at most five decimals, such as 0.85."),
    "more than one": ("1.01", "", "A threshold is a number from 0 to 1 with at most five decimals, such as 0.85."),
    "not a number": ("NaN", "", "A threshold is a number from 0 to 1 with at most five decimals, such as 0.85."),
    "below nothing": ("-0.1", "", "A threshold is a number from 0 to 1 with at most five decimals, such as 0.85."),
    "too fine": ("0.123456", "", "A threshold is a number from 0 to 1 with at most five decimals, such as 0.85."),
    "asking above running": ("0.8", "0.9", "so this is at most the number above"),
    "asking alone": ("", "0.9", "leave both empty"),
}


@pytest.mark.parametrize(("auto", "ask", "sentence"), WRONG.values(), ids=WRONG)
def test_a_pair_that_cannot_be_is_refused_by_preview_and_form(adas: Client, auto: str, ask: str, sentence: str) -> None:
    calls.call(0.9)
    assert sentence in text(adas, auto=auto, ask=ask)
    assert "Put the number right first" in text(adas, auto=auto, ask=ask)
    answer = send(adas, auto, ask)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert f'name="auto" value="{auto}"' in answer.content.decode()
    assert RulesetProposal.objects.count() == 0


def test_a_change_without_a_reason_keeps_what_was_entered(adas: Client) -> None:
    calls.call(0.9)
    answer = send(adas, "0.9", "0.5", reason=" ")
    body = answer.content.decode()
    assert (answer.status_code, "Say why." in body, 'value="0.90"' in body) == (422, True, True)


def test_the_same_numbers_are_no_change(adas: Client) -> None:
    calls.call(0.9)
    stage.live()
    answer = send(adas, "0.85", "0.60", seen=2)
    assert (answer.status_code, "are live already" in answer.content.decode()) == (422, True)


def test_the_number_that_is_unchanged_is_named_before_the_reason(adas: Client) -> None:
    calls.call(0.9)
    stage.live()
    body = send(adas, "0.85", "0.60", seen=2, reason="").content.decode()
    assert "Change a number first: these are the ones that are live already." in body
    assert "Say why." not in body
    assert re.findall(r'<input[^>]*name="(\w+)"[^>]*autofocus', body) == ["auto"]
    assert 'aria-disabled="true"' in body


def test_a_second_draft_is_refused_and_names_the_open_one(adas: Client, beas: Client) -> None:
    calls.call(0.9)
    send(adas)
    answer = send(beas, "0.7", "")
    assert (answer.status_code, "Another draft is open here" in answer.content.decode()) == (422, True)
    assert "Ada (ada@example.test) proposed this" in text(beas)


def test_a_form_from_an_older_page_is_compared_and_not_done(adas: Client, beas: Client) -> None:
    calls.call(0.9)
    stage.live()
    send(beas, "0.95", "0.6", seen=2)
    answer = send(adas, "0.9", "0.6", seen=2)
    said = " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
    assert answer.status_code == 409
    assert "Version 3, by Bea (bea@example.test), went live at" in said
    assert "Runs alone from 0.85 0.95 0.90" in said
    assert f'href="{PLACE}?auto=0.90&amp;ask=0.60"' in answer.content.decode()
    assert Ruleset.objects.count() == 3


def test_htmx_gets_the_pieces_that_depend_on_the_draft_and_nothing_else(adas: Client) -> None:
    calls.calls((0.9, 0.8), Teaching.RIGHT)
    body = adas.get(PLACE, {"auto": "0.8", "ask": "0.7"}, headers=HTMX).content.decode()
    ids = re.findall(r'id="([\w-]+)" hx-swap-oob', body)
    assert (
        " ".join(ids)
        == "numbers proof dots dots-says dot-rows rungs scores harm harm-rows checkers bins outcomes cuts-wrong note "
        "would way tune-cuts tune-why tune-do"
    )
    page = adas.get(PLACE).content.decode()
    assert [one for one in ids if f'id="{one}"' not in page] == []
    assert ("<html" in body, "aria-disabled" in body) == (False, False)
    assert 'name="reason"' not in body


def test_the_pieces_for_htmx_are_those_of_the_page(adas: Client) -> None:
    stage.recorded()
    fields = {"auto": "0.8", "ask": "0.7"}
    page = adas.get(PLACE, fields).content.decode()
    pieces = adas.get(PLACE, fields, headers=HTMX).content.decode()
    for piece in re.findall(r'hx-swap-oob="innerHTML">(.*?)</(?:dl|div|section|p|span)>\n(?=<|$)', pieces, re.DOTALL):
        assert piece.strip() in page


def test_the_auditor_tries_numbers_and_changes_none(ottos: Client) -> None:
    calls.call(0.9)
    body = ottos.get(PLACE, {"auto": "0.7", "ask": ""}).content.decode()
    assert "Only admins change them." in body
    assert 'method="post" action="/policies' not in body


def test_a_name_that_an_agent_made_up_is_text_without_hidden_characters(adas: Client) -> None:
    name = "desk/wipe\u200b<img src=x>"
    calls.call(0.9, route=name, tool=name)
    for place in ("/policies/thresholds", "/policies/thresholds/desk/wipe%E2%80%8B%3Cimg%20src=x%3E"):
        body = adas.get(place).content.decode()
        assert "<img" not in body
        assert "\u200b" not in re.sub(r'(href|action|hx-get)="[^"]*"', "", body)
        assert "U+200B" in body


def test_a_route_of_many_tools_that_no_rule_names_cannot_be_changed(adas: Client) -> None:
    calls.call(0.9, route="lost", agent="one")
    calls.call(0.9, route="lost", agent="two")
    assert "This route cannot be given thresholds" in text(adas, "/policies/thresholds/lost")


def test_the_number_of_queries_does_not_grow_with_the_calls(adas: Client) -> None:
    calls.call(0.9)
    adas.get(PLACE)  # parses the rules, once a process
    counts = []
    for step in range(2):
        calls.calls((0.9, 0.8, 0.7), Teaching.WRONG)
        calls.call(0.9, route=f"desk/tool-{step}", tool=f"tool-{step}")
        with CaptureQueriesContext(connection) as asked:
            adas.get(PLACE)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 25


def test_a_reviewer_is_told_which_role_is_missing() -> None:
    client = Client()
    client.force_login(cast.mara())
    answer = client.get("/policies/thresholds")
    assert answer.status_code == 403
    assert "admin" in answer.content.decode()
    assert "/policies/thresholds" not in client.get("/queue").content.decode()


def test_who_set_it_is_who_last_changed_this_route(adas: Client, beas: Client) -> None:
    calls.call(0.9)
    calls.call(0.9, route="desk/other", tool="other")
    stage.live()
    stage.live(Cuts(0.9), route="desk/other")
    send(beas, "0.86", "0.6", seen=3)
    assert ", by Bea" in text(adas)
    assert ", proposed by Ada (ada@example.test), approved by Bea" in text(adas, "/policies/thresholds/desk/other")
