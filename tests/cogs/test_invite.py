"""An organiser invites one person to the page; the link lets them in once."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.dispatcher import Dispatcher
from cogs import COGS
from tests.cogs.conversation import ANA, ORGANISER


async def test_an_organiser_makes_a_link_for_one_person(talk):
    assert "No page is served" in await talk.say(ORGANISER, "group invite")
    talk.services = replace(talk.services, page_url="https://study.example.org")
    talk.dispatcher = Dispatcher(COGS, talk.services)
    assert "join?invitation" not in await talk.say(ANA, "group invite")
    told = await talk.say(ORGANISER, "group invite")
    secret = told.partition("https://study.example.org/join?invitation=")[2].split()[0].rstrip(".")
    people, now = talk.store.page.people, datetime.now(UTC)
    assert (await people.accept(secret, "Cho", "", now)).name == "Cho"
    assert await people.accept(secret, "Dan", "", now) is None
