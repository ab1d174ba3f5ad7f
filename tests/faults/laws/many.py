"""A past of many calls, copied by SQL from one rejection."""

from tests.faults.laws.damage import GUARDS_OFF, GUARDS_ON, WITHOUT_LAWS, copied

REJECTED = "SELECT escalation_id FROM approvals_decision WHERE kind = 'reject' ORDER BY id LIMIT 1"
NEW_KEYS = {"origin": "md5('origin' || n)::uuid", "run_key": "md5('run' || n)::uuid"}
NEW_ROWS = {"verdict_id": "9000000 + n", "evidence_id": "9000000 + n", "origin": NEW_KEYS["origin"]}
TIMES = 25_000
MORE_OF_THE_SAME = "".join(
    (
        WITHOUT_LAWS,
        GUARDS_OFF,
        copied(
            "approvals_verdict",
            f"id = (SELECT verdict_id FROM approvals_escalation WHERE id = ({REJECTED}))",
            TIMES,
            seq_in_run="1",
            **NEW_KEYS,
        ),
        copied(
            "approvals_evidence",
            f"id = (SELECT evidence_id FROM approvals_escalation WHERE id = ({REJECTED}))",
            TIMES,
            verdict_id="9000000 + n",
        ),
        copied("approvals_escalation", f"id = ({REJECTED})", TIMES, **NEW_ROWS, run_key=NEW_KEYS["run_key"]),
        copied("approvals_decision", "kind = 'reject'", TIMES, escalation_id="9000000 + n", **NEW_ROWS),
        copied(
            "approvals_label",
            f"decision_id = (SELECT id FROM approvals_decision WHERE escalation_id = ({REJECTED}))",
            TIMES,
            decision_id="9000000 + n",
            verdict_id="9000000 + n",
        ),
        GUARDS_ON,
        "ANALYZE;",
    )
)
"""The rejection of this past, so many times over, as if each had been another call; without the indexes."""
