"""Errors whose message is a sentence for the person at the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def in_words() -> Iterator[None]:
    """Errors a person can fix end the program with their sentence and exit code 1, without a traceback.

    The rooms whose errors these are, are asked only when there is one: most commands need but some of them.
    """
    try:
        yield
    except Exception as error:
        from bot.errors import BotError
        from store import StoreError
        from study.packs import PackFaults

        if not isinstance(error, (BotError, StoreError, PackFaults)):
            raise
        typer.echo(f"studybot: {error}", err=True)
        raise typer.Exit(1) from None
