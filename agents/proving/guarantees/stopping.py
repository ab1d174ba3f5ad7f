"""What stops: halts, cancels and limits."""

from django.db.models.functions import Now

from agents.engine import cancelling
from agents.models import Run
from agents.proving.guarantee import Guarantee, expect
from agents.proving.stage import READ, WRITE, stage
from approvals.domain.gate import Limit, Per, Resource
from approvals.gating import halting
from approvals.models import Escalation, Halt
from approvals.models.halt import HaltScope

HALTS = ((HaltScope.EVERYTHING, ""), (HaltScope.TOOL, WRITE), (HaltScope.RUN, None), (HaltScope.AGENT, None))


def halted_stops() -> None:
    """What was approved before does not start, whatever the halt names."""
    for scope, named in HALTS:
        with stage() as on:
            on.rules()
            run = on.ask()
            on.say(on.asked(run))
            key = named if named is not None else str(run.key) if scope is HaltScope.RUN else run.agent
            Halt.objects.create(tenant=on.tenant, scope=scope, key=key, reason="self-test")
            on.work(run)
            expect(not on.ran, f"It ran under a halt of {scope}.")


def halted_asks() -> None:
    """While everything is halted even a read asks, and lifting needs an admin."""
    with stage() as on:
        on.rules()
        expect(halting.halt(scope=HaltScope.EVERYTHING, by=on.reviewer, reason="self-test"), "Halting did nothing.")
        run = on.ask(READ)
        expect(on.verdicts(run) == ["ask"] and not on.ran, "A read ran while everything was halted.")


def cancelled_stops() -> None:
    """A right of a cancelled run starts nothing."""
    with stage() as on:
        on.rules()
        run = on.ask()
        on.say(on.asked(run))
        cancelling.cancel(run, by=on.reviewer)
        on.work(run)
        expect(not on.ran, "It ran though the run was cancelled.")
        still = Escalation.objects.filter(run_key=run.key, status="open").exists()
        expect(not still, "A question of a cancelled run is still open.")
        expect(Run.objects.filter(pk=run.pk, cancelled_at__lte=Now()).exists(), "The cancel was not written down.")


def limit_asks() -> None:
    """What goes beyond a limit asks a person."""
    with stage() as on:
        on.rules(limits=(Limit(name="calls", resource=Resource.CALLS, per=Per.DAY, most=1),))
        first, second = on.ask(READ), on.ask(READ)
        expect(on.verdicts(first) == ["allow"], "A call within the limit did not run.")
        expect(on.verdicts(second) == ["ask"], "A call beyond the limit did not ask.")
        expect(len(on.ran) == 1, f"{len(on.ran)} calls ran, and the limit is one.")


ALL = (
    Guarantee("A halt of everything, a tool, an agent or a run stops what was approved before.", halted_stops),
    Guarantee("While everything is halted even a read asks.", halted_asks),
    Guarantee("A cancelled run starts nothing, also where it was approved.", cancelled_stops),
    Guarantee("What goes beyond a limit asks.", limit_asks),
)
