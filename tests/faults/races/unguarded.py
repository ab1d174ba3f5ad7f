"""For a web process that decides without looking whether it is decided; named in `SIGNALBOX_AGENTS` by a test."""

from approvals.inbox.deciding import recording

CONDITION = "status = 'open' AND version = %(version)s AND "
assert CONDITION in recording.DECIDE
vars(recording).update(DECIDE=recording.DECIDE.replace(CONDITION, ""))
