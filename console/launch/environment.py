"""Enter the project's own virtual environment, building it first when it is absent or stale.

Standard library only: this runs under whatever python3 the machine has.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from console.launch import packages, processes
from console.launch.state import ROOT, LaunchFailed, locked

VENV = ROOT / ".venv"
STAMP = "signalbox-stamp"
NO_VENV = (
    "This python3 cannot make virtual environments: install what it lacks "
    "(on Debian and Ubuntu: apt-get install python3-venv), then run the same command again."
)


@dataclass(frozen=True)
class Kind:
    """One of the two environments: what it holds is exactly one lock file."""

    name: str
    lock: str


RUNTIME = Kind("embedded", "requirements.lock")
DEVELOPMENT = Kind("embedded+llm+dev", "requirements-dev.lock")


def enter(arguments: Sequence[str]) -> None:
    """Return inside an environment that satisfies the locks; re-executes this process if needed.

    `verify` needs the development packages; everything else takes either environment.
    SIGNALBOX_ENVIRONMENT=system says that this interpreter has the packages already (a container).
    """
    if os.environ.get("SIGNALBOX_ENVIRONMENT") == "system":
        return
    wanted = wanted_by(arguments)
    try:
        if not is_current(wanted):
            _build_once(wanted)
    except LaunchFailed as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit("Stopped; run the same command again to go on.")
    if Path(sys.prefix).resolve() != VENV.resolve():
        python = str(python_of(VENV))
        os.execv(python, [python, str(ROOT / "manage.py"), *arguments])


def wanted_by(arguments: Sequence[str]) -> Kind:
    """A developer's environment stays one when its lock changes, whatever command comes first."""
    is_developers = _found().startswith(f"{DEVELOPMENT.name}:")
    return DEVELOPMENT if is_developers or arguments[:1] == ["verify"] else RUNTIME


def python_of(venv: Path) -> Path:
    return venv / "bin" / "python"


def stamp(kind: Kind) -> str:
    """What an environment must have been built from: the extras, the lock, the Python."""
    digest = hashlib.sha256(_lock_of(kind).read_bytes())
    digest.update(f"{kind.name} {sys.implementation.cache_tag}".encode())
    return f"{kind.name}:{digest.hexdigest()}"


def _lock_of(kind: Kind) -> Path:
    lock = ROOT / kind.lock
    if not lock.is_file():
        raise LaunchFailed(f"{lock.name} is missing: restore it with `git checkout {lock.name}`.")
    return lock


def is_current(wanted: Kind) -> bool:
    """Development packages contain the runtime ones, so that stamp is as good for both."""
    return python_of(VENV).exists() and _found() in {stamp(wanted), stamp(DEVELOPMENT)}


def _found() -> str:
    path = VENV / STAMP
    return path.read_text(encoding="ascii").strip() if path.is_file() else ""


def _build_once(wanted: Kind) -> None:
    with locked("setup", waiting="Another set-up of this folder is running; waiting for it..."):
        if not is_current(wanted):
            _build(wanted)


def _build(wanted: Kind) -> None:
    """Build aside and rename, so that a failure or a kill leaves the old environment whole."""
    started = time.monotonic()
    for leftover in ROOT.glob(".venv.*-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    new = ROOT / f".venv.new-{os.getpid()}"
    try:
        _say(f"Setting up .venv from {wanted.lock} (only when it changes)...")
        _make_venv(new)
        packages.install(python_of(new), _lock_of(wanted), say=_say)
        _point_at_clone(new)
        (new / STAMP).write_text(stamp(wanted), encoding="ascii")
        _swap(new)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    _say(f"  ready after {time.monotonic() - started:.0f} s.")


def _make_venv(new: Path) -> None:
    """Made by the interpreter behind a virtual environment, when this one is one."""
    python = getattr(sys, "_base_executable", None) or sys.executable
    child = processes.spawn(
        [python, "-m", "venv", str(new)],
        death_signal=signal.SIGKILL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = child.communicate()
    if child.returncode != 0:
        if "ensurepip" in said or "No module named venv" in said:
            raise LaunchFailed(NO_VENV)
        reason = said.strip().splitlines()[-1:] or ["no reason given"]
        raise LaunchFailed(
            f"A virtual environment could not be made in {ROOT} ({reason[0]}): "
            "check free space and that the folder is writable."
        )


def _point_at_clone(new: Path) -> None:
    """Put the clone on the import path, so that `pytest` and `celery` find it from anywhere."""
    site = next((new / "lib").glob("python3*/site-packages"))
    (site / "signalbox.pth").write_text("../../../..\n", encoding="ascii")


def _swap(new: Path) -> None:
    """Give scripts their final address, then exchange the folders by two renames."""
    for script in [*(new / "bin").iterdir(), new / "pyvenv.cfg"]:
        if script.is_symlink() or not script.is_file():
            continue
        content = script.read_bytes()
        if not content.startswith(b"\x7fELF") and bytes(new) in content:
            script.write_bytes(content.replace(bytes(new), bytes(VENV)))
    old = ROOT / f".venv.old-{os.getpid()}"
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        VENV.rename(old)
    new.rename(VENV)
    shutil.rmtree(old, ignore_errors=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
