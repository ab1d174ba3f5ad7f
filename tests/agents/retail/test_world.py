"""Importing worlds, and runs that read another base than the shared one."""

import gzip
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from agents.domain.tool import Call
from agents.tools.samples.retail import models
from agents.tools.samples.retail.domain.edition import Edition
from agents.tools.samples.retail.tasks.benchmark import shop as documents
from agents.tools.samples.retail.world import OtherWorld, load_world, open_world
from tests.agents.retail.acting import act, order, user
from tests.agents.retail.documents import PENDING

USER = "fatima_johnson_7581"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Another world: one customer without an id of their own and one order, as the benchmark's first edition has it."""
    customer: dict[str, Any] = deepcopy(documents()["users"][USER])
    del customer["user_id"]
    world = {"users": {USER: customer}, "products": {}, "orders": {PENDING: documents()["orders"][PENDING]}}
    for part, content in world.items():
        (tmp_path / f"{part}.json.gz").write_bytes(gzip.compress(json.dumps(content).encode()))
    return tmp_path


def test_the_shared_world_holds_the_whole_benchmark(shop: None) -> None:
    counts = [model.objects.filter(world="").count() for model in (models.Customer, models.Order, models.Product)]
    assert counts == [500, 1000, 50]


def test_loading_the_same_world_again_does_nothing(shop: None) -> None:
    assert load_world() is False


def test_other_data_never_replaces_a_base(shop: None, folder: Path) -> None:
    with pytest.raises(OtherWorld, match="never replaced"):
        load_world(folder)
    assert models.Order.objects.filter(world="").count() == 1000


def test_a_run_reads_the_base_it_was_opened_on(call: Call, folder: Path) -> None:
    load_world(folder, key="small", edition=Edition.TAU)
    open_world(call.run_key, base="small")
    assert act(call, "list_all_product_types") == {}
    assert order(call, PENDING) == documents()["orders"][PENDING]


def test_the_first_edition_shows_a_customer_without_the_id(call: Call, other_call: Call, folder: Path) -> None:
    load_world(folder, key="small", edition=Edition.TAU)
    open_world(call.run_key, base="small")
    assert "user_id" not in user(call, USER)
    assert user(other_call, USER)["user_id"] == USER


def test_a_run_on_another_base_still_writes_only_its_own_rows(call: Call, folder: Path) -> None:
    load_world(folder, key="small", edition=Edition.TAU)
    open_world(call.run_key, base="small")
    act(call, "cancel_pending_order", order_id=PENDING, reason="no longer needed")
    statuses = models.Order.objects.filter(order_id=PENDING).values_list("world", "status")
    assert dict(statuses) == {"": "pending", "small": "pending", str(call.run_key): "cancelled"}


def test_a_base_nobody_loaded_cannot_be_opened(call: Call) -> None:
    with pytest.raises(models.World.DoesNotExist):
        open_world(call.run_key, base="nowhere")
