"""The page of tools elsewhere: what is unknown, who says what it does, and who confirms it."""

import pytest
from django.test import Client

from approvals.models import OutsideAction, OutsideTool
from tests import cast
from tests.api.outside import asked
from tests.web.thresholds.conftest import browser

pytestmark = pytest.mark.django_db
SAID = {"effect": "write", "egress": "out", "reversibility": "costly", "effect_class": "B", "reason": "read its code"}


@pytest.fixture
def adas() -> Client:
    """The browser of who proposes."""
    return browser(cast.ada())


@pytest.fixture
def beas() -> Client:
    """The browser of the second admin."""
    return browser(asked.second_admin())


def proposed(adas: Client, **changes: str) -> OutsideTool | None:
    """What came of the form."""
    asked.ask(asked.agent())
    adas.post(f"/policies/elsewhere/actions/{OutsideAction.objects.get().pk}", SAID | changes)
    return OutsideTool.objects.first()


def shown(client: Client) -> str:
    """The page."""
    return client.get("/policies/elsewhere").content.decode()


def test_a_tool_that_was_asked_for_stands_there_as_unknown(adas: Client) -> None:
    asked.ask(asked.agent(), tool={**asked.TOOL, "description": "<b>trust me</b>"})
    page = shown(adas)
    assert "refund" in page
    assert "irreversible until classified" in page
    form = adas.get(f"/policies/elsewhere/actions/{OutsideAction.objects.get().pk}").content.decode()
    assert "&lt;b&gt;trust me&lt;/b&gt;" in form
    assert "checked" not in form


def test_one_admin_proposes_and_another_confirms(adas: Client, beas: Client) -> None:
    tool = proposed(adas)
    assert tool is not None
    assert "Confirm it" not in shown(adas)
    assert "Confirm it" in shown(beas)
    assert beas.post(f"/policies/elsewhere/{tool.pk}/confirm").status_code == 302
    tool.refresh_from_db()
    assert (tool.effect, tool.egress, tool.confirmed_by) == ("write", True, asked.second_admin())
    assert "irreversible until classified" not in shown(adas)


def test_nobody_confirms_their_own(adas: Client) -> None:
    tool = proposed(adas)
    assert tool is not None
    answer = adas.post(f"/policies/elsewhere/{tool.pk}/confirm")
    assert (answer.status_code, "another admin confirms it" in answer.content.decode()) == (409, True)
    tool.refresh_from_db()
    assert tool.confirmed_at is None


def test_what_was_ended_is_unknown_again_and_ended_once(adas: Client, beas: Client) -> None:
    tool = asked.classify(asked.agent())
    assert "irreversible until classified" not in shown(adas)
    assert [beas.post(f"/policies/elsewhere/{tool.pk}/end").status_code for _ in range(2)] == [302, 409]
    assert "irreversible until classified" in shown(adas)


def test_another_schema_is_said_to_be_another(adas: Client) -> None:
    agent = asked.agent()
    asked.classify(agent)
    asked.ask(agent, tool={**asked.TOOL, "parameters": {"type": "object"}})
    assert "another schema than classified" in shown(adas)


@pytest.mark.parametrize("field", SAID)
def test_what_is_missing_is_said_and_nothing_is_lost(adas: Client, field: str) -> None:
    asked.ask(asked.agent())
    sent = {name: value for name, value in SAID.items() if name != field}
    answer = adas.post(f"/policies/elsewhere/actions/{OutsideAction.objects.get().pk}", sent)
    assert (answer.status_code, OutsideTool.objects.count()) == (422, 0)
    assert answer.content.decode().count("checked") == len(sent) - ("reason" in sent)


def test_a_second_proposal_waits_for_the_first(adas: Client) -> None:
    assert proposed(adas)
    answer = adas.post(f"/policies/elsewhere/actions/{OutsideAction.objects.get().pk}", SAID)
    assert (answer.status_code, OutsideTool.objects.count()) == (422, 1)


def test_the_policies_name_no_tool_of_theirs_as_undeclared(adas: Client) -> None:
    asked.ask(asked.agent(), tool={**asked.TOOL, "name": "only_elsewhere"})
    assert "only_elsewhere" not in adas.get("/policies").content.decode()
