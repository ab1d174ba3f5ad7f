"""For a web process that decides without looking whether it is decided; named in `SIGNALBOX_AGENTS` by a test."""

from approvals.inbox import deciding

CONDITION = "status = 'open' AND version = %(version)s AND "
assert CONDITION in deciding.DECIDE
vars(deciding).update(DECIDE=deciding.DECIDE.replace(CONDITION, ""))
