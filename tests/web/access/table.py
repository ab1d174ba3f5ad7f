"""THE access table: address × method × caller, and address × whose object it names. Data only.

A new address without a row fails the walk. A method that is not listed must be answered "method not allowed" to
everybody. `OK` is whatever somebody gets who was let in: a page, a redirect onward, or an error in what they sent.
"""

from dataclasses import dataclass

from tests.web.access.sides import Answer, Caller, Whose

Answers = dict[Caller, Answer]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

OK, SIGN_IN, FORBIDDEN, NOT_FOUND, NO_METHOD = Answer


def _row(anonymous: Answer, reviewer: Answer, admin: Answer, auditor: Answer, agent: Answer) -> Answers:
    return dict(zip(Caller, (anonymous, reviewer, admin, auditor, agent), strict=True))


#                anonymous  reviewer   admin      auditor    agent key
EVERYBODY = _row(OK, OK, OK, OK, OK)
MEMBERS = _row(SIGN_IN, OK, OK, OK, SIGN_IN)
DECIDERS = _row(SIGN_IN, OK, OK, FORBIDDEN, SIGN_IN)
ADMINS = _row(SIGN_IN, FORBIDDEN, OK, FORBIDDEN, SIGN_IN)
LOOKING_BACK = _row(SIGN_IN, FORBIDDEN, OK, OK, SIGN_IN)
AUDITORS = _row(SIGN_IN, FORBIDDEN, FORBIDDEN, OK, SIGN_IN)
PROGRAMS = _row(SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN, OK)
NOTHING_THERE = _row(NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND)
NOBODY = _row(NO_METHOD, NO_METHOD, NO_METHOD, NO_METHOD, NO_METHOD)
# Only a signature opens it.
NOBODYS = _row(SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN)
# Whoever is signed in here is not the end user, and may look.
USERS = _row(OK, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK)
# Of these pages the anonymous get the sign-in page, because that is what they are or lead to.
CHOOSING = _row(SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN)

