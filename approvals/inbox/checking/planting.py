"""Plant a mistake whose answer is known: an item like any other, whose verdict no right can name."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from approvals.domain.action import Action, action
from approvals.domain.errors import BadAction
from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.evidence import Material, Message, Preview
from approvals.domain.verdict import SEED
from approvals.gating import rulesets
from approvals.gating.grounding import Index, Source, confirming, ground
from approvals.gating.grounding.telling import EFFECT, told
from approvals.inbox import opening, surveying
from approvals.learning import seeding
from approvals.learning.seeding import Candidate
from approvals.models import Ruleset, Seed, Verdict
from approvals.models.ruleset import RulesetStatus

BATCH = 20
MOST_TRIED = 60
"""So many mistakes are thought of for one that is planted."""
# Whoever takes a moment plants for it; any number of processes may ask at once.
_TAKE = """
UPDATE approvals_planting SET planted_at = clock_timestamp()
WHERE id = (SELECT id FROM approvals_planting WHERE planted_at IS NULL AND due_at <= now()
            ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING tenant_id
"""
# Nobody waits for what was said to a planted mistake, so it is applied when it can no longer be undone.
_APPLY = """
UPDATE approvals_escalation e SET status = 'applied', version = e.version + 1, closed_at = now()
FROM approvals_seed s
WHERE s.escalation_id = e.id AND e.status = 'decided' AND e.undo_until <= clock_timestamp()
"""


def plant_due() -> int:
    """Plant for every moment that has come; how many were planted. Each in a transaction of its own."""
    planted = 0
    for _ in range(BATCH):
        tenant_id = _taken()
        if tenant_id is None:
            break
        planted += plant(tenant_id) is not None
    return planted


def apply_decided() -> int:
    """Apply what was decided of planted mistakes and can no longer be undone; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_APPLY)
        return int(cursor.rowcount)


def plant(tenant_id: int) -> Seed | None:
    """Put one mistake into the queue of who saw what it is made of; None where there is nothing to make one of.

    Not within a transaction: the owner of a tool is asked what the other call would do.
    """
    live = Ruleset.objects.filter(tenant_id=tenant_id, status=RulesetStatus.LIVE).first()
    tried = islice(seeding.candidates(tenant_id), MOST_TRIED) if live else ()
    made = next(((one, shown) for one in tried if (shown := _evidence(one))), None)
    if live is None or made is None:
        return None
    found, (value, proposed) = made
    with transaction.atomic():
        opened = opening.open_for(
            _verdict(found.source.verdict, proposed, live),
            value,
            rules=rulesets.of(live),
            team_id=found.source.team_id,
        )
        exchanged = found.corruption
        return Seed.objects.create(
            tenant_id=tenant_id,
            verdict=opened.verdict,
            escalation=opened,
            source=found.source.verdict,
            path=exchanged.path if exchanged else "",
            before=exchanged.before if exchanged else None,
            after=exchanged.after if exchanged else None,
        )


def _taken() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE)
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _verdict(source: Verdict, proposed: Action, live: Ruleset) -> Verdict:
    """As the gate recorded the source, for a run of its own; it says `seed` and counts nowhere."""
    kept = ("session_key", "tool", "effect", "agent", "agent_version", "prompt_version", "score_model_version")
    said = ("score_source", "reasons", "route", "score", "score_parts", "auto_threshold", "ask_threshold", "zone")
    told = {name: getattr(source, name) for name in (*kept, *said, "forced_reason", "coin_u", "coin_rate")}
    return Verdict(
        tenant_id=source.tenant_id,
        origin=uuid4(),
        run_key=uuid4(),
        seq_in_run=1,
        payload=proposed.payload,
        outcome=SEED,
        is_counted=False,
        is_test=False,
        label_propensity=1,
        ruleset=live,
        **told,
    )


def _evidence(found: Candidate) -> tuple[EvidenceValue, Action] | None:
    value = found.value
    arguments = found.corruption.arguments if found.corruption else value.arguments
    try:
        proposed = action(value.tool.name, value.tool.version, arguments)
    except BadAction:
        return None
    changed: dict[str, Any] = {"arguments": arguments, "payload_sha256": proposed.digest, "frozen_at": opening.now()}
    later = seeding.shift(value)
    material = value.material.model_copy(
        update={
            "conversation": tuple(_moved(message, later) for message in value.material.conversation),
            "instructions": "",
            "before_revision": None,
        }
    )
    if found.corruption:
        seen = _surveyed(found, proposed) or _retold(found)
        if seen is None:
            return None
        value, material = _exchanged(value, material, found, seen)
    return value.model_copy(update={**changed, "material": material}), proposed


def _exchanged(
    value: EvidenceValue, material: Material, found: Candidate, seen: tuple[Preview, str]
) -> tuple[EvidenceValue, Material]:
    """Where the other value comes from, and what the conversation says of it, is found as for any call."""
    assert found.corruption is not None
    arguments, (preview, title) = found.corruption.arguments, seen
    customers = [message.text for message in material.conversation if message.role == "customer"]
    index = Index([Source(kind="user", name="customer", text=text) for text in customers])
    path = found.corruption.path
    new = {one.path: one for one in ground(arguments, index, value.tool.parameters) if one.path == path}
    grounding = tuple(new.get(one.path, one) for one in value.grounding)
    preview = confirming.checked(told(preview, arguments, grounding), arguments, material.conversation, value.tool)
    exchanged = {"preview": preview, "title": title}
    return value.model_copy(update={"grounding": grounding}), material.model_copy(update=exchanged)


def _surveyed(found: Candidate, proposed: Action) -> tuple[Preview, str] | None:
    """What the tool itself says of the other call in the world of the source; None where it would refuse it."""
    try:
        preview = surveying.preview(proposed, origin=found.source.origin)
        title = surveying.title(proposed)
    except Exception:  # noqa: BLE001  # asked from elsewhere, or of a tool that is gone: nobody here can say
        return None
    return (preview, title) if preview.changes and not any(check.is_failed for check in preview.checks) else None


def _retold(found: Candidate) -> tuple[Preview, str] | None:
    """The frozen preview with the other value; None where it says what a tool has checked of the right one."""
    assert found.corruption is not None
    if any(check.source == "tool" for check in found.corruption.preview.checks):
        return None
    return _told_anew(found.corruption.preview, found.value.material.preview), found.corruption.title


def _told_anew(preview: Preview, before: Preview) -> Preview:
    """Rows with another value lose their source, and what the conversation said of the old one goes."""
    rows = zip(preview.changes, before.changes, strict=True)
    changes = tuple(
        now if now.after == was.after else now.model_copy(update={"source": EFFECT, "is_flagged": False})
        for now, was in rows
    )
    checks = tuple(check for check in preview.checks if check.source != "conversation")
    return preview.model_copy(update={"changes": changes, "checks": checks})


def _moved(message: Message, later: timedelta) -> Message:
    try:
        at = datetime.fromisoformat(message.at) + later
    except ValueError:
        return message
    return message.model_copy(update={"at": at.isoformat(timespec="seconds")})
