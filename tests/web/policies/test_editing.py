"""Writing other rules: validated with line and reason, compared in words, live at once or by a second admin."""

from typing import Any

import pytest
from django.test import Client

from approvals.models import Ruleset, RulesetProposal
from tests.web.policies import shop
from tests.web.policies.shop import said

pytestmark = pytest.mark.django_db
PLACE = "/policies/edit"


def send(client: Client, document: str, *, act: str = "propose", seen: int = 1, reason: str = "because") -> Any:
    """Send the form of the page."""
    return client.post(PLACE, {"document": document, "act": act, "seen": seen, "reason": reason})


def tighter() -> str:
    """A refund asks from a lower amount on."""
    return shop.text().replace("args.amount > 500", "args.amount > 100")


def looser() -> str:
    """A refund asks from a higher amount on."""
    return shop.text().replace("args.amount > 500", "args.amount > 900")


def test_the_page_begins_with_what_is_live(adas: Client) -> None:
    shop.live()
    page = said(adas.get(PLACE))
    assert "Document, begun from version 1" in page
    assert "args.amount &gt; 500" in page
    assert "Nothing differs but the number of the version." in page


def test_looking_says_in_words_what_changes_and_stores_nothing(adas: Client) -> None:
    shop.live()
    page = said(send(adas, tighter(), act="look"))
    assert "refund_order asks a person when amount is over 100. Before: refund_order asks a person" in page
    assert "only tightens" in page
    assert "Make it live now" in page
    assert (Ruleset.objects.count(), RulesetProposal.objects.count()) == (1, 0)


def test_what_tightens_is_live_at_once(adas: Client) -> None:
    shop.live()
    answer = send(adas, tighter(), reason="too many large ones")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/policies/versions/2?done=2")
    assert (shop.now().version, shop.now().reason) == (2, "too many large ones")
    assert "args.amount > 100" in shop.text()


def test_what_loosens_says_why_and_waits_for_a_second_admin(adas: Client, beas: Client) -> None:
    shop.live()
    page = said(send(adas, looser(), act="look"))
    assert "The rule large-refund may no longer stop every call that it stops now." in page
    answer = send(adas, looser())
    draft = RulesetProposal.objects.get()
    assert (answer.headers["Location"], shop.now().version) == (f"/policies/drafts/{draft.pk}", 1)
    shown = said(beas.get(f"/policies/drafts/{draft.pk}"))
    assert "Other rules, drafted from version 1" in shown
    assert "Why it needs a second admin The rule large-refund may no longer stop every call that it stops now." in shown
    assert beas.post(f"/policies/drafts/{draft.pk}/approve").headers["Location"] == "/policies/versions/2?done=2"
    assert "args.amount > 900" in shop.text()


def test_the_standard_limits_are_added_to_the_text_once(adas: Client) -> None:
    shop.live()
    first = send(adas, shop.text(), act="limits")
    assert "The limit mutations-a-day is new: At most 100 writes a day by any tool, then a person is asked." in said(
        first
    )
    assert "only tightens" in said(first)
    again = send(adas, first.context["work"].text, act="limits")
    assert again.context["work"].text == first.context["work"].text


WRONG = {
    "an unknown name in a condition": ("args.amount > 500", "amount > 500", "unknown name amount", "rules[0].when"),
    "an outcome that there is not": ("outcome: refuse", "outcome: block", "&#x27;allow&#x27;", "rules[1].outcome"),
    "a field that there is not": ("name: tests", "name: tests\nhopes: []", "this field does not exist", "hopes"),
    "no YAML": ("name: tests", "name: [", "Line", "expected"),
}


@pytest.mark.parametrize(("old", "new", "reason", "place"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("act", ["look", "propose"])
def test_a_mistake_is_named_with_its_line_and_nothing_is_lost(
    adas: Client, act: str, old: str, new: str, reason: str, place: str
) -> None:
    shop.live()
    document = shop.text().replace(old, new)
    answer = send(adas, document, act=act)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert (reason in body, place in body, "│" in body) == (True, True, True)
    assert new.split("\n")[-1].replace(">", "&gt;") in body[body.index("<textarea") :]
    assert Ruleset.objects.count() == 1


HOSTILE = {
    "empty brackets without end": "[" * 5_000,
    "deep JSON": '{"a":' * 900 + "1" + "}" * 900,
    "deeper JSON": '{"a":' * 20_000,
    "a number without end": '{"version": ' + "9" * 5_000 + "}",
    "a float that is none": '{"version": 1e999, "name": "x"}',
    "half a character": 'version: 1\nname: "\\ud800"',
    "a zero byte": "version: 1\nname: a\x00b",
    "only a list": "- a",
    "too long": "# " + "x" * 256_001,
    "not a mapping": "just words",
}


@pytest.mark.parametrize("document", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_sent_gets_an_answer_and_no_error(adas: Client, document: str) -> None:
    shop.live()
    assert send(adas, document).status_code == 422


def test_a_change_without_a_reason_keeps_the_text(adas: Client) -> None:
    shop.live()
    answer = send(adas, tighter(), reason=" ")
    assert (answer.status_code, "Say why." in said(answer)) == (422, True)
    assert "args.amount &gt; 100" in answer.content.decode()


def test_the_rules_that_are_live_are_no_change(adas: Client) -> None:
    shop.live()
    answer = send(adas, shop.text())
    assert (answer.status_code, "live already" in said(answer)) == (422, True)


def test_rules_that_went_live_meanwhile_are_said_and_the_text_is_kept(adas: Client, beas: Client) -> None:
    shop.live()
    mine = shop.text().replace("Nobody wipes anything.", "Never.")
    send(beas, tighter())
    answer = send(adas, mine)
    page = said(answer)
    assert (answer.status_code, shop.now().version) == (409, 2)
    assert "Version 2, by Bea (bea@example.test), went live after this was begun." in page
    assert "Never." in page
    assert "This loosens." in page
    assert 'name="seen" value="2"' in answer.content.decode()


def test_a_second_draft_of_whole_rules_is_refused_and_the_text_kept(adas: Client, beas: Client) -> None:
    shop.live()
    send(adas, looser())
    answer = send(beas, looser().replace("900", "901"))
    assert (answer.status_code, "Another draft is open here." in said(answer)) == (422, True)
    assert "901" in answer.content.decode()


@pytest.mark.parametrize("place", ["version", "draft"])
def test_a_text_begins_from_a_version_or_a_draft(adas: Client, place: str) -> None:
    shop.live()
    send(adas, looser())
    send(adas, tighter())
    number = 1 if place == "version" else RulesetProposal.objects.get().pk
    page = said(adas.get(PLACE, {place: number}))
    assert ("over 500. Before" if place == "version" else "over 900. Before") in page
    assert adas.get(PLACE, {place: 987_654}).status_code == 404


def test_the_first_rules_of_a_tenant_are_written_over_the_shipped_ones(adas: Client) -> None:
    begun = adas.get(PLACE).context["work"].text
    answer = send(adas, begun.replace("outcome: ask", "outcome: refuse"))
    assert answer.headers["Location"] == "/policies/versions/2?done=2"
    assert [row.version for row in Ruleset.objects.order_by("version")] == [1, 2]
