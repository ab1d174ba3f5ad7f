"""Print how long certificates over 100,000 runs take (goal G6): run it with `python -m`."""

import time
from collections.abc import Callable
from functools import partial
from random import Random

from approvals.domain.calibration import Action, Run, State, certify, certify_purity, preview
from tests.domain.calibration.reference.slow import Plain

RUNS = 100_000
ROUNDS = 9


def main() -> None:
    """All of them test runs, the worst case; the best of some rounds, which the machine's other work disturbs least."""
    for actions in (1, 3):
        plain = _made(actions)
        few = [{**run, "test": run["seq"] % 10 == 0} for run in plain]
        _print(f"certify, plain, {actions} a run", partial(certify, plain, 0.02, 0.1, 1))
        _print(f"certify, frozen, {actions} a run", partial(certify, [*map(_frozen, plain)], 0.02, 0.1, 1))
        _print(f"certify, plain, {actions} a run, one in ten drawn", partial(certify, few, 0.02, 0.1, 1))
    single = _made(1)
    grid = [place / 20 for place in range(19, -1, -1)]
    _print("purity, plain, 1 a run", partial(certify_purity, single, 0.02, 0.1, grid, [1 - cut for cut in grid]))
    rows = [(action["score"], 0.9, True, action["state"] == "wrong") for run in single for action in run["actions"]]
    _print("preview", partial(preview, rows, 0.8, 0.1))


def _made(actions: int) -> list[Plain]:
    dice = Random(1)
    return [
        {
            "seq": seq,
            "test": True,
            "epoch": 1,
            "actions": [
                {"score": round(dice.random(), 5), "state": "wrong" if dice.random() < 0.02 else "right"}
                for _ in range(actions)
            ],
        }
        for seq in range(RUNS)
    ]


def _frozen(run: Plain) -> Run:
    actions = tuple(Action(action["score"], State(action["state"])) for action in run["actions"])
    return Run(run["seq"], run["test"], run["epoch"], actions)


def _print(name: str, call: Callable[[], object]) -> None:
    taken = []
    for _ in range(ROUNDS):
        started, used = time.perf_counter(), time.process_time()
        call()
        taken.append((time.perf_counter() - started, time.process_time() - used))
    elapsed, used = (1_000 * min(each) for each in zip(*taken, strict=True))
    print(f"{name}: {elapsed:.0f} ms elapsed, {used:.0f} ms of processor")


if __name__ == "__main__":
    main()
