"""Nobody reaches another group's posts, answers or disputes by their ids: every command, button and form is walked."""

import logging
from itertools import product

import pytest
from sqlalchemy import select

from bot.platforms.text import render_text
from cogs import COGS
from cogs.messages import Ask, Form, Person
from store.database.tables import metadata
from study.group import Place, Slot
from tests.cogs.conversation import ANA, COURSE, MONDAY, conversation

ELSEWHERE = Place("another", "town", "hall", "hall")
SAME_PLATFORM = Place("test", "school", "cellar", "cellar")
NOWHERE = Place("another", "village", "barn", "barn")
ACTIONS = {action.name: action for cog in COGS for action in cog.actions}
COMMANDS = {command.name: command for cog in COGS for command in cog.commands}
NOBODYS = ("999999999", "0", "-1", "+1", " 1", "\uff11", "x", "", "9" * 40, "1.0", "t-q1")
WORDS = ("full", "keep", "again")
GONE = "What this button belongs to does not exist any more."


@pytest.fixture
async def town(store):
    """Our group, in which Ana answered and objects, and two more, one on her own platform."""
    talk = await conversation(store)
    await talk.open_round()
    await talk.answer(ANA, 1, "a secret answer")
    (mine,) = await store.answers.of_group(1)
    await talk.press(ANA, f"quiz.disputed:{mine.id}", why="a secret reason")
    await talk.say(ANA, "ask", question="What is a secret zebra?")
    for place in (ELSEWHERE, SAME_PLATFORM):
        slots = (Slot(0, MONDAY.time()),)
        await store.groups.set_up(place, name=place.name, course=COURSE.id, zone="UTC", slots=slots, at=MONDAY)
    return talk


async def ours(store):
    """All that is kept of the first group."""
    async with store.database.reading() as db:
        tables = [table for table in metadata.sorted_tables if "group_id" in table.c]
        return {table.name: [*await db.execute(select(table).where(table.c.group_id == 1))] for table in tables}


async def ids(store):
    """The ids of everything that our group owns."""
    kept = await ours(store)
    owned = ("posts", "answers", "disputes", "deliveries", "asked")
    return sorted({str(row.id) for name in owned for row in kept[name]})


async def pressed(talk, person, place, press_id):
    ask = Ask(person, place, talk.now, press_id, {"answer": "blue", "recap": "light", "why": "so", "label": "7"})
    answer = await talk.dispatcher.press(press_id, ask)
    return f"{answer.title} {answer.intro} {answer.fields}" if isinstance(answer, Form) else render_text(answer)


@pytest.mark.parametrize("place", [ELSEWHERE, SAME_PLATFORM, NOWHERE], ids=lambda place: place.name)
async def test_no_button_or_form_reaches_what_another_group_owns(town, place, caplog):
    before = await ours(town.store)
    eve = Person(place.platform, "eve", "Eve", organiser=True)
    theirs = await ids(town.store)
    for name, action in ACTIONS.items():
        for args in product(*[theirs, WORDS, WORDS][: max(1, len(action.takes))]):
            told = await pressed(town, eve, place, ":".join((name, *args)))
            assert "secret" not in told, name
            if action.takes and action.takes[0] != "word":
                assert GONE in told, name
    assert await ours(town.store) == before
    assert [line for line in caplog.records if line.levelno >= logging.ERROR] == []


async def test_what_nobody_owns_is_refused_in_a_sentence(town, caplog):
    before = await ours(town.store)
    for name, action in ACTIONS.items():
        if action.takes:
            for each in NOBODYS:
                told = await pressed(town, ANA, ELSEWHERE, f"{name}:{each}:never")
                assert "Something broke" not in told, (name, each)
                if action.takes[0] != "word":
                    assert GONE in told or "organisers" in told, (name, each)
            assert "Something broke" not in await pressed(town, ANA, ELSEWHERE, name)
    assert await ours(town.store) == before
    assert [line for line in caplog.records if line.levelno >= logging.ERROR] == []


async def test_no_command_reaches_what_another_group_owns(town):
    before = await ours(town.store)
    eve = Person("another", "eve", "Eve", organiser=True)
    for name, command in COMMANDS.items():
        for each in (*await ids(town.store), *NOBODYS):
            options = {option.name: each for option in command.options if option.kind != "picture"}
            told = render_text(
                await town.dispatcher.command(name, Ask(eve, ELSEWHERE, town.now, f"{name}/{each}", options))
            )
            assert "secret" not in told, name
            for option in command.options:
                await town.dispatcher.suggest(
                    name, option.name, each, Ask(eve, ELSEWHERE, town.now, "suggest", options)
                )
    assert await ours(town.store) == before


async def test_ones_own_buttons_work(town):
    (post, *_) = [post for post in await town.store.posts.open(1) if post.item == "t-q2"]
    assert "Name the two colours" in await pressed(town, ANA, Place("test", "school", "room"), f"quiz.answer:{post.id}")
