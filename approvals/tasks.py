"""What Celery runs for what is learned: a look at every route. Losing or doubling one changes nothing but latency."""

from celery import shared_task

from approvals.gating.triggers import shapes
from approvals.inbox import auditing
from approvals.learning.calibrating import looking


@shared_task(name="approvals.tasks.certify", ignore_result=True)
def certify() -> None:
    """Each minute: renew what is proven, tighten what is not, open audits that are asked for, learn what ran."""
    try:
        looking.look_at_all()
    finally:
        while auditing.open_requested() == auditing.BATCH:
            pass
        shapes.learn()
