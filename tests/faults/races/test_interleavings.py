"""Two people or machines at one escalation: in every order their statements can take, one wins and all are told."""

from collections import Counter
from collections.abc import Callable
from itertools import combinations_with_replacement, count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from approvals.models import Ruleset
from tests.faults.laws import damage
from tests.faults.races import breaks, table
from tests.faults.races.acts import ACTS

pytestmark = pytest.mark.xdist_group("races")

PAIRS = (*combinations_with_replacement([act for act in ACTS if act != "halt"], 2), ("apply", "halt"), ("halt", "halt"))
ORDERS = st.lists(st.integers(0, 1), min_size=4, max_size=90)
"""Who goes next, statement by statement; when it ends, the first who can."""
FEW, MANY = 3, 14


def interleave(pair: tuple[str, str], examples: int, *, phases: tuple[Phase, ...] = (Phase.generate,)) -> Counter[str]:
    """Race a pair in so many orders; how often it came to what."""
    Ruleset.objects.create(tenant_id=1, version=1, document=table.rules_for(pair).encode(), status="live")
    numbers, ends = count(), Counter[str]()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    @given(choices=ORDERS)
    def race(choices: list[int]) -> None:
        item = table.put(pair, next(numbers))
        ends[str(sorted(table.race(pair, item, choices).values()))] += 1

    race()
    return ends


@pytest.mark.parametrize("pair", [("approve", "reject"), ("undo", "undo"), ("approve", "cancel")], ids="+".join)
def test_in_a_few_orders_one_wins(fresh_shop: Callable[[], str], pair: tuple[str, str]) -> None:
    fresh_shop()
    assert interleave(pair, FEW).total() == FEW


@pytest.mark.full
@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
def test_in_any_order_one_wins_and_everybody_is_told(fresh_shop: Callable[[], str], pair: tuple[str, str]) -> None:
    fresh_shop()
    ends = interleave(pair, MANY)
    print(f"\n{' + '.join(pair)}: {ends.total()} orders, {dict(ends)}")
    assert ends.total() == MANY


@pytest.mark.full
@pytest.mark.parametrize("broken", breaks.BREAKS, ids=lambda broken: broken.name)
def test_the_race_catches(fresh_shop: Callable[[], str], monkeypatch: pytest.MonkeyPatch, broken: breaks.Break) -> None:
    name = fresh_shop()
    if broken.is_without_guards:
        damage.execute(damage.WITHOUT_LAWS_OF_APPROVALS, name)
        damage.execute(damage.GUARDS_OFF, name)
    broken.install(monkeypatch, name)
    with pytest.raises(AssertionError, match=broken.seen):
        interleave(broken.pair, 40)
