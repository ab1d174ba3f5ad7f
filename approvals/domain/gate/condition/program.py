"""A compiled condition: checked against the facts first, evaluated second."""

from dataclasses import dataclass
from functools import lru_cache

import cel

from approvals.domain.gate.condition.grammar import read
from approvals.domain.gate.condition.needs import BOOL, NULL, Kinds, Needs
from approvals.domain.gate.condition.scene import Scene
from approvals.domain.gate.condition.strict import strict
from approvals.domain.gate.condition.syntax import Path, written
from approvals.domain.gate.condition.tokens import Unreadable


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition ready to be judged; shared between threads and rulesets, for it holds no facts."""

    text: str
    roots: frozenset[str]
    kinds: tuple[tuple[Path, Kinds, bool], ...]
    """Every path the text names, the kinds it may be of, whether it may be missing."""
    same: tuple[tuple[Path, Path], ...]
    program: cel.Program

    def holds(self, scene: Scene, roots: frozenset[str]) -> bool:
        """Whether the condition is true of the facts, given the roots of all conditions judged with it.

        Raises Unreadable when it cannot be said: a path missing, odd or of another kind, or an error of evaluation.
        """
        for path, kinds, may_be_missing in self.kinds:
            kind = scene.kind(path)
            if kind not in kinds and not (may_be_missing and kind == "missing"):
                raise Unreadable(f"{written(path)} is {_named(kind)}")
        for first, second in self.same:
            self._check_same(scene, first, second)
        return self._evaluated(scene, roots)

    def _check_same(self, scene: Scene, first: Path, second: Path) -> None:
        pair = {scene.kind(first), scene.kind(second)} - {"null", "missing"}
        if len(pair) == 2:
            raise Unreadable(f"{written(first)} and {written(second)} are not of one kind")

    def _evaluated(self, scene: Scene, roots: frozenset[str]) -> bool:
        try:
            answer = self.program.execute(scene.context(roots))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of the evaluator is no Exception
            raise Unreadable(f"the condition failed ({type(error).__name__})") from error
        if answer is not True and answer is not False:
            raise Unreadable("the condition is neither true nor false")
        return answer


def _named(kind: str) -> str:
    return kind if kind in ("missing", "odd", "null") else f"a {kind}"


@lru_cache(maxsize=4096)
def compiled(text: str) -> Condition:
    """Compile a condition once; raises Unreadable with the reason for whoever wrote it."""
    node = read(text)
    needs = Needs()
    needs.visit(node, BOOL)
    try:
        for pattern in needs.patterns:
            cel.compile(f"''.matches({pattern})").execute({})
        program = cel.compile(strict(node, needs))
    except (ValueError, RuntimeError) as error:
        raise Unreadable(f"CEL cannot read it: {str(error).splitlines()[0]}") from error
    kinds = tuple((path, *_wanted(path, needs)) for path in needs.kinds)
    same = tuple(sorted(needs.same, key=repr))
    return Condition(text, frozenset(str(path[0]) for path in needs.kinds), kinds, same, program)


def _wanted(path: Path, needs: Needs) -> tuple[Kinds, bool]:
    kinds = needs.kinds[path] | NULL if path in needs.nullable else needs.kinds[path]
    return kinds, any(path[:length] in needs.optional for length in range(2, len(path) + 1))
