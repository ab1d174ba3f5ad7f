"""Two admins who act on each other at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from approvals.models import Member, Role
from approvals.staffing import people
from approvals.staffing.refusals import NotAnAdmin
from console.management.commands import make_first_people
from tests import cast

pytestmark = pytest.mark.usefixtures("fresh_database")


def end_access(whom: Member, by: Member) -> None:
    """One of the two deeds that could leave nobody."""
    people.deactivate_member(whom, by=by)


def take_role(whom: Member, by: Member) -> None:
    """The other one."""
    people.change_member(whom, by=by, name=whom.name, role=Role.REVIEWER, teams=[])


DEEDS = [end_access, take_role]


@pytest.mark.parametrize("deed", DEEDS)
def test_the_one_who_waited_finds_itself_no_admin(deed: Callable[[Member, Member], None]) -> None:
    ada, eve = cast.ada(), cast.member("Eve", Role.ADMIN)
    refused: list[type[Exception]] = []
    waits = Thread(target=_attempt, args=(deed, ada, eve, refused))
    with transaction.atomic():
        deed(eve, ada)
        waits.start()
        waits.join(0.3)
        assert waits.is_alive()
    waits.join(10)
    assert refused == [NotAnAdmin]
    assert _admins() == ["Ada"]


@pytest.mark.parametrize("deed", DEEDS)
def test_of_two_at_once_one_admin_remains(deed: Callable[[Member, Member], None]) -> None:
    ada, eve = cast.ada(), cast.member("Eve", Role.ADMIN)
    refused: list[type[Exception]] = []
    start = Barrier(2)

    def at_once(whom: Member, by: Member) -> None:
        start.wait(10)
        _attempt(deed, whom, by, refused)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(at_once, [ada, eve], [eve, ada]))
    assert refused == [NotAnAdmin]
    assert len(_admins()) == 1


def test_two_set_ups_at_once_make_one_set_of_people() -> None:
    start = Barrier(2)

    def at_once(_: int) -> int:
        start.wait(10)
        try:
            return len(make_first_people.make())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(at_once, range(2)))
    assert sorted(made) == [0, 5]
    assert Member.objects.count() == 5


def _attempt(deed: Callable[[Member, Member], None], whom: Member, by: Member, refused: list[type[Exception]]) -> None:
    try:
        deed(whom, by)
    except NotAnAdmin as refusal:
        refused.append(type(refusal))
    finally:
        connection.close()


def _admins() -> list[str]:
    return list(Member.objects.filter(role=Role.ADMIN, is_active=True).values_list("name", flat=True))
