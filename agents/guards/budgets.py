"""Reserve what a model call may cost before it is made, and settle it by what it did cost.

The database counts: a reservation that a purse does not hold is refused by its trigger, and what nobody carries any
more (a worker died, a step was taken over) is released there when somebody else needs it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction
from psycopg.types.json import Jsonb

from agents.domain.budget import Amount, Purse, Scope
from agents.domain.errors import BudgetSpent
from approvals.models import rows

SPENT = "SB020"

# In this order whoever reserves: two that need the same purses take them in the same order.
RESERVE = """
INSERT INTO agents_reservation (spending_id, step_id, epoch, tokens, usd)
SELECT signalbox_purse(%(tenant)s, p.scope, p.key, p.daily, p.tokens, p.usd), %(step)s, %(epoch)s, %(tokens)s, %(usd)s
FROM jsonb_to_recordset(%(purses)s) AS p(n int, scope text, key text, daily boolean, tokens bigint, usd numeric)
ORDER BY p.n RETURNING id
"""

SETTLE = """
UPDATE agents_reservation SET settled_at = clock_timestamp(), used_tokens = %(tokens)s, used_usd = %(usd)s
WHERE id = ANY(%(ids)s) AND settled_at IS NULL RETURNING id
"""


@dataclass(frozen=True)
class Wanted:
    """One purse a call is paid from."""

    scope: Scope
    key: str
    purse: Purse

    @property
    def is_daily(self) -> bool:
        """Whether it is filled anew each day."""
        return self.scope is Scope.AGENT


def reserve(*, tenant_id: int, step_id: int, epoch: int, most: Amount, purses: Sequence[Wanted]) -> list[int]:
    """Reserve from all of these purses or none; the ids of the reservations.

    One transaction of its own. Raises BudgetSpent where one does not hold as much, and StaleStep's DatabaseError
    (SB007) where the step is no longer held at this epoch.
    """
    asked = [
        {
            "n": place,
            "scope": one.scope,
            "key": one.key,
            "daily": one.is_daily,
            "tokens": one.purse.tokens,
            "usd": None if one.purse.usd is None else str(one.purse.usd),
        }
        for place, one in enumerate(purses)
    ]
    names: dict[str, Any] = {"tenant": tenant_id, "step": step_id, "epoch": epoch, **most._asdict()}
    try:
        with transaction.atomic():
            return [int(row[0]) for row in rows.fetch(RESERVE, {**names, "purses": Jsonb(asked)})]
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != SPENT:
            raise
        raise BudgetSpent(str(error.__cause__).splitlines()[0]) from error


def settle(ids: Sequence[int], used: Amount) -> None:
    """Give back what was not used; late for one that was released, which then counts nothing."""
    rows.fetch(SETTLE, {"ids": list(ids), **used._asdict()})
