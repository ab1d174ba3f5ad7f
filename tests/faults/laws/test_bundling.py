"""A bundle of history holds what was sealed, is verified without us, and tells whatever is done to it."""

import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from approvals.models import SealedEntry, Tenant, Verdict
from approvals.sealing import bundling, sealing
from tests.faults.laws import past
from tests.web.review import stage

pytestmark = pytest.mark.xdist_group("laws")
Lines = list[dict[str, Any]]


@pytest.fixture
def bundle(copy: str, tmp_path: Path, settings: Settings) -> Path:
    """Two seals with rows of two tenants, in a file."""
    settings.AUDIT_HEADS = tmp_path / "audit" / "heads.jsonl"
    far = Tenant.objects.get_or_create(slug="elsewhere", defaults={"name": "Elsewhere"})[0]
    stage.put(tenant_id=far.pk)
    sealing.seal()
    past.decided()
    sealing.seal()
    path = tmp_path / "history.zip"
    today = timezone.now().date().isoformat()
    call_command("export_history", str(path), f"--since={today}", f"--until={today}", stdout=io.StringIO())
    return path


def lines(path: Path, name: str) -> Lines:
    """The lines of one file of it."""
    with zipfile.ZipFile(path) as archive:
        return [json.loads(line) for line in archive.read(name).splitlines()]


def verified(path: Path, at: Path) -> tuple[int, str]:
    """What the script that is in it says of it, in a Python without this project."""
    with zipfile.ZipFile(path) as archive:
        script = at / "verify.py"
        script.write_bytes(archive.read("verify.py"))
    command = [sys.executable, "-I", "-S", str(script), str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=at)
    return said.returncode, said.stdout + said.stderr


def tampered(path: Path, name: str, change: Callable[[Lines], object]) -> Path:
    """The same bundle with one file changed, and the manifest as whoever did it would write it."""
    made = path.with_name("tampered.zip")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(made, "w") as after:
        manifest = json.loads(before.read("manifest.json"))
        found = lines(path, name)
        change(found)
        written = bundling._Written()
        content = b"".join(written.line(one) for one in found)
        manifest["files"][name] = written.told()
        for one in before.namelist():
            other = {name: content, "manifest.json": json.dumps(manifest).encode()}.get(one)
            after.writestr(one, before.read(one) if other is None else other)
    return made


def test_a_bundle_holds_the_tenants_history_and_digests_of_the_rest(bundle: Path, tmp_path: Path) -> None:
    code, said = verified(bundle, tmp_path)
    assert (code, "It holds" in said) == (0, True), said
    verdicts = lines(bundle, "verdict.jsonl")
    assert {one["id"] for one in verdicts} == set(Verdict.objects.filter(tenant_id=1).values_list("pk", flat=True))
    assert len(lines(bundle, "entries.jsonl")) == SealedEntry.objects.count()
    assert len(lines(bundle, "seals.jsonl")) == len(lines(bundle, "heads.jsonl")) == 2
    payload = json.loads(verdicts[0]["bytes"]["payload"])
    assert set(payload) == {"arguments", "tool", "version"}
    for name in ("escalation", "decision", "grant", "operation", "redemption", "evidence", "undo", "label"):
        assert lines(bundle, f"{name}.jsonl"), name


TAMPERING: dict[str, tuple[str, Callable[[Lines], object]]] = {
    "another value": ("decision.jsonl", lambda found: found[0]["values"].update(reason="another")),
    "another text": ("verdict.jsonl", lambda found: found[0]["bytes"].update(payload="{}")),
    "another row": ("grant.jsonl", lambda found: found[0].update(text=found[0]["text"].replace("1", "2"))),
    "an entry that is gone": ("entries.jsonl", lambda found: found.pop(3)),
    "a row that nobody sealed": ("label.jsonl", lambda found: found.append({**found[-1], "place": 10**9})),
    "another head": ("heads.jsonl", lambda found: found[-1].update(sha256="00" * 32)),
}


def test_whatever_is_done_to_it_is_told(bundle: Path, tmp_path: Path) -> None:
    said = {name: verified(tampered(bundle, *how), tmp_path) for name, how in TAMPERING.items()}
    assert {name: code for name, (code, _) in said.items()} == dict.fromkeys(TAMPERING, 1)
    assert {name for name, (_, text) in said.items() if "FAIL: " not in text} == set()


def test_no_line_is_a_formula_and_no_character_hides(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        written = [
            line for name in archive.namelist() if name.endswith("l") for line in archive.read(name).splitlines()
        ]
    assert [line for line in written if not line.startswith(b"{") or not line.isascii()] == []


def test_a_file_that_is_there_is_not_written_over(bundle: Path) -> None:
    with pytest.raises(CommandError, match="there already"):
        call_command("export_history", str(bundle), "--since=2026-01-01", "--until=2026-01-02")


def test_a_period_without_a_seal_is_an_empty_bundle_that_holds(copy: str, tmp_path: Path) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    of = bundling.period(1, since=long_ago, until=long_ago + timedelta(days=1))
    path = tmp_path / "empty.zip"
    path.write_bytes(b"".join(bundling.bundle(of)))
    assert verified(path, tmp_path)[0] == 0


def test_memory_does_not_grow_with_what_is_written(bundle: Path) -> None:
    now = timezone.now()
    of = bundling.period(1, since=now - timedelta(days=1), until=now)
    tracemalloc.start()
    largest = max(len(part) for part in bundling.bundle(of))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert largest < 1_000_000
    assert peak < 20_000_000
