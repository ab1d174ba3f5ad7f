"""What one condition, or all conditions of a tool together, demand of the facts before any is evaluated."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from approvals.domain.gate.condition.needs import Kinds, Needs
from approvals.domain.gate.condition.scene import Scene
from approvals.domain.gate.condition.syntax import Path, probe_of, variable_of, written
from approvals.domain.gate.condition.tokens import Unreadable

Pair = tuple[Path, Path]


@dataclass(frozen=True, slots=True)
class Demand:
    """Every path that is named, the kinds it may be of, whether it may be missing; and what is compared with what."""

    kinds: tuple[tuple[Path, Kinds, bool], ...]
    same: tuple[Pair, ...]
    variables: tuple[tuple[Path, str], ...]
    probes: tuple[tuple[Path, str], ...]

    @classmethod
    def made(
        cls, kinds: dict[Path, tuple[Kinds, bool]], same: Iterable[Pair], shown: Iterable[Path], probes: Iterable[Path]
    ) -> Self:
        """A demand with its variables named."""
        return cls(
            tuple((path, *wanted) for path, wanted in kinds.items()),
            tuple(sorted(same, key=repr)),
            tuple((path, variable_of(path)) for path in sorted(shown, key=repr)),
            tuple((path, probe_of(path)) for path in sorted(probes, key=repr)),
        )

    @classmethod
    def of(cls, needs: Needs) -> Self:
        """The demand of one condition."""
        kinds = {path: (needs.allowed(path), needs.may_be_missing(path)) for path in needs.kinds}
        return cls.made(kinds, needs.same, needs.shown, needs.probes)

    @classmethod
    def of_all(cls, demands: Iterable[Self]) -> Self:
        """The strictest demand on every path: facts that meet it meet each of the demands."""
        kinds: dict[Path, tuple[Kinds, bool]] = {}
        same: set[Pair] = set()
        shown: set[Path] = set()
        probes: set[Path] = set()
        for demand in demands:
            same.update(demand.same)
            shown.update(path for path, _ in demand.variables)
            probes.update(path for path, _ in demand.probes)
            for path, wanted, is_optional in demand.kinds:
                before, was_optional = kinds.get(path, (wanted, is_optional))
                kinds[path] = (before & wanted, was_optional and is_optional)
        return cls.made(kinds, same, shown, probes)

    def check(self, scene: Scene) -> None:
        """Raise Unreadable unless every path is there and of a kind that was asked for."""
        for path, kinds, may_be_missing in self.kinds:
            kind = scene.kind(path)
            if kind not in kinds and not (may_be_missing and kind == "missing"):
                raise Unreadable(f"{written(path)} is {_named(kind)}")
        for first, second in self.same:
            if len({scene.kind(first), scene.kind(second)} - {"null", "missing"}) == 2:
                raise Unreadable(f"{written(first)} and {written(second)} are not of one kind")

    def is_met(self, scene: Scene) -> bool:
        """Whether `check` passes."""
        try:
            self.check(scene)
        except Unreadable:
            return False
        return True


def _named(kind: str) -> str:
    return kind if kind in ("missing", "odd", "null") else f"a {kind}"
