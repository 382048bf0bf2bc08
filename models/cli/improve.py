"""The commands that make a next model better than the last: `clean` a folder, review `feedback`, `compare` models."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.bundles.library import Library, natural
from models.bundles.manifest import MANIFEST, Manifest, read_manifest
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
from models.errors import BundleError, DataError
from models.server.learning.answers import JUDGED
from models.server.learning.feedback import FeedbackSet
from models.training.step import Step

if TYPE_CHECKING:
    from models.training.folder import Example


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
            manifest = _answering(name)
            kind = manifest.kind if manifest else "single-label"
            typer.echo(f"Copied into {export}: {corrections.export(export, kind)}")
            return
        typer.echo(_counted(corrections, name))
        for one in corrections.corrections():
            shows = one.label or "none of these"
            typer.echo(f"  {corrections.folder / one.file}: {shows} (seen by version {one.version})")


def _counted(corrections: FeedbackSet, name: str) -> str:
    """How many pictures each label has, those marked that the model does not know."""
    manifest = _answering(name)
    known = {*manifest.labels, *JUDGED} if manifest else set()
    counts = [
        f"{label} {count}{'' if label in known else ' (a new label)'}"
        for label, count in corrections.counts().most_common()
    ]
    if nothing := corrections.showing_nothing():
        counts.append(f"none of these {nothing}")
    return f"{name}: {', '.join(counts) or 'no corrections yet'}"


def _answering(name: str) -> Manifest | None:
    """The model that answers to this name; None where there is none any more."""
    try:
        return read_manifest(Library(roots_of(None)).find(name))
    except BundleError:
        return None


@app.command()
def compare(
    name: Annotated[str, typer.Argument(help="The model's name.")],
    data: Annotated[
        str | None, typer.Argument(help="A folder of pictures for each label, best kept apart; or another model.")
    ] = None,
    on: Annotated[
        Path | None,
        typer.Option(help="Of two models: the folder (default: handwriting held out; of other things what was given)."),
    ] = None,
    from_feedback: Annotated[bool, typer.Option("--feedback", help="Ask about the group's corrections.")] = False,
    old: Annotated[str | None, typer.Option(help="A version (default: the one that answers now).")] = None,
    new: Annotated[str | None, typer.Option(help="A version or a bundle's folder (default: the newest).")] = None,
    page: Annotated[Path, typer.Option("--picture", help="Where to draw it: PNG, or SVG.")] = Path("compared.png"),
    models: Roots = None,
) -> None:
    """Say which of two versions, or of two models, is better, and draw it for the meeting."""
    from models.inference.predictor import Predictor
    from models.training.comparing import comparison

    if (data is None) != from_feedback:
        raise stop("Name a folder of pictures to compare on, or --feedback for the corrections the group gave.")
    with one_sentence(), tempfile.TemporaryDirectory() as aside:
        library = Library(roots_of(models))
        if data is not None and not Path(data).is_dir() and data in library.entries():
            both = library.find(name, old), library.find(data, new)
            examples, from_group = _common(on, both, Path(aside))
        else:
            examples, both, from_group = _examples(name, data), _both(library, name, old, new), from_feedback
        with progress_bar("compare") as progress:
            found = comparison.compare(examples, Predictor(both[0]), Predictor(both[1]), progress)
            page.write_bytes(comparison.picture(found, "svg" if page.suffix.lower() == ".svg" else "png"))
            progress(Step("done", 1.0))
    for path, why in found.broken:
        typer.echo(f"Left out: {path}: {why}")
    typer.echo(f"{comparison.report_text(found)}\nAll of it is drawn in {page}; in words: {comparison.alt_text(found)}")
    if from_group:
        typer.echo("If a model learned from these pictures, only others, kept apart, can say how good it is.")


def _examples(name: str, data: str | None) -> list[Example]:
    """What two versions of a model are compared on: a folder, or the corrections that the group gave."""
    from models.training.folder import Example, a_folder, labelled

    if data is not None:
        return labelled(a_folder(Path(data)))
    corrections = FeedbackSet(feedback_folder(), name)
    return [
        Example(corrections.folder / one.file, one.label)
        for one in corrections.corrections()
        if one.label and one.kind == "single-label"
    ]


def _common(on: Path | None, both: tuple[Path, Path], aside: Path) -> tuple[list[Example], bool]:
    """What two models are compared on, and whether the group gave it to teach one of them. Raises DataError."""
    from models.server.learning.comparisons import given
    from models.training.comparing.ground import are_digits, handwritten, in_common
    from models.training.folder import a_folder, labelled

    one, other = (read_manifest(folder) for folder in both)
    known = in_common(one, other)
    if on is not None:
        examples = [example for example in labelled(a_folder(on)) if example.answer in known]
        if not examples:
            raise DataError(f"{on} holds no pictures of what both know: {', '.join(known)}.")
        return examples, False
    if are_digits(known):
        return handwritten(known, aside), False
    examples = given(feedback_folder(), (one.name, other.name), known)
    if not examples:
        raise DataError(
            f"Nobody gave a picture yet of what both know ({', '.join(known)}): say --on and a folder of pictures."
        )
    return examples, True


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
