"""How routes stand: the open epoch, its newest certificate, and whether that covers what is live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from approvals.domain.gate import Route
from approvals.learning import epochs
from approvals.learning.calibrating import certifying, guarding, reading
from approvals.learning.calibrating.reading import Coins, Tested
from approvals.learning.calibrating.terms import UNNAMED, Terms, planted, terms_of
from approvals.models import Certificate, Epoch, Threshold, Verdict


@dataclass(frozen=True)
class Standing:
    """One route; `certificate` is None until its first look."""

    certificate: Certificate | None
    live: float | None
    limit: float | None
    """The limit that the live rules hold the route against; None for a route that they do not name."""

    @property
    def is_certified(self) -> bool:
        """Whether what runs alone now is proven, against the limit of now."""
        one = self.certificate
        return one is not None and one.covers(self.live) and self.limit == one.limit

    @property
    def is_unproven(self) -> bool:
        """Whether something runs alone that no certificate covers."""
        return self.live is not None and not self.is_certified


def standings(tenant_id: int, routes: Mapping[str, Route | None]) -> dict[str, Standing]:
    """Of each of these routes, as the live rules have it; one query for all of them."""
    found = newest(tenant_id)
    return {name: standing(found.get(name), route) for name, route in routes.items()}


def standing(certificate: Certificate | None, route: Route | None) -> Standing:
    """One route with its newest certificate."""
    return Standing(certificate, route.auto_threshold if route else None, route.wrong_limit if route else None)


def newest(tenant_id: int, *, route: str | None = None, about: Threshold = Threshold.AUTO) -> dict[str, Certificate]:
    """The newest certificate of the open epoch of each route, with its epoch."""
    epochs = Epoch.objects.filter(tenant_id=tenant_id)
    if route is not None:
        epochs = epochs.filter(route=route)
    open_ones = epochs.order_by("route", "-number").distinct("route")
    latest = Certificate.objects.filter(epoch=OuterRef("epoch"), about=about).order_by("-number").values("pk")[:1]
    rows = Certificate.objects.filter(epoch__in=open_ones.values("pk"), about=about, pk=Subquery(latest))
    return {row.epoch.route: row for row in rows.select_related("epoch")}


@dataclass(frozen=True)
class Seen:
    """A route as its rows are now, beside the newest certificate that is stored."""

    route: Route | None
    epoch: Epoch
    runs: Sequence[Tested]
    """Of the open epoch, in gate order."""
    terms: Terms
    certificate: Certificate
    """Computed from these rows where none is stored yet."""
    coins: tuple[Coins, ...]
    alarm: float
    """How close the alarm is: 1 where it fires."""
    pace: float
    """Test runs a day, of the epoch."""

    @cached_property
    def counted(self) -> Sequence[Tested]:
        """The runs that count: those before the first pending one."""
        return reading.counted(self.runs)

    def mistakes(self) -> list[float]:
        """The highest mistake of each run that counts and has one."""
        return [score for score in map(reading.mistake, self.counted) if score is not None]


def seen(tenant_id: int, name: str, route: Route | None) -> Seen:
    """Read one route for its page; writes nothing."""
    epoch = epochs.newest(tenant_id, name) or epochs.imagined(tenant_id, name)
    runs, coins, terms = reading.drawn(epoch), reading.coins(epoch), terms_of(route, planted(tenant_id))
    stored = certifying.newest(epoch, Threshold.AUTO) if epoch.pk else None
    if stored is not None:
        stored.epoch = epoch
    all_runs = sum(one.runs for one in coins)
    return Seen(
        route=route,
        epoch=epoch,
        runs=runs,
        terms=terms,
        certificate=stored or certifying.computed(epoch, Threshold.AUTO, runs, terms, all_runs=all_runs),
        coins=coins,
        alarm=guarding.alarm_level(runs, epoch, terms.limit),
        pace=_pace(runs),
    )


def held_against(one: Seen, limit: float) -> Seen:
    """The same rows held against another limit; nothing of it is stored."""
    route = (one.route or UNNAMED).model_copy(update={"wrong_limit": limit})
    terms, all_runs = terms_of(route, one.terms.planted), sum(coin.runs for coin in one.coins)
    proven = certifying.computed(one.epoch, Threshold.AUTO, one.runs, terms, all_runs=all_runs)
    return replace(one, terms=terms, certificate=proven)


def history(tenant_id: int, route: str, *, most: int = 300) -> list[Certificate]:
    """The newest certificates about running alone, of all epochs of a route, with their epochs."""
    rows = Certificate.objects.filter(epoch__tenant_id=tenant_id, epoch__route=route, about=Threshold.AUTO)
    return list(rows.select_related("epoch").order_by("-epoch__number", "-number")[:most])


def _pace(runs: Sequence[Tested]) -> float:
    if not runs:
        return 0.0
    first = Verdict.objects.values_list("created_at", flat=True).get(pk=runs[0].seq)
    return len(runs) / max(1.0, (timezone.now() - first).total_seconds() / 86_400)
