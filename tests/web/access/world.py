"""Two tenants with their people, teams and things, so that every address has something to name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.test import Client
from django.utils import timezone

from agents.engine.accepting import accept
from agents.models import Breaker, Letter, Step
from agents.models.letter import Cause
from approvals.domain.action import action
from approvals.domain.escalation import Kind, link
from approvals.domain.evidence import Evidence
from approvals.learning import tuning
from approvals.learning.dataset import erasing, versions
from approvals.models import AgentKey, Halt, Import, Member, Role, Ruleset, Snapshot, Team, Tenant
from approvals.models.escalation import token_of
from approvals.models.proof.audit import About
from approvals.staffing.keys import NewKey, Scope, make_key
from tests import cast
from tests.agents.intake import arriving
from tests.learning import calls
from tests.web.access import outsiders
from tests.web.access.sides import Caller, Whose
from tests.web.audits import audited
from tests.web.review import papers
from tests.web.review.stage import put

PEOPLE: dict[Caller, Callable[[], Member]] = {
    Caller.REVIEWER: cast.mara,
    Caller.ADMIN: cast.ada,
    Caller.AUDITOR: cast.otto,
}
ABSENT = 987_654


@dataclass
class World:
    """Made anew for each cell, because cells change things."""

    asking: Member | None = None

    def browser(self, caller: Caller, *, enforce_csrf_checks: bool = False) -> Client:
        """The one who asks."""
        if caller is Caller.AGENT:
            return Client(enforce_csrf_checks, headers={"Authorization": f"Bearer {_key(cast.ada()).secret}"})
        client = Client(enforce_csrf_checks)
        if caller in PEOPLE:
            self.asking = PEOPLE[caller]()
            client.force_login(self.asking)
        return client

    def object(self, kind: str, whose: Whose) -> int | str:
        """The id of such a thing."""
        return MAKERS[kind](self, whose)

    def tenant(self, whose: Whose) -> Tenant:
        """Ours, or the other one."""
        if whose is not Whose.FOREIGN_TENANT:
            return Tenant.objects.get(pk=Tenant.DEFAULT)
        return Tenant.objects.get_or_create(slug="elsewhere", defaults={"name": "Elsewhere"})[0]


def _member(world: World, whose: Whose) -> int:
    if whose is Whose.ABSENT:
        return ABSENT
    if whose is Whose.OWN and world.asking:
        return world.asking.pk
    return cast.member(f"Some-{whose.name}", Role.REVIEWER, tenant_id=world.tenant(whose).pk).pk


def _key_id(world: World, whose: Whose) -> int:
    if whose is Whose.ABSENT:
        return ABSENT
    return _key(_admin(world, whose)).key.pk


def _escalation_id(world: World, whose: Whose) -> int:
    if whose is Whose.ABSENT:
        return ABSENT
    tenant = world.tenant(whose)
    return put(_tagging(), tenant_id=tenant.pk, team=_team(world, whose, tenant)).pk


def _audit_id(world: World, whose: Whose) -> int:
    if whose is Whose.ABSENT:
        return ABSENT
    return audited.waiting(tenant_id=world.tenant(whose).pk).pk


def _tagging() -> Evidence:
    """Evidence for exactly the bytes that were judged, as the database asks."""
    value = papers.tagging()
    proposed = action(value.tool.name, value.tool.version, value.arguments)
    return value.model_copy(update={"payload_sha256": proposed.digest})


def _team(world: World, whose: Whose, tenant: Tenant) -> Team | None:
    """The team of who asks, a team they are not in, or none."""
    if whose not in (Whose.SAME_TEAM, Whose.FOREIGN_TEAM):
        return None
    team = Team.objects.create(tenant=tenant, name=whose.name)
    if whose is Whose.SAME_TEAM and world.asking:
        world.asking.teams.add(team)
    return team


def _key(by: Member) -> NewKey:
    AgentKey.objects.filter(tenant_id=by.tenant_id, name="walker", revoked_at=None).update(revoked_at=timezone.now())
    tomorrow = timezone.now() + timedelta(days=1)
    return make_key(by=by, name="walker", scopes=list(Scope), expires_at=tomorrow, agent="walker")


def _route_name(world: World, whose: Whose) -> str:
    name = f"desk/{whose.name}"
    if whose is not Whose.ABSENT:
        calls.call(0.9, route=name, tenant_id=world.tenant(whose).pk)
    return name


def _rule_name(world: World, whose: Whose) -> str:
    """A rule of the version that is live in that tenant."""
    name = f"walked-{whose.name}"
    if whose is not Whose.ABSENT:
        stops = f"rules: [{{name: {name}, tools: [t], outcome: ask, sentence: s}}]"
        calls.live(more=stops, tenant_id=world.tenant(whose).pk)
    return name


def _draft_id(world: World, whose: Whose) -> int:
    if whose is Whose.ABSENT:
        return ABSENT
    tenant = world.tenant(whose).pk
    by = cast.member(f"Second-{tenant}", Role.ADMIN, tenant_id=tenant)
    calls.call(0.9, tenant_id=tenant)
    made = tuning.tune(calls.ROUTE, tuning.OFFERED, by=by, seen_version=1, reason="walked")
    return made.pk


def _version_number(world: World, whose: Whose) -> int:
    """A number that the other tenant alone has, or the first of our own."""
    number = {Whose.SAME_TENANT: 1, Whose.FOREIGN_TENANT: 77}.get(whose, ABSENT)
    if whose is not Whose.ABSENT:
        document = f"version: {number}\nname: walked\n".encode()
        Ruleset.objects.create(tenant=world.tenant(whose), version=number, document=document, status="live")
    return number


def _run_key(world: World, whose: Whose) -> str:
    if whose is Whose.ABSENT:
        return str(UUID(int=ABSENT))
    tenant = world.tenant(whose)
    team = _team(world, whose, tenant)
    # What asked people of a team is a run of theirs.
    key = put(_tagging(), tenant_id=tenant.pk, team=team).run_key if team else uuid4()
    return str(accept(agent="retail-assist", title="walked", tenant_id=tenant.pk, key=key).key)


def _halt_id(world: World, whose: Whose) -> int:
    if whose is Whose.ABSENT:
        return ABSENT
    made = Halt.objects.get_or_create(tenant=world.tenant(whose), scope="agent", key="walker", lifted_at=None)
    return made[0].pk


def _letter_id(world: World, whose: Whose) -> int:
    if whose is Whose.ABSENT:
        return ABSENT
    run = accept(agent="retail-assist", title="walked", tenant_id=world.tenant(whose).pk, body={"message": "hello"})
    Step.objects.filter(run=run).update(status="waiting")
    step = Step.objects.get(run=run)
    letter = Letter.objects.create(
        tenant_id=run.tenant_id, run=run, step=step, cause=Cause.DECLINED, subject="s", error="e", attempts=1, epoch=0
    )
    return letter.pk


def _breaker_id(world: World, whose: Whose) -> int:
    if whose is Whose.ABSENT:
        return ABSENT
    return Breaker.objects.get_or_create(tenant=world.tenant(whose), guarded="tool", name="walked")[0].pk


def _admin(world: World, whose: Whose) -> Member:
    tenant = world.tenant(whose).pk
    return cast.ada() if tenant == Tenant.DEFAULT else cast.member("Far", Role.ADMIN, tenant_id=tenant)


def _source_key(world: World, whose: Whose) -> str:
    return str(UUID(int=ABSENT) if whose is Whose.ABSENT else arriving.source(by=_admin(world, whose)).source.key)


def _source_id(world: World, whose: Whose) -> int:
    return ABSENT if whose is Whose.ABSENT else arriving.source(by=_admin(world, whose)).source.pk


def _schedule_id(world: World, whose: Whose) -> int:
    return ABSENT if whose is Whose.ABSENT else arriving.schedule(by=_admin(world, whose)).pk


def _token(_world: World, whose: Whose) -> str:
    """A link is good for whoever has it; of another tenant's there is none to have."""
    if whose is not Whose.SAME_TENANT:
        return link.write(bytes(32))
    return link.write(token_of(put(_tagging(), kind=Kind.CONFIRMATION, undo_seconds=0)))


