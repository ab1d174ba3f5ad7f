"""The client in the README works as it stands there, against a real server, with a person who decides meanwhile."""

import os
import re
import subprocess
import sys
import time

import pytest

from approvals.models import Escalation, Redemption
from approvals.staffing.keys import Scope
from console.launch.state import ROOT
from tests.api import callers
from tests.api.outside import asked

pytestmark = pytest.mark.full
TITLE = "## An agent that runs elsewhere"
PATIENCE_SECONDS = 60


def example() -> str:
    """The text of the client, as a reader copies it."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").split(TITLE)[1]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


def test_the_client_asks_waits_redeems_and_says_how_it_ended(web_server: str) -> None:
    asked.rules()
    secret = callers.key_with(Scope.ACTION_SUBMIT, name="billing").secret
    environment = {**os.environ, "SIGNALBOX": web_server, "SIGNALBOX_KEY": secret}
    command = [sys.executable, "-c", example()]
    client = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _wait_for_item()
    asked.decide(asked.waiting())
    said, wrong = client.communicate(timeout=PATIENCE_SECONDS)
    assert (client.returncode, wrong) == (0, "")
    assert said.splitlines()[-1] == "refunded 164.28 for W8379216"
    assert said.startswith(f"a person decides at {web_server}/queue/")
    assert Redemption.objects.get().outcome == "succeeded"


def test_the_client_is_short() -> None:
    assert len([line for line in example().splitlines() if line.strip()]) <= 35


def _wait_for_item() -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not Escalation.objects.filter(status="open").exists():
        assert time.monotonic() < deadline, "the client never asked"
        time.sleep(0.1)
