"""Organisers that are named by typing, where a platform has no list of people to pick from."""

from dataclasses import replace

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


async def test_whom_the_setting_names_organises_every_group_and_may_begin_one(newcomers):
    talk, wanted = newcomers, {"course": "tiny", "times": "Mon 18:00", "zone": "Europe/Berlin"}
    talk.dispatcher._services = replace(talk.services, organisers=frozenset({"test:ben"}))
    assert "for organisers" in await talk.say(ANA, "group setup", **wanted)
    assert "for organisers" not in await talk.say(BEN, "group setup", **wanted)
    assert "all groups: 1." in await talk.say(BEN, "group organisers")
    assert "for organisers" in await talk.say(ANA, "group organisers")