ROUTES: dict[str, dict[str, Answers]] = {
    "healthz": {"GET": EVERYBODY},
    "api:submit_request": {"POST": PROGRAMS},
    "take_webhook": {"POST": NOBODYS},
    "api:submit_action": {"POST": PROGRAMS},
    "api:read_action": {"GET": PROGRAMS},
    "api:redeem_grant": {"POST": PROGRAMS},
    "api:report_outcome": {"POST": PROGRAMS},
    "api:list_runs": {"GET": PROGRAMS},
    "api:read_run": {"GET": PROGRAMS},
    "api:list_escalations": {"GET": PROGRAMS},
    "api:read_escalation": {"GET": PROGRAMS},
    "api:list_confirmations": {"GET": PROGRAMS},
    "api:export_labels": {"GET": PROGRAMS},
    "api:read_contract": {"GET": EVERYBODY},
    "api:absent": dict.fromkeys(METHODS, NOTHING_THERE),
    "home": {"GET": EVERYBODY},
    "favicon": {"GET": EVERYBODY},
    "queue": {"GET": MEMBERS},
    "queue_list": {"GET": MEMBERS},
    "queue_counts": {"GET": MEMBERS},
    "queue_row": {"GET": MEMBERS},
    "escalation": {"GET": MEMBERS},
    "escalation_bar": {"GET": MEMBERS},
    "claim": {"POST": DECIDERS},
    "release": {"POST": DECIDERS},
    "decide": {"POST": DECIDERS},
    "undo": {"POST": DECIDERS},
    "withdraw_vote": {"POST": DECIDERS},
    "take": {"POST": DECIDERS},
    "say": {"POST": DECIDERS},
    "ask": {"POST": DECIDERS},
    "keep_draft": {"POST": DECIDERS},
    "talk": {"GET": MEMBERS},
    "handoff": {"GET": MEMBERS},
    "user_link": {"POST": DECIDERS},
    "edit": {"GET": DECIDERS, "POST": DECIDERS},
    "examine": {"POST": DECIDERS},
    "confirm": {"GET": EVERYBODY, "POST": USERS},
    "audits": {"GET": DECIDERS},
    "audit": {"GET": DECIDERS},
    "answer_audit": {"POST": DECIDERS},
    "sign_in": {"GET": EVERYBODY, "POST": EVERYBODY},
    "sign_out": {"POST": CHOOSING},
    "choose_password": {"GET": CHOOSING, "POST": CHOOSING},
    "account": {"GET": MEMBERS, "POST": MEMBERS},
    "people": {"GET": ADMINS},
    "new_person": {"GET": ADMINS, "POST": ADMINS},
    "person": {"GET": ADMINS, "POST": ADMINS},
    "deactivate_person": {"POST": ADMINS},
    "give_password": {"POST": ADMINS},
    "password_once": {"GET": ADMINS},
    "teams": {"GET": ADMINS, "POST": ADMINS},
    "keys": {"GET": ADMINS},
    "new_key": {"GET": ADMINS, "POST": ADMINS},
    "key": {"GET": ADMINS},
    "revoke_key": {"POST": ADMINS},
    "secret_once": {"GET": ADMINS},
    "policies": {"GET": LOOKING_BACK},
    "rules_document": {"GET": LOOKING_BACK},
    "edit_rules": {"GET": ADMINS, "POST": ADMINS},
    "new_rule": {"GET": ADMINS, "POST": ADMINS},
    "rule": {"GET": ADMINS, "POST": ADMINS},
    "edit_terms": {"GET": ADMINS, "POST": ADMINS},
    "edit_triggers": {"GET": ADMINS, "POST": ADMINS},
    "try_action": {"GET": LOOKING_BACK, "POST": LOOKING_BACK},
    "backtest": {"GET": LOOKING_BACK, "POST": LOOKING_BACK},
    "watch_draft": {"POST": ADMINS},
    "elsewhere": {"GET": LOOKING_BACK},
    "classify_tool": {"GET": ADMINS, "POST": ADMINS},
    "confirm_tool": {"POST": ADMINS},
    "end_tool": {"POST": ADMINS},
    "thresholds": {"GET": LOOKING_BACK},
    "threshold": {"GET": LOOKING_BACK},
    "tune": {"POST": ADMINS},
    "draft": {"GET": LOOKING_BACK},
    "approve_draft": {"POST": ADMINS},
    "canary_draft": {"POST": ADMINS},
    "discard_draft": {"POST": ADMINS},
    "versions": {"GET": LOOKING_BACK},
    "version": {"GET": LOOKING_BACK},
    "restore_version": {"POST": ADMINS},
    "runs": {"GET": MEMBERS},
    "runs_new": {"GET": MEMBERS},
    "trace": {"GET": MEMBERS},
    "cancel_run": {"POST": DECIDERS},
    "rerun": {"GET": LOOKING_BACK},
    "start_run": {"GET": DECIDERS, "POST": DECIDERS},
    "intake": {"GET": LOOKING_BACK},
    "limit_runs": {"POST": ADMINS},
    "new_source": {"GET": ADMINS, "POST": ADMINS},
    "source": {"GET": LOOKING_BACK},
    "change_source": {"POST": ADMINS},
    "source_secret_once": {"GET": ADMINS},
    "rotate_source": {"POST": ADMINS},
    "hold_source": {"POST": ADMINS},
    "new_schedule": {"GET": ADMINS, "POST": ADMINS},
    "schedule": {"GET": LOOKING_BACK},
    "change_schedule": {"POST": ADMINS},
    "hold_schedule": {"POST": ADMINS},
    "health": {"GET": LOOKING_BACK},
    "resend_letters": {"POST": ADMINS},
    "resend_letter": {"POST": ADMINS},
    "discard_letter": {"POST": ADMINS},
    "open_breaker": {"POST": ADMINS},
    "close_breaker": {"POST": ADMINS},
    "halts": {"GET": MEMBERS},
    "new_halt": {"POST": DECIDERS},
    "lift_halt": {"POST": ADMINS},
    "labels": {"GET": MEMBERS},
    "labels_manifest": {"GET": LOOKING_BACK},
    "labels_jsonl": {"GET": LOOKING_BACK},
    "labels_csv": {"GET": LOOKING_BACK},
    "history": {"GET": AUDITORS},
    "history_zip": {"GET": AUDITORS},
    "dataset": {"GET": LOOKING_BACK},
    "dataset_pairs": {"GET": LOOKING_BACK},
    "make_dataset_version": {"POST": ADMINS},
    "import_labels": {"POST": ADMINS},
    "imported_labels": {"GET": LOOKING_BACK},
    "erasures": {"GET": LOOKING_BACK},
    "new_erasure": {"POST": ADMINS},
    "erase": {"POST": ADMINS},
    "discard_erasure": {"POST": ADMINS},
    "settle": {"POST": ADMINS},
    "dataset_train_jsonl": {"GET": LOOKING_BACK},
    "dataset_train_csv": {"GET": LOOKING_BACK},
    "dataset_test_jsonl": {"GET": LOOKING_BACK},
    "dataset_test_csv": {"GET": LOOKING_BACK},
}

WITHOUT_CSRF: frozenset[str] = frozenset(
    {
        *("api:submit_request", "api:submit_action", "api:redeem_grant", "api:report_outcome", "api:absent"),
        *("confirm", "take_webhook"),
    }
)
"""No cookie opens these: a key in a header, or the secret in an address, cannot be sent by another site's form."""


@dataclass(frozen=True)
class Objects:
    """What an address's object is, and who finds it when it is whose."""

    kind: str
    answers: dict[Caller, dict[Whose, Answer]]


