"""Which calls a route or a rule can meet, told from globs alone; the careful answer where that cannot be told."""

from fnmatch import fnmatchcase

from approvals.domain.gate import Route, Rule

Globs = tuple[str, ...]
_SPECIAL = frozenset("*?[")


def covers(wide: Route, narrow: Route) -> bool:
    """Whether every call that fits `narrow` surely fits `wide`; False also when that cannot be told."""
    return (
        wide.tenant in (None, narrow.tenant)
        and _all_within(narrow.tools, wide.tools)
        and _all_within(narrow.agents, wide.agents)
    )


def may_overlap(one: Route, other: Route) -> bool:
    """Whether some call may fit both; True also when that cannot be told."""
    return (
        (one.tenant is None or other.tenant is None or one.tenant == other.tenant)
        and _may_meet(one.tools, other.tools)
        and _may_meet(one.agents, other.agents)
    )


def reaches(wide: Rule, narrow: Rule) -> bool:
    """Whether every call that `narrow` is for surely is one that `wide` is for, their conditions apart."""
    return _all_within(narrow.tools, wide.tools) and (
        wide.agents is None or _all_within(narrow.agents or ("*",), wide.agents)
    )


def _all_within(narrow: Globs, wide: Globs) -> bool:
    return all(any(_is_within(glob, outer) for outer in wide) for glob in narrow)


def _is_within(glob: str, outer: str) -> bool:
    return outer in ("*", glob) or (_is_plain(glob) and fnmatchcase(glob, outer))


def _may_meet(some: Globs, others: Globs) -> bool:
    return any(_may_both_match(glob, other) for glob in some for other in others)


def _may_both_match(glob: str, other: str) -> bool:
    if _is_plain(glob):
        return fnmatchcase(glob, other)
    return fnmatchcase(other, glob) if _is_plain(other) else True


def _is_plain(glob: str) -> bool:
    """A name that matches itself and nothing else."""
    return not _SPECIAL.intersection(glob)
