"""The shop a retail run should leave behind, told from the record alone, and the one it left."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from agents.domain import record
from agents.domain.record import Record
from agents.tools import registry
from agents.tools.samples.recorded.declaring import WORLD
from agents.tools.samples.retail import models, reading
from approvals.domain.tool import Effect
from console.management.replay.scoring import oracle

Documents = dict[str, dict[str, Any]]
"""By the id of an order or a customer."""


@dataclass(frozen=True)
class Shop:
    """The shop as it was before any run, from the folder's own files."""

    folder: Path

    def is_as_recorded(self, found: Record, run_key: UUID) -> bool:
        """Whether everything the run changed is what the recorded results say, and nothing else is changed."""
        orders, customers = self._expected(found)
        world = reading.world_of(run_key)
        changed = models.Order.objects.filter(world=world.key).values_list("order_id", flat=True)
        known = models.Customer.objects.filter(world=world.key).values_list("user_id", flat=True)
        now = {one: order.as_json() for one in changed if (order := reading.find_order(world, one))}
        people = {one: who.as_json(with_id=False) for one in known if (who := reading.find_customer(world, one))}
        return now == orders and people == customers

    def _expected(self, found: Record) -> tuple[Documents, Documents]:
        orders: Documents = {}
        customers: Documents = {}
        for user_id, document in _written(found):
            if "order_id" in document:
                orders[document["order_id"]] = document
            else:
                customers[user_id] = {**self._customer(user_id, customers), "address": document["address"]}
        for order in orders.values():
            self._pay(order, customers)
        return orders, customers

    def _pay(self, order: dict[str, Any], customers: Documents) -> None:
        """Gift cards move with the payments that were added to an order."""
        user_id = order["user_id"]
        before = len(self._base["orders"][order["order_id"]]["payment_history"])
        for paid in order["payment_history"][before:]:
            customer = self._customer(user_id, customers)
            method = customer["payment_methods"].get(paid["payment_method_id"], {})
            if "balance" not in method:
                continue
            moved = paid["amount"] if paid["transaction_type"] == "refund" else -paid["amount"]
            charged = {**method, "balance": round(method["balance"] + moved, 2)}
            methods = {**customer["payment_methods"], method["id"]: charged}
            customers[user_id] = {**customer, "payment_methods": methods}

    def _customer(self, user_id: str, customers: Documents) -> dict[str, Any]:
        return customers.get(user_id) or self._base["users"][user_id]

    @cached_property
    def _base(self) -> dict[str, Documents]:
        place = record.find(self.folder, WORLD)
        files = {part: place / f"{part}.json.gz" for part in ("orders", "users")}
        return {part: json.loads(gzip.decompress(file.read_bytes())) for part, file in files.items()}


def _written(found: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each recorded write returned, with the customer it named, if it did."""
    for said in found.calls:
        answer = found.answers.get(said.call_id)
        if answer is None or registry.card_of(said.tool).effect is Effect.READ:
            continue
        ending = oracle.recorded(answer)
        if isinstance(ending.value, dict):
            yield str(said.arguments.get("user_id", "")), ending.value
