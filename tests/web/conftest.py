"""What every page of a test reads is read for this page."""

import pytest

from console.pages.health.halts import proving


@pytest.fixture(autouse=True)
def no_page_remembers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the lanes are proven is looked at for each page, so that pages ask the same however fast they follow."""
    monkeypatch.setattr(proving, "FRESH_SECONDS", 0.0)
