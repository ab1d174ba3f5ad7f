"""How routes stand: the open epoch, its newest certificate, and whether that covers what is live."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from approvals.domain.gate import Route
from approvals.models import Certificate, Epoch, Threshold


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
