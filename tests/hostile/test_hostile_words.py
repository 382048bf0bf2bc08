"""Hostile words on every platform, in every place where words stand. `python -m bench.hostile` does a million."""

import json
import random

import pytest

from cogs.messages import Person
from tests.cogs.conversation import ORGANISER, conversation
from tests.hostile import checks
from tests.hostile.words import LONG, SEEDS, form, reply, words

TOLD = 120
PEOPLE = 12


@pytest.fixture(scope="module")
def harmless():
    return checks.Skeleton(checks.entries(reply(lambda: "x"), form(lambda: "x"), "x")).found


def every_platform(text, harmless):
    made, asked = reply(text), form(text)
    checks.discord_says_only_words(made, asked)
    checks.slack_says_only_words(made, asked)
    checks.browser_shows_only_words(made, asked, text() or "x", harmless)
    checks.terminal_says_only_words(made, asked)


def test_thousands_of_hostile_words_stay_words(harmless):
    chance = random.Random(7)
    for _ in range(TOLD):
        every_platform(lambda: words(chance) or "x", harmless)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_alone_and_beside_itself(seed, harmless):
    every_platform(lambda: seed, harmless)


async def test_hostile_people_are_kept_answered_and_exported(store):
    """Whoever is called what, and writes what: kept, told, ranked, exported and erased."""
    chance = random.Random(8)
    talk = await conversation(store)
    await talk.open_round()
    for n in range(PEOPLE):
        said = words(chance) if n else "x" * LONG
        person = Person("test", f"p{n}", words(chance)[:80] or "x")
        for told in (await talk.answer(person, 1, said), await talk.say(person, "leaderboard")):
            assert "Something broke" not in told
        asked = await talk.dispatcher.command("privacy export", talk._ask(person, {}))
        json.loads(asked.files[0].data)
    for command in ("group status", "group disputes", "group history", "group messages"):
        assert "Something broke" not in await talk.say(ORGANISER, command)
    assert "Something broke" not in await talk.say(
        ORGANISER, "group setup", course="tiny", zone="UTC", times="Mon 18:00", name=words(chance)[:80]
    )
    await talk.press(Person("test", "p3", "x"), "me.erase")
    assert len(await store.members.of_group(1)) == PEOPLE + 1 - 1
