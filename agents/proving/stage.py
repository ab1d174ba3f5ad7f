"""Where proofs happen: a tenant, people, rules and a tool of their own, in a transaction that is rolled back.

Nobody else ever sees a row of it, and no step of anybody else is claimed: steps are taken by their id.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, Func

from agents.domain.agent import Agent
from agents.domain.plan import Plan, StepKind, StepSpec
from agents.domain.tool import Call, Tool
from agents.engine import accepting, carrying
from agents.engine.answers import resuming
from agents.guards.leases import Holder
from agents.models import Operation, Run, Step, Worker
from agents.tools import registry
from approvals.domain.decision import DecisionKind, Said
from approvals.domain.escalation import Friction
from approvals.domain.escalation.friction import NONE as NO_FRICTION
from approvals.domain.evidence import Preview, Read
from approvals.domain.gate import Classes, Decide, Limit, Ruleset, dump_ruleset
from approvals.domain.tool import Effect, EffectClass, Reversibility, ToolCard
from approvals.inbox import deciding
from approvals.models import Decision, Escalation, Member, Role, Tenant, Verdict
from approvals.models import Ruleset as RulesetRow
from approvals.models.ruleset import RulesetStatus

WRITE, READ, OUTSIDE = "self_test_write", "self_test_read", "self_test_outside"
AMOUNT = 7
"""What the probe is called with."""
MOST_TURNS = 20
SCHEMA = {
    "type": "object",
    "properties": {"amount": {"type": "number"}},
    "required": ["amount"],
    "additionalProperties": False,
}
CLOCK = Func(function="clock_timestamp", output_field=DateTimeField())

_holder: ContextVar[Holder | None] = ContextVar("holder", default=None)
"""The lease under which proofs are made, and in its only lane; without one each proof makes a worker."""


@dataclass
class Stage:
    """One proof's own small world."""

    tenant: Tenant
    holder: Holder
    reviewer: Member
    ran: list[dict[str, Any]] = field(default_factory=list)
    """The arguments that tools of the proof were really called with."""
    world: str = "as it was"
    """What the read-set of the writing tool says of the world."""

    def rules(self, *, undo_seconds: int = 0, limits: tuple[Limit, ...] = (), friction: Friction = NO_FRICTION) -> None:
        """Make rules live under which every write asks, and approving what can be undone takes this."""
        terms = Decide(undo_seconds=undo_seconds, friction=Classes(reversible=friction))
        rules = Ruleset(version=1, name="self-test", limits=limits, decide=terms)
        RulesetRow.objects.create(
            tenant=self.tenant,
            version=1,
            document=dump_ruleset(rules).encode(),
            status=RulesetStatus.LIVE,
            is_sample=True,
            reason="self-test",
        )

    def member(self, role: Role, *, tenant: Tenant | None = None) -> Member:
        """Somebody of a role who has no password and is gone with the proof."""
        email = f"self-test-{token_hex(8)}@self-test.invalid"
        return Member.objects.create_user(
            email, None, name="Self-test", role=role, tenant_id=(tenant or self.tenant).pk
        )

    def ask(self, tool: str = WRITE, *, said: str = "", user_confirms: bool = False, **arguments: Any) -> Run:
        """Let an agent propose one call, and carry its run until it is over or waits for a person.

        `said` is what its customer said first; `user_confirms` where somebody brings the customer links.
        """
        steps = (StepSpec(name=tool, kind=StepKind.TOOL, tool=tool, arguments=arguments or {"amount": AMOUNT}),)
        name = f"self-test-{token_hex(8)}"
        planned = Agent(name=name, version="1", model="scripted:", system="", tools=(), plan=Plan(steps=steps))
        with registry.lent(agents=(planned,)):
            body = {"message": said, "user_confirms": user_confirms}
            run = accepting.accept(agent=name, title="self-test", body=body, tenant_id=self.tenant.pk)
        self.work(run)
        return run

    def work(self, run: Run) -> None:
        """Carry one run as far as it goes, as a worker would: through claim, gate, right and effect."""
        agent = Agent(name=run.agent, version=run.agent_version, model="scripted:", system="", tools=())
        with registry.lent(agents=(agent,)):
            for _ in range(MOST_TURNS):
                ready = Step.objects.filter(run=run, status="ready", wake_at__lte=CLOCK).order_by("pk").first()
                if ready is None:
                    return
                # As a claim does it; a step that is named is taken without its run.
                Run.objects.filter(pk=run.pk, status__in=("queued", "waiting")).update(status="running")
                _, carried = resuming.begin(self.holder, step_id=ready.pk)
                while carried is not None:
                    carried = carrying.carry(carried)

    def asked(self, run: Run) -> Escalation:
        """The open question about a run; raises DoesNotExist when nobody was asked."""
        return Escalation.objects.select_related("evidence", "verdict").get(run_key=run.key, status="open")

    def say(
        self,
        escalation: Escalation,
        kind: DecisionKind = DecisionKind.APPROVE,
        *,
        by: Member | None = None,
        **more: Any,
    ) -> Decision:
        """Decide as an honest form would, by the reviewer unless somebody else is named."""
        fact = escalation.evidence.value().material.preview.typed_fact
        said = {
            "kind": kind,
            "evidence_sha256": escalation.evidence.digest,
            "version": escalation.version,
            "typed": fact.value if fact else "",
            "reason_code": "not_asked" if kind is DecisionKind.REJECT else "",
        }
        lifetime = {"lifetime": more.pop("lifetime")} if "lifetime" in more else {}
        return deciding.decide(escalation, by=by or self.reviewer, said=Said(**{**said, **more}), **lifetime)

    def vote(self, escalation: Escalation, *, by: Member, session: bytes | None = None) -> Decision | None:
        """Approve as one of several, as an honest form would."""
        said = Said(kind=DecisionKind.APPROVE, evidence_sha256=escalation.evidence.digest, version=escalation.version)
        return deciding.vote(escalation, by=by, said=said, session=session)

    def verdicts(self, run: Run) -> list[str]:
        """What the gate said of the calls of a run, in order."""
        return list(Verdict.objects.filter(run_key=run.key).order_by("pk").values_list("outcome", flat=True))

    def operations(self, run: Run) -> list[Operation]:
        """The effects of a run, in order."""
        return list(Operation.objects.filter(step__run=run).select_related("verdict", "grant").order_by("pk"))


