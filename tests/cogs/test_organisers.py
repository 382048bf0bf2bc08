"""Organisers that are named by typing, where a platform has no list of people to pick from."""

from bot.platforms.text import render_text
from cogs.messages import Person
from tests.cogs.conversation import ANA, BEN, ORGANISER


async def test_who_is_typed_must_be_one_person_of_the_group(talk):
    for person in (ANA, BEN, Person("test", "stranger", "ana")):
        await talk.say(person, "me")

    async def name(typed):
        return render_text(await talk.dispatcher.press("group.named", talk._ask(ORGANISER, {"person": typed})))

    for typed, sentence in (("Ana", "Several people are called Ana"), ("Zoe", "Nobody in the group is called Zoe")):
        assert sentence in await name(typed)
    assert await talk.store.organisers.of_group(1) == ()
    assert "Ben may organise the group" in await name(" ben ")
