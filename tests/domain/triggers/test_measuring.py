"""The figures of `measure_mood`, counted by hand."""

import gzip
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

LINES = [
    ("tweets/1", "This is terrible, I am furious", -3.0),
    ("tweets/2", "That is wonderful", 3.0),
    ("tweets/3", "It took me four days", -1.5),
    ("snippets/1", "I hate it", 0.5),
]


def write(folder: Path) -> None:
    rows = [json.dumps({"id": name, "text": text, "mean_rating": rating}) for name, text, rating in LINES]
    (folder / "sentiment.jsonl.gz").write_bytes(gzip.compress("\n".join(rows).encode()))


def test_precision_and_recall_are_told_by_source(tmp_path: Path) -> None:
    write(tmp_path)
    out = StringIO()
    call_command("measure_mood", str(tmp_path), "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert report["tweets"] == {"texts": 3, "complaints": 2, "heard": 1, "precision": 1.0, "recall": 0.5}
    assert report["snippets"] == {"texts": 1, "complaints": 0, "heard": 1, "precision": 0.0, "recall": None}
    assert report["all"] == {"texts": 4, "complaints": 2, "heard": 2, "precision": 0.5, "recall": 0.5}


def test_a_file_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "sentiment.jsonl").write_text("{}", encoding="utf-8")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("measure_mood", str(tmp_path), stdout=StringIO())
