"""`studybot discord`: the invite link."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.cli.sentences import in_words
from bot.platforms.discord import SETTINGS
from bot.platforms.discord.doctor import invite as invited
from bot.platforms.discord.doctor import invite_link, own_link
from bot.settings import read

discord_app = typer.Typer(help="Discord: the invite link.", no_args_is_help=True, add_completion=False)


@discord_app.callback()
def _discord() -> None:
    """Discord: the invite link."""


@discord_app.command()
def invite(
    own: Annotated[bool, typer.Option("--own", help="The link by which people add it to their own account.")] = False,
) -> None:
    """Print the link that invites the bot into a server, with exactly the permissions it needs."""
    with in_words():
        print(asyncio.run(invited(read(SETTINGS), own_link if own else invite_link)))
