"""What a preview promises: it changes nothing, says what will happen, and never raises."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.domain.errors import Refusal
from agents.domain.tool import Call
from agents.tools.samples.retail import models
from agents.tools.samples.retail.planting import plant
from agents.tools.samples.retail.tasks import Task, tasks
from approvals.domain.evidence import Preview
from tests.agents.retail.acting import WRITES, act, look, order, read_set, tool, walk
from tests.agents.retail.documents import ADDRESS, BY_GIFT_CARD, DELIVERED, PENDING

CANCEL = {"order_id": PENDING, "reason": "no longer needed"}
WRITING = [task for task in tasks() if any(action.name in WRITES for action in task.actions)]
ODD: list[Any] = [
    {},
    {"order_id": None},
    {"order_id": 7, "reason": True},
    {"order_id": "#W" + "9" * 100_000, "reason": "no longer needed"},
    {"order_id": "#W0000000", "reason": "no longer needed"},
    {"order_id": "\x00\ud800", "item_ids": "abc", "new_item_ids": [[]], "payment_method_id": {}},
    {"order_id": PENDING, "item_ids": [], "new_item_ids": [], "payment_method_id": ""},
    {
        "order_id": PENDING,
        "item_ids": ["0000000000"],
        "new_item_ids": ["0000000000"],
        "payment_method_id": "paypal_0000000",
    },
    {
        "order_id": DELIVERED,
        "item_ids": ["1151293680"] * 3,
        "new_item_ids": ["7706410293"],
        "payment_method_id": "credit_card_9513926",
    },
    {"order_id": "#W0000000", "payment_method_id": "paypal_0000000"},
    {"order_id": "#W0000000", **ADDRESS},
    {"user_id": "no_body_0000", **ADDRESS},
    {"order_id": PENDING, **ADDRESS, "city": "\x00"},
    {"order_id": PENDING, **ADDRESS, "city": "\ud800"},
    {**CANCEL, "surprise": 1},
]


@pytest.mark.parametrize("task", WRITING, ids=lambda task: f"task {task.task_id}")
def test_a_preview_says_exactly_what_the_call_then_does(shop: None, task: Task) -> None:
    foreseen, happened = walk(task)
    assert foreseen == happened


def test_a_preview_changes_nothing(call: Call) -> None:
    rows = models.Order.objects.count(), models.Customer.objects.count(), models.Payment.objects.count()
    look(call, "cancel_pending_order", **CANCEL)
    assert rows == (models.Order.objects.count(), models.Customer.objects.count(), models.Payment.objects.count())
    assert order(call, PENDING)["status"] == "pending"


def test_a_preview_of_a_good_call_passes_every_check(call: Call) -> None:
    preview = look(call, "cancel_pending_order", **CANCEL)
    assert [check.sentence for check in preview.checks if not check.passed] == []
    assert preview.goes_to == "The shop's own database"


def test_a_preview_of_a_refused_call_has_the_refusal_as_a_failed_check(call: Call) -> None:
    preview = look(call, "cancel_pending_order", order_id=DELIVERED, reason="no longer needed")
    failed = [check.sentence for check in preview.checks if not check.passed]
    assert failed == [
        "The shop would refuse this call: Non-pending order cannot be cancelled",
        "The order is delivered, not pending",
    ]
    assert (preview.changes, preview.affects) == ((), "nothing, the shop would refuse")


def test_a_stranger_s_order_is_seen_by_the_server(call: Call) -> None:
    plant(call.run_key, {"customer": "yusuf_rossi_9620"})
    failed = [check.sentence for check in look(call, "cancel_pending_order", **CANCEL).checks if not check.passed]
    assert failed == ["The order does not belong to the customer of this conversation"]


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("arguments", ODD, ids=range(len(ODD)))
def test_odd_arguments_fail_a_check_and_never_raise(call: Call, name: str, arguments: Any) -> None:
    preview = look(call, name, **arguments)
    assert any(not check.passed for check in preview.checks)
    assert preview.changes == ()


def test_the_handover_tells_what_it_does_and_survives_odd_arguments(call: Call) -> None:
    told = look(call, "transfer_to_human_agents", summary="The customer wants a person.")
    assert [check.passed for check in told.checks] == [True]
    assert [check.passed for check in look(call, "transfer_to_human_agents", summary=[]).checks] == [False]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=6,
)
ITEMS = st.lists(st.sampled_from(["1615379700", "3613716226", "2658930189", "0000000000"]), max_size=4)
LIKELY = st.fixed_dictionaries(
    {
        "order_id": st.sampled_from([PENDING, DELIVERED, BY_GIFT_CARD, "#W0000000"]),
        "user_id": st.sampled_from(["yusuf_rossi_9620", "no_body_0000"]),
        "reason": st.sampled_from(["no longer needed", "bored"]),
        "item_ids": ITEMS,
        "new_item_ids": ITEMS,
        "payment_method_id": st.sampled_from(["paypal_5364164", "gift_card_1675628", "paypal_0000000"]),
        **{line: st.text(max_size=9) for line in ADDRESS},
    }
)
ODD_ONES = st.dictionaries(st.sampled_from(["order_id", "item_ids", "new_item_ids", "city", "zip"]), JSON, max_size=1)


@given(name=st.sampled_from(WRITES), likely=LIKELY, odd=ODD_ONES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
def test_no_json_makes_a_preview_or_a_read_set_raise(
    call: Call, name: str, likely: dict[str, Any], odd: dict[str, Any]
) -> None:
    takes = tool(name).card.parameters["properties"]
    arguments = {key: value for key, value in (likely | odd).items() if key in takes}
    assert isinstance(look(call, name, **arguments), Preview)
    assert isinstance(read_set(call, name, **arguments), tuple)


def test_the_read_set_is_the_same_until_the_world_moves(call: Call) -> None:
    before = read_set(call, "cancel_pending_order", **CANCEL)
    assert before == look(call, "cancel_pending_order", **CANCEL).reads
    act(call, "modify_pending_order_address", order_id=PENDING, **ADDRESS)
    after = read_set(call, "cancel_pending_order", **CANCEL)
    assert [read.entity for read in before] == [f"order {PENDING}", "payment method paypal_5364164"]
    assert [one == two for one, two in zip(before, after, strict=True)] == [False, True]


def test_what_the_call_does_not_touch_is_not_in_its_read_set(call: Call) -> None:
    before = read_set(call, "cancel_pending_order", **CANCEL)
    act(call, "modify_user_address", user_id="fatima_johnson_7581", **ADDRESS)
    assert read_set(call, "cancel_pending_order", **CANCEL) == before


def test_a_gift_card_that_was_used_meanwhile_moves_the_world(call: Call) -> None:
    arguments = {"order_id": BY_GIFT_CARD, "reason": "no longer needed"}
    before = read_set(call, "cancel_pending_order", **arguments)
    row = models.Method.objects.filter(method_id="gift_card_6682391", customer__world="")
    row.update(balance=1)
    assert [read.entity for read in set(before) ^ set(read_set(call, "cancel_pending_order", **arguments))] == [
        "payment method gift_card_6682391",
        "payment method gift_card_6682391",
    ]


def test_a_refused_call_leaves_no_rows_behind(call: Call) -> None:
    with pytest.raises(Refusal):
        act(call, "cancel_pending_order", order_id=DELIVERED, reason="no longer needed")
    assert not models.Order.objects.filter(world=str(call.run_key)).exists()
