"""What every command of the models shares: the application, the folders, one sentence at the end, a progress bar."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="models",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Train, publish and serve the models that look at pictures.",
)

SHIPPED = Path(__file__).parent / "zoo"


def own_folder() -> Path:
    """Where members' models are kept: `models` in the data folder."""
    return Path(os.environ.get("STUDYBOT_DATA", "data")) / "models"


def trained_folder() -> Path:
    """Where a training leaves its bundle until it is published: `trained` in the data folder."""
    return own_folder().parent / "trained"


def stop(sentence: str) -> typer.Exit:
    """Say what is wrong in one sentence and end with exit code 1."""
    typer.echo(sentence, err=True)
    return typer.Exit(1)


Roots = Annotated[
    list[Path] | None,
    typer.Option("--models", help="A folder of models beside the shipped ones (repeatable)."),
]


def roots_of(given: list[Path] | None) -> tuple[Path, ...]:
    """The shipped models first, then the folders named, or the data folder's."""
    return (SHIPPED, *(given or [own_folder()]))


@contextmanager
def progress_bar(name: str) -> Iterator[Callable[[str, float], None]]:
    """A bar that is moved by calling what is yielded with what is going on and how much of it is done."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.fields[name]}"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns) as progress:
        task = progress.add_task("", total=1.0, name=name)
        yield lambda what, share: progress.update(task, description=what, completed=share)
