"""The way to the bench: a private link by which an organiser comes to change the group's course in a browser."""

from __future__ import annotations

from cogs.asked import group_of, member_of
from cogs.declare import Cog, Command
from cogs.messages import Ask, Card, Link, Reply, Text, say, spans
from cogs.services import Services
from store import Subject
from study.texts import _, noop

NO_PAGE = noop(
    "The course is changed on a page in the browser, and none is served that you could reach. Whoever runs the bot "
    "serves it beside this platform and sets STUDYBOT_PAGE_URL; docs/authoring.md tells how. The pack's files can be "
    "changed by hand too."
)


async def edit(ask: Ask, services: Services) -> Reply:
    """`/group edit`: a link to the bench, good once and for ten minutes."""
    group, _course = await group_of(ask, services)
    member = await member_of(ask, services, group)
    if not services.page_url:
        return say(_(NO_PAGE), tone="notice")
    code = await services.store.codes.issue("bench", ask.at, Subject(group.id, member.id))
    link = Link(_("Open the bench"), url=f"{services.page_url}/bench/enter?code={code}")
    short = _("Write, try and publish the course in a browser: {link}", link=link.text)
    told = _(
        "Write, try and publish the course in a browser: {link}. The link is yours alone, good once and for ten "
        "minutes; nothing reaches the group before you publish."
    )
    return Reply(short, (Card(blocks=(Text(*spans(told, link=link)),)),))


cog = Cog(
    "bench",
    noop("Writing the course"),
    commands=(
        Command(
            "group edit",
            noop("Change the course in a browser, by a private link"),
            edit,
            organiser=True,
        ),
    ),
)
