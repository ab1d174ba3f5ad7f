"""What people decide is what happens, and nothing happens without them."""

from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from agents.domain.run import StepStatus
from agents.models import Step
from agents.proving.guarantee import Guarantee, expect
from agents.proving.stage import AMOUNT, OUTSIDE, READ, Stage, stage
from agents.tools import calling
from approvals.domain.decision import DecisionKind
from approvals.domain.errors import AlreadyDecided, ApprovalError, NotAllowedToDecide, StaleEvidence
from approvals.inbox import expiring, undoing
from approvals.models import Escalation, Grant, Role, Tenant

SOON = timedelta(milliseconds=1)
EDITED = AMOUNT + 1


def wait() -> None:
    """Let the moment pass that `SOON` is away, by the clock of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.01)")


def refuses(error: type[ApprovalError], what: str, on: Stage, escalation: Escalation, **more: object) -> None:
    """Deciding so must raise this error."""
    try:
        on.say(escalation, **more)  # type: ignore[arg-type]
    except error:
        return
    expect(False, f"{what} could decide.")


def write_waits() -> None:
    """The gate asks, and the tool is not called meanwhile."""
    with stage() as on:
        on.rules()
        run = on.ask()
        expect(on.verdicts(run) == ["ask"], f"The gate said {on.verdicts(run)} instead of asking.")
        expect(not on.ran and not on.operations(run), "It ran without anybody having been asked.")
        on.work(run)
        expect(not on.ran, "It ran while the question was open.")


def approved_runs_once() -> None:
    """Exactly the bytes that were shown, exactly once, in our database and outside."""
    for tool in ("self_test_write", OUTSIDE):
        with stage() as on:
            on.rules()
            run = on.ask(tool)
            shown = on.asked(run).evidence.value().payload_sha256
            on.say(on.asked(run))
            on.work(run)
            on.work(run)
            expect(on.ran == [{"amount": AMOUNT}], f"It ran {len(on.ran)} times, as {on.ran}.")
            sent = bytes(on.operations(run)[0].payload_sha256).hex()
            expect(sent == shown, "Other bytes ran than were shown.")


def rejected_does_not_run() -> None:
    """No right, no effect, and the agent is told."""
    with stage() as on:
        on.rules()
        run = on.ask()
        on.say(on.asked(run), DecisionKind.REJECT)
        on.work(run)
        expect(not on.ran and not on.operations(run), "It ran though it was rejected.")
        expect(not Grant.objects.filter(decision__verdict__run_key=run.key).exists(), "A rejection gave a right.")
        expect(Step.objects.get(run=run).status == StepStatus.REFUSED, "The step did not end refused.")


def edited_runs_as_edited() -> None:
    """The edited arguments run, and what was proposed does not."""
    with stage() as on:
        on.rules()
        run = on.ask()
        asked = on.asked(run)
        changed = calling.as_action(asked.tool, {"amount": EDITED})
        on.say(asked, DecisionKind.EDIT, arguments=changed.arguments, payload_sha256=changed.digest)
        on.work(run)
        expect(on.ran == [{"amount": EDITED}], f"It ran as {on.ran}, and {{'amount': {EDITED}}} was approved.")


def undecided_does_not_run() -> None:
    """A deadline ends in no."""
    with stage() as on:
        on.rules()
        run = on.ask()
        Escalation.objects.filter(pk=on.asked(run).pk).update(due_at=Now() + SOON)
        wait()
        expect(expiring.expire_due(tenant_id=on.tenant.pk) == 1, "An overdue question did not expire.")
        on.work(run)
        expect(not on.ran, "It ran because its time was over.")


def expired_right_asks_again() -> None:
    """A right that was not used in time is void, and a person is asked anew."""
    with stage() as on:
        on.rules()
        run = on.ask()
        first = on.asked(run)
        on.say(first, lifetime=SOON)
        wait()
        on.work(run)
        expect(not on.ran, "It ran under a right that had expired.")
        expect(on.asked(run).pk != first.pk, "Nobody was asked again.")


def undone_does_not_run() -> None:
    """A decision that was taken back is no right."""
    with stage() as on:
        on.rules(undo_seconds=60)
        run = on.ask()
        asked = on.asked(run)
        on.say(asked)
        on.work(run)
        expect(not on.ran, "It ran while the decision could still be undone.")
        undoing.undo(asked, by=on.reviewer)
        on.work(run)
        expect(not on.ran, "It ran though the decision was undone.")


def moved_world_asks_again() -> None:
    """What was approved runs only in the world it was approved for."""
    with stage() as on:
        on.rules()
        run = on.ask()
        on.say(on.asked(run))
        on.world = "another one"
        on.work(run)
        expect(not on.ran, "It ran though the world had changed since it was approved.")
        expect(on.asked(run).evidence.value().material.returned is not None, "It did not come back to the queue.")


def one_decision() -> None:
    """Whoever is second learns it, and changes nothing."""
    with stage() as on:
        on.rules()
        run = on.ask()
        first, second = on.asked(run), on.asked(run)
        on.say(first, DecisionKind.REJECT)
        refuses(AlreadyDecided, "A second person", on, second)
        on.work(run)
        expect(not on.ran, "It ran by a second decision.")


def only_who_may() -> None:
    """An auditor, somebody of another tenant, and who was shown something else."""
    with stage() as on:
        on.rules()
        asked = on.asked(on.ask())
        elsewhere = Tenant.objects.create(name="Elsewhere", slug=f"{on.tenant.slug}-2")
        refuses(NotAllowedToDecide, "An auditor", on, asked, by=on.member(Role.AUDITOR))
        refuses(NotAllowedToDecide, "Somebody else's admin", on, asked, by=on.member(Role.ADMIN, tenant=elsewhere))
        refuses(StaleEvidence, "Who was shown other evidence", on, asked, evidence_sha256="0" * 64)
        refuses(StaleEvidence, "Who was shown an older version", on, asked, version=asked.version - 1)


def read_is_judged_too() -> None:
    """What runs alone names the verdict that let it."""
    with stage() as on:
        on.rules()
        run = on.ask(READ)
        expect(on.ran and on.operations(run), "A read that the gate allows did not run.")
        allowed = on.operations(run)[0].verdict
        expect(allowed is not None and allowed.outcome == "allow", "A read ran without a verdict that allowed it.")


CORE = (
    Guarantee("A write waits for a person, and is not called meanwhile.", write_waits),
    Guarantee("What runs alone names the verdict that let it.", read_is_judged_too),
)
ALL = (
    *CORE,
    Guarantee("An approved call runs once, with the bytes that were shown.", approved_runs_once),
    Guarantee("A rejected call does not run.", rejected_does_not_run),
    Guarantee("An edited call runs as it was edited.", edited_runs_as_edited),
    Guarantee("What nobody decided in time does not run.", undecided_does_not_run),
    Guarantee("A right that expired asks again.", expired_right_asks_again),
    Guarantee("A decision can be undone, and what was undone does not run.", undone_does_not_run),
    Guarantee("A world that moved since the approval asks again.", moved_world_asks_again),
    Guarantee("There is one decision: whoever is second changes nothing.", one_decision),
    Guarantee("Only who may decides, and only on what was shown.", only_who_may),
)
