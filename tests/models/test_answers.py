"""Corrections of every kind: kept as they were checked, counted, and handed to a training in its kind's own form."""

import csv

import pytest

from models.errors import FeedbackError
from models.server.learning.answers import checked
from models.server.learning.feedback import FeedbackSet
from models.training.tables import read_table


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("single-label", "  a   leaf ", "a leaf"),
        ("single-label", " ", ""),
        ("multi-label", "dog;  cat; dog;", "dog; cat"),
        ("multi-label", "", ""),
        ("regression", "tilt=2; width = 1.50", "width = 1.5; tilt = 2"),
        ("segmentation", "wrong", "wrong"),
    ],
)
def test_an_answer_is_kept_in_one_form(kind, text, kept):
    assert checked(kind, text, ("width", "tilt")) == kept == checked(kind, kept, ("width", "tilt"))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("single-label", "x" * 101),
        ("multi-label", "cat; a\0b"),
        ("regression", "width = 1"),
        ("regression", "width = 1; tilt = nan"),
        ("regression", "width = 1; tilt = 2; tilt = 3"),
        ("regression", ""),
        ("segmentation", ""),
        ("segmentation", "maybe"),
        ("multi-label", "; ".join(map(str, range(1000)))),
    ],
)
def test_what_is_no_answer_of_the_kind_is_refused_with_a_sentence(kind, text):
    with pytest.raises(FeedbackError, match=r"[.]$"):
        checked(kind, text, ("width", "tilt"))


def rows(path):
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_several_labels_and_numbers_are_added_to_the_tables_that_train_reads(tmp_path):
    kept = FeedbackSet(tmp_path / "set", "things")
    kept.correct(b"one", "cat; dog", "1", "ab", "multi-label")
    kept.correct(b"two", "", "1", "", "multi-label")
    kept.correct(b"three", "width = 1.5", "1", "", "regression")
    kept.correct(b"four", "wrong", "1", "", "segmentation")
    kept.correct(b"five", "", "1")
    assert kept.counts() == {"cat": 1, "dog": 1, "width": 1, "wrong": 1}
    assert kept.showing_nothing() == 2

    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "labels.csv").write_text("file;labels\nold.png;cow\n", encoding="utf-8")
    assert kept.export(folder, "multi-label") == 2
    assert [row["labels"] for row in rows(folder / "labels.csv")] == ["cow", "cat; dog", ""]
    kept.export(folder, "multi-label")
    assert len(rows(folder / "labels.csv")) == 3  # the same again is there once
    assert all((folder / row["file"]).is_file() for row in rows(folder / "labels.csv")[1:])

    assert kept.export(tmp_path / "numbers", "regression") == 1
    assert rows(tmp_path / "numbers" / "values.csv")[0]["width"] == "1.5"
    (folder / "values.csv").write_text("file,height\nold.png,3\n", encoding="utf-8")
    with pytest.raises(FeedbackError, match="other columns"):
        kept.export(folder, "regression")
    with pytest.raises(FeedbackError, match="teaches nothing"):
        kept.export(folder, "segmentation")
    assert kept.export(tmp_path / "single") == 0  # none of these is no label to learn


def test_a_label_that_a_spreadsheet_would_run_is_guarded_there_and_numbers_stay_numbers(tmp_path):
    kept = FeedbackSet(tmp_path / "set", "things")
    kept.correct(b"one", "=cmd()", "1", "", "multi-label")
    kept.correct(b"two", "tilt = -1.5", "1", "", "regression")
    for _ in range(2):  # what was exported before is read as it was, and guarded once
        kept.export(tmp_path, "multi-label")
        kept.export(tmp_path, "regression")
    assert [row["labels"] for row in rows(tmp_path / "labels.csv")] == ["'=cmd()"]
    assert read_table(tmp_path / "labels.csv")[0].cells["labels"] == "=cmd()"
    assert rows(tmp_path / "values.csv")[0]["tilt"] == "-1.5"


def test_a_set_of_before_is_read_as_one_label_each(tmp_path):
    kept = FeedbackSet(tmp_path, "digits")
    kept.add(b"one", "7", "1")
    table = kept.folder / "entries.jsonl"
    table.write_text(table.read_text().replace(', "kind": "single-label"', ""))
    assert [(one.label, one.kind) for one in kept.corrections()] == [("7", "single-label")]
