"""A small shop with customers, orders and a stock: the retail world of tau2-bench as rows of our own.

`domain` holds the shop's rules as pure functions over documents; `models` the rows; `reading` and `saving` go
between the two, `gathering` brings together what one call is about. `performing` carries a rule out, `previewing` says
what it would do, and `tools` are the doors an agent is given, with what their arguments could be. `world` imports the
data, `planting` prepares the world of one run, `tasks` and `agents` say who wants what from whom. Every run sees a
shared world and writes copies of its own. May import the domains of `agents` and `approvals` and
`agents.tools.registry`; never the engine.
"""

from pathlib import Path

DATA = Path(__file__).parent / "data"
"""The data files of the benchmark, with their NOTICE."""
