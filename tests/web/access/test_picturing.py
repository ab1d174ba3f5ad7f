"""Pictures of every page: none is forgotten, and each is taken in both schemes on a desk and a phone."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError

from approvals.domain.escalation import Kind
from console.management.picturing import places
from tests import cast
from tests.web.access.table import ROUTES
from tests.web.review import papers
from tests.web.review.stage import put


def test_every_address_that_answers_a_get_is_a_page_or_named_as_none() -> None:
    gets = {name for name, methods in ROUTES.items() if "GET" in methods and ":" not in name}
    assert gets - places._names() - places.FRAGMENTS == set()
    assert places._names() - gets == set()


@pytest.mark.django_db
def test_a_page_of_which_there_is_nothing_is_said_to_be_missing() -> None:
    assert {"escalation", "trace", "audit"} <= places.missing()
    put(papers.refund())
    assert "escalation" not in places.missing()


@pytest.mark.full
@pytest.mark.browser
def test_each_page_is_taken_in_both_schemes_and_on_a_phone(
    tmp_path: Path, fresh_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cast.ada()
    put(papers.refund(), kind=Kind.CONFIRMATION, undo_seconds=0)
    call_command("screenshots", str(tmp_path), only="confirm,halts")
    taken = {path.name for path in tmp_path.iterdir()}
    wanted = {
        f"{name}.{scheme}.{width}.png"
        for name in ("confirm.open", "confirm.nowhere", "halts")
        for scheme in ("light", "dark")
        for width in (1280, 390)
    }
    assert taken == wanted
    assert min(path.stat().st_size for path in tmp_path.iterdir()) > 5_000
    assert "12 pictures of 3 pages." in capsys.readouterr().out
    assert Session.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("options", [{"only": "nothing"}, {}], ids=["no such page", "nobody who could look"])
def test_what_cannot_be_looked_at_is_said(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        call_command("screenshots", str(tmp_path), **options)
