"""Many who ask at once, with real commits: no more run than the limit allows, and nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from django.db import connections

from approvals.models import Counter, Escalation, Verdict
from tests.engine.limits.asking import limit, live, money, runs

RACERS, AT_ONCE = 64, 16


def raced(amount: int) -> int:
    """How many of all racers got through; half of them in one conversation."""

    def racer(number: int) -> bool:
        try:
            return runs(amount, session_key="chat" if number % 2 else "", run_key=uuid4())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(racer, range(RACERS)))


def test_of_64_racers_no_more_run_than_the_day_allows(fresh_database: str) -> None:
    live(limit(20))
    assert raced(5) == 20
    assert Verdict.objects.filter(outcome="allow").count() == 20
    assert (Escalation.objects.count(), Verdict.objects.count()) == (RACERS - 20, RACERS)
    assert [float(used) for used in Counter.objects.values_list("used", flat=True)] == [20]


def test_a_sum_is_never_overspent_and_every_limit_is_kept(fresh_database: str) -> None:
    live(money(100), limit(1_000).replace("the-limit", "daily"), limit(2, per="request").replace("the-limit", "run"))
    raced(7)
    in_chat = Verdict.objects.filter(outcome="allow", session_key="chat").count()
    assert in_chat == 100 // 7
    assert all(counter.used <= counter.most for counter in Counter.objects.all())
