"""The commands that make a next model better than the last: `clean` a folder, review `feedback`, `compare` models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from models.bundle import BundleFault, read_manifest
from models.cli.app import Roots, app, bundle_of, own_folder, progress_bar, roots_of, stop, trained_folder
from models.library import Library, natural


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
    from models.inference.predictor import Predictor
    from models.training.cleaning import apply, doubts, page
    from models.training.data import DataFault, gather

    try:
        if choices is not None:
            moved, dropped = apply(data, choices)
            typer.echo(f"{moved} relabelled; {dropped} set aside in {data.resolve().name}-dropped.")
            return
        predictor = Predictor(bundle_of(model, None, models))
        with progress_bar("clean") as tell:
            found = gather(data, tell=tell)
            doubted = doubts(found, predictor, tell)
            page_file.write_text(page(data, doubted, list(found.labels), most), encoding="utf-8")
            tell("done", 1.0)
    except (DataFault, BundleFault, OSError) as fault:
        raise stop(str(fault)) from None
    for path, why in found.broken:
        typer.echo(f"Left out: {path}: {why}")
    otherwise = sum(one.said != one.label for one in doubted)
    typer.echo(
        f"{predictor.manifest.name} calls {otherwise} of {len(doubted)} pictures otherwise than their folder does."
        f" Open {page_file} in a browser, save the choices, then run this again with --apply and the file saved."
    )


@app.command()
def feedback(
    name: Annotated[str | None, typer.Argument(help="A model; all when left out.")] = None,
    drop: Annotated[str | None, typer.Option(help="A picture to leave out.")] = None,
    export: Annotated[Path | None, typer.Option(help="Copy the pictures into a folder for each label.")] = None,
) -> None:
    """The corrections members gave: see them, leave some out, hand them to `train` as a folder of folders."""
    from models.server.feedback import FeedbackFault, FeedbackSet

    if name is None and (drop is not None or export is not None):
        raise stop("Name the model whose corrections are meant: each learns from its own.")
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
                typer.echo(f"Copied into {export}: {kept.export(export)}")
                continue
            known = _labels(one)
            counts = (
                f"{label} {count}{'' if label in known else ' (a new label)'}"
                for label, count in kept.counts().most_common()
            )
            typer.echo(f"{one}: {', '.join(counts) or 'no corrections yet'}")
            for entry in kept.entries() if name else ():
                typer.echo(f"  {kept.folder / entry.file}: {entry.label} (seen by version {entry.version})")
    except (FeedbackFault, OSError) as fault:
        raise stop(str(fault)) from None


def _labels(name: str) -> list[str]:
    """The labels that the model knows; none where there is no such model any more."""
    try:
        return read_manifest(Library(roots_of(None)).find(name)).labels
    except BundleFault:
        return []


@app.command()
def compare(
    name: Annotated[str, typer.Argument(help="The model's name.")],
    data: Annotated[Path | None, typer.Argument(help="A folder of pictures for each label, best kept apart.")] = None,
    from_feedback: Annotated[bool, typer.Option("--feedback", help="Ask about the group's corrections.")] = False,
    old: Annotated[str | None, typer.Option(help="A version (default: the one that answers now).")] = None,
    new: Annotated[str | None, typer.Option(help="A version or a bundle's folder (default: the newest).")] = None,
    page: Annotated[Path, typer.Option("--picture", help="Where to draw the matrices.")] = Path("compared.png"),
    models: Roots = None,
) -> None:
    """Say whether a newly trained model is better than the one that answers, before it is published."""
    from models.inference.predictor import Predictor
    from models.server.feedback import FeedbackSet
    from models.training.comparing import compare as run
    from models.training.comparing import picture, told
    from models.training.data import DataFault, Example, a_folder, labelled

    if (data is None) != from_feedback:
        raise stop("Name a folder of pictures to compare on, or --feedback for the corrections the group gave.")
    try:
        if data is None:
            kept = FeedbackSet(own_folder().parent / "feedback", name)
            examples = [Example(kept.folder / entry.file, entry.label) for entry in kept.entries()]
        else:
            examples = labelled(a_folder(data))
        library = Library(roots_of(models))
        old_folder = library.find(name, old)
        new_folder = Path(new) if new and (Path(new) / "model.json").is_file() else _newest(library, name, new)
        if new_folder.resolve() == old_folder.resolve():
            raise BundleFault(
                f"There is nothing newer than {name} {old_folder.name} to compare it with: train it anew."
            )
        with progress_bar("compare") as tell:
            found = run(examples, Predictor(old_folder), Predictor(new_folder), tell)
            page.write_bytes(picture(found))
            tell("done", 1.0)
    except (DataFault, BundleFault, OSError) as fault:
        raise stop(str(fault)) from None
    for path, why in found.broken:
        typer.echo(f"Left out: {path}: {why}")
    typer.echo(f"{told(found)}\nBoth matrices are drawn in {page}.")
    if from_feedback:
        typer.echo("If the new model learned from these corrections, only pictures kept apart can say how good it is.")


def _newest(library: Library, name: str, version: str | None) -> Path:
    """A version by its name; without one the newest, whether it was published or only trained."""
    there = {path.parent.name: path.parent for path in (trained_folder() / name).glob("*/model.json")}
    there |= library.shelf(name).versions
    if version is None:
        return there[max(there, key=natural)]
    if version not in there:
        raise BundleFault(f"{name} has no version {version!r}; it has {', '.join(sorted(there, key=natural))}.")
    return there[version]
