"""How many runs of a tenant may be open: counted by the database, so that nobody overruns it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from agents.domain.errors import TooManyOpen
from agents.engine import accepting, cancelling
from agents.intake import keeping
from agents.intake.refusals import NotYours
from agents.models import OpenLimit, Request, Run
from approvals.models import Tenant
from approvals.staffing.keys import Scope
from tests import cast
from tests.agents.intake import arriving
from tests.api import callers
from tests.engine import parcels
from tests.engine.refusals import execute, refused


def ask(number: int) -> bool:
    """Whether a request was taken."""
    try:
        with transaction.atomic():
            accepting.accept(agent="post_a", title="x", dedupe_key=f"ask {number}", body={"message": "post 1"})
    except TooManyOpen:
        return False
    return True


def open_runs() -> int:
    return OpenLimit.objects.get().open_runs


@pytest.mark.django_db
def test_a_request_above_the_limit_waits_and_one_that_is_there_is_found() -> None:
    parcels.declare()
    assert ask(1)
    keeping.limit_open_runs(2, by=cast.ada())
    assert (ask(2), ask(3), ask(1), ask(2)) == (True, False, True, True)
    assert (open_runs(), Request.objects.count()) == (2, 2)
    accepting.accept(agent="post_a", title="x", tenant_id=Tenant.objects.create(slug="b", name="B").pk)


@pytest.mark.django_db
def test_what_ends_makes_room() -> None:
    parcels.declare()
    parcels.allow()
    keeping.limit_open_runs(2, by=cast.ada())
    assert (ask(1), ask(2), ask(3)) == (True, True, False)
    cancelling.cancel(Run.objects.earliest("pk"), by=cast.ada())
    parcels.work()
    execute("SELECT 1")
    assert (open_runs(), ask(3), ask(4), ask(5)) == (0, True, True, False)


@pytest.mark.django_db
def test_only_an_admin_of_the_tenant_sets_it_and_only_by_the_door() -> None:
    with pytest.raises(NotYours):
        keeping.limit_open_runs(2, by=cast.mara())
    keeping.limit_open_runs(2, by=cast.ada())
    with refused("42501"):
        execute("UPDATE agents_openlimit SET open_runs = 0")
    with refused("42501"):
        execute("INSERT INTO agents_openlimit (tenant_id, most) VALUES (1, 9)")


@pytest.mark.django_db
def test_over_http_a_full_tenant_is_told_when_to_come_again() -> None:
    parcels.declare()
    secret, caller = arriving.source(), callers.agent(Scope.REQUEST_SUBMIT)
    keeping.limit_open_runs(1, by=cast.ada())
    assert arriving.send(secret).status_code == 202
    full = arriving.send(secret, name="msg_2")
    assert (full.status_code, full.json()["code"], full.headers["Retry-After"]) == (429, "too_many_open", "15")
    told = caller.submit(agent="post_a")
    assert (told.status_code, told.json()["code"], told.headers["Retry-After"]) == (429, "too_many_open", "15")


def test_a_crowd_does_not_overrun_it(fresh_database: str) -> None:
    parcels.declare()
    keeping.limit_open_runs(7, by=cast.ada())
    with ThreadPoolExecutor(8) as crowd:
        taken = list(crowd.map(_one, range(24)))
    assert (sum(taken), Run.objects.count(), open_runs()) == (7, 7, 7)


def _one(number: int) -> bool:
    try:
        return ask(number)
    finally:
        connections.close_all()
