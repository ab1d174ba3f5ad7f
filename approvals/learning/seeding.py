"""Which mistakes to plant, and when (CALIBRATION section 4)."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.gate import leaves
from approvals.domain.label import Source, Teaching
from approvals.domain.label.corruption import Corruption, corruptions
from approvals.domain.verdict import SEED
from approvals.models import Escalation, Planting

SHARE = 0.03
"""Of the approvals that are opened, so many are followed by a planted mistake."""
LEAST = 30 / (90 * 24 * 60)
"""And at least so many a minute where anything is opened at all: 30 a quarter."""
REST = timedelta(days=1)
"""A call is no seed before it is so old: whoever saw it would know it again."""
BETWEEN = timedelta(days=180)
"""A call is made a seed of no more than once in so long."""
MOST_READ = 200
"""So many candidates are looked at, drawn at random."""
MOST_DONORS = 40
MOST_TRIED = 5
"""So many exchanges in one call are tried."""

_OPENED = """
SELECT count(*) FILTER (WHERE e.opened_at > now() - interval '1 minute'), count(*)
FROM (SELECT * FROM approvals_escalation WHERE tenant_id = %s ORDER BY id DESC LIMIT 2000) e
JOIN approvals_verdict v ON v.id = e.verdict_id AND v.outcome <> 'seed'
WHERE e.kind = 'approval' AND e.opened_at > now() - interval '1 day'
"""
# A mistake is confirmed where experts said so and none of them said otherwise, or where it was adjudicated.
_SOURCES = """
SELECT e.id FROM (SELECT * FROM approvals_escalation WHERE tenant_id = %(tenant)s ORDER BY id DESC LIMIT 5000) e
JOIN approvals_verdict v ON v.id = e.verdict_id AND v.is_counted
JOIN approvals_decision d ON d.escalation_id = e.id
CROSS JOIN LATERAL (
  SELECT coalesce((array_agg(l.teaching ORDER BY l.id DESC) FILTER (WHERE l.source = 'adjudication'))[1],
                  CASE WHEN min(l.teaching) = max(l.teaching) THEN min(l.teaching) END) AS teaching
  FROM approvals_label l
  WHERE l.verdict_id = v.id AND l.source = ANY(%(expert)s) AND l.teaching <> 'withdrawn'
    AND NOT EXISTS (SELECT 1 FROM approvals_label n WHERE n.supersedes_id = l.id)) said
WHERE e.kind = 'approval' AND e.status IN ('decided', 'applied') AND e.revises_id IS NULL
  AND e.opened_at < now() - %(rest)s AND said.teaching = %(teaching)s
  AND (%(teaching)s = 'wrong' OR d.kind = 'approve')
  AND NOT EXISTS (SELECT 1 FROM approvals_seed s WHERE s.source_id = v.id AND s.planted_at > now() - %(between)s)
  AND NOT EXISTS (SELECT 1 FROM approvals_erasedrun z WHERE z.run_key = v.run_key)
ORDER BY random() LIMIT %(most)s
"""
_EXPERT = [str(one) for one in (Source.REVIEW, Source.AUDIT, Source.DOUBLE, Source.ADJUDICATION)]


@dataclass(frozen=True)
class Candidate:
    """A mistake to plant: what it is made of, and the one value that was exchanged; None for a past mistake."""

    source: Escalation
    value: EvidenceValue
    corruption: Corruption | None


def plan(tenant_id: int) -> int:
    """Draw at which moments of the next minute a mistake is planted; how many. To be called each minute.

    By how many approvals were opened in the last one. Two who call it at once plant more, which measures the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, [tenant_id])
        lately, today = cursor.fetchone()
    expected = max(SHARE * lately, LEAST if today else 0.0)
    whole = int(expected)
    number = whole + (random.random() < expected - whole)  # noqa: S311  # no secret
    moments = [timedelta(seconds=random.uniform(0, 60)) for _ in range(number)]  # noqa: S311
    Planting.objects.bulk_create(Planting(tenant_id=tenant_id, due_at=Now() + moment) for moment in moments)
    return len(moments)


def candidates(tenant_id: int) -> Iterator[Candidate]:
    """Mistakes that could be planted now, in an order drawn by chance.

    Past mistakes and exchanged values take turns by chance, as far as there are both.
    """
    kinds = [_past(tenant_id), _corrupted(tenant_id)]
    random.shuffle(kinds)
    for kind in kinds:
        yield from kind


def _past(tenant_id: int) -> Iterator[Candidate]:
    for source in _sources(tenant_id, Teaching.WRONG):
        yield Candidate(source, source.evidence.value(), None)


def _corrupted(tenant_id: int) -> Iterator[Candidate]:
    for source in _sources(tenant_id, Teaching.RIGHT):
        value = source.evidence.value()
        found = list(corruptions(value, _donors(source)))
        random.shuffle(found)
        for one in found[:MOST_TRIED]:
            yield Candidate(source, value, one)


def _sources(tenant_id: int, teaching: Teaching) -> Iterator[Escalation]:
    names: dict[str, Any] = {
        "tenant": tenant_id,
        "teaching": teaching,
        "rest": REST,
        "between": BETWEEN,
        "most": MOST_READ,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SOURCES, {**names, "expert": _EXPERT})
        ids = [row[0] for row in cursor.fetchall()]
    for pk in ids:
        found = Escalation.objects.select_related("evidence", "verdict").get(pk=pk)
        material = found.evidence.value().material
        # What came back, or asks a question, is about something else than the call alone.
        if material.question is None and material.returned is None and found.evidence.value().reasons:
            yield found


def _donors(source: Escalation) -> Mapping[str, list[Any]]:
    """Values that other calls of the tool had in the same fields."""
    others = Escalation.objects.filter(tenant_id=source.tenant_id, tool=source.tool).exclude(verdict__outcome=SEED)
    near = others.exclude(pk=source.pk).select_related("evidence").order_by("-pk")[:MOST_DONORS]
    found: dict[str, list[Any]] = {}
    for other in near:
        for path, value in leaves(other.evidence.value().arguments):
            if value not in found.setdefault(path, []):
                found[path].append(value)
    return found


def shift(value: EvidenceValue) -> timedelta:
    """How much later what was frozen then is to be shown as frozen now."""
    try:
        frozen = datetime.fromisoformat(value.frozen_at)
    except ValueError:
        return timedelta()
    return timezone.now() - frozen