_HERE_ONLY = {Whose.SAME_TENANT: OK, Whose.FOREIGN_TENANT: NOT_FOUND, Whose.ABSENT: NOT_FOUND}
_PEOPLE = Objects("member", {Caller.ADMIN: {Whose.OWN: OK, **_HERE_ONLY}})
_KEYS = Objects("key", {Caller.ADMIN: _HERE_ONLY})
_ADMIN, _LOOKING = {Caller.ADMIN: _HERE_ONLY}, {Caller.ADMIN: _HERE_ONLY, Caller.AUDITOR: _HERE_ONLY}
_EVERY_TEAM = {Whose.SAME_TEAM: OK, Whose.FOREIGN_TEAM: OK, **_HERE_ONLY}
_OWN_TEAMS = {**_EVERY_TEAM, Whose.FOREIGN_TEAM: NOT_FOUND}
_SEEN = Objects(
    "escalation",
    {Caller.REVIEWER: _OWN_TEAMS, Caller.ADMIN: _EVERY_TEAM, Caller.AUDITOR: _EVERY_TEAM},
)
_DECIDED = Objects("escalation", {Caller.REVIEWER: _OWN_TEAMS, Caller.ADMIN: _EVERY_TEAM})

OBJECTS: dict[str, Objects] = {
    "api:read_run": Objects("run", {Caller.AGENT: _EVERY_TEAM}),
    "take_webhook": Objects(
        "source key",
        {Caller.ANONYMOUS: dict.fromkeys((Whose.SAME_TENANT, Whose.FOREIGN_TENANT, Whose.ABSENT), SIGN_IN)},
    ),
    "api:read_action": Objects("action key", {Caller.AGENT: _HERE_ONLY}),
    "api:redeem_grant": Objects("right", {Caller.AGENT: _HERE_ONLY}),
    "api:report_outcome": Objects("right", {Caller.AGENT: dict.fromkeys(_HERE_ONLY, OK)}),
    "api:read_escalation": Objects("escalation", {Caller.AGENT: _EVERY_TEAM}),
    "queue_row": _SEEN,
    "escalation": _SEEN,
    "escalation_bar": _SEEN,
    "claim": _DECIDED,
    "release": _DECIDED,
    "decide": _DECIDED,
    "undo": _DECIDED,
    "withdraw_vote": _DECIDED,
    "take": _DECIDED,
    "say": _DECIDED,
    "ask": _DECIDED,
    "keep_draft": _DECIDED,
    "talk": _SEEN,
    "handoff": _SEEN,
    "user_link": _DECIDED,
    "edit": _DECIDED,
    "examine": _DECIDED,
    "confirm": Objects("link", {Caller.ANONYMOUS: {Whose.SAME_TENANT: OK, Whose.ABSENT: NOT_FOUND}}),
    "audit": Objects("audit", {Caller.REVIEWER: _HERE_ONLY, Caller.ADMIN: _HERE_ONLY}),
    "answer_audit": Objects("audit", {Caller.REVIEWER: _HERE_ONLY, Caller.ADMIN: _HERE_ONLY}),
    "person": _PEOPLE,
    "deactivate_person": _PEOPLE,
    "give_password": _PEOPLE,
    "password_once": _PEOPLE,
    "key": _KEYS,
    "revoke_key": _KEYS,
    "secret_once": _KEYS,
    "rule": Objects("rule", _ADMIN),
    "threshold": Objects("route", _LOOKING),
    "tune": Objects("route", _ADMIN),
    "lift_halt": Objects("halt", _ADMIN),
    "resend_letter": Objects("letter", _ADMIN),
    "discard_letter": Objects("letter", _ADMIN),
    "close_breaker": Objects("breaker", _ADMIN),
    "source": Objects("source", _LOOKING),
    "change_source": Objects("source", _ADMIN),
    "source_secret_once": Objects("source", _ADMIN),
    "rotate_source": Objects("source", _ADMIN),
    "hold_source": Objects("source", _ADMIN),
    "schedule": Objects("schedule", _LOOKING),
    "change_schedule": Objects("schedule", _ADMIN),
    "hold_schedule": Objects("schedule", _ADMIN),
    "draft": Objects("draft", _LOOKING),
    "approve_draft": Objects("draft", _ADMIN),
    "canary_draft": Objects("draft", _ADMIN),
    "discard_draft": Objects("draft", _ADMIN),
    "watch_draft": Objects("draft", _ADMIN),
    "classify_tool": Objects("action", _ADMIN),
    "confirm_tool": Objects("outside tool", _ADMIN),
    "end_tool": Objects("outside tool", _ADMIN),
    "version": Objects("version", _LOOKING),
    "restore_version": Objects("version", _ADMIN),
    "settle": Objects("verdict", _ADMIN),
    "erase": Objects("erasure", _ADMIN),
    "discard_erasure": Objects("erasure", _ADMIN),
    "imported_labels": Objects("import", _LOOKING),
    "dataset_train_jsonl": Objects("snapshot", _LOOKING),
    "dataset_train_csv": Objects("snapshot", _LOOKING),
    "dataset_test_jsonl": Objects("snapshot", _LOOKING),
    "dataset_test_csv": Objects("snapshot", _LOOKING),
    "trace": Objects("run", {Caller.REVIEWER: _OWN_TEAMS, Caller.ADMIN: _EVERY_TEAM, Caller.AUDITOR: _EVERY_TEAM}),
    "rerun": Objects("run", {Caller.ADMIN: _EVERY_TEAM, Caller.AUDITOR: _EVERY_TEAM}),
    "cancel_run": Objects("run", {Caller.REVIEWER: _OWN_TEAMS, Caller.ADMIN: _EVERY_TEAM}),
}
