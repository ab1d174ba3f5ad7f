"""What labels prove: pure arithmetic over recorded calls, on the standard library alone (CALIBRATION sections 2 and 3).

- `coin` draws which runs are audited in full.
- `counterfactual` says what a threshold would have let run (`preview`), as far as anyone looked.
- `bounds` gives the range of a share that holds whenever it is looked at (`interval`).

Anything may import what is exported here. The module `coin` and its function have one name; here it is the function.
"""

from approvals.domain.calibration.bounds import interval
from approvals.domain.calibration.coin import coin
from approvals.domain.calibration.counterfactual import Preview, Row, preview, runs

__all__ = ["Preview", "Row", "coin", "interval", "preview", "runs"]
