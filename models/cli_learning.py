"""The commands that make a next model better than the last: `clean` a folder, and review the group's `feedback`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from models.bundle import BundleFault
from models.cli_words import Roots, app, own_folder, progress_bar, roots_of, stop
from models.library import Library


@app.command()
def clean(
    data: Annotated[Path, typer.Argument(help="The folder that holds a folder of pictures for each label.")],
    model: Annotated[str, typer.Option("--model", help="The model's name, or a bundle's folder.")],
    page_file: Annotated[Path, typer.Option("--page", help="Where to write the page.")] = Path("clean.html"),
    most: Annotated[int, typer.Option(min=1, help="How many pictures to show.")] = 100,
    choices: Annotated[Path | None, typer.Option("--apply", help="The choices saved from the page.")] = None,
    models: Roots = None,
) -> None:
    """Show the labels a model doubts most in a page, to keep, relabel or drop; with --apply, do what was chosen."""
    from models.cleaning import apply, doubts, page
    from models.predictor import Predictor
    from models.training_data import DataFault, gather

    try:
        if choices is not None:
            moved, dropped = apply(data, choices)
            typer.echo(f"{moved} relabelled; {dropped} set aside in {data.resolve().name}-dropped.")
            return
        folder = Path(model) if (Path(model) / "model.json").is_file() else Library(roots_of(models)).find(model)
        with progress_bar("clean") as tell:
            found = gather(data, tell=tell)
            doubted = doubts(found, Predictor(folder), tell)
            page_file.write_text(page(data, doubted[:most], list(found.labels)), encoding="utf-8")
            tell("done", 1.0)
    except (DataFault, BundleFault, OSError) as fault:
        raise stop(str(fault)) from None
    typer.echo(f"Open {page_file} in a browser; save the choices, then run this again with --apply choices.json.")


@app.command()
def feedback(
    name: Annotated[str | None, typer.Argument(help="A model; all when left out.")] = None,
    drop: Annotated[str | None, typer.Option(help="A picture to leave out.")] = None,
    export: Annotated[Path | None, typer.Option(help="Copy the pictures into a folder for each label.")] = None,
) -> None:
    """The corrections members gave: see them, leave some out, hand them to `train` as a folder of folders."""
    from models.feedback import FeedbackFault, FeedbackSet

    root = own_folder().parent / "feedback"
    names = [name] if name else sorted(path.name for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
    if not names:
        typer.echo("No corrections were given yet.")
    try:
        for one in names:
            kept = FeedbackSet(root, one)
            if drop is not None:
                kept.drop(drop)
            if export is not None:
                typer.echo(f"{kept.export(export)} pictures are in {export}.")
                continue
            counts = ", ".join(f"{label} {count}" for label, count in kept.counts().most_common()) or "none"
            typer.echo(f"{one}: {counts}")
            for entry in kept.entries() if name else ():
                typer.echo(f"  {kept.folder / entry.file}: {entry.label} (seen by version {entry.version})")
    except (FeedbackFault, OSError) as fault:
        raise stop(str(fault)) from None
