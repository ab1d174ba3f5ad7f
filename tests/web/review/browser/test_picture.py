"""The picture of the README: what a reviewer sees, taken by this test and kept with SIGNALBOX_PICTURES=1."""

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from console.launch.state import ROOT
from tests.web.review import papers, stage
from tests.web.review.browser.conftest import show

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PICTURE = ROOT / "static" / "pictures" / "review.png"
ABOVE_THE_FOLD = ("#bar", ".facts", ".diff")


def test_the_picture_of_the_readme_shows_what_is_needed_to_decide(desk: "Page", fresh_database: str) -> None:
    refund = stage.put(papers.refund(), due=timedelta(minutes=7))
    stage.put(papers.notice(), due=timedelta(minutes=30))
    stage.put(papers.tagging(), due=timedelta(minutes=50))
    desk.set_viewport_size({"width": 1280, "height": 720})
    show(desk, refund.pk)
    picture = desk.screenshot()
    boxes = [desk.locator(part).first.bounding_box() for part in ABOVE_THE_FOLD]
    assert all(box is not None and box["y"] < 720 for box in boxes)
    if os.environ.get("SIGNALBOX_PICTURES"):
        PICTURE.write_bytes(picture)
    assert PICTURE.is_file()


def test_the_readme_shows_the_picture() -> None:
    assert "(static/pictures/review.png)" in (ROOT / "README.md").read_text(encoding="utf-8")
