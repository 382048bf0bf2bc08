"""`studybot groups table`: what members handed over of their own becomes a table, and nothing else does."""

import asyncio
import csv
import json

import pytest
from typer.testing import CliRunner

from bot.cli.groups import groups_app
from store import Store
from tests.store.school import a_group, a_member, a_round, an_answer


def run(*words, code=0):
    done = CliRunner().invoke(groups_app, list(words))
    assert done.exit_code == code, f"{done.output}{done.exception!r}"
    return done.output


def handed(path, name, answers, since="2026-09-01T18:00:00+00:00"):
    kept = [{"kind": "item", "ordinal": 1, "ruled": None, "possible": 2.0, **one} for one in answers]
    path.write_text(json.dumps({"member": {"name": name, "since": since}, "answers": kept}))


def rows(path):
    with path.open(encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_first_tries_alone_are_told_by_what_was_known_before_them(tmp_path):
    handed(tmp_path / "ana.json", "Ana", [
        {"item": "ch01-q1", "score": 0.2},
        {"item": "ch01-q1", "score": 1.0, "ordinal": 2},
        {"item": "", "score": 1.0, "kind": "recap"},
        {"item": "ch01-q2", "score": 0.0, "ruled": 1.0},
        {"item": "ch02-q1", "score": 0.5},
    ])  # fmt: skip
    assert "has 3 first tries, with the names" in run("table", "ana.json")
    told = rows(tmp_path / "history.csv")
    assert [tuple(one.values()) for one in told] == [
        ("Ana", "ch01-q1", "ch01", "2.0", "yes"),
        ("Ana", "ch01-q2", "ch01", "2.0", "no"),
        ("Ana", "ch02-q1", "ch02", "2.0", "no"),
    ]


def test_a_file_that_is_none_of_an_export_is_named_and_nothing_written(tmp_path):
    handed(tmp_path / "ana.json", "Ana", [{"item": "ch01-q1", "score": 1.0}])
    handed(tmp_path / "again.json", "Ana", [])
    handed(tmp_path / "ben.json", "Ben", [])
    (tmp_path / "cem.json").write_text("who: Cem")
    for files, sentence in (
        (("ana.json", "cem.json"), "cem.json is no file of /privacy export"),
        (("ana.json", "none.json"), "none.json cannot be read: no such file"),
        (("ana.json", "again.json"), "ana.json and again.json are both of one member, Ana"),
        (("ben.json",), "Nobody has answered a question yet"),
    ):
        assert sentence in run("table", *files, code=1)
    assert not (tmp_path / "history.csv").exists()


def test_two_of_one_name_are_told_apart_and_said(tmp_path):
    handed(tmp_path / "ana.json", "Ana", [{"item": "ch01-q1", "score": 1.0}])
    handed(tmp_path / "other.json", "Ana", [{"item": "ch01-q1", "score": 0.0}], since="2026-10-02T18:00:00+00:00")
    assert "Ana: ana.json\n  Ana 2: other.json" in run("table", "ana.json", "other.json")
    assert [(one["who"], one["hard"]) for one in rows(tmp_path / "history.csv")] == [("Ana", "no"), ("Ana 2", "yes")]


def test_a_name_that_a_spreadsheet_would_run_is_guarded(tmp_path):
    name = '=HYPERLINK("http://x.example")'
    handed(tmp_path / "eve.json", name, [{"item": "ch01-q1", "score": 1.0}])
    run("table", "eve.json")
    assert [one["who"] for one in rows(tmp_path / "history.csv")] == [f"'{name}"]


def test_what_a_member_exports_is_what_is_read(migrated_sqlite, tmp_path):
    async def exported():
        (tmp_path / "group.db").write_bytes(migrated_sqlite.read_bytes())
        store = await Store.open(f"sqlite:///{tmp_path}/group.db")
        group = await a_group(store)
        _, (_, post) = await a_round(store, group)
        ana = await a_member(store, group, "ana")
        await an_answer(store, post, ana, 0.25)
        await an_answer(store, post, ana, 1.0)
        told = await store.privacy.export(ana.id)
        await store.close()
        return told

    (tmp_path / "ana.json").write_text(json.dumps(asyncio.run(exported()), default=str))
    run("table", "ana.json")
    assert [(one["who"], one["question"], one["hard"]) for one in rows(tmp_path / "history.csv")] == [
        ("Ana", "q1", "yes")
    ]
