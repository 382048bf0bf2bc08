"""Links by which somebody comes onto the page, or comes back: an organiser makes them, and each is good once."""

from __future__ import annotations

from datetime import UTC, datetime

from cogs.asked import group_of
from cogs.declare import Cog, Command, Option
from cogs.messages import Ask, Card, Link, Name, Reply, Text, say, spans
from cogs.remove import suggest_members
from cogs.services import Services
from study.texts import _, noop

NO_PAGE = noop("No page is served that people could reach. Whoever runs the bot serves it and sets STUDYBOT_PAGE_URL.")


async def invite(ask: Ask, services: Services) -> Reply:
    """`/group invite`: a link for one more person, or for one who lost their way; good once and for a week."""
    group, _course = await group_of(ask, services)
    if not services.page_url:
        return say(_(NO_PAGE), tone="notice")
    people, name = services.store.page.people, ask.text("member").strip()
    person = await people.named(name) if name else None
    mine = {one.name for one in await services.store.members.of_group(group.id)}
    if name and (person is None or person.name not in mine):
        fault = _("Nobody of the group is on the page as {name}.", name=name)
        return Reply(fault, faults={"member": fault})
    secret = await people.invite(datetime.now(UTC), person_id=person.id if person else None)
    url = f"{services.page_url}/join?invitation={secret}"
    link = Link(url, url=url)
    told = spans(
        _("Give this link to one person: {link}. It lets them join the page, once and within a week."), link=link
    )
    if person is not None:
        whole = _(
            "Give this link to {name} alone: {link}. Whoever opens it comes back as them, once and within a week."
        )
        told = spans(whole, name=Name(person.name), link=link)
    return Reply(_("An invitation for one person."), (Card(blocks=(Text(*told),)),))


cog = Cog(
    "invite",
    noop("Inviting people to the page"),
    commands=(
        Command(
            "group invite",
            noop("Make a link that lets one person join the page, or come back"),
            invite,
            (
                Option(
                    "member",
                    noop("Who comes back; leave it out for somebody new"),
                    required=False,
                    suggest=suggest_members,
                    max_length=100,
                ),
            ),
            organiser=True,
        ),
    ),
)
