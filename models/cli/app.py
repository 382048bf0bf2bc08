"""What every command of the models shares: the application, the folders, one sentence at the end, a progress bar."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from models.bundles.library import Library
from models.bundles.manifest import MANIFEST, Name
from models.errors import ModelsError
from models.training.step import Progress, Step

if TYPE_CHECKING:
    from models.server.learning.trainings import TrainingSettings

app = typer.Typer(
    name="models",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Train, publish and serve the models that look at pictures.",
)

PORT = 8400
"""Where the service listens unless told otherwise, and where `health` asks."""
SHIPPED = Path(__file__).parents[1] / "zoo"


def own_folder() -> Path:
    """Where members' models are kept: `models` in the data folder."""
    return Path(os.environ.get("STUDYBOT_DATA", "data")) / "models"


def trained_folder() -> Path:
    """Where a training leaves its bundle until it is published: `trained` in the data folder."""
    return own_folder().parent / "trained"


def feedback_folder() -> Path:
    """Where members' corrections wait for the organiser: `feedback` in the data folder."""
    return own_folder().parent / "feedback"


def training_settings() -> TrainingSettings:
    """Where what is learned from a chat lies: in the data folder."""
    from models.server.learning.trainings import TrainingSettings

    return TrainingSettings(feedback_folder(), own_folder().parent / "training", trained_folder())


def stop(sentence: str) -> typer.Exit:
    """Say what is wrong in one sentence and end with exit code 1."""
    typer.echo(sentence, err=True)
    return typer.Exit(1)


@contextmanager
def one_sentence() -> Iterator[None]:
    """End with exit code 1 and one sentence on whatever this room or the file system refuses."""
    try:
        yield
    except (ModelsError, OSError) as error:
        raise stop(str(error)) from None


Roots = Annotated[
    list[Path] | None,
    typer.Option("--models", help="A folder of models beside the shipped ones (repeatable)."),
]

# What the commands that serve have in common.
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Exact = Annotated[bool, typer.Option("--exact", help="Full precision only, no bfloat16.")]
Queue = Annotated[int, typer.Option(min=1, help="Pictures inside a service at once; more are refused with 429.")]
Threads = Annotated[int, typer.Option(min=0, max=1024, help="CPU threads for a network (0: as measured here).")]
Decoders = Annotated[
    int, typer.Option(min=0, max=64, help="Processes that open pictures, for each service (0: as measured here).")
]
MaxBatch = Annotated[
    int, typer.Option("--max-batch", min=0, max=16, help="Pictures at a time, at most (0: as measured here).")
]
WithParent = Annotated[bool, typer.Option("--with-parent", help="End when standard input closes.")]


def roots_of(given: list[Path] | None) -> tuple[Path, ...]:
    """The shipped models first, then the folders named, or the data folder's."""
    return (SHIPPED, *(given or [own_folder()]))


def is_bundle(path: Path) -> bool:
    """Whether there is a bundle in this folder, sound or not."""
    return (path / MANIFEST).is_file()


def bundle_of(model: str, version: str | None, models: list[Path] | None) -> Path:
    """A bundle's folder, named by its path or by its model's name. Raises BundleError."""
    return Path(model) if is_bundle(Path(model)) else Library(roots_of(models)).find(model, version)


def room_for_bundle(into: Path) -> None:
    """Refuse to write a bundle over a folder that holds anything but a bundle."""
    if into.exists() and not is_bundle(into) and (not into.is_dir() or any(into.iterdir())):
        raise stop(f"{into} holds something else than a model: name a folder that does not exist yet.")


def check_name(name: str) -> None:
    """Refuse what cannot be a model's name."""
    try:
        TypeAdapter[str](Name).validate_python(name)
    except ValidationError:
        raise stop(f"{name!r} cannot be a model's name: use a-z, 0-9 and dashes, at most 48 of them.") from None


@contextmanager
def progress_bar(name: str) -> Iterator[Progress]:
    """A bar that is moved by calling what is yielded with the step that the work is at.

    Where there is no terminal, a line for each new thing that is going on.
    """
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    if not sys.stdout.isatty():
        yield _in_lines(name)
        return
    columns = (TextColumn("{task.fields[name]}"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bars(*columns) as bars:
        task = bars.add_task("", total=1.0, name=name)
        yield lambda step: bars.update(task, description=str(step), completed=step.share)


def _in_lines(name: str) -> Progress:
    last = ""

    def progress(step: Step) -> None:
        nonlocal last
        if str(step) != last:
            last = str(step)
            typer.echo(f"{name}: {last}", err=True)

    return progress
