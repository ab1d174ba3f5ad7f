"""A database with a past: every kind of decision, ending, incident, undo and change of rules, by the real services."""

from datetime import timedelta
from uuid import uuid4

from django.db import connection

from agents.engine import cancelling
from agents.engine.answers import replying, resending
from agents.models import Letter, Run
from agents.tools.samples.retail.world import load_world
from approvals.confirming import answering
from approvals.domain.decision import DecisionKind
from approvals.gating import halting
from approvals.inbox import claiming, deciding, editing, expiring, undoing
from approvals.inbox.claiming import inquiring
from approvals.learning import tuning
from approvals.learning.dataset import erasing
from approvals.learning.tuning import Cuts
from approvals.models import Confirmation, Escalation, Role, Ruleset, RulesetProposal
from approvals.models.escalation import token_of
from approvals.models.halt import HaltScope
from approvals.models.proof.audit import About
from tests import cast
from tests.api.outside import asked as outside
from tests.engine import parcels
from tests.engine.confirming import asked as middle
from tests.engine.deciding import handed
from tests.engine.mending import faulty
from tests.flows import desk
from tests.web.review import stage

RULES = b"""
version: 1
name: a past
routes:
- {name: posts, agents: [post_a, post_b, post_c], auto_threshold: 0.0}
- {name: moves, tools: [modify_user_address], auto_threshold: 0.95, ask_threshold: 0.5, weights: {tool_choice: 0.5}}
weights: {grounding: 1, tool_choice: null, arguments: null}
decide: {minutes: 60, undo_seconds: 0}
"""
SESSION = b"s" * 32
ROUTE = "desk/cancel_pending_order"


def live_through() -> None:
    """Let everything happen once; some things are still open at the end."""
    load_world()
    Ruleset.objects.create(tenant_id=1, version=1, document=RULES, status="live")
    decided()
    edited()
    confirmed()
    elsewhere()
    together()
    settled()
    redeemed()
    stopped()
    handed_over()
    loosened()
    buried()
    spent()
    erased()
    asked()


def erased() -> None:
    """A run of which nothing is left but what is counted."""
    run = Run.objects.filter(status="succeeded").earliest("pk")
    erase(run)


def erase(run: Run) -> None:
    """Asked for by Ada, done by Bea."""
    erasure = erasing.ask(About.RUN, str(run.key), by=cast.ada(), reason="she asked for it")
    erasing.erase(erasure, by=cast.member("Bea", Role.ADMIN), seen=erasing.scope_of(erasure).digest)


def asked() -> Escalation:
    """One open approval of a cancellation."""
    known = set(Escalation.objects.values_list("pk", flat=True))
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    return Escalation.objects.select_related("evidence", "verdict").exclude(pk__in=known).get()


def decided() -> None:
    """Approved, rejected, sent back."""
    desk.decide(asked())
    desk.decide(asked(), DecisionKind.REJECT)
    desk.decide(asked(), DecisionKind.REVISE, reason="ask her first")
    desk.work()


def edited() -> None:
    """Approved with changes that matter."""
    of = asked()
    arguments = {"order_id": desk.PENDING, "reason": "no longer needed"}
    shown = editing.examine(of, of.evidence.value(), arguments)
    fact = shown.preview.typed_fact
    typed = fact.value if fact else ""
    desk.decide(of, DecisionKind.EDIT, arguments=arguments, payload_sha256=shown.action.digest, typed=typed)
    desk.work()


def confirmed() -> None:
    """Asked of end users: answered with yes and with no, passed on to a reviewer, still waiting."""
    for is_yes in (True, False):
        link = confirming()
        digest = link.escalation.evidence.digest
        answering.answer(link, token_of(link.escalation), is_yes=is_yes, evidence_sha256=digest)
    answering.disown(confirming())
    confirming()
    desk.work()


def confirming() -> Confirmation:
    """One question that waits for its user."""
    middle.submit(middle.move())
    desk.work()
    return Confirmation.objects.select_related("escalation__evidence", "escalation__verdict").latest("pk")


