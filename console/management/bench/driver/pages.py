"""Time the queue's first page as a browser asks for it: the real view, its SQL and its template, by who looks."""

import time
from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.test import RequestFactory
from django.urls import reverse
from django.utils.http import urlencode

from agents.engine import accepting
from approvals.models import Escalation, Member, Role, Team, Tenant
from console.management.bench import workload
from console.management.bench.seeding import RARE, TEAMS
from console.pages.review.queue import queue_list

SECONDS = 60.0
LOOK_SECONDS = 0.05
PEOPLE: dict[str, tuple[Role, tuple[int, ...]]] = {
    "admin": (Role.ADMIN, ()),
    "reviewer of one team": (Role.REVIEWER, (1,)),
    "reviewer of three teams": (Role.REVIEWER, (1, 2, 3)),
    "reviewer of a rare team": (Role.REVIEWER, (RARE,)),
    "reviewer of no team": (Role.REVIEWER, ()),
}


def settle() -> list[int]:
    """Make the teams, the people who look, and have the gate open one item; the teams' ids, in order."""
    teams = [Team.objects.create(tenant_id=Tenant.DEFAULT, name=f"Team {number}") for number in range(TEAMS)]
    for name, (role, places) in PEOPLE.items():
        member = Member.objects.create_user(_email(name), None, name=name, role=role)
        member.teams.set([teams[place] for place in places])
    accepting.accept(**workload.request("list"))
    end = time.monotonic() + SECONDS
    while not Escalation.objects.open().exists():
        if time.monotonic() > end:
            raise TimeoutError("Nothing came into the queue.")
        time.sleep(LOOK_SECONDS)
    return [team.pk for team in teams]


def time_lists(*, times: int) -> dict[str, list[float]]:
    """Milliseconds of each page, by who looks and from where."""
    return {
        f"{name}, {where}": [_time_list(name, query) for _ in range(times)]
        for name in PEOPLE
        for where, query in _places()
    }


def _places() -> Iterator[tuple[str, str]]:
    yield "from the start", ""
    middle = Escalation.objects.filter(pk__gte=Escalation.objects.latest("pk").pk // 2).earliest("pk")
    yield "from the middle", urlencode({"after": f"{middle.due_at.isoformat()},{middle.pk}"})


def _time_list(name: str, query: str) -> float:
    request: Any = RequestFactory().get(f"{reverse('queue_list')}?{query}")
    request.user = Member.objects.get(email=_email(name))
    connections.close_all()
    started = time.monotonic()
    response = queue_list(request)
    connections.close_all()
    passed = (time.monotonic() - started) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"The list answered {response.status_code}.")
    return passed


def _email(name: str) -> str:
    return f"{name.replace(' ', '-')}@bench.invalid"
