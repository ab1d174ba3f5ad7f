"""The dataset, a draft that ends evidence and what is told of a planted mistake, in a real browser."""

from typing import TYPE_CHECKING

import pytest

from approvals.domain.decision import DecisionKind
from approvals.domain.gate import parse_ruleset
from approvals.learning import exporting, tuning
from approvals.learning.dataset import erasing, versions
from approvals.models import Label, RulesetProposal
from approvals.models.proof.audit import About
from tests import cast
from tests.learning import calls
from tests.learning.seeding import past
from tests.web.labels.dataset.test_dataset import disagreed
from tests.web.labels.dataset.test_imports import elsewhere
from tests.web.labels.test_erasures import taught
from tests.web.policies import shop as rules
from tests.web.review.browser.conftest import sign_in
from tests.web.thresholds.test_screens import WIDTHS, faults, faults_here

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
LONG = "an address in Lichtenstein that nobody in the whole conversation has ever mentioned " * 3


@pytest.fixture
def admin(page: "Page", web_server: str) -> "Page":
    """Ada's page."""
    sign_in(page.context, cast.ada(), web_server)
    return page


def test_no_state_of_the_dataset_has_a_fault(admin: "Page") -> None:
    found = faults(admin, "/dataset")
    disagreed(reason=LONG)
    versions.make("Before the holidays", by=cast.ada(), test_share=0.2)
    assert found + faults(admin, "/dataset", "/labels", widths=WIDTHS) == []


@pytest.mark.full
def test_imports_and_erasures_have_no_fault(admin: "Page") -> None:
    line = exporting.line(*elsewhere(1))
    admin.goto("/dataset")
    admin.set_input_files("input[type=file]", {"name": f"{LONG}.jsonl", "mimeType": "", "buffer": line + b"{}\n{]"})
    admin.click("text=Bring in")
    admin.wait_for_selector("text=Wrong lines: 2.")
    found = faults_here(admin, WIDTHS)
    admin.set_input_files("input[type=file]", {"name": f"{LONG}.jsonl", "mimeType": "", "buffer": line})
    admin.click("text=Bring in")
    admin.wait_for_selector("text=New labels: 1.")
    calls.call(0.9, session_key=LONG)
    erasing.ask(About.CONVERSATION, LONG, by=calls.admins()[1], reason=LONG)
    overdone = erasing.ask(About.RUN, str(taught().verdict.run_key), by=calls.admins()[1], reason=LONG)
    erasing.erase(overdone, by=cast.ada(), seen=erasing.scope_of(overdone).digest)
    assert found + faults(admin, "/erasures", "/dataset", widths=WIDTHS) == []


def test_a_disagreement_is_settled_by_keyboard(admin: "Page") -> None:
    disagreed()
    admin.goto("/dataset")
    admin.focus("button[value=right]")
    admin.keyboard.press("Enter")
    admin.wait_for_selector("text=Nothing. 5 of 100")
    assert Label.objects.latest("pk").source == "adjudication"


def test_a_draft_that_ends_evidence_has_no_fault(admin: "Page") -> None:
    rules.live()
    calls.call(0.9, route="refunds", tool="refund_order")
    changed = rules.text().replace("args.amount > 500", "args.amount > 900")
    draft = tuning.rewrite(parse_ruleset(changed), by=cast.ada(), seen_version=1, reason="clerks")
    assert isinstance(draft, RulesetProposal)
    assert faults(admin, f"/policies/drafts/{draft.pk}") == []


def test_what_is_told_of_a_planted_mistake_has_no_fault(page: "Page", web_server: str) -> None:
    seed = past.planted(DecisionKind.APPROVE)
    past.decide(seed.escalation, DecisionKind.APPROVE, by=cast.mara())
    sign_in(page.context, cast.mara(), web_server)
    assert faults(page, f"/queue/{seed.escalation_id}", "/account") == []


def test_the_next_item_says_at_once_what_the_last_one_was(page: "Page", web_server: str) -> None:
    seed = past.planted()
    sign_in(page.context, cast.mara(), web_server)
    page.goto(f"/queue/{seed.escalation_id}")
    page.wait_for_timeout(500)
    page.keyboard.press("r")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=You caught a planted mistake. Nothing was sent.")
    page.click("text=What was wrong")
    page.wait_for_url(f"**/queue/{seed.escalation_id}")
    assert "she was charged once" in page.inner_text("#decision")
