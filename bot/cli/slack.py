"""`studybot slack`: the app manifest."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.platforms.slack.installation.manifest import manifest
from cogs import COGS

slack_app = typer.Typer(name="slack", help="Slack: the app manifest.", no_args_is_help=True, add_completion=False)


@slack_app.callback()
def _group() -> None:
    """Slack: the app manifest."""


@slack_app.command("manifest")
def print_manifest(
    url: Annotated[
        str,
        typer.Option(help="Public address of this bot, for signed HTTP and many workspaces; without it, Socket Mode."),
    ] = "",
    history: Annotated[
        bool, typer.Option(help="Ask for the history permission, so that a post of unknown delivery can be looked up.")
    ] = False,
    name: Annotated[str, typer.Option(help="What the app is called, at most 35 characters.")] = "Study group",
) -> None:
    """Print the app manifest: paste it at https://api.slack.com/apps, Create New App, From a manifest."""
    if url and not url.startswith("https://"):
        typer.echo("The address must begin with https://, for Slack posts to nothing else.", err=True)
        raise typer.Exit(2)
    if not 1 <= len(name) <= 35:
        typer.echo("The name must have 1 to 35 characters.", err=True)
        raise typer.Exit(2)
    typer.echo(json.dumps(manifest(COGS, url=url, history=history, name=name), indent=2, ensure_ascii=False))
