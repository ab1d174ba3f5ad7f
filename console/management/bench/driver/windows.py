"""Time runs whose decisions can be undone for some seconds: how long after the window their step begins."""

import time

from agents.engine import accepting
from approvals.models import Decision
from console.management.bench import doors, workload
from console.management.bench.driver.traces import MS, trace

SECONDS = 60.0
LOOK_SECONDS = 0.01


def time_windows(*, runs: int) -> list[float]:
    """Milliseconds from the end of each window, by the database's clock, to the start of step 3."""
    names = [f"window-{number}" for number in range(runs)]
    for name in names:
        accepting.accept(**workload.request(name))
    member, decided, end = doors.reviewer(), set[str](), time.monotonic() + SECONDS
    while len(decided) < runs:
        if time.monotonic() > end:
            raise TimeoutError(f"Only {len(decided)} of {runs} runs came into the queue.")
        for escalation_id, name in doors.page(member):
            doors.approve(escalation_id, member)
            decided.add(name)
        time.sleep(LOOK_SECONDS)
    windows = dict(Decision.objects.values_list("escalation__session_key", "undo_until"))
    # Both clocks are this machine's.
    apart = time.time_ns() - time.monotonic_ns()
    began = {name: trace().wait("S3", name, seconds=SECONDS) + apart for name in names}
    return [began[name] / MS - windows[name].timestamp() * 1000 for name in names]
