"""What there is to do, in one card."""

from __future__ import annotations

from collections.abc import Sequence

from cogs.kit import Ask, Button, Card, Cog, Command, Entry, Kit, Listing, Press, Reply, Text, Words, code


def help_for(cogs: Sequence[Cog]) -> Cog:
    """The help feature, which lists the commands of all the others."""

    async def show(ask: Ask, kit: Kit) -> Reply:
        commands = [command for one in (*cogs, cog) for command in one.commands]
        everyone = [command for command in commands if not command.organiser]
        entries = [Entry(Text(code(f"/{command.name}"), f" {command.summary.en}")) for command in everyone]
        cards = [
            Card(
                "What I do",
                (
                    Text(
                        "Every week I post a recap prompt and questions. Press Answer under one and write in your "
                        "own words; I tell you at once what was right, point by point, and only you see it."
                    ),
                    Listing(tuple(entries)),
                ),
            )
        ]
        if ask.person.organiser:
            own = [command for command in commands if command.organiser]
            listed = tuple(Entry(Text(code(f"/{command.name}"), f" {command.summary.en}")) for command in own)
            buttons = (
                Button("Post now", Press("group.now"), "primary"),
                Button("How the group stands", Press("group.status")),
            )
            cards.append(Card("For organisers", (Listing(listed),), buttons))
        return Reply("What I do", tuple(cards))

    cog = Cog(
        "help",
        Words("What there is to do", "Was es zu tun gibt"),
        commands=(Command("help", Words("What there is to do", "Was es zu tun gibt"), show),),
    )
    return cog