def elsewhere() -> None:
    """Asked by agents that run elsewhere: undone, expired, held by somebody."""
    decision = desk.decide(stage.put(undo_seconds=30))
    undoing.undo(decision.escalation, by=cast.mara())
    stage.put(due=timedelta(milliseconds=5))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.01)")
    assert expiring.expire_due() == 1
    assert claiming.claim(stage.put(), by=cast.kai())


def together() -> None:
    """Approved by two, each with their password typed again; another one has one vote, and one that was taken back."""
    first, second = (
        stage.put(persons=2, is_separate=True, step_up=True, requester=cast.ada(), undo_seconds=30) for _ in range(2)
    )
    for one in (cast.mara(), cast.kai()):
        deciding.prove(one, session=SESSION)
        deciding.vote(first, by=one, said=desk.said(first), session=SESSION)
    deciding.vote(second, by=cast.mara(), said=desk.said(second), session=SESSION)
    deciding.withdraw(second, by=cast.mara())
    deciding.vote(second, by=cast.kai(), said=desk.said(second), session=SESSION)


def redeemed() -> None:
    """Rights that an agent elsewhere has taken: of what ran alone, of what a person approved, and one without end."""
    agent = outside.agent()
    outside.classify(agent)
    alone = outside.ask(agent).json()["grant"]["id"]
    approved = outside.granted(agent, key="k-2", tool={**outside.TOOL, "name": "close_account"})
    for right, ended in ((alone, "succeeded"), (approved, "unknown")):
        outside.post(agent, f"/grants/{right}/redeem")
        outside.post(agent, f"/grants/{right}/outcome", {"outcome": ended})


def settled() -> None:
    """Crashes between intent and effect: one repeated under a new right, one that nobody has settled."""
    for tool in ("post_a", "post_b", "post_c", "post_c"):
        parcels.submit(tool)
        parcels.begin()
    parcels.take_over()
    parcels.world.clear()
    # Nobody can tell what became of the two of class C.
    desk.work()
    first = Escalation.objects.select_related("evidence", "verdict").filter(kind="incident").earliest("pk")
    desk.decide(first, DecisionKind.REPEAT, reason="seen in the log")
    desk.work()


def stopped() -> None:
    """A cancelled run, and a halt that was lifted."""
    of = asked()
    assert cancelling.cancel(Run.objects.get(key=of.run_key), by=cast.ada())
    halting.halt(scope=HaltScope.EVERYTHING, by=cast.ada(), reason="a test")
    halting.lift(scope=HaltScope.EVERYTHING, by=cast.ada(), reason="a test")
    parcels.submit("post_a")
    desk.work()


def handed_over() -> None:
    """A conversation that a person took, spoke in and gave back, once the agent had been asked why."""
    of = asked()
    inquiring.ask(of, by=cast.mara(), key=uuid4(), question="Why this order?")
    replying.explain_due()
    handoff = handed.take(of)
    handed.write(handoff, "Hello")
    handed.give_back(handed.reloaded(handoff))
    desk.work()


def buried() -> None:
    """Dead letters: one sent again in vain, one given up, one that is still open."""
    for _ in range(3):
        desk.submit({"fails": "refused"})
    desk.work()
    first, second, _third = Letter.objects.order_by("pk")
    resending.resend(first, by=cast.ada(), reason="a test")
    resending.discard(second, by=cast.ada(), reason="a test")
    desk.work()


def spent() -> None:
    """A model that was paid for."""
    faulty.speak({"text": "Done.", "is_final": True, "usage": {"input_tokens": 70}}, agent="thrifty")
    desk.work()


def loosened() -> None:
    """Rules that let more run, proposed by one admin and approved by another."""
    draft = tuning.tune(ROUTE, Cuts(0.85, 0.6), by=cast.ada(), seen_version=1, reason="because")
    assert isinstance(draft, RulesetProposal)
    tuning.approve(draft, by=cast.member("Bea", Role.ADMIN))
