"""Adapter for a benchmark harness of other engines: the workload W through our public doors.

The harness lies outside of this repository; its README says where an adapter goes. Copy or link this file into its
`adapters`, give it an interpreter of this project as `venv-signalbox`, and name it in its list of fast peers. It works
in the harness's own PostgreSQL and Redis, with our two roles, and one Celery worker process a worker.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import harness  # type: ignore[import-not-found]  # beside this file, where it is used

ROOT = Path(os.environ.get("SIGNALBOX_ROOT") or Path(__file__).resolve().parents[2])
ROLES = {"signalbox": "MIGRATE_DATABASE_URL", "signalbox_app": "DATABASE_URL"}
UNDO_SECONDS = os.environ.get("W_UNDO_SECONDS", "0")


class Peer(harness.Base):  # type: ignore[misc]  # not known here
    """One installation in a fresh database."""

    name = "signalbox"

    def __init__(self, variant: str = "") -> None:
        super().__init__(variant)
        for role, name in ROLES.items():
            os.environ[name] = f"postgresql://{role}:peers@127.0.0.1:{harness.PGPORT}/{self.db}"
        os.environ.update(
            REDIS_URL=f"redis://127.0.0.1:{harness.RPORT}/6",
            DJANGO_SETTINGS_MODULE="console.settings",
            SIGNALBOX_AGENTS="console.management.bench.workload",
            SIGNALBOX_COIN_KEY="peers",
            SIGNALBOX_HASHED_STATIC="0",
            PYTHONPATH=str(ROOT),
        )
        if str(ROOT) not in sys.path:
            sys.path.insert(0, str(ROOT))

    def reset(self) -> None:
        """A fresh database with our roles, tables and laws, and rules without an undo window."""
        harness.fresh_db(self.db)
        with harness.pg() as connection:
            for role in ROLES:
                connection.execute(f"DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
                connection.execute(f"ALTER ROLE {role} LOGIN PASSWORD 'peers'")
            connection.execute(f'ALTER DATABASE "{self.db}" OWNER TO signalbox')
        self._part("preparing")

    def _part(self, name: str) -> None:
        subprocess.run([sys.executable, "-m", "console.management.bench", name, UNDO_SECONDS], cwd=ROOT, check=True)

    def worker(self, idx: int) -> None:
        """One Celery worker as `up` starts it; the first also carries the sweep."""
        os.chdir(ROOT)
        import django

        django.setup()
        from console.celery import app

        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "WARNING", "-n", f"w{idx}@x"]
        threads = ["--pool", "threads", "--concurrency", os.environ.get("W_THREADS", "8")]
        app.worker_main(["--quiet", "worker", *threads, *quiet])

    def open(self) -> None:
        """The human's and the submitter's side, in the harness's own process."""
        import django

        django.setup()
        from agents.engine import accepting
        from approvals.inbox import deciding
        from console.management.bench import doors, workload

        self.doors, self.accept, self.decide, self.workload = doors, accepting.accept, deciding.decide, workload
        self.mara = doors.reviewer()

    def close(self) -> None:
        """Give the connections back."""
        if hasattr(self, "doors"):
            self.doors.close()

    def submit(self, run: str) -> None:
        """One request, as the API accepts it."""
        self.accept(**self.workload.request(run))

    def pending(self, limit: int = 50) -> list[tuple[Any, str]]:
        """The first page of the queue."""
        return list(self.doors.page(self.mara, limit))

    def approve(self, key: Any, run: str) -> None:
        """What a click on Approve does."""
        self.doors.approve(key, self.mara)

    def finished(self) -> int:
        """How many runs the store knows as succeeded."""
        return int(self.doors.finished())
