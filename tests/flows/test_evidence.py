"""What is frozen for people: secrets are gone, and what is ours stays whole."""

import json

import pytest

from agents.tools import calling
from approvals.domain.evidence import Message, Preview, Read
from approvals.gating.grounding import Index
from approvals.gating.proposal import Proposal
from approvals.inbox import asking, editing, opening
from approvals.models import Escalation
from tests.flows import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]

CARD = "4111111111111111"


def asked(message: str) -> Escalation:
    """One open approval after the customer said this."""
    desk.submit(desk.turn(desk.CANCEL), message=message)
    desk.work()
    return desk.only_open()


def test_a_card_number_the_customer_wrote_is_not_stored() -> None:
    escalation = asked(f"Please cancel {desk.PENDING}, ordered by mistake, my card is {CARD}")
    assert CARD not in bytes(escalation.evidence.document).decode()


def test_a_digest_that_looks_like_a_card_stays_whole() -> None:
    escalation = asked(f"Please cancel {desk.PENDING}, ordered by mistake")
    value = escalation.evidence.value()
    read = Read(entity="order", digest=f"ea{CARD}ff")
    preview = value.material.preview.model_copy(update={"reads": (read,)})
    material = value.material.model_copy(update={"preview": preview})
    frozen = opening.freeze(escalation.verdict, value.model_copy(update={"material": material}))
    assert frozen.value().material.preview.reads == (read,)


def test_evidence_is_canonical_json_of_the_bytes_that_were_judged() -> None:
    escalation = asked(f"Please cancel {desk.PENDING}, ordered by mistake")
    document = json.loads(bytes(escalation.evidence.document))
    assert document["payload_sha256"] == bytes(escalation.verdict.payload_sha256).hex()
    assert isinstance(value_of(document), Preview)


def value_of(document: dict[str, object]) -> object:
    """The preview as it can be shown again."""
    material = document["material"]
    assert isinstance(material, dict)
    return Preview.model_validate_json(json.dumps(material["preview"]))


QUESTION = f"I would cancel {desk.OTHER_PENDING}. Shall I go ahead?"
TALK = (Message(role="agent", at="", text=QUESTION), Message(role="customer", at="", text="Yes, please."))


def test_a_call_the_customer_did_not_confirm_is_frozen_with_a_failed_check() -> None:
    escalation = asked("Please cancel my order")
    value = escalation.evidence.value()
    proposal = Proposal(
        tenant_id=1,
        origin=escalation.origin,
        run_key=escalation.run_key,
        agent="desk",
        agent_version="1",
        action=calling.as_action(value.tool.name, value.arguments),
        card=value.tool,
        seen=Index(),
        material=value.material.model_copy(update={"conversation": TALK}),
    )
    check = asking.prepare(proposal).proposal.material.preview.checks[-1]
    assert (check.source, check.is_failed) == ("conversation", True)
    assert desk.PENDING in check.sentence


def test_an_edit_to_what_the_customer_confirmed_passes_that_check() -> None:
    escalation = asked("Please cancel my order")
    value = escalation.evidence.value()
    confirmed = value.model_copy(update={"material": value.material.model_copy(update={"conversation": TALK})})
    arguments = {**value.arguments, "order_id": desk.OTHER_PENDING}
    check = editing.examine(escalation, confirmed, arguments).preview.checks[-1]
    assert (check.source, check.passed) == ("conversation", True)
