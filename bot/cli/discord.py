"""`studybot discord`: the invite link."""

from __future__ import annotations

import asyncio

import typer

from bot.cli.sentences import in_words
from bot.platforms.discord import SETTINGS
from bot.platforms.discord.doctor import invite as invited
from bot.settings import read

discord_app = typer.Typer(help="Discord: the invite link.", no_args_is_help=True, add_completion=False)


@discord_app.callback()
def _discord() -> None:
    """Discord: the invite link."""


@discord_app.command()
def invite() -> None:
    """Print the link that invites the bot into a server, with exactly the permissions it needs."""
    with in_words():
        print(asyncio.run(invited(read(SETTINGS))))
