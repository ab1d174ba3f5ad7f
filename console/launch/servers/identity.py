"""Under which account PostgreSQL runs, because it refuses to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from console.launch.state import LaunchFailed

# The shell is there for one race: a parent that died before the death signal was set.
_GUARD = ("sh", "-c", 'test "$PPID" = "$0" || exit 1; exec "$@"')
_USER_NAMESPACE = ("unshare", "-U", "--map-user=1000", "--map-group=1000")
_OUTSIDE_OF_HOMES = Path("/var/lib")


@dataclass(frozen=True)
class Account:
    """How to start a program of the server: a command in front of it, and whose its files are."""

    prefix: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None

    def command(self, *program: str) -> list[str]:
        """For a program that runs to its end."""
        return [*self.prefix, *program]

    def guarded(self, *program: str, death_signal: signal.Signals) -> list[str]:
        """For a server: changing the account drops the death signal, so it is set after that."""
        if not self.prefix:
            return list(program)
        name = death_signal.name.removeprefix("SIG")
        setpriv = () if self.prefix[0] == "setpriv" else ("setpriv",)
        death = ("--pdeathsig", name)
        return [*self.prefix, *setpriv, *death, *_GUARD, str(os.getpid()), *program]

    def give(self, path: Path) -> Path:
        """Let the account have a file or folder that this process made."""
        if self.owner is not None:
            os.chown(path, *self.owner)
        return path

    def can_read(self, path: Path) -> bool:
        return _test(self.prefix, "-r", path)

    def base_for(self, folder: Path) -> Path:
        """Where its files go: `folder`, or for another account a folder of its own.

        The state folder is closed to others, so that one lies outside of any home then.
        """
        if self.owner is None:
            return folder
        base = folder / "server"
        if not _test(self.prefix, "-x", folder):
            name = folder.resolve().as_posix().strip("/").replace("/", "-")
            base = _OUTSIDE_OF_HOMES / f"signalbox-{name}"
        base.mkdir(mode=0o700, exist_ok=True)
        return self.give(base)


def choose(folder: Path) -> Account:
    """The account for a server with its files below `folder`; as root never root itself.

    Order: this user; root inside a user namespace where it has no privileges but keeps its files;
    the account nobody. Containers often forbid user namespaces, and a clone in another user's
    home is out of their reach.
    """
    if os.geteuid() != 0:
        return Account()
    if not shutil.which("setpriv"):
        raise LaunchFailed(
            "PostgreSQL cannot run as root here: start Signalbox as an ordinary user, install "
            "util-linux (setpriv), or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    if shutil.which("unshare") and _test(_USER_NAMESPACE, "-w", folder):
        return Account(prefix=_USER_NAMESPACE)
    nobody = pwd.getpwnam("nobody")
    ids = (f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups")
    return Account(prefix=("setpriv", *ids), owner=(nobody.pw_uid, nobody.pw_gid))


def _test(prefix: tuple[str, ...], permission: str, path: Path) -> bool:
    """Asked of a program that runs under the account: its start itself may still use our rights."""
    probe = [*prefix, "test", permission, str(path)]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0
