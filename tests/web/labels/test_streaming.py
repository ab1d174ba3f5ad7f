"""Under ASGI an export leaves piece by piece, without being put together first."""

import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connections
from django.test import AsyncClient
from django.urls import reverse

from approvals.learning import exporting
from approvals.models import Member
from tests import cast
from tests.web.labels.lessons import learned


def test_an_export_streams_piece_by_piece(
    fresh_database: str, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ROWS", 2)
    with django_db_blocker.unblock():
        labels, otto = [learned().pk for _ in range(3)], cast.otto()
        pieces = async_to_sync(streamed)(otto)
    ids = [[json.loads(line)["label_id"] for line in piece.splitlines()] for piece in pieces]
    assert ids == [labels[:2], labels[2:]]


async def streamed(member: Member) -> list[bytes]:
    """The pieces as they leave."""
    client = AsyncClient()
    await client.aforce_login(member)
    answer: Any = await client.get(reverse("labels_jsonl"))
    pieces = [piece async for piece in answer.streaming_content]
    await sync_to_async(connections.close_all)()
    return pieces
