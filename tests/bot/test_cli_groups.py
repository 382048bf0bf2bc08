"""`studybot groups`, as an operator uses it beside a running bot."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from bot.cli.groups import groups_app
from cogs.rules import RULES
from store import Lease, Problem, Store
from study.texts import LazyText
from tests.bot.channelbook import Channelbook, Spine
from tests.bot.test_outbox import due

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def studybot(database_url, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)

    def run(*words):
        done = CliRunner().invoke(groups_app, words)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.output

    return run


@pytest.fixture
def in_doubt(database_url):
    """A running bot that holds the database, and one message of unknown fate."""

    async def prepared():
        store = await Store.open(database_url)
        spine = Spine(store, Channelbook(can_find=False))
        await spine.group()
        await due(spine)
        (first, *_) = await store.deliveries.claim(Lease("1", timedelta(seconds=60)), spine.clock.now(), ["browser"])
        await store.deliveries.mark_unknown(
            first, Problem("cannot_tell", LazyText("the line broke")), None, spine.clock.now()
        )
        await store.close()
        return first.id

    return asyncio.run(prepared())


def test_a_message_in_doubt_is_listed_and_settled(studybot, in_doubt):
    assert "messages to look at: 1" in studybot("list")
    assert f"{in_doubt}  unknown  group 1, browser c" in studybot("messages")
    assert json.loads(studybot("messages", "--json"))["detail"] == "the line broke"
    assert "as soon as the bot runs" in studybot("settle", str(in_doubt), "again")
    assert "settled already" in studybot("settle", str(in_doubt), "there")
    assert "No delivery problems" in studybot("messages")
    assert "the command line  had message 1 sent again" in studybot("history", "1")


def test_rules_are_shown_and_changed(studybot, in_doubt):
    assert "you are asked" in studybot("rules", "1")
    assert "perhaps twice" in studybot("rules", "1", "doubt", "at-least-once")
    changed = studybot("rules", "1", "counts", "erase")
    assert "perhaps twice" in changed and "counts are deleted as well" in changed
    assert json.loads(studybot("history", "1", "--json").splitlines()[0])["by"] == "the command line"


def test_every_rule_can_be_changed_and_is_told(studybot, in_doubt):
    for rule in RULES:
        one = rule.choices[-1]
        assert f"{rule.name}: {rule.title} - {one.meaning}." in studybot("rules", "1", rule.name, one.value)
    assert "20: those that the grader is not sure of, and the least sure 20% at least (now)" in studybot(
        "rules", "1", "unsure"
    )


def test_a_rule_or_a_choice_that_is_not_there_changes_nothing(studybot, in_doubt):
    before = studybot("rules", "1")
    assert "There is no rule doubts; there are: doubt, counts" in studybot("rules", "1", "doubts", "keep")
    assert "unsure may be one of: 0, 5, 10, 20" in studybot("rules", "1", "unsure", "7")
    assert studybot("rules", "1") == before


def test_organisers_are_named_and_taken_away_again(studybot, in_doubt):
    assert "Nobody" in studybot("organisers", "1")
    assert "42  Ana (person, browser)" in studybot("organisers", "1", "--add", "42", "--name", "Ana")
    assert "No organiser of this group has the id 7" in studybot("organisers", "1", "--remove", "7")
    assert "--platform" in studybot("organisers", "1", "--add", "7", "--platform", "slack")
    told = studybot("organisers", "1", "--add", "43", "--name", "n" * 10_000)
    assert told.startswith("studybot: At most 100 characters fit here") and "43" not in studybot("organisers", "1")
    assert "n" * 100 in studybot("organisers", "1", "--add", "43", "--name", "n" * 100)
    studybot("organisers", "1", "--remove", "43")
    assert "Nobody" in studybot("organisers", "1", "--remove", "42")
    assert "took the organiser's rights from Ana" in studybot("history", "1")


def test_a_group_that_is_not_there_is_told_in_a_sentence(studybot, in_doubt):
    told = studybot("rules", "7")
    assert told.startswith("studybot: This group does not exist") and "Traceback" not in told


def test_a_link_brings_back_whoever_lost_their_way_in_and_may_appoint_them(studybot, database_url):
    async def with_store(work):
        store = await Store.open(database_url, shared=True)
        try:
            return await work(store.page.people)
        finally:
            await store.close()

    async def joined(people):
        await people.join("Olga", "", NOW)
        return await people.join("Ana", "", NOW)

    ana = asyncio.run(with_store(joined))
    assert "There is nobody called Bob on the page; there are: " in studybot("invite", "Bob")
    secret = studybot("invite", "ana", "--organiser").strip().rsplit("=", 1)[1]
    back = asyncio.run(with_store(lambda people: people.accept(secret, "", "", datetime.now(UTC))))
    assert (back.id, back.organiser) == (ana.id, True)
    assert "/join?invitation=" in studybot("invite")
