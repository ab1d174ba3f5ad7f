"""The database is installed as the guarantees need it: the role, the triggers, the constraints."""

from django.db import connection

from agents.proving.guarantee import Guarantee, expect

ROLE = """
SELECT current_user, r.rolsuper OR r.rolcreaterole OR r.rolbypassrls,
       ARRAY(SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
             AND pg_has_role(current_user, c.relowner, 'MEMBER') ORDER BY 1 LIMIT 3),
       has_schema_privilege('public', 'CREATE')
FROM pg_roles r WHERE r.rolname = current_user
"""
# An enabled trigger says O (or A); D is off, and R fires only in a replica.
TRIGGERS = """
SELECT c.relname || '.' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'public'::regnamespace AND t.tgenabled NOT IN ('O', 'A') ORDER BY 1 LIMIT 3
"""
FUNCTIONS = """
SELECT wanted FROM unnest(%s::text[]) AS wanted
WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                  WHERE c.relname || '.' || t.tgname = wanted AND NOT t.tgisinternal)
"""
CONSTRAINTS = """
SELECT c.conrelid::regclass::text || '.' || c.conname FROM pg_constraint c
WHERE c.connamespace = 'public'::regnamespace AND NOT c.convalidated ORDER BY 1 LIMIT 3
"""
NEEDED = [
    "agents_operation.right_first",
    "agents_operation.guard",
    "agents_step.guard",
    "agents_run.guard",
    "approvals_escalation.guard",
    "approvals_decision.guard",
    "approvals_grant.guard",
    "approvals_ruleset.guard",
    "approvals_rulesetproposal.guard",
    "approvals_label.guard",
    "approvals_verdict.append_only",
    "approvals_evidence.append_only",
    "approvals_decision.append_only",
    "approvals_auditentry.append_only",
]


def role_owns_nothing() -> None:
    """With the owner's role every other guarantee would be a promise of the code alone."""
    with connection.cursor() as cursor:
        cursor.execute(ROLE)
        name, is_mighty, owned, can_create = cursor.fetchone()
    expect(not is_mighty, f"The role {name} is a superuser or may make roles: use signalbox_app in DATABASE_URL.")
    expect(not owned, f"The role {name} owns {', '.join(owned)}: use signalbox_app in DATABASE_URL.")
    expect(not can_create, f"The role {name} may make tables and functions.")


def laws_are_on() -> None:
    """Every trigger of the laws is there and enabled, every constraint is validated, in this session too."""
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS)
        off = [row[0] for row in cursor.fetchall()]
        cursor.execute(FUNCTIONS, [NEEDED])
        missing = [row[0] for row in cursor.fetchall()]
        cursor.execute(CONSTRAINTS)
        unchecked = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT current_setting('session_replication_role')")
        [session] = cursor.fetchone()
    expect(not off, f"These triggers are switched off: {', '.join(off)}.")
    expect(not missing, f"These triggers are missing: {', '.join(missing)}.")
    expect(not unchecked, f"These constraints were never validated: {', '.join(unchecked)}.")
    expect(session == "origin", f"Triggers do not fire in sessions of this role ({session}).")


ALL = (
    Guarantee("The application's role owns nothing and makes nothing.", role_owns_nothing),
    Guarantee("Every law of the database is there and switched on.", laws_are_on),
)
