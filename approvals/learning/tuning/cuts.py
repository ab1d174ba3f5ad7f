"""The two thresholds of a route, and the ruleset that has other ones."""

from dataclasses import dataclass

from approvals.domain.gate import Route, Ruleset, check, dump_ruleset, parse_ruleset
from approvals.domain.redaction import reveal
from approvals.learning.tuning.refusals import NoSuchRoute
from approvals.models import Verdict


@dataclass(frozen=True)
class Cuts:
    """From `auto` on a call runs alone; from `ask` on the end user is asked; below, a person. None: never."""

    auto: float | None = None
    ask: float | None = None
    limit: float | None = None
    """Another share of runs that may end wrong; None leaves the one that the route has."""


OFFERED = Cuts(0.85, 0.60)
"""What a route without thresholds is offered first (DESIGN section 6)."""


def cuts_of(route: Route | None) -> Cuts:
    """The thresholds of a route; none for no route."""
    return Cuts(route.auto_threshold, route.ask_threshold) if route else Cuts()


def route_of_name(ruleset: Ruleset, name: str) -> Route | None:
    """The route of this name, if the ruleset has one."""
    return next((route for route in ruleset.routes if route.name == name), None)


def with_cuts(ruleset: Ruleset, name: str, cuts: Cuts, *, tenant_id: int) -> Ruleset:
    """The same ruleset with other thresholds on one route, checked as a document is.

    A route that so far only calls were recorded under is written down first of all, for exactly its agent and tool,
    so that it meets the same calls. Raises NoSuchRoute, and BadRuleset for thresholds out of range or order.
    """
    changed = {"auto_threshold": cuts.auto, "ask_threshold": cuts.ask}
    if cuts.limit is not None:
        changed["wrong_limit"] = cuts.limit
    if route_of_name(ruleset, name):
        routes = tuple(route.model_copy(update=changed) if route.name == name else route for route in ruleset.routes)
    else:
        routes = (_recorded(name, tenant_id).model_copy(update=changed), *ruleset.routes)
    return checked(ruleset.model_copy(update={"routes": routes}))


def checked(ruleset: Ruleset) -> Ruleset:
    """A ruleset that was put together, as whoever reads its document will have it; raises BadRuleset."""
    check(ruleset)
    return parse_ruleset(dump_ruleset(ruleset))


def _recorded(name: str, tenant_id: int) -> Route:
    """The route of one agent and one tool, as the gate names it when nothing fits."""
    found = Verdict.objects.filter(tenant_id=tenant_id, route=name, is_counted=True)
    met = set(found.order_by("-pk").values_list("agent", "tool")[:1000])
    if len(met) != 1:
        raise NoSuchRoute(name)
    agent, tool = met.pop()
    if name != f"{reveal(agent, 80)}/{reveal(tool, 80)}" or set("*?[") & set(agent + tool):
        raise NoSuchRoute(name)
    try:
        return Route(name=name, agents=(agent,), tools=(tool,))
    except ValueError as error:
        raise NoSuchRoute(name) from error
