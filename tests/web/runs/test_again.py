"""A run again, as a page: what is otherwise is told as untrusted text, and the trace leads there."""

import pytest

from agents.models import Run
from approvals.models import Ruleset
from tests import cast
from tests.engine import parcels
from tests.engine.mending import faulty
from tests.web.review.conftest import signed_in

pytestmark = pytest.mark.django_db

EVIL = "<b>x</b> \u202e evil"
CHANGE = {"calls": [{"tool": "change", "arguments": {"n": 1}}]}
DONE = {"text": "Done.", "is_final": True}


@pytest.fixture
def run() -> Run:
    """A run that changed something."""
    faulty.declare()
    faulty.declare_agents()
    parcels.allow()
    made = faulty.speak(CHANGE, DONE, title=EVIL)
    faulty.work()
    return made


def test_a_run_that_would_go_as_it_went_says_so(run: Run) -> None:
    hers = signed_in(cast.ada())
    assert f'href="/runs/{run.key}/again"' in hers.get(f"/runs/{run.key}").content.decode()
    told = hers.get(f"/runs/{run.key}/again").content.decode()
    assert "steps again, and nothing is otherwise." in told
    assert "<b>x</b>" not in told
    assert "U+202E" in told


def test_what_would_go_otherwise_is_told_step_by_step(run: Run) -> None:
    Ruleset.objects.filter(status="live").update(status="retired")
    document = "version: 2\nname: posts\nroutes: [{name: posts, auto_threshold: 0.99, coin_rate: 0.02}]\n"
    Ruleset.objects.create(tenant_id=1, version=2, document=document.encode(), status="live")
    told = signed_in(cast.otto()).get(f"/runs/{run.key}/again").content.decode()
    assert "1 difference in 3 steps." in told
    assert "Answer of the gate" in told
    assert "<bdi>allow</bdi>" in told
