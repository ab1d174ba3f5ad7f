"""From a call that ran alone in a test run to the blind audit of it, and back into the certificate."""

import pytest

from approvals.domain.label import Teaching
from approvals.inbox.checking import auditing
from approvals.inbox.checking.auditing import Opinion
from approvals.learning.calibrating import looking
from approvals.models import BlindAudit, Evidence, Tenant, Threshold, Verdict
from approvals.tasks import certify
from tests import cast
from tests.flows.test_thresholds import ROUTE, asked
from tests.learning import calls

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
AUDITED = "{name: desk/modify_user_address, auto_threshold: 0.85, coin_rate: %s}"


def ran(rate: str = "1.0") -> Verdict:
    """A call that runs alone on a route whose coin falls so often."""
    calls.live(AUDITED % rate)
    verdict = asked(0.9)
    assert verdict.outcome == "allow"
    return verdict


def test_what_runs_alone_in_a_test_run_is_frozen_before_it_runs_and_audited_blind() -> None:
    verdict = ran()
    assert Evidence.objects.get(verdict=verdict).value().material.preview.changes
    certify()
    audit = BlindAudit.objects.get(verdict=verdict)
    seen = audit.evidence.value()
    assert (seen.score, seen.parts, seen.reasons) == (None, {}, ())
    assert seen.material.preview == Evidence.objects.get(verdict=verdict, version=1).value().material.preview


def test_the_answer_is_what_the_next_certificate_counts() -> None:
    ran()
    certify()
    audit = BlindAudit.objects.get()
    before = looking.look(Tenant.DEFAULT, ROUTE).certificates[Threshold.AUTO]
    auditing.answer(audit, by=cast.mara(), opinion=Opinion(Teaching.WRONG, audit.evidence.digest, "wrong_arguments"))
    after = looking.look(Tenant.DEFAULT, ROUTE).certificates[Threshold.AUTO]
    assert [(one.n, one.wrong, one.watermark_seq is None) for one in (before, after)] == [(0, 0, False), (1, 1, True)]


def test_a_run_that_the_coin_did_not_draw_costs_no_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("approvals.gating.gathering.coin", lambda key, run, rate: (0.5, False))
    assert not Evidence.objects.filter(verdict=ran("0.1")).exists()
