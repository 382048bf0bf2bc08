"""`studybot rubric adopt`: what an organiser ruled becomes an example of the pack, and is taken out again."""

import asyncio

import pytest
from typer.testing import CliRunner

from bot.cli.rubric import rubric_app
from store import Store
from study.group import Account
from study.marking import Mark
from study.packs import load_course
from tests.bot.channelbook import Spine

WEEK = """\
number: 1
title: One
items:
  # the first
  - id: w1q0
    ask: Which colour?
    answer: Blue.
    points:
      - blue: [blue]  # nothing else
"""
FILES = {"course.yaml": "id: fastbook\ntitle: A course\nlanguage: en\n", "week-01.yaml": WEEK}


@pytest.fixture
def pack(database_url, monkeypatch, tmp_path):
    """A pack whose group has a ruling on its first question."""
    folder = tmp_path / "packs" / "fastbook"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("STUDYBOT_PACKS", str(tmp_path / "packs"))
    monkeypatch.setenv("STUDYBOT_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    async def prepared():
        store = await Store.open(database_url)
        spine = Spine(store)
        group = await spine.group()
        await spine.pass_time(12)
        at = spine.clock.now()
        ann = await store.members.meet(group.id, Account("browser", "w", "ann"), "Ann", at)
        post = next(one for one in await store.posts.open(group.id) if one.item == "w1q0")
        answer, _ = await store.answers.record(
            post.id, ann.id, "cornflowers", Mark(0, 0, 1, "refuse", "v"), key="k", at=at
        )
        dispute = await store.disputes.file(answer.id, "they are blue", "d", at)
        await store.disputes.settle(dispute.id, 1.0, "Olga", at)
        await store.close()

    asyncio.run(prepared())
    return folder


def say(*words):
    done = CliRunner().invoke(rubric_app, list(words))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output


def examples(folder):
    course = load_course({path.name: path.read_text("utf-8") for path in folder.glob("*.yaml")})
    return [(one.answer, one.score) for one in course.item("w1q0").rubric.examples]


def test_rulings_become_examples_and_are_taken_out(pack):
    told = say("adopt", "1")
    assert told.startswith("fastbook: 1 mark taken in; changed: packs/fastbook/week-01.yaml.\n"), told
    assert examples(pack) == [("cornflowers", 1)]
    assert "# the first" in (pack / "week-01.yaml").read_text("utf-8")
    assert "fastbook: 0 marks taken in; changed: nothing.\n1 were left" in say("adopt", "1")
    assert "fastbook: 1 mark taken out; changed: packs" in say("adopt", "1", "--back")
    assert (pack / "week-01.yaml").read_text("utf-8") == WEEK
    assert "0 marks taken out" in say("adopt", "1", "--back")


def test_what_cannot_be_done_is_a_sentence_and_changes_nothing(pack):
    assert "studybot: " in say("adopt", "7")
    broken = WEEK.replace("points:", "pints:")
    (pack / "week-01.yaml").write_text(broken, encoding="utf-8")
    assert "studybot: " in say("adopt", "1")
    assert (pack / "week-01.yaml").read_text("utf-8") == broken