@contextmanager
def held_by(worker_id: int, *, lane: str) -> Iterator[None]:
    """Make the proofs inside as this worker and in this lane."""
    token = _holder.set(Holder(worker_id, (lane,)))
    try:
        yield
    finally:
        _holder.reset(token)


@contextmanager
def stage() -> Iterator[Stage]:
    """A stage with tools, one reviewer and no rules yet, of which nothing is left afterwards.

    Everything joins one transaction, which is rolled back: what it leaves are numbers that sequences have given out.
    """
    with transaction.atomic():
        tenant = Tenant.objects.create(name="Self-test", slug=f"self-test-{token_hex(8)}")
        holder = _holder.get() or Holder(Worker.objects.create(name="self-test").pk)
        email = f"self-test-{token_hex(8)}@self-test.invalid"
        reviewer = Member.objects.create_user(email, None, name="Self-test", role=Role.REVIEWER, tenant_id=tenant.pk)
        set_up = Stage(tenant, holder, reviewer)
        with registry.lent(tools=_tools(set_up)):
            yield set_up
        transaction.set_rollback(True)


def _tools(on: Stage) -> tuple[Tool, ...]:
    """A read, a write in our own database and one outside of it; none does anything but remember its call."""

    def remember(_call: Call, /, **arguments: Any) -> dict[str, Any]:
        on.ran.append(arguments)
        return {"done": True}

    def reads(_call: Call, /, **_arguments: Any) -> tuple[Read, ...]:
        return (Read(entity="the world", digest=on.world),)

    def preview(call: Call, /, **arguments: Any) -> Preview:
        return Preview(affects="nothing", goes_to="nowhere", reads=reads(call, **arguments))

    [lane] = on.holder.lanes
    return (
        Tool(card=card(WRITE), function=remember, title="Self-test", lane=lane, preview=preview, reads=reads),
        Tool(card=card(READ, effect=Effect.READ), function=remember, title="Self-test", lane=lane),
        Tool(card=card(OUTSIDE, effect_class=EffectClass.B), function=remember, title="Self-test", lane=lane),
    )


def card(name: str, *, effect: Effect = Effect.WRITE, effect_class: EffectClass = EffectClass.A) -> ToolCard:
    """The declaration of a tool of the proofs."""
    return ToolCard(
        name=name,
        version="1",
        description="Remembers that it was called.",
        effect=effect,
        reversibility=Reversibility.REVERSIBLE,
        effect_class=effect_class,
        parameters=SCHEMA,
    )
