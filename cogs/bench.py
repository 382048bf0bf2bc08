"""The way to the bench: a private link by which an organiser comes to change the group's course in a browser."""

from __future__ import annotations

from dataclasses import replace

from cogs.asked import group_of, member_of, organises
from cogs.declare import Cog, Command
from cogs.messages import Ask, Card, Link, Reply, Text, say, spans
from cogs.services import Services
from store import Subject
from study.group import Group
from study.texts import _, noop

NO_PAGE = noop(
    "The course is changed on a page in the browser, and none is served that you could reach. Whoever runs the bot "
    "serves it beside this platform and sets STUDYBOT_PAGE_URL; docs/authoring.md tells how. The pack's files can be "
    "changed by hand too."
)


SHARED = noop(
    "Groups that you do not organise follow this course too, so it is not changed from here. Whoever runs the bot "
    "changes it, or gives your group a copy of its own."
)


async def _may_change(ask: Ask, group: Group, services: Services) -> bool:
    """Whether whoever asks organises every group that follows the course: its draft is the same for all of them."""
    person = ask.person
    asked = replace(ask, person=replace(person, organiser=person.organiser and not person.listed))
    others = [one for one in await services.store.groups.all() if one.course == group.course and one.id != group.id]
    return all([await organises(asked, one, services) for one in others])


async def edit(ask: Ask, services: Services) -> Reply:
    """`/group edit`: a link to the bench, good once and for ten minutes."""
    group, _course = await group_of(ask, services)
    member = await member_of(ask, services, group)
    if not services.page_url:
        return say(_(NO_PAGE), tone="notice")
    if not await _may_change(ask, group, services):
        return say(_(SHARED), tone="notice")
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
