"""What would have happened: rules tried on recorded verdicts, and on calls that somebody makes up.

- `recollecting` brings a recorded verdict back as an action with its facts, or says why that cannot be done.
- `trying` judges recorded calls under live rules and a draft; `scoring` counts what people said of them.
- `watching` counts what a draft in shadow said beside the live rules.
- `imagining` makes the action and the facts of a call that never was.

Nothing here runs an action or writes a row. `console` imports what is exported here.
"""

from approvals.learning.backtesting.imagining import SOURCES, imagine
from approvals.learning.backtesting.recollecting import Case, Lost, find, under
from approvals.learning.backtesting.scoring import Score, Tally
from approvals.learning.backtesting.trying import MOST_CALLS, Backtest, Tried, backtest, weigh
from approvals.learning.backtesting.watching import Watched, watched

__all__ = [
    "MOST_CALLS",
    "SOURCES",
    "Backtest",
    "Case",
    "Lost",
    "Score",
    "Tally",
    "Tried",
    "Watched",
    "backtest",
    "find",
    "imagine",
    "under",
    "watched",
    "weigh",
]
