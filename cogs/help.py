"""What there is to do, in one card."""

from __future__ import annotations

from collections.abc import Sequence

from cogs.asked import organises
from cogs.declare import Cog, Command
from cogs.messages import ActionId, Ask, BulletList, Button, Card, CommandRef, Entry, Reply, Text, rich, spans, strong
from cogs.services import Services
from study.course import Course
from study.texts import _, noop


def help_for(cogs: Sequence[Cog]) -> Cog:
    """The help feature, which lists the commands of all the others."""

    async def show(ask: Ask, services: Services) -> Reply:
        commands = [command for one in (*cogs, cog) for command in one.commands]
        everyone = [command for command in commands if not command.organiser]
        entries = [Entry(Text(CommandRef(command.name), " ", _(command.summary))) for command in everyone]
        group = await services.store.groups.at(ask.place)
        course = services.courses.get(group.course) if group is not None else None
        cards = [
            Card(
                _("What I do"),
                (
                    *(() if course is None else (_reads(course),)),
                    Text(
                        _(
                            "Every week I post a recap prompt and questions. Press Answer under one and write in your "
                            "own words; I tell you at once what was right, point by point, and only you see it."
                        )
                    ),
                    BulletList(tuple(entries)),
                ),
            )
        ]
        if ask.person.organiser or (group is not None and await organises(ask, group, services)):
            own = [command for command in commands if command.organiser]
            listed = tuple(Entry(Text(CommandRef(command.name), " ", _(command.summary))) for command in own)
            buttons = (
                Button(_("Post now"), ActionId("group.now"), "primary"),
                Button(_("Group status"), ActionId("group.status")),
            )
            cards.append(Card(_("For organisers"), (BulletList(listed),), buttons))
        return Reply(_("What I do"), tuple(cards))

    cog = Cog(
        "help",
        noop("What there is to do"),
        commands=(Command("help", noop("What there is to do"), show),),
    )
    return cog


def _reads(course: Course) -> Text:
    """What the group reads, from where, and how it may be shared."""
    title = strong(course.title)
    told = spans(_("This group reads {course}."), course=title)
    if course.source:
        told = spans(_("This group reads {course}, with {source}."), course=title, source=rich(course.source))
    if not course.licence:
        return Text(*told)
    return Text(*told, " ", *spans(_("Licence of the questions: {licence}."), licence=rich(course.licence)))
