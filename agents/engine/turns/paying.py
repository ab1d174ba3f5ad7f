"""Pay for what a model is asked: reserved before the call, settled by what it used. The only way to the gateway."""

from decimal import Decimal

from agents.domain.agent import Agent
from agents.domain.budget import Amount, Budget, Scope, read_by
from agents.domain.turn import ModelRequest, Turn
from agents.engine.context.history import Past
from agents.engine.queue.claiming import Held
from agents.guards import budgets
from agents.guards.budgets import Wanted
from agents.llm import gateway
from agents.llm.failure import FailureKind, ModelFailure
from approvals.models import rows

DEFAULT = Budget()
NOTHING = Amount(0, Decimal(0))
UNSPENT = frozenset({FailureKind.RATE_LIMITED, FailureKind.CONNECTION, FailureKind.REFUSED, FailureKind.MISSING_EXTRA})
"""Failures of calls that nobody has worked for."""


def complete(held: Held, past: Past, agent: Agent, request: ModelRequest) -> Turn:
    """Ask one model once within the budget of its run and of its agent's day.

    No connection is held while a remote model thinks. Raises ModelFailure, BudgetSpent before anything is asked, and
    DatabaseError (SB007) when the step was taken over. What a process that dies here has reserved is released when
    somebody needs it. A model on this machine costs nothing, and is counted only where a budget is declared.
    """
    is_remote = gateway.is_remote(request.model)
    budget = agent.budget or (DEFAULT if is_remote else None)
    if budget is None:
        return _ask(request, is_remote=is_remote)
    request = request.model_copy(update={"output_tokens": budget.output_tokens})
    purses = _purses(past, agent, budget)
    kept = budgets.reserve(
        tenant_id=past.run.tenant_id, step_id=held.id, epoch=held.epoch, most=budget.most(request), purses=purses
    )
    try:
        turn = _ask(request, is_remote=is_remote)
    except ModelFailure as error:
        budgets.settle(kept, NOTHING if error.kind in UNSPENT else _read(budget, request))
        raise
    used = budget.used(request, turn)
    budgets.settle(kept, used)
    # What a provider does not say of the price, the declared prices do.
    return _priced(turn, used) if used.usd else turn


def _ask(request: ModelRequest, *, is_remote: bool) -> Turn:
    if is_remote:
        rows.let_go()
    return gateway.complete(request)


def _priced(turn: Turn, used: Amount) -> Turn:
    return turn.model_copy(update={"usage": turn.usage.model_copy(update={"cost_usd": f"{used.usd:f}"})})


def _purses(past: Past, agent: Agent, budget: Budget) -> tuple[Wanted, ...]:
    own = Wanted(Scope.RUN, str(past.run.key), budget.run)
    if budget.day.tokens is None and budget.day.usd is None:
        return (own,)
    return (own, Wanted(Scope.AGENT, agent.name, budget.day))


def _read(budget: Budget, request: ModelRequest) -> Amount:
    """What is counted for a call that failed after the model had begun: its input, since nobody says more."""
    read = read_by(request)
    return Amount(read, budget.cost(input_tokens=read, output_tokens=0))
