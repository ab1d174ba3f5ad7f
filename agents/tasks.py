"""What Celery runs: wake-ups without content. Losing, doubling or forging one changes nothing but latency."""

from celery import shared_task

from agents.engine import waking, working
from agents.models import Step
from approvals.inbox import expiring


@shared_task(name="agents.tasks.drain", ignore_result=True)
def drain() -> None:
    """Claim and carry steps until none is due."""
    working.drain()


@shared_task(name="agents.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Each second: expire what nobody decided, and wake for what is due. Two beats do no harm."""
    while expiring.expire_due() == expiring.BATCH:
        pass
    due = Step.objects.due()[:8].count()
    if due:
        waking.wake(due)
