"""A customer of the shop, from request to label, with the real engine on a real database."""

import pytest
from django.db import transaction

from agents.engine import accepting, working
from agents.guards.leases import Lease
from agents.models import Operation, Run, Step
from agents.tools.samples.retail.planting import plant
from agents.tools.samples.retail.tasks import scenarios
from agents.tools.samples.retail.world import load_world
from approvals.domain.decision import DecisionKind, Said
from approvals.inbox import deciding
from approvals.models import Escalation, Label
from tests import cast


def submit(scenario):
    with transaction.atomic():
        run = accepting.accept(agent="retail-assist", title="Customer", body={"scenario": scenario})
        plant(run.key, scenario)
    return run


def say(escalation, kind, **fields):
    escalation = Escalation.objects.get(pk=escalation.pk)
    fact = escalation.evidence.value().material.preview.typed_fact
    said = Said(kind=kind, evidence_sha256=escalation.evidence.digest, version=escalation.version, typed=fact.value if fact else "", **fields)
    return deciding.decide(escalation, by=cast.mara(), said=said)


def test_a_run_goes_all_the_way(fresh_database):
    load_world()
    lease = Lease(on_work=lambda: None)
    try:
        runs = [submit(s) for s in scenarios(20, 7)]
        while working.once(lease.holder):
            pass
        for run in Run.objects.all():
            print(run, run.status, run.result)
            for s in run.steps.order_by("position"):
                print("   ", s.position, s.kind, s.name, s.status, str(s.output)[:150])
        for e in Escalation.objects.all():
            print(e, e.status, e.title, e.risk, e.stopped_by)
            v = e.evidence.value()
            print(v.model_dump_json(indent=1)[:3000]) if e.pk < 2 else None
        assert Escalation.objects.open().count() > 0
    finally:
        lease.stop()
