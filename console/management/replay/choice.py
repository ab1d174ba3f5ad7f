"""Which recorded runs are replayed, and under which keys: the same choice gives the same runs on any machine."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from agents.domain import record
from agents.domain.record import Record

SPACE = UUID("6f1d3f0e-6c0b-5d0c-9b0e-3f6f2b7e9a11")
"""What makes run keys of replays their own."""
SOURCE = "replay"
"""The source of a replay's requests."""


@dataclass(frozen=True)
class Choice:
    """Some runs of a folder, in the order of its file."""

    folder: Path
    source: str = ""
    domain: str = ""
    limit: int | None = None
    seed: int = 0
    is_reference: bool = False
    """The solutions of a benchmark's authors, in place of recorded runs."""

    @property
    def runs_file(self) -> str:
        """The file in that folder; every process of a replay has to read the same."""
        return record.REFERENCE if self.is_reference else record.RUNS

    def records(self) -> list[Record]:
        """The chosen runs; raises NoRecord where there are no recorded runs."""
        fitting = [
            found
            for found in record.read_all(self.folder, self.runs_file)
            if self.source in ("", found.source) and self.domain in ("", found.domain)
        ]
        if self.limit is None or self.limit >= len(fitting):
            return fitting
        return [fitting[place * len(fitting) // self.limit] for place in range(self.limit)]

    def key_of(self, record_id: str) -> UUID:
        """The key of the run that replays a record."""
        return uuid5(SPACE, f"{self.seed}/{record_id}")

    @property
    def coin_key(self) -> str:
        """What coins are drawn with: the same on every machine, and none of this installation's real ones."""
        return coin_key(self.seed)

    def arguments(self) -> list[str]:
        """This choice as arguments for another process."""
        named = {"source": self.source, "domain": self.domain, "limit": self.limit, "seed": self.seed}
        options = (f"--{name}={value}" for name, value in named.items() if value not in ("", None))
        return [str(self.folder), *options, *(["--reference"] if self.is_reference else [])]


def coin_key(seed: int) -> str:
    """The key of a replay's coins; whoever knows the seed knows them, so nothing real is ever drawn with it."""
    return f"replay-{seed}"


def add_arguments(parser: ArgumentParser) -> None:
    """How a choice is written."""
    parser.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        type=Path,
        default=record.folder(),
        help="the folder of recorded runs (SIGNALBOX_REPLAY_DIR, else ../shared/replay)",
    )
    parser.add_argument("--source", default="", help="only runs of this benchmark, e.g. tau-bench")
    parser.add_argument("--domain", default="", help="only runs of this domain, e.g. retail")
    parser.add_argument("--limit", type=_count, help="at most this many, spread evenly over the file")
    parser.add_argument(
        "--reference",
        action="store_true",
        help=f"the authors' solutions joined with attacks ({record.REFERENCE}) in place of recorded runs",
    )
    parser.add_argument("--seed", type=int, default=0, help="keys, audit coins and errors are drawn from it (0)")


def read(options: Namespace) -> Choice:
    """The choice that was written."""
    named = (options.source, options.domain, options.limit, options.seed)
    return Choice(options.folder.resolve(), *named, is_reference=options.reference)


def _count(text: str) -> int:
    count = int(text)
    if count < 0:
        raise ValueError(text)
    return count
