"""Child processes that never outlive the process that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """What a child runs between fork and exec so that the kernel ends it with its parent.

    The kernel watches the *thread* that forked: call Popen from a thread that lives as long as
    the child should. Other systems than Linux have no such signal, there it does nothing.
    """
    parent = os.getpid()

    def prepare() -> None:
        follow_parent(death_signal)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    return prepare


def follow_parent(death_signal: signal.Signals) -> None:
    """Have this very process sent a signal when the thread that started it ends."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)


def spawn(
    command: Sequence[str],
    *,
    death_signal: signal.Signals | None,
    env: Mapping[str, str] | None = None,
    cwd: str | os.PathLike[str] | None = None,
    stdin: int | IO[Any] | None = subprocess.DEVNULL,
    stdout: int | IO[Any] | None = None,
    stderr: int | IO[Any] | None = None,
) -> subprocess.Popen[str]:
    """Start a child in a session of its own: Ctrl-C reaches the parent only, which stops in order.

    Without a death signal the child has to notice by itself that its parent is gone.
    """
    return subprocess.Popen(
        list(command),
        env=None if env is None else dict(env),
        cwd=cwd,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        text=True,
        start_new_session=True,
        preexec_fn=None if death_signal is None else die_with_parent(death_signal),
    )


def stop(child: subprocess.Popen[str], *, by: signal.Signals, seconds: float) -> int:
    """Ask a child to end, insist after `seconds`, and return its exit code."""
    if child.poll() is None:
        child.send_signal(by)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
    return child.wait()
