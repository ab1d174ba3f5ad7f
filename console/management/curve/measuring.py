"""Measure one curve in the database this process is given, and print the figures as one JSON document."""

import json
import sys
from argparse import ArgumentParser, _ArgumentGroup
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from agents.domain.errors import AgentError
from approvals.domain.errors import ApprovalError
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.gate import Weights
from console.live import publishing
from console.management.curve import orders
from console.management.curve.figures import Followed, joined
from console.management.curve.following import follow
from console.management.curve.histories import History, histories
from console.management.curve.office import opened
from console.management.replay import choice as choices
from console.management.replay.expert import Expert, Review, read_labels
from console.management.replay.preparing import rules_of
from console.management.replay.telling import say

CONTAINED = Path(__file__).resolve().parents[1] / "replay" / "rulesets" / "contained.yaml"
"""The rules for recorded runs: the shipped ones never let anything irreversible run, whatever is proven."""
PARTS = ("grounding", "agreement")
"""Of recorded runs only these parts of a score are known."""


def add_arguments(parser: ArgumentParser | _ArgumentGroup) -> None:
    """What is measured; the same words as the command's."""
    parser.add_argument("--score", choices=PARTS, help="the one part that makes the score (as the rules say)")
    parser.add_argument("--orders", type=int, default=20, metavar="N", help="shuffles besides the order by hash (20)")


def main(arguments: Sequence[str]) -> str | None:
    """Measure; why not, when it cannot be done."""
    parser = ArgumentParser(prog="measuring")
    choices.add_arguments(parser)
    add_arguments(parser)
    parser.add_argument("--ruleset", type=Path, default=CONTAINED)
    parser.add_argument("--reviewer-error", type=float, default=0.0)
    options = parser.parse_args(arguments)
    choice = choices.read(options)
    try:
        rules = scored(rules_of(options.ruleset, undo_seconds=10), options.score)
        call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    except (AgentError, ApprovalError, OSError) as error:
        return str(error)
    expert = Expert(Review.TRUTH, read_labels(choice.folder) or {}, options.reviewer_error, choice.seed)
    report = measure(histories(choice), rules, expert, shuffles=options.orders, seed=choice.seed)
    sys.stdout.write(json.dumps(report))
    return None


def scored(rules: Rules, part: str | None) -> Rules:
    """The rules with one part of the score that counts on every route; as they are without one."""
    if part is None:
        return rules
    weights = Weights(**{name: 1.0 if name == part else None for name in Weights.model_fields})
    return rules.model_copy(
        update={
            "weights": weights,
            "routes": tuple(route.model_copy(update={"weights": weights}) for route in rules.routes),
        }
    )


def measure(runs: Sequence[History], rules: Rules, expert: Expert, *, shuffles: int, seed: int) -> dict[str, Any]:
    """Play the runs by the hash of their ids and in so many shuffles, each in a tenant of its own.

    Calls that neither write nor send are judged in the first order; in the others they are counted as they went there.
    Orders, run keys and coins follow from the seed, so the same runs, rules and seed give the same figures everywhere.
    Until it returns this process draws its coins from the seed: it must serve nothing else meanwhile.
    """
    with publishing.silenced(), _coins_of(seed):  # nobody watches a measurement
        return joined(_followed(runs, rules, expert, shuffles=shuffles, seed=seed))


@contextmanager
def _coins_of(seed: int) -> Iterator[None]:
    before = settings.COIN_KEY
    settings.COIN_KEY = choices.coin_key(seed).encode()
    try:
        yield
    finally:
        settings.COIN_KEY = before


def _followed(runs: Sequence[History], rules: Rules, expert: Expert, *, shuffles: int, seed: int) -> list[Followed]:
    followed: list[Followed] = []
    for number in range(shuffles + 1):
        office = opened(number, rules, expert)
        keyed = [(run, orders.key_of(run, number, seed=seed)) for run in orders.ordered(runs, number, seed=seed)]
        following, tallies = follow(office, keyed)
        followed.append(Followed(tallies, office.routes()))
        if number == orders.BY_HASH:
            runs = [run.gated(following.asked) for run in runs]
        end = followed[-1].figures()["asked_at_end"]
        say(f"order {number} of {shuffles}: {'-' if end is None else f'{end:.1%}'} of calls asked about at the end")
    return followed
