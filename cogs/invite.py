"""Links by which somebody comes onto the page: an organiser makes them, and each is good once."""

from __future__ import annotations

from datetime import UTC, datetime

from cogs.asked import group_of
from cogs.declare import Cog, Command
from cogs.messages import Ask, Card, Link, Reply, Text, say, spans
from cogs.services import Services
from study.texts import _, noop

NO_PAGE = noop("No page is served that people could reach. Whoever runs the bot serves it and sets STUDYBOT_PAGE_URL.")


async def invite(ask: Ask, services: Services) -> Reply:
    """`/group invite`: a link for one more person, good once and for a week."""
    await group_of(ask, services)
    if not services.page_url:
        return say(_(NO_PAGE), tone="notice")
    secret = await services.store.page.people.invite(datetime.now(UTC))
    url = f"{services.page_url}/join?invitation={secret}"
    told = _("Give this link to one person: {link}. It lets them join the page, once and within a week.")
    return Reply(_("An invitation for one person."), (Card(blocks=(Text(*spans(told, link=Link(url, url=url))),)),))


cog = Cog(
    "invite",
    noop("Inviting people to the page"),
    commands=(
        Command(
            "group invite",
            noop("Make a link that lets one person join the page"),
            invite,
            organiser=True,
        ),
    ),
)
