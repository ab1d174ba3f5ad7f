"""Install a lock file with hashes: by uv for speed, by pip when uv cannot."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from console.launch import processes
from console.launch.state import LaunchFailed, folder

Say = Callable[[str], None]

# pip's names for where packages come from, and uv's; uv reads none of pip's settings.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "cert": "SSL_CERT_FILE",
    "trusted-host": "UV_INSECURE_HOST",
}
COMMA_SEPARATED = {"UV_FIND_LINKS"}


def install(python: Path, lock: Path, *, say: Say) -> None:
    """Bring exactly the packages of `lock` into the environment of `python`.

    Raises LaunchFailed with one sentence when neither installer succeeds.
    """
    log = folder() / "setup.log"
    log.write_text("", encoding="utf-8")
    log.chmod(0o600)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    requirements = ["--require-hashes", "-r", str(lock)]
    if _install_by_uv(python, pip, requirements, log, say):
        return
    say("  installing packages with pip instead (slower)...")
    if not _run([*pip, "install", "--no-compile", *requirements], log, os.environ):
        raise LaunchFailed(
            f"The packages could not be installed ({_last_line(log)}): check the network and pip's "
            f"settings (`pip config list`), then run the same command again. Log: {log}"
        )


def _install_by_uv(python: Path, pip: list[str], requirements: list[str], log: Path, say: Say) -> bool:
    """Say what happened; False means that pip has to do it."""
    if not _run([*pip, "install", "--no-compile", "uv"], log, os.environ):
        say("  uv is not to be had from this package index.")
        return False
    started = time.monotonic()
    uv = [str(python), "-m", "uv", "pip", "install", "--python", str(python)]
    if not _run([*uv, *requirements], log, uv_environment(pip)):
        say(f"  uv could not install the packages ({_last_line(log)}).")
        return False
    say(f"  packages installed in {time.monotonic() - started:.0f} s.")
    return True


def uv_environment(pip: list[str]) -> dict[str, str]:
    """This environment, plus pip's index settings under uv's names; what is set for uv wins.

    Passed by environment and never as arguments, because index addresses may hold passwords.
    """
    found = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False)
    settings = translate(found.stdout)
    if "UV_INDEX" in settings:
        # pip looks in every index; the hashes of the lock make that safe here.
        settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return settings | dict(os.environ)


def translate(listing: str) -> dict[str, str]:
    """uv's variables for the lines of `pip config list`; the more specific section wins.

    >>> translate("global.index-url='https://index.example/simple'")
    {'UV_DEFAULT_INDEX': 'https://index.example/simple'}
    """
    ranked: dict[str, tuple[int, str]] = {}
    for line in listing.splitlines():
        key, _, quoted = line.partition("=")
        section, _, option = key.rpartition(".")
        rank = {"global": 0, "install": 1, ":env:": 2}.get(section)
        name = UV_NAMES.get(option)
        if rank is None or name is None or (name in ranked and ranked[name][0] > rank):
            continue
        words = str(ast.literal_eval(quoted)).split()
        ranked[name] = (rank, ("," if name in COMMA_SEPARATED else " ").join(words))
    return {name: value for name, (_, value) in ranked.items()}


def _run(command: list[str], log: Path, env: Mapping[str, str]) -> bool:
    with log.open("a", encoding="utf-8") as output:
        child = processes.spawn(command, death_signal=signal.SIGKILL, env=env, stdout=output, stderr=output)
        return child.wait() == 0


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8").splitlines()]
    said = [line for line in lines if line and not line.startswith("[notice]")]
    return said[-1][:200] if said else "no reason given"
