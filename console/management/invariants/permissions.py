"""Laws of permissions: what an approval takes was there, of every person it took."""

from console.management.invariants.law import Law

APPROVED_BY_ENOUGH = """
SELECT 'decision ' || d.id AS id
FROM approvals_decision d JOIN approvals_escalation e ON e.id = d.escalation_id
WHERE e.persons > 1 AND d.kind IN ('approve', 'edit', 'repeat') AND e.persons > (
  SELECT count(DISTINCT v.person_id) FROM approvals_vote v
  WHERE v.escalation_id = e.id AND v.evidence_id = d.evidence_id AND v.payload_sha256 = d.payload_sha256
    AND v.withdrawn_at IS NULL AND v.voted_at <= d.decided_at + interval '1 minute')
UNION ALL
SELECT 'vote ' || v.id FROM approvals_vote v JOIN approvals_escalation e ON e.id = v.escalation_id
WHERE e.persons <= 1 OR v.evidence_id <> e.evidence_id OR v.withdrawn_at < v.voted_at
"""

# What somebody said, with what it took and when: a vote, or the decision of one person alone.
TAKEN = """
WITH said AS (
  SELECT 'decision ' || id AS id, escalation_id, kind, by_id, step_up_id, decided_at AS at FROM approvals_decision
  WHERE by_id IS NOT NULL
  UNION ALL
  SELECT 'vote ' || id, escalation_id, kind, by_id, step_up_id, voted_at FROM approvals_vote)
"""
LOOKED_AND_PROVEN = f"""
{TAKEN}
SELECT s.id FROM said s JOIN approvals_escalation e ON e.id = s.escalation_id
LEFT JOIN approvals_stepup p ON p.id = s.step_up_id
LEFT JOIN approvals_look l ON l.evidence_id = e.evidence_id AND l.by_id = s.by_id
WHERE s.kind IN ('approve', 'edit', 'repeat')
  AND ((e.step_up AND NOT coalesce(p.member_id = s.by_id AND p.proven_at > s.at - interval '5 minutes', false))
       OR (e.delay_seconds > 0
           AND NOT coalesce(l.shown_at <= s.at - (e.delay_seconds - 1) * interval '1 second', false)))
"""  # noqa: S608  # put together from constants
SOMEBODY_ELSE = f"""
{TAKEN}
SELECT s.id FROM said s JOIN approvals_escalation e ON e.id = s.escalation_id
WHERE e.is_separate AND s.kind <> 'reject' AND s.by_id IN (e.requester_id, e.owner_id)
"""  # noqa: S608  # the same

LAWS = (
    Law("approved-by-enough", "what several persons approve was approved by so many of them", APPROVED_BY_ENOUGH),
    Law("looked-and-proven", "who approved had looked so long and typed the password again", LOOKED_AND_PROVEN),
    Law("somebody-else", "neither who asked for it nor who owns the agent decided it", SOMEBODY_ELSE),
)
