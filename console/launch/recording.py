"""`up --replay DIR`: recorded runs beside the sample's, remembered so that a later `up` can still carry them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from console.launch.state import ROOT, LaunchFailed, folder, read_private, write_private

REMEMBERED = "replay.json"
MODULES = "agents.tools.samples.retail.agents,agents.tools.samples.recorded.agents"
RUNS = "40"


def environment(asked: str) -> dict[str, str]:
    """What every child needs to know the recorded agents; empty where none were ever asked for.

    Raises LaunchFailed for a folder that holds no recorded runs. Runs that wait from an earlier `--replay` need their
    agents as long as the folder is there.
    """
    remembered = str(read_private(folder() / REMEMBERED).get("folder", ""))
    wanted = asked or remembered
    if not wanted:
        return {}
    found = Path(wanted).resolve()
    if not (found / "trajectories.jsonl.gz").is_file():
        if asked:
            raise LaunchFailed(f"{asked} holds no recorded runs: trajectories.jsonl.gz is missing there.")
        return {}
    write_private(folder() / REMEMBERED, {"folder": str(found)})
    return {"SIGNALBOX_REPLAY_DIR": str(found), "SIGNALBOX_AGENTS": MODULES}


def submit(env: Mapping[str, str]) -> None:
    """Submit recorded runs; one that is there already is left as it is. Raises LaunchFailed with the reason."""
    command = [sys.executable, "-m", "console.management.replay", "submitting", env["SIGNALBOX_REPLAY_DIR"]]
    done = subprocess.run([*command, "--limit", RUNS], env=dict(env), cwd=ROOT, check=False)
    if done.returncode != 0:
        raise LaunchFailed("The recorded runs could not be submitted; the reason is above.")
