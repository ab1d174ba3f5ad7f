"""Every run has a world of its own, copied piece by piece as it writes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction

from agents.domain.errors import Refusal
from agents.domain.tool import Call
from agents.tools.samples.retail import models, reading, saving
from agents.tools.samples.retail.domain.rules.cancelling import cancel
from agents.tools.samples.retail.gathering import gather
from agents.tools.samples.retail.saving import WorldMoved
from agents.tools.samples.retail.world import load_world
from tests.agents.retail.acting import act, order, user
from tests.agents.retail.documents import ADDRESS, BY_GIFT_CARD, PENDING

CANCEL = {"order_id": BY_GIFT_CARD, "reason": "no longer needed"}
OWNER = "olivia_lopez_9494"


def test_a_run_sees_what_it_wrote(call: Call) -> None:
    result = act(call, "cancel_pending_order", **CANCEL)
    assert order(call, BY_GIFT_CARD) == result
    assert user(call, OWNER)["payment_methods"]["gift_card_6682391"]["balance"] == 620.97


def test_another_run_sees_nothing_of_it(call: Call, other_call: Call) -> None:
    before = order(other_call, BY_GIFT_CARD), user(other_call, OWNER)
    act(call, "cancel_pending_order", **CANCEL)
    assert (order(other_call, BY_GIFT_CARD), user(other_call, OWNER)) == before


def test_only_what_was_written_is_copied(call: Call) -> None:
    act(call, "modify_pending_order_address", order_id=PENDING, **ADDRESS)
    own = str(call.run_key)
    assert list(models.Order.objects.filter(world=own).values_list("order_id", flat=True)) == [PENDING]
    assert not models.Customer.objects.filter(world=own).exists()


def test_the_second_write_changes_the_copy_of_the_first(call: Call) -> None:
    act(call, "modify_pending_order_address", order_id=PENDING, **ADDRESS)
    act(call, "cancel_pending_order", order_id=PENDING, reason="no longer needed")
    row = models.Order.objects.get(world=str(call.run_key), order_id=PENDING)
    assert (row.version, row.status, row.city) == (3, "cancelled", "York")
    assert (row.items.count(), row.payments.count()) == (5, 2)


def test_a_customer_who_moved_is_found_at_the_new_place_only(call: Call, other_call: Call) -> None:
    act(call, "modify_user_address", user_id="yusuf_rossi_9620", **ADDRESS)
    found = act(call, "find_user_id_by_name_zip", first_name="yusuf", last_name="ROSSI", zip="17401")
    assert found == "yusuf_rossi_9620"
    with pytest.raises(Exception, match="User not found"):
        act(call, "find_user_id_by_name_zip", first_name="Yusuf", last_name="Rossi", zip="19122")
    assert act(other_call, "find_user_id_by_name_zip", first_name="Yusuf", last_name="Rossi", zip="19122") == found


@pytest.mark.parametrize("earlier_writes", [0, 1], ids=["first write", "later write"])
def test_of_two_writers_who_read_the_same_only_one_writes(call: Call, earlier_writes: int) -> None:
    for city in ["Leeds"] * earlier_writes:
        act(call, "modify_pending_order_address", order_id=BY_GIFT_CARD, **ADDRESS | {"city": city})
    world = reading.world_of(call.run_key)
    case = gather(world, CANCEL)
    act(call, "modify_pending_order_address", order_id=BY_GIFT_CARD, **ADDRESS)
    with pytest.raises(WorldMoved), transaction.atomic():
        saving.save(world, case, cancel(case, reason="no longer needed"))
    assert order(call, BY_GIFT_CARD)["status"] == "pending"
    assert user(call, OWNER)["payment_methods"]["gift_card_6682391"]["balance"] == 35.0


def test_of_two_workers_at_once_one_refunds(fresh_database: str) -> None:
    load_world()
    call = Call(run_key=uuid4(), operation_key="race")
    start = Barrier(2)
    with ThreadPoolExecutor(2) as workers:
        outcomes = list(workers.map(_cancel, [call, call], [start, start]))
    assert sorted(outcomes) == ["cancelled", "refused"]
    assert user(call, OWNER)["payment_methods"]["gift_card_6682391"]["balance"] == 620.97


def _cancel(call: Call, start: Barrier) -> str:
    try:
        with transaction.atomic():
            start.wait()
            return str(act(call, "cancel_pending_order", **CANCEL)["status"])
    except Refusal:
        return "refused"
    finally:
        connection.close()