def _verdict_id(world: World, whose: Whose) -> int:
    return ABSENT if whose is Whose.ABSENT else calls.call(0.9, tenant_id=world.tenant(whose).pk).pk


def _snapshot_number(world: World, whose: Whose) -> int:
    """A number that the other tenant alone has, or the first of our own."""
    if whose is Whose.ABSENT:
        return ABSENT
    tenant = world.tenant(whose).pk
    by = cast.member(f"Keeper-{tenant}", Role.ADMIN, tenant_id=tenant)
    made = versions.make("walked", by=by, test_share=0.2)
    if whose is Whose.FOREIGN_TENANT:
        made = Snapshot.objects.create(
            tenant_id=tenant, number=77, name="far", until=0, test_share=0.2, manifest=made.manifest, made_by=by
        )
    return made.number


def _import_id(world: World, whose: Whose) -> int:
    if whose is Whose.ABSENT:
        return ABSENT
    return Import.objects.create(
        tenant=world.tenant(whose), name="walked", sha256=b"", stored=1, known=0, left_out=0
    ).pk


def _erasure_id(world: World, whose: Whose) -> int:
    if whose is Whose.ABSENT:
        return ABSENT
    tenant = world.tenant(whose).pk
    by = cast.member(f"Asking-{tenant}", Role.ADMIN, tenant_id=tenant)
    calls.call(0.9, tenant_id=tenant, session_key="walked")
    return erasing.ask(About.CONVERSATION, "walked", by=by, reason="walked").pk


def _outside(make: Callable[[int], int | str]) -> Callable[[World, Whose], int | str]:
    return lambda world, whose: make(0 if whose is Whose.ABSENT else world.tenant(whose).pk)


MAKERS: dict[str, Callable[[World, Whose], int | str]] = {
    "audit": _audit_id,
    "member": _member,
    "key": _key_id,
    "escalation": _escalation_id,
    "route": _route_name,
    "rule": _rule_name,
    "draft": _draft_id,
    "version": _version_number,
    "run": _run_key,
    "halt": _halt_id,
    "letter": _letter_id,
    "breaker": _breaker_id,
    "link": _token,
    "verdict": _verdict_id,
    "snapshot": _snapshot_number,
    "source key": _source_key,
    "source": _source_id,
    "schedule": _schedule_id,
    "import": _import_id,
    "erasure": _erasure_id,
    **{kind: _outside(make) for kind, make in outsiders.MAKERS.items()},
}
