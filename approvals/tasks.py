"""What Celery runs beside agents: looks at routes, planted mistakes, seals. Losing or doubling one changes nothing."""

from celery import shared_task

from approvals.gating.triggers import shapes
from approvals.inbox.checking import auditing
from approvals.learning import seeding
from approvals.learning.calibrating import auditing as auditing_wanted
from approvals.learning.calibrating import looking
from approvals.models import Tenant
from approvals.outside.actions import settling
from approvals.sealing import sealing


@shared_task(name="approvals.tasks.certify", ignore_result=True)
def certify() -> None:
    """Each minute: renew what is proven, tighten what is not, open audits that are asked for, learn what ran."""
    try:
        for tenant_id in Tenant.objects.values_list("pk", flat=True):
            auditing_wanted.request_second(tenant_id)
        looking.look_at_all()
    finally:
        while auditing.open_requested() == auditing.BATCH:
            pass
        shapes.learn()


@shared_task(name="approvals.tasks.plan_seeds", ignore_result=True)
def plan_seeds() -> None:
    """Each minute: draw at which moments of the next one a known mistake is planted."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        seeding.plan(tenant_id)


@shared_task(name="approvals.tasks.settle_outside", ignore_result=True)
def settle_outside() -> None:
    """Every two seconds: apply what was decided for agents elsewhere, ask about outcomes that nobody told."""
    settling.settle()


@shared_task(name="approvals.tasks.seal", ignore_result=True)
def seal() -> None:
    """Each minute: seal what was written since, and write the head outside of the database."""
    while sealing.seal() >= sealing.MOST:
        pass
