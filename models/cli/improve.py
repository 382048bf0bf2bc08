"""The commands that make a next model better than the last: `clean` a folder, review `feedback`, `compare` models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from models.bundles.library import Library, natural
from models.bundles.manifest import MANIFEST, read_manifest
from models.cli.app import (
    Roots,
    app,
    bundle_of,
    feedback_folder,
    is_bundle,
    one_sentence,
    progress_bar,
    roots_of,
    stop,
    trained_folder,
)
from models.errors import BundleError
from models.server.learning.feedback import FeedbackSet
from models.training.step import Step


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
    from models.training.cleaning import apply, label_issues, page
    from models.training.folder import gather

    with one_sentence():
        if choices is not None:
            moved, dropped = apply(data, choices)
            typer.echo(f"{moved} relabelled; {dropped} set aside in {data.resolve().name}-dropped.")
            return
        predictor = Predictor(bundle_of(model, None, models))
        with progress_bar("clean") as progress:
            found = gather(data, progress=progress)
            issues = label_issues(found, predictor, progress)
            page_file.write_text(page(data, issues, list(found.labels), most), encoding="utf-8")
            progress(Step("done", 1.0))
    for path, why in found.broken:
        typer.echo(f"Left out: {path}: {why}")
    otherwise = sum(one.predicted != one.label for one in issues)
    typer.echo(
        f"{predictor.manifest.name} calls {otherwise} of {len(issues)} pictures otherwise than their folder does."
        f" Open {page_file} in a browser, save the choices, then run this again with --apply and the file saved."
    )


@app.command()
def feedback(
    name: Annotated[str | None, typer.Argument(help="A model; all when left out.")] = None,
    drop: Annotated[str | None, typer.Option(help="A picture to leave out.")] = None,
    export: Annotated[Path | None, typer.Option(help="Copy the pictures into a folder for each label.")] = None,
) -> None:
    """The corrections members gave: see them, leave some out, hand them to `train` as a folder of folders."""
    root = feedback_folder()
    if name is None:
        if drop is not None or export is not None:
            raise stop("Name the model whose corrections are meant: each learns from its own.")
        names = sorted(path.name for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
        for model in names:
            typer.echo(_counted(FeedbackSet(root, model), model))
        if not names:
            typer.echo("No corrections were given yet.")
        return
    corrections = FeedbackSet(root, name)
    with one_sentence():
        if drop is not None:
            corrections.drop(drop)
        if export is not None:
            typer.echo(f"Copied into {export}: {corrections.export(export)}")
            return
        typer.echo(_counted(corrections, name))
        for one in corrections.corrections():
            typer.echo(f"  {corrections.folder / one.file}: {one.label} (seen by version {one.version})")


def _counted(corrections: FeedbackSet, name: str) -> str:
    """How many pictures each label has, those marked that the model does not know."""
    try:
        known = read_manifest(Library(roots_of(None)).find(name)).labels
    except BundleError:  # there is no such model any more
        known = []
    counts = (
        f"{label} {count}{'' if label in known else ' (a new label)'}"
        for label, count in corrections.counts().most_common()
    )
    return f"{name}: {', '.join(counts) or 'no corrections yet'}"


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
    from models.training import comparing
    from models.training.folder import Example, a_folder, labelled

    if (data is None) != from_feedback:
        raise stop("Name a folder of pictures to compare on, or --feedback for the corrections the group gave.")
    with one_sentence():
        if data is None:
            corrections = FeedbackSet(feedback_folder(), name)
            examples = [Example(corrections.folder / one.file, one.label) for one in corrections.corrections()]
        else:
            examples = labelled(a_folder(data))
        old_folder, new_folder = _both(Library(roots_of(models)), name, old, new)
        with progress_bar("compare") as progress:
            found = comparing.compare(examples, Predictor(old_folder), Predictor(new_folder), progress)
            page.write_bytes(comparing.picture(found))
            progress(Step("done", 1.0))
    for path, why in found.broken:
        typer.echo(f"Left out: {path}: {why}")
    typer.echo(f"{comparing.report_text(found)}\nBoth matrices are drawn in {page}.")
    if from_feedback:
        typer.echo("If the new model learned from these corrections, only pictures kept apart can say how good it is.")


def _both(library: Library, name: str, old: str | None, new: str | None) -> tuple[Path, Path]:
    """The folders of the old and the new bundle. Raises BundleError."""
    old_folder = library.find(name, old)
    new_folder = Path(new) if new and is_bundle(Path(new)) else _newest(library, name, new)
    if new_folder.resolve() == old_folder.resolve():
        raise BundleError(f"There is nothing newer than {name} {old_folder.name} to compare it with: train it anew.")
    return old_folder, new_folder


def _newest(library: Library, name: str, version: str | None) -> Path:
    """A version by its name; without one the newest, whether it was published or only trained."""
    there = {path.parent.name: path.parent for path in (trained_folder() / name).glob(f"*/{MANIFEST}")}
    there |= library.entry(name).versions
    if version is None:
        return there[max(there, key=natural)]
    if version not in there:
        raise BundleError(f"{name} has no version {version!r}; it has {', '.join(sorted(there, key=natural))}.")
    return there[version]
