"""A guarantee: one sentence, and a function that breaks it if it can."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError, transaction

from agents.domain.errors import AgentError


class Broken(AgentError):
    """A guarantee does not hold."""

    code = "broken"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.args = (detail,)


@dataclass(frozen=True)
class Guarantee:
    """One promise; `prove` raises Broken with a sentence, or whatever else went wrong, when it does not hold."""

    says: str
    prove: Callable[[], None]


def expect(holds: object, otherwise: str) -> None:
    """Raise Broken with a sentence unless something holds."""
    if not holds:
        raise Broken(otherwise)


@contextmanager
def refused(what: str, *states: str) -> Iterator[None]:
    """What is done inside must be refused by the database, with one of these SQLSTATEs; raises Broken."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        state = getattr(error.__cause__, "sqlstate", None) or "no SQLSTATE"
        expect(state in states, f"{what} was refused for another reason ({state}).")
    else:
        raise Broken(f"The database took {what}.")
