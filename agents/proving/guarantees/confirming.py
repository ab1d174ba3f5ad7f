"""What the end user is asked runs on the user's own yes, given with the link, and on nobody else's."""

from django.db.models.functions import Now

from agents.models import Run
from agents.proving.guarantee import Guarantee, expect, refused
from agents.proving.guarantees.deciding import SOON, refuses, wait
from agents.proving.stage import AMOUNT, WRITE, Stage, stage
from approvals.confirming import answering, passing
from approvals.domain.errors import AlreadyDecided, NotAllowedToDecide, NotOpen
from approvals.domain.gate import Route, Rule, Ruleset, Weights, dump_ruleset
from approvals.domain.verdict import Outcome
from approvals.models import Confirmation, Decision, Escalation
from approvals.models import Ruleset as RulesetRow
from approvals.models.escalation import token_of
from approvals.models.ruleset import RulesetStatus

SAID = f"Please do it with {AMOUNT}."
FORGED = bytes(32)


def ask_user(on: Stage) -> tuple[Run, Confirmation]:
    """A run whose one call waits for its end user."""
    weights = Weights(tool_choice=None, arguments=None, grounding=1.0)
    rules = Ruleset(
        version=1,
        name="self-test",
        routes=(Route(name="self-test", auto_threshold=0.0, weights=weights),),
        rules=(Rule(name="self-test", tools=(WRITE,), outcome=Outcome.CONFIRM, sentence="The user is asked."),),
    )
    RulesetRow.objects.create(
        tenant=on.tenant,
        version=1,
        document=dump_ruleset(rules).encode(),
        status=RulesetStatus.LIVE,
        is_sample=True,
        reason="self-test",
    )
    run = on.ask(said=SAID, user_confirms=True)
    expect(on.verdicts(run) == ["confirm"], f"The gate said {on.verdicts(run)} instead of asking the user.")
    asked = Confirmation.objects.select_related("escalation__evidence", "escalation__verdict")
    return run, asked.get(escalation__run_key=run.key)


def answer(link: Confirmation, *, is_yes: bool, token: bytes | None = None) -> Decision:
    """As the page of the link does it."""
    asked = link.escalation
    return answering.answer(link, token or token_of(asked), is_yes=is_yes, evidence_sha256=asked.evidence.digest)


def yes_runs_once() -> None:
    """One yes with the link, one effect; a second answer changes nothing."""
    with stage() as on:
        run, link = ask_user(on)
        on.work(run)
        expect(not on.ran, "It ran while the user was asked.")
        answer(link, is_yes=True)
        on.work(run)
        expect(on.ran == [{"amount": AMOUNT}], f"It ran {len(on.ran)} times after one yes.")
        link.escalation.refresh_from_db()
        try:
            answer(link, is_yes=False)
        except AlreadyDecided:
            return
        expect(False, "The same link answered twice.")


def no_does_not_run() -> None:
    """A no ends it, and what nobody answers goes to a reviewer and does not run."""
    with stage() as on:
        run, link = ask_user(on)
        answer(link, is_yes=False)
        on.work(run)
        expect(not on.ran and not on.operations(run), "It ran though the user said no.")
    with stage() as on:
        run, link = ask_user(on)
        Escalation.objects.filter(pk=link.escalation_id).update(due_at=Now() + SOON)
        wait()
        try:
            answer(link, is_yes=True)
        except NotOpen:
            passing.pass_on(passing.found(link.escalation_id), why="unanswered")
        on.work(run)
        expect(not on.ran, "It ran by a yes that came too late.")
        expect(on.asked(run).kind == "approval", "No reviewer was asked after the user.")


def only_by_link() -> None:
    """Neither a reviewer nor another token answers for the user."""
    with stage() as on:
        run, link = ask_user(on)
        refuses(NotAllowedToDecide, "A reviewer, for the user,", on, link.escalation)
        with refused("a yes of a user without the link", "SB014"):
            answer(link, is_yes=True, token=FORGED)
        on.work(run)
        expect(not on.ran, "It ran without the user's own yes.")


ALL = (
    Guarantee("What the user is asked runs once, on the user's own yes.", yes_runs_once),
    Guarantee("A user's no, or none in time, runs nothing; then a reviewer is asked.", no_does_not_run),
    Guarantee("Nobody answers for the user without the link.", only_by_link),
)
