"""Where the rules ask for several persons and the password again, nothing runs by less."""

from agents.proving.guarantee import Guarantee, expect
from agents.proving.stage import AMOUNT, Stage, stage
from approvals.domain.errors import AlreadyVoted, ApprovalError, LookLonger, SeveralNeeded, StepUpNeeded
from approvals.domain.escalation import Friction
from approvals.inbox import deciding
from approvals.models import Escalation, Grant, Member, Role

HERE, ELSEWHERE = b"h" * 32, b"e" * 32


def refuses(error: type[ApprovalError], what: str, on: Stage, of: Escalation, by: Member, session: bytes) -> None:
    """Voting so must raise this error."""
    try:
        on.vote(of, by=by, session=session)
    except error:
        return
    expect(False, f"{what} counted.")


def several_approve() -> None:
    """One vote, the same one twice and a decision alone run nothing; the second person's runs it once."""
    with stage() as on:
        on.rules(friction=Friction(persons=2))
        run = on.ask()
        asked = on.asked(run)
        expect(on.vote(asked, by=on.reviewer) is None, "One of two persons decided.")
        refuses(AlreadyVoted, "A second vote of one person", on, asked, on.reviewer, HERE)
        is_refused = False
        try:
            on.say(asked, by=on.member(Role.ADMIN))
        except SeveralNeeded:
            is_refused = True
        expect(is_refused, "An admin approved alone.")
        on.work(run)
        expect(not on.ran and not Grant.objects.filter(decision__escalation=asked).exists(), "One vote gave a right.")
        expect(on.vote(asked, by=on.member(Role.REVIEWER)) is not None, "Two persons did not decide.")
        on.work(run)
        expect(on.ran == [{"amount": AMOUNT}], f"It ran {len(on.ran)} times, as {on.ran}.")


def password_is_typed() -> None:
    """Neither without the password nor with one that was typed in another session."""
    with stage() as on:
        on.rules(friction=Friction(persons=2, step_up=True))
        asked = on.asked(on.ask())
        refuses(StepUpNeeded, "A vote without the password", on, asked, on.reviewer, HERE)
        deciding.prove(on.reviewer, session=ELSEWHERE)
        refuses(StepUpNeeded, "A password of another session", on, asked, on.reviewer, HERE)
        deciding.prove(on.reviewer, session=HERE)
        on.vote(asked, by=on.reviewer, session=HERE)


def looks_first() -> None:
    """Whoever has only just been shown it does not approve it."""
    with stage() as on:
        on.rules(friction=Friction(delay_seconds=600))
        asked = on.asked(on.ask())
        try:
            on.say(asked)
        except LookLonger:
            return
        expect(False, "It was approved without a look.")


ALL = (
    Guarantee("What several persons approve runs by so many, each once, and by nobody alone.", several_approve),
    Guarantee("What takes the password again is not approved without it.", password_is_typed),
    Guarantee("What takes time to look is not approved before.", looks_first),
)
