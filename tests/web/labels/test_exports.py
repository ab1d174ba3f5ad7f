"""Labels to take along: the same bytes for the same watermark, by every door, and nothing a spreadsheet would run."""

import csv
import hashlib
import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from approvals.domain.decision import DecisionKind
from approvals.learning import exporting, spreadsheet
from approvals.models import Label
from tests.web.labels.lessons import learned, taken_back

pytestmark = pytest.mark.django_db
CALIBRATION = """
action_id run_id seq_in_run gate_seq route_id tool epoch_id agent_version prompt_version score_model_version
policy_version score score_source auto_threshold escalate_threshold zone forced_reason coin_u coin_rate is_test
label_propensity feature_snapshot challenger_scores created_at
label_id source verdict material blind saw_score saw_suggestion opened_at decided_at supersedes
""".split()  # noqa: SIM905  # as the specification lists them


def got(browser: Client, name: str, **query: int) -> bytes:
    """The bytes of an export."""
    response: Any = browser.get(reverse(name), query)
    assert response.status_code == 200
    return bytes(response.getvalue())


def lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def printed(*arguments: str) -> str:
    written = io.StringIO()
    call_command("labels", *arguments, stdout=written)
    return written.getvalue()


def test_a_line_has_every_column_of_the_calibration(otto: Client) -> None:
    learned()
    (line,) = lines(got(otto, "labels_jsonl"))
    assert set(CALIBRATION) <= set(line)
    assert (line["schema"], line["verdict"]) == ("signalbox-label-1", "right")


def test_the_table_has_the_columns_of_the_lines(otto: Client) -> None:
    learned()
    (line,), (row,) = lines(got(otto, "labels_jsonl")), table(got(otto, "labels_csv"))
    assert set(row) == set(line) == set(spreadsheet.FIELDS)
    assert json.loads(row["feature_snapshot"]) == line["feature_snapshot"]


def test_only_what_stands_is_exported_unless_all_is_asked_for(otto: Client) -> None:
    kept = learned()
    first, withdrawal = taken_back()
    assert [line["label_id"] for line in lines(got(otto, "labels_jsonl"))] == [kept.pk]
    every = [line["label_id"] for line in lines(got(otto, "labels_jsonl", all=1))]
    assert every == [kept.pk, first.pk, withdrawal.pk]


@pytest.mark.parametrize("name", ["labels_jsonl", "labels_csv", "labels_manifest"])
def test_the_same_watermark_gives_the_same_bytes(otto: Client, name: str) -> None:
    first, _withdrawal = taken_back()
    before = got(otto, name, until=first.pk)
    learned(DecisionKind.REJECT)
    assert got(otto, name, until=first.pk) == before
    assert str(first.pk).encode() in before


def test_what_was_corrected_after_the_watermark_still_stands_below_it(otto: Client) -> None:
    first, _withdrawal = taken_back()
    assert [line["label_id"] for line in lines(got(otto, "labels_jsonl", until=first.pk))] == [first.pk]


def test_the_manifest_holds_the_hashes_of_the_bytes(otto: Client) -> None:
    label = learned()
    found = json.loads(got(otto, "labels_manifest"))
    assert (found["schema"], found["until"], found["count"]) == ("signalbox-label-1", label.pk, 1)
    contents = {one["format"]: (one["bytes"], one["sha256"]) for one in found["contents"]}
    bodies = {"jsonl": got(otto, "labels_jsonl"), "csv": got(otto, "labels_csv")}
    assert contents == {name: (len(body), hashlib.sha256(body).hexdigest()) for name, body in bodies.items()}


def test_the_command_prints_the_bytes_of_the_page(otto: Client) -> None:
    until = str(learned().pk)
    learned()
    assert printed("--until", until).encode() == got(otto, "labels_jsonl", until=int(until))
    assert printed("--format", "csv").encode() == got(otto, "labels_csv")
    assert json.loads(printed("--manifest")) == json.loads(got(otto, "labels_manifest"))


def test_the_command_knows_its_tenants() -> None:
    with pytest.raises(CommandError, match="There is no tenant 'nowhere'"):
        printed("--tenant", "nowhere")


def test_a_watermark_above_everything_is_the_newest(otto: Client) -> None:
    label = learned()
    response = otto.get(reverse("labels_jsonl"), {"until": 10**15})
    assert response.headers["Labels-Until"] == str(label.pk)
    assert f"labels-until-{label.pk}.jsonl" in response.headers["Content-Disposition"]


def test_a_long_export_comes_whole(otto: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "ROWS", 2)
    labels = [learned().pk for _ in range(5)]
    assert [line["label_id"] for line in lines(got(otto, "labels_jsonl"))] == labels


def test_a_label_that_is_never_finished_is_not_waited_for_for_ever(
    otto: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(exporting, "_writers", lambda: {"somebody"})
    response = otto.get(reverse("labels_jsonl"))
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'[U+000D]=1"),
        ("\nx", "'\nx"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        ("pay\u202eme", "pay[U+202E]me"),
        ("a\x00b", "a[U+0000]b"),
        ("naïve €", "naïve €"),
    ],
    ids=range(13),
)
def test_a_cell_is_never_a_formula(text: str, cell: str) -> None:
    assert spreadsheet.cell(text) == cell


def test_a_reason_that_is_a_formula_arrives_guarded_in_the_table_and_whole_in_the_lines(otto: Client) -> None:
    learned(DecisionKind.REJECT, reason='=HYPERLINK("https://evil.example")')
    assert table(got(otto, "labels_csv"))[0]["reason"] == '\'=HYPERLINK("https://evil.example")'
    assert lines(got(otto, "labels_jsonl"))[0]["reason"] == '=HYPERLINK("https://evil.example")'


def test_a_line_holds_nothing_but_ascii(otto: Client) -> None:
    learned(DecisionKind.REJECT, reason="naïve \u202e")
    assert got(otto, "labels_jsonl").isascii()


def test_a_label_is_about_bytes_that_were_judged(otto: Client) -> None:
    label = learned()
    (line,) = lines(got(otto, "labels_jsonl"))
    assert line["payload_sha256"] == bytes(Label.objects.get(pk=label.pk).verdict.payload_sha256).hex()
