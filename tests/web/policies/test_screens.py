"""The pages of policies in a real browser: readable by everyone, whole without script."""

from typing import TYPE_CHECKING

import pytest

from approvals.domain.label import Teaching
from approvals.gating import rulesets
from approvals.learning import tuning
from approvals.models import Ruleset
from approvals.models.ruleset import RulesetStatus
from tests.engine.limits import asking
from tests.learning import calls
from tests.learning import test_shadowing as shadows
from tests.web.policies import shop
from tests.web.policies.test_backtests import recorded
from tests.web.review.browser.conftest import sign_in
from tests.web.thresholds.test_screens import WIDTHS, admin, faults, faults_here, plain

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
__all__ = ["admin", "plain"]


def stocked() -> None:
    """Rules, calls that people judged, one that is lost, and a name that nobody registered."""
    shop.live()
    for amount in (20, 200, 400, 600):
        recorded(amount, Teaching.WRONG if amount == 200 else Teaching.RIGHT)
    calls.call(0.9, payload=b"no JSON", tool="wire\u200b_money_to_somebody_who_is_far_away")


@pytest.mark.full
def test_no_page_has_a_fault(admin: "Page", fresh_database: str) -> None:
    found = faults(admin, "/policies", widths=WIDTHS)
    stocked()
    found += faults(admin, "/policies", "/policies/edit", widths=WIDTHS)
    found += faults(admin, "/policies/terms", "/policies/triggers", widths=WIDTHS)
    found += faults(admin, "/policies/new-rule", "/policies/rules/large-refund", "/policies/test", "/policies/backtest")
    assert found == []


@pytest.mark.full
def test_no_answer_of_a_form_has_a_fault(admin: "Page", fresh_database: str) -> None:
    stocked()
    admin.goto("/policies/edit")
    admin.fill("#document", shop.text().replace("> 500", "> 900"))
    admin.click("text=Look at what it changes")
    found = faults_here(admin, WIDTHS)
    admin.click("text=What would have happened")
    found += faults_here(admin, WIDTHS)
    admin.click("text=Every reason")
    found += faults_here(admin, WIDTHS)
    admin.click("text=Back to the draft")
    admin.fill("#document", "version: x\nname: [")
    admin.click("text=Look at what it changes")
    found += faults_here(admin, WIDTHS)
    admin.goto("/policies/new-rule")
    admin.click("text=Look at what it changes")
    assert found + faults_here(admin, WIDTHS) == []


@pytest.mark.full
def test_a_watched_draft_has_no_fault(admin: "Page", fresh_database: str) -> None:
    asking.live(asking.limit(20))
    draft = shadows.drafted("{name: r, auto_threshold: 0.3}")
    tuning.watch(draft, by=calls.admins()[0])
    asking.ask()
    places = ("/policies", f"/policies/backtest?draft={draft.pk}", f"/policies/drafts/{draft.pk}")
    assert faults(admin, *places, widths=WIDTHS) == []


def test_an_admin_adds_a_rule_and_makes_it_live_without_script(plain: "Page", fresh_database: str) -> None:
    stocked()
    plain.goto("/policies")
    plain.click("text=Add a rule")
    for field, value in {"name": "small", "tools": "refund_order", "fact": "amount", "value": "100"}.items():
        plain.fill(f"[name={field}]", value)
    plain.check("[name=outcome][value=ask]")
    plain.fill("[name=sentence]", "More than a clerk may refund.")
    plain.click("text=Look at what it changes")
    assert "refund_order asks a person when amount is over 100." in plain.inner_text(".changes")
    plain.click("text=What would have happened")
    assert "2 calls" in plain.inner_text("main h3")
    plain.click("text=Back to the draft")
    plain.fill("[name=reason]", "clerks refund up to 100")
    plain.click("text=Make it live now")
    assert plain.url.endswith("/policies/versions/2?done=2")
    assert "name: small" in shop.text()


def test_what_loosens_takes_a_second_admin_without_script(
    plain: "Page", browser: "Browser", web_server: str, fresh_database: str
) -> None:
    stocked()
    plain.goto("/policies/rules/no-wipe")
    plain.click("text=Take the rule away")
    assert "This loosens." in plain.inner_text(".changes")
    plain.fill("[name=reason]", "nobody wipes any more")
    plain.click("text=Propose to a second admin")
    place, context = plain.url, browser.new_context(base_url=web_server, java_script_enabled=False)
    sign_in(context, calls.admins()[1], web_server)
    second = context.new_page()
    second.goto(place)
    second.click("text=Approve:")
    # Version 2 went live as it was shown; what was proven under the stricter rules asks again in version 3.
    live = shop.now()
    assert (live.version, [route.auto_threshold for route in rulesets.of(live).routes]) == (3, [None])
    assert Ruleset.objects.filter(version=2, status=RulesetStatus.RETIRED).exists()
    context.close()
