"""The boundaries of a run at which a worker is killed, and the runs that are killed there.

A run has five steps: a turn that looks (1), the look (2), a turn that acts (3), the act (4), a last turn (5).
"""

from dataclasses import dataclass

from approvals.domain.decision import DecisionKind

TURN, LOOK, SECOND_TURN, ACT, LAST_TURN = range(1, 6)


@dataclass(frozen=True)
class Role:
    """One run of a case: which tool acts, and what a person says when nobody knows and nothing happened."""

    name: str
    tool: str
    if_nothing: DecisionKind = DecisionKind.REPEAT


ROLES = (
    Role("own rows", "file_here"),
    Role("keyed", "send_keyed"),
    Role("blind, repeated", "send_blind"),
    Role("blind, dropped", "send_blind", DecisionKind.NOT_HAPPENED),
    Role("traced", "send_traced"),
)
"""Class A, class B, and class C three times: nobody can be asked, twice, and somebody can."""
OUTSIDE = tuple(role for role in ROLES if role.tool != "file_here")


@dataclass(frozen=True)
class Boundary:
    """One moment at which the worker that carries all roles dies, and what is left to do after it."""

    name: str
    point: str
    position: int = 0
    fault: str = ""
    agent: str = "careful"
    """`careful` asks a person before it acts, `trusted` may act alone."""
    is_asked_before: bool = False
    """A person has decided before the worker dies."""
    parked: int = 0
    """How many effects nobody can tell of, so that a person has to."""
    late: int = 0
    """How many of these may have arrived by the time somebody asks for them, and are settled without a person."""
    undone: tuple[str, ...] = ()
    """Roles whose effect does not happen in the end: it was certain, or a person said, that it had not."""


DROPPED = ("blind, dropped", "traced")
BOUNDARIES = (
    Boundary("accepted, not claimed", "claiming"),
    Boundary("claimed", "begun", TURN),
    Boundary("model answered, not committed", "concluding", TURN),
    Boundary("next step claimed with its turn", "carried", TURN),
    Boundary("waiting for a person", "carried", SECOND_TURN),
    Boundary("decided while nobody works", "", is_asked_before=True),
    Boundary("right taken, not committed", "claimed", ACT, is_asked_before=True),
    Boundary("intent committed, not sent", "begun", ACT, is_asked_before=True, parked=2, undone=DROPPED),
    Boundary("sent, no reply", "sent", ACT, fault="hold", is_asked_before=True, parked=2),
    Boundary("reply read, outcome not committed", "concluding", ACT, is_asked_before=True, parked=2),
    Boundary("outcome committed with the next claim", "carried", ACT, is_asked_before=True),
    Boundary("last turn, not committed", "concluding", LAST_TURN, is_asked_before=True),
)
"""The twelve of the default suite."""
MORE = (
    Boundary("look begun", "concluding", LOOK),
    Boundary("look over", "carried", LOOK),
    Boundary("asking, not committed", "concluding", SECOND_TURN),
    Boundary("sent, not arrived", "hanging", ACT, fault="hang", is_asked_before=True, parked=3, late=1),
    Boundary("over", "carried", LAST_TURN, is_asked_before=True),
    Boundary("allowed, not committed", "concluding", SECOND_TURN, agent="trusted"),
    Boundary("allowed, intent committed", "carried", SECOND_TURN, agent="trusted", parked=2, undone=DROPPED),
    Boundary("allowed and sent", "sent", ACT, fault="hold", agent="trusted", parked=2),
)
"""What the full suite adds."""
