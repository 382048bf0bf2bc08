"""The models' command line: make, train, publish, serve. It also runs as `studybot models …`."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="models",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Train, publish and serve the models that look at pictures.",
)


def own_folder() -> Path:
    """Where members' models are kept: `models` in the data folder."""
    return Path(os.environ.get("STUDYBOT_DATA", "data")) / "models"


def stop(sentence: str) -> typer.Exit:
    """Say what is wrong in one sentence and end with exit code 1."""
    typer.echo(sentence, err=True)
    return typer.Exit(1)


Roots = Annotated[
    list[Path] | None,
    typer.Option(
        "--models", help="A folder of models beside the shipped ones (repeatable; default: in the data folder)."
    ),
]


def roots_of(given: list[Path] | None) -> tuple[Path, ...]:
    """The shipped models first, then the folders named, or the data folder's."""
    return (Path(__file__).parent / "zoo", *(given or [own_folder()]))


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")] = 8601,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    models: Roots = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    exact: Annotated[bool, typer.Option("--exact", help="Full precision only, no bfloat16.")] = False,
    queue: Annotated[int, typer.Option(min=1, help="Pictures inside at once; more are refused with 429.")] = 64,
    threads: Annotated[int, typer.Option(min=0, help="CPU threads for the network (0: as torch chooses).")] = 0,
    decoders: Annotated[int, typer.Option(min=1, max=64, help="Processes that open pictures.")] = 2,
    with_parent: Annotated[bool, typer.Option("--with-parent", help="End when standard input closes.")] = False,
) -> None:
    """Answer for pictures over HTTP. MODELS_TOKEN, where set, is the bearer token callers must give."""
    import torch

    from models.serve import CannotServe, run
    from models.service import Settings

    if threads:
        torch.set_num_threads(threads)
    settings = Settings(
        roots=roots_of(models),
        device=device,
        exact=exact,
        token=os.environ.get("MODELS_TOKEN", ""),
        queue=queue,
        decoders=decoders,
    )
    try:
        asyncio.run(run(settings, host, port, with_parent=with_parent))
    except CannotServe as fault:
        raise stop(str(fault)) from None


@app.command()
def zoo(
    only: Annotated[list[str] | None, typer.Argument(help="Names; all when left out.")] = None,
    into: Annotated[Path | None, typer.Option(help="Where to write them (default: the shipped folder).")] = None,
    epochs: Annotated[int, typer.Option(min=1)] = 6,
    variants: Annotated[int, typer.Option(min=1, help="Ways each digit is drawn anew.")] = 20,
) -> None:
    """Make the shipped models anew, from scikit-learn's handwriting and from shapes drawn here."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from models.zoo import NAMES, ZOO, make

    wanted = only or list(NAMES)
    if unknown := [name for name in wanted if name not in NAMES]:
        raise stop(f"The zoo has no model called {unknown[0]}; it has {', '.join(NAMES)}.")
    columns = (TextColumn("{task.fields[name]}"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns) as progress:
        for name in wanted:
            task = progress.add_task("", total=1.0, name=name)
            made = make(
                name,
                into or ZOO,
                variants=variants,
                epochs=epochs,
                tell=lambda what, share, task=task: progress.update(task, description=what, completed=share),  # type: ignore[misc]
            )
            done = f"right on {made.measured.get('accuracy', 0):.1%} of the held-out pictures"
            progress.update(task, description=done, completed=1.0)


def main() -> None:
    """Run the command line."""
    app(prog_name="models")
