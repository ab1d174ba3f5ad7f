"""What was proven under stricter rules says nothing under looser ones: end it, for the routes a change concerns.

A call that a rule held back could never run alone, so its mistakes counted for nothing in any certificate. Once the
rule no longer holds it back they would count. The same goes for limits, for where values may come from, for how a score
is made, and for calls that come to another route or leave one: a certificate is about the mix it was earned with.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from approvals.domain.calibration.epoch import Cause
from approvals.domain.gate import Per, Route
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.redaction import reveal
from approvals.gating import rulesets
from approvals.learning import epochs
from approvals.learning.tuning.loosening import NO_ROUTE, loosenings, may_overlap, meetings
from approvals.learning.tuning.retreating import ask_everything
from approvals.models import Epoch, Ruleset, Verdict
from approvals.models.columns import digest
from approvals.models.ruleset import RulesetStatus

ENDED = "Other rules: they let more through, or meet other calls, than those under which it was proven."
ANY_CALL = Route(name="any call")
MOST_SHOWN = 200
LOOKED_AT = 1_000
"""The newest so many calls of a route say which agents and tools it has."""


def held(before: Rules, after: Rules, *, tenant_id: int) -> tuple[str, ...]:
    """The routes on which something may run alone and whose evidence this change ends, locked until the end of the
    caller's transaction.

    Called before the live version is retired: whoever looks at a route locks it first and publishes then. What runs
    nothing alone can wait for its next look (`ended_by`), however many such routes a model's inventions have made.
    """
    alone = {route.name for route in (*before.routes, *after.routes) if route.auto_threshold is not None}
    names = _concerned(before, after, sorted(alone), tenant_id=tenant_id)
    for name in names:
        epochs.lock(tenant_id, name)
    return names


def concerned(before: Rules, after: Rules, *, tenant_id: int) -> tuple[str, ...]:
    """The routes with recorded calls whose evidence this change would end, by name; of the first MOST_SHOWN."""
    return _concerned(before, after, epochs.routes(tenant_id)[:MOST_SHOWN], tenant_id=tenant_id)


def _concerned(before: Rules, after: Rules, names: Sequence[str], *, tenant_id: int) -> tuple[str, ...]:
    known = ((name, met(tenant_id, name)) for name in sorted(names))
    return tuple(name for name, pairs in known if pairs and is_concerned(before, after, name, pairs))


def end(made: Ruleset, names: Collection[str]) -> None:
    """Begin an epoch of each of these routes and have everything on them ask, in the transaction that made it live."""
    rules = rulesets.of(made)
    for name in names:
        before = epochs.current(made.tenant_id, name)
        basis = epochs.rescored(before.basis(), rules, name)
        epochs.follow(before, Cause.RULES, reason=ENDED, basis=basis, rules=made)
    if names:
        ask_everything(made.tenant_id, names, reason=ENDED)


def ended_by(epoch: Epoch) -> Ruleset | None:
    """The newest version since an epoch's first call that ends it, whichever way it went live; None as a rule."""
    first = epochs.oldest_rules(epoch)
    if first is None:
        return None
    rows = Ruleset.objects.filter(pk__gte=first, tenant_id=epoch.tenant_id).exclude(status=RulesetStatus.DRAFT)
    found = list(rows.order_by("pk").values_list("pk", "document_sha256", "status"))
    live = next((place for place, (_, _, status) in enumerate(found) if status == RulesetStatus.LIVE), -1)
    versions = [(int(pk), digest(sha256)) for pk, sha256, _ in found]
    known = met(epoch.tenant_id, epoch.route) if live > 0 else frozenset()
    for place in range(live, 0, -1):
        if _between(versions[place - 1], versions[place], epoch.route, known):
            return Ruleset.objects.get(pk=versions[place][0])
    return None


@lru_cache(maxsize=16_384)
def _between(before: tuple[int, str], after: tuple[int, str], name: str, known: frozenset[tuple[str, str]]) -> bool:
    """As `is_concerned`, of stored versions: told once a process, because every look asks it of all of them."""
    return is_concerned(rulesets.parsed(*before), rulesets.parsed(*after), name, known)


def met(tenant_id: int, name: str) -> frozenset[tuple[str, str]]:
    """The agents and tools of the newest calls of a route."""
    rows = Verdict.objects.filter(tenant_id=tenant_id, route=name, is_counted=True)
    return frozenset(rows.order_by("-pk").values_list("agent", "tool")[:LOOKED_AT])


def is_concerned(before: Rules, after: Rules, name: str, known: frozenset[tuple[str, str]]) -> bool:
    """Whether what this route's runs proved under `before` says nothing under `after`; True where it cannot be told."""
    if name in _moved(before.routes, after.routes):
        return True
    places = [one for one in (*before.routes, *after.routes) if one.name == name]
    places += [_selection((agent,), (tool,)) for agent, tool in known]
    return any(may_overlap(one, place) for one in _let_through(before, after) for place in places)


def _let_through(before: Rules, after: Rules) -> Iterator[Route]:
    """Which calls may pass that did not, as selections; how a decision is taken lets nothing run alone."""
    rules = {rule.name: rule for rule in before.rules}
    allowing = {rule.name: rule for rule in after.rules}
    limits = {limit.name: limit for limit in before.limits}
    for one in loosenings(before, after):
        match one.kind:
            case "grounding" | "weights":
                yield ANY_CALL
            case "route_weights":
                yield next(route for route in after.routes if route.name == one.name)
            case "stops_less" | "rule_gone":
                yield _selection(rules[one.name].agents, rules[one.name].tools)
            case "allows":
                yield _selection(allowing[one.name].agents, allowing[one.name].tools)
            case "limit":
                yield _selection(limits[one.name].agents, limits[one.name].tools)
            case "time_zone":
                yield from (_selection(it.agents, it.tools) for it in before.limits if it.per is Per.DAY)


def _selection(agents: tuple[str, ...] | None, tools: tuple[str, ...]) -> Route:
    # Unchecked: what a recorded agent or tool is called may be no name that a document would take.
    return ANY_CALL.model_copy(update={"agents": agents or ("*",), "tools": tools})


def _moved(before: Sequence[Route], after: Sequence[Route]) -> set[str]:
    """Routes that calls come to or leave, by name."""
    return {name for names in _moves(before, after) for name in names}


def _moves(before: Sequence[Route], after: Sequence[Route]) -> Iterator[Iterable[str]]:
    was: Mapping[str, Route] = {route.name: route for route in before}
    for new in after:
        old = was.get(new.name)
        if old is not None and (old.agents, old.tools, old.tenant) != (new.agents, new.tools, new.tenant):
            yield (new.name,)
    for old, new in meetings(before, after):
        if old is NO_ROUTE and not _is_written_down(new):
            yield (new.name,)
        elif old is not NO_ROUTE and old.name != new.name:
            yield (old.name, new.name)


def _is_written_down(route: Route) -> bool:
    """Whether it is named as its calls were while no route fitted them: then they do not move."""
    if len(route.agents) != 1 or len(route.tools) != 1:
        return False
    return route.name == f"{reveal(route.agents[0], 80)}/{reveal(route.tools[0], 80)}"
