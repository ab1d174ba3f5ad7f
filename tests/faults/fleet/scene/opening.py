"""Open a stage on a database of its own, with whatever is different about its servers or its workers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.fleet.scene.crew import Kit
from tests.faults.fleet.scene.stage import Stage
from tests.plugins import databases


@contextmanager
def opened(folder: Path, kit: Kit | None = None, *, undo_seconds: int = 0) -> Iterator[Stage]:
    """A database with real commits, a world and a crew, until the end of the block; needs an unblocked database."""
    with pytest.MonkeyPatch.context() as patch:
        before, name = databases.current(), databases.clone()
        databases.use(name)
        patch.setenv("SIGNALBOX_FAULTS", "")
        patch.setenv("SIGNALBOX_FAULTS_WORLD", "")
        made = Stage(folder, kit, undo_seconds=undo_seconds)
        try:
            yield made
        finally:
            made.stop()
            databases.use(before)
            databases.give_back(name)
