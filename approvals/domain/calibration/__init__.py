"""What labels prove: pure arithmetic over recorded calls, on the standard library alone (CALIBRATION sections 2 and 3).

- `run` is what everything is counted in: one agent task with its actions (2.1).
- `coin` draws which runs are audited in full (2.3).
- `evidence` weighs wrong runs against a limit: the ladder and the upper bound (2.4).
- `certificate` says which threshold is proven now, with its guard (2.5); `purity` the same for the stricter promise
  (2.10).
- `bounds` gives the range of a share that holds whenever it is looked at, and corrects a limit by what reviewers miss
  (2.12, 2.6).
- `drift` watches what runs alone and fires when it grows worse (2.7), and notices when nobody looks (2.1).
- `counterfactual` says what a threshold would have let run, as far as anyone looked; `costs` when that pays (2.12).
- `confidence` and `agreement` describe scores and reviewers, for display only (2.12, 4).

Everything is a function of its arguments alone. Anything may import what is exported here. Some modules and functions
have one name (`coin`); here it is the function.
"""

from approvals.domain.calibration.agreement import cohen, kripp_alpha
from approvals.domain.calibration.bounds import corrected_limit, interval
from approvals.domain.calibration.certificate import Certificate, certify, clamped, stricter
from approvals.domain.calibration.coin import coin
from approvals.domain.calibration.confidence import Bin, Reliability, aurc, reliability
from approvals.domain.calibration.costs import break_even
from approvals.domain.calibration.counterfactual import Preview, Row, preview, runs
from approvals.domain.calibration.drift import Alarm, alarm, is_blind
from approvals.domain.calibration.evidence import allowed, ladder, log_evidence, upper_limit
from approvals.domain.calibration.purity import PurityCertificate, certify_purity, purity_grid
from approvals.domain.calibration.run import Action, Run, State

__all__ = [
    "Action",
    "Alarm",
    "Bin",
    "Certificate",
    "Preview",
    "PurityCertificate",
    "Reliability",
    "Row",
    "Run",
    "State",
    "alarm",
    "allowed",
    "aurc",
    "break_even",
    "certify",
    "certify_purity",
    "clamped",
    "cohen",
    "coin",
    "corrected_limit",
    "interval",
    "is_blind",
    "kripp_alpha",
    "ladder",
    "log_evidence",
    "preview",
    "purity_grid",
    "reliability",
    "runs",
    "stricter",
    "upper_limit",
]
