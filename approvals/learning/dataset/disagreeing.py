"""What experts said differently of one action, and the word of a third that settles it."""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from approvals.domain.decision import REJECT_REASONS
from approvals.domain.errors import AlreadyDecided, NotAllowedToDecide, ReasonMissing, StaleEvidence
from approvals.domain.label import Source, Teaching
from approvals.domain.redaction import clean, redact, visible
from approvals.learning.previewing import EXPERT
from approvals.models import Label, Member, Verdict, Vote

MOST = 50
LONGEST_REASON = 4_000
# Whoever disagrees looked a second time, at an audit or at what happened: these are few, and are looked at first.
_DISAGREED = """
SELECT l.verdict_id
FROM approvals_label l
WHERE l.verdict_id IN (SELECT verdict_id FROM approvals_label
                       WHERE tenant_id = %(tenant)s AND source IN ('double', 'audit', 'incident'))
  AND l.source = ANY(%(expert)s) AND l.teaching <> 'withdrawn'
  AND NOT EXISTS (SELECT 1 FROM approvals_label n WHERE n.supersedes_id = l.id)
  AND NOT EXISTS (SELECT 1 FROM approvals_verdict v JOIN approvals_erasedrun z ON z.run_key = v.run_key
                  WHERE v.id = l.verdict_id)
GROUP BY l.verdict_id
HAVING min(l.teaching) <> max(l.teaching) AND NOT bool_or(l.source = 'adjudication')
ORDER BY max(l.id) DESC LIMIT %(most)s
"""


@dataclass(frozen=True)
class Disagreement:
    """One action of which experts say different things; `labels` are theirs, the oldest first."""

    verdict: Verdict
    labels: tuple[Label, ...]
    voters: frozenset[int] = frozenset()
    """The persons who voted on it."""

    @property
    def newest(self) -> int:
        """What was on the screen: the last thing that anybody said of it."""
        return self.labels[-1].pk

    def may_settle(self, member: Member) -> bool:
        """Whether this person may decide and took no part, by whatever account."""
        said = {label.by.person_id for label in self.labels if label.by}
        return member.can_decide and member.person_id not in said | self.voters


def disagreements(tenant_id: int) -> list[Disagreement]:
    """Those that nobody has settled, the newest first, MOST of them."""
    names: dict[str, Any] = {"tenant": tenant_id, "expert": [str(source) for source in EXPERT], "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(_DISAGREED, names)
        ids = [int(row[0]) for row in cursor.fetchall()]
    verdicts = Verdict.objects.filter(tenant_id=tenant_id).in_bulk(ids)
    said: dict[int, list[Label]] = {}
    for label in _standing(ids):
        said.setdefault(label.verdict_id, []).append(label)
    voted: dict[int, set[int]] = {}
    for vote in Vote.objects.filter(escalation__verdict__in=ids).select_related("by", "escalation"):
        voted.setdefault(vote.escalation.verdict_id, set()).add(vote.by.person_id)
    people = {pk: frozenset(voted.get(pk, ())) for pk in ids}
    return [Disagreement(verdicts[pk], tuple(said[pk]), people[pk]) for pk in ids if pk in verdicts]


def settle(verdict_id: int, *, by: Member, teaching: Teaching, seen: int, reason_code: str, reason: str) -> Label:
    """Say what is so, in the place of the last thing that was said; the certificates follow at their next look.

    `seen` is the newest label that was on the screen. Raises NotAllowedToDecide for who took part, ReasonMissing for a
    wrong one without a reason, StaleEvidence when somebody said more meanwhile, and AlreadyDecided when it is settled
    or was none of this tenant's: of two who settle it at once one does. The database refuses the same things.
    """
    found = next((one for one in disagreements(by.tenant_id) if one.verdict.pk == verdict_id), None)
    if found is None:
        raise AlreadyDecided("There is no disagreement about this any more.")
    if not found.may_settle(by):
        raise NotAllowedToDecide("Whoever took part does not settle it.")
    if found.newest != seen:
        raise StaleEvidence("Somebody has said more about it.")
    is_wrong = teaching is Teaching.WRONG
    if is_wrong:
        _check_reason(reason_code, reason)
    try:
        with transaction.atomic():
            return Label.objects.create(
                tenant_id=by.tenant_id,
                session_key=found.verdict.session_key,
                verdict=found.verdict,
                by=by,
                source=Source.ADJUDICATION,
                teaching=teaching,
                saw_suggestion=True,
                reason_code=reason_code if is_wrong else "",
                reason=redact(clean(reason[:LONGEST_REASON])),
                opened_at=Now(),
                supersedes_id=found.newest,
            )
    except IntegrityError as error:
        if "supersedes" not in str(error):
            raise
        raise AlreadyDecided("Somebody else has settled this.") from error


def _check_reason(code: str, reason: str) -> None:
    if code not in dict(REJECT_REASONS):
        raise ReasonMissing("Say what is wrong.")
    if code == "other" and not visible(reason):
        raise ReasonMissing("Say which.")


def _standing(verdicts: list[int]) -> list[Label]:
    rows = Label.objects.filter(verdict__in=verdicts, source__in=EXPERT, superseded_by=None)
    told = rows.exclude(teaching=Teaching.WITHDRAWN).select_related("by", "decision__escalation", "audit")
    return list(told.order_by("pk"))
