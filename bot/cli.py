"""The studybot command line."""

from __future__ import annotations

import typer

app = typer.Typer(name="studybot", no_args_is_help=True)


def main() -> None:
    """Run the command line."""
    app()
