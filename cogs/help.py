"""What there is to do, in one card."""

from __future__ import annotations

from collections.abc import Sequence

from cogs.asked import organises
from cogs.declare import Cog, Command, Words
from cogs.messages import ActionId, Ask, BulletList, Button, Card, CommandRef, Entry, Reply, Text, rich, strong
from cogs.services import Services
from study.course import Course


def help_for(cogs: Sequence[Cog]) -> Cog:
    """The help feature, which lists the commands of all the others."""

    async def show(ask: Ask, services: Services) -> Reply:
        commands = [command for one in (*cogs, cog) for command in one.commands]
        everyone = [command for command in commands if not command.organiser]
        entries = [Entry(Text(CommandRef(command.name), f" {command.summary.en}")) for command in everyone]
        group = await services.store.groups.at(ask.place)
        course = services.courses.get(group.course) if group is not None else None
        cards = [
            Card(
                "What I do",
                (
                    *(() if course is None else (_reads(course),)),
                    Text(
                        "Every week I post a recap prompt and questions. Press Answer under one and write in your "
                        "own words; I tell you at once what was right, point by point, and only you see it."
                    ),
                    BulletList(tuple(entries)),
                ),
            )
        ]
        if ask.person.organiser or (group is not None and await organises(ask, group, services)):
            own = [command for command in commands if command.organiser]
            listed = tuple(Entry(Text(CommandRef(command.name), f" {command.summary.en}")) for command in own)
            buttons = (
                Button("Post now", ActionId("group.now"), "primary"),
                Button("Group status", ActionId("group.status")),
            )
            cards.append(Card("For organisers", (BulletList(listed),), buttons))
        return Reply("What I do", tuple(cards))

    cog = Cog(
        "help",
        Words("What there is to do", "Was es zu tun gibt"),
        commands=(Command("help", Words("What there is to do", "Was es zu tun gibt"), show),),
    )
    return cog


def _reads(course: Course) -> Text:
    """What the group reads, from where, and how it may be shared."""
    source = f", with {course.source}" if course.source else ""
    licence = f" Licence of the questions: {course.licence}." if course.licence else ""
    return Text("This group reads ", strong(course.title), *rich(f"{source}.{licence}"))
