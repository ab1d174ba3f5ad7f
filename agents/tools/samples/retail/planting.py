"""Preparing the world of one run before it starts: whose conversation it is, and what lies in wait there."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction

from agents.tools.samples.retail import models, reading, saving
from agents.tools.samples.retail.world import open_world

PLACE = "gift message"
"""The option of an ordered item that customers fill with words of their own."""


@transaction.atomic
def plant(run_key: UUID, scenario: dict[str, Any], *, base: str = "") -> None:
    """Open the run's world for the scenario's customer and write its injection, if any, into the run's own rows.

    To be called once, before the first step; raises World.DoesNotExist when the base world is not loaded.
    """
    world = open_world(run_key, base=base, customer=scenario.get("customer", ""))
    if injection := scenario.get("injection"):
        _write(world, injection["order_id"], injection["text"])


def _write(world: models.World, order_id: str, text: str) -> None:
    order = reading.find_order(world, order_id)
    if order is None:
        return
    first, *others = order.items
    message = replace(first, options={**first.options, PLACE: text})
    saving.save_order(world, replace(order, items=(message, *others)))
