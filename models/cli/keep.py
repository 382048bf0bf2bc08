"""The commands that keep models: publish, list, show, use, rollback, remove, predict, convert, export, bench."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.bundles.library import Library
from models.bundles.manifest import CARD, read_manifest
from models.cli.app import (
    Roots,
    app,
    bundle_of,
    check_name,
    one_sentence,
    room_for_bundle,
    roots_of,
    stop,
    trained_folder,
)
from models.errors import BundleError, ModelsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.inference.answers import Answer
    from models.inference.predictor import Predictor

AsJson = Annotated[bool, typer.Option("--json", help="For a machine to read.")]
Name = Annotated[str, typer.Argument(help="The model's name.")]


@app.command()
def publish(
    bundle: Annotated[Path, typer.Argument(help="The folder that a training left.")], models: Roots = None
) -> None:
    """Let the group use a model: it is checked, kept as a version, and answers from now on, without a restart."""
    from models.inference.trial import try_out

    with one_sentence():
        manifest = Library(roots_of(models)).publish(bundle, prove=try_out)
    typer.echo(f"{manifest.name} {manifest.version} is published; it is the version that answers now.")


@app.command("list")
def list_models(as_json: AsJson = False, models: Roots = None) -> None:
    """The models there are, each with its versions; a star marks the one that answers."""
    found = []
    for name, entry in Library(roots_of(models)).entries().items():
        try:
            manifest = read_manifest(entry.folder)
        except BundleError as error:
            typer.echo(f"{name}: {error}", err=True)
            continue
        found.append({
            "name": name,
            "version": entry.default,
            "versions": list(entry.versions),
            "kind": manifest.kind,
            "summary": manifest.summary,
        })  # fmt: skip
    if as_json:
        typer.echo(json.dumps({"models": found}, ensure_ascii=False))
        return
    for one in found:
        versions = " ".join(f"{version}*" if version == one["version"] else version for version in one["versions"])
        typer.echo(f"{one['name']} ({versions}): {one['summary']}")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="The model's name, or a bundle's folder.")],
    version: Annotated[str | None, typer.Option(help="Another version than the one that answers.")] = None,
    as_json: AsJson = False,
    models: Roots = None,
) -> None:
    """A model's card, or with --json its manifest."""
    with one_sentence():
        folder = bundle_of(name, version, models)
        manifest = read_manifest(folder)
        typer.echo(manifest.model_dump_json() if as_json else (folder / CARD).read_text(encoding="utf-8").rstrip())


@app.command()
def use(name: Name, version: Annotated[str, typer.Argument()], models: Roots = None) -> None:
    """Let another version answer."""
    with one_sentence():
        Library(roots_of(models)).set_default(name, version)
    typer.echo(f"{name} {version} answers from now on.")


@app.command()
def rollback(name: Name, models: Roots = None) -> None:
    """Let the version answer that answered before."""
    with one_sentence():
        version = Library(roots_of(models)).roll_back(name)
    typer.echo(f"{name} {version} answers again.")


@app.command()
def remove(
    name: Name, version: Annotated[str | None, typer.Option(help="Only this version.")] = None, models: Roots = None
) -> None:
    """Remove a model of the members' own, or one version of it."""
    library = Library(roots_of(models))
    with one_sentence():
        removed = library.remove(name, version)
    left = library.entries().get(name)
    typer.echo(f"Removed: {name} {', '.join(removed)}." + (f" {name} {left.default} answers now." if left else ""))


@app.command()
def predict(
    paths: Annotated[list[Path], typer.Argument(help="Pictures; for a model of a table, tables.")],
    model: Annotated[str, typer.Option("--model", help="The model's name, or a bundle's folder.")],
    version: Annotated[str | None, typer.Option()] = None,
    as_json: AsJson = False,
    models: Roots = None,
) -> None:
    """What a model says of pictures, or of the rows of tables, without a service."""
    from models.inference.predictor import Predictor

    with one_sentence():
        predictor = Predictor(bundle_of(model, version, models))
    failed = False
    for path in paths:
        try:
            for place, answer in _answers(predictor, path):
                typer.echo(_as_json(place, answer) if as_json else _as_text(place, answer))
        except (ModelsError, OSError) as error:
            failed = True
            typer.echo(f"{path}: {_why(path, error)}", err=True)
    if failed:
        raise typer.Exit(1)


def _answers(predictor: Predictor, path: Path) -> Iterator[tuple[dict[str, str | int], Answer]]:
    """Each answer with what it is of: the picture, or a row of the table by its line."""
    if predictor.reader is None:
        from models.inference.pictures import open_picture
        from models.inference.prepare import prepare

        array, notes = prepare(open_picture(path.read_bytes()), predictor.manifest.pictures)
        yield {"picture": str(path)}, predictor.answer([array], [notes])[0]
        return
    from models.training.rows.table import read_frame

    frame = read_frame(path)
    columns = {one.casefold() for one in predictor.reader.spec.names}
    known = [name for name in frame.columns if name.casefold() in columns]
    for at, row in enumerate(frame[known].to_dict("records")):
        array, notes = predictor.reader({str(name): cell for name, cell in row.items()})
        yield {"table": str(path), "line": at + 2}, predictor.answer([array], [notes])[0]


def _as_json(place: dict[str, str | int], answer: Answer) -> str:
    content = {**place, "predictions": [one.as_json() for one in answer.predictions]}
    return json.dumps({**content, "confident": answer.confident, "notes": answer.notes}, ensure_ascii=False)


def _as_text(place: dict[str, str | int], answer: Answer) -> str:
    top = ", ".join(
        f"{one.label} {one.probability:.1%}" if one.value is None else f"{one.label} {one.value:.4g}"
        for one in answer.predictions[:3]
    )
    of = ", line ".join(str(one) for one in place.values())
    return f"{of}: {top}{''.join(f' ({note})' for note in answer.notes)}"


def _why(path: Path, error: Exception) -> str:
    if not path.exists():
        return "There is no such file."
    return "This is a folder: name the pictures in it." if path.is_dir() else str(error)


@app.command()
def convert(
    old: Annotated[Path, typer.Argument(help="A learner exported with fastai's learn.export.")],
    name: Annotated[str, typer.Option(help="What the model will be called (default: as its file).")] = "",
    golden: Annotated[
        Path | None,
        typer.Option(help="A picture that both must answer alike (default: one is drawn). It stays in the bundle."),
    ] = None,
    into: Annotated[Path | None, typer.Option(help="Where to write the bundle.")] = None,
    i_trust_this_file: Annotated[
        bool, typer.Option("--i-trust-this-file", help="Opening it runs what it holds.")
    ] = False,
) -> None:
    """Turn an exported fastai learner into a bundle. Opening such a file runs whatever code it holds."""
    if not i_trust_this_file:
        raise stop(
            "An exported learner runs code when it is opened: only if you made it yourself, or trust who did,"
            " run this again with --i-trust-this-file."
        )
    name = name or re.sub("[^a-z0-9]+", "-", old.stem.lower())[:48].strip("-")
    check_name(name)
    version = Library(roots_of(None)).next_version(name, trained_folder())
    folder = into or trained_folder() / name / version
    room_for_bundle(folder)
    from models.training.conversion import convert_apart

    with one_sentence():
        manifest = convert_apart(old, name, version, golden, folder)
    typer.echo(f"{manifest.name} {manifest.version} is in {folder}; it answers the golden picture as the learner did.")
    typer.echo(f"To let the group use it: studybot models publish {folder}")


@app.command()
def export(
    model: Annotated[str, typer.Argument(help="The model's name, or a bundle's folder.")],
    into: Annotated[Path, typer.Option(help="A folder, laid out as Triton's model repository.")] = Path("exported"),
    version: Annotated[str | None, typer.Option()] = None,
    onnx: Annotated[bool, typer.Option("--onnx", help="As ONNX, for Triton, KServe, OVMS and others.")] = False,
    models: Roots = None,
) -> None:
    """Write a model for another server, once ONNX Runtime answers as it does, and how the bot is to feed it there."""
    if not onnx:
        raise stop("Say in which form: --onnx.")
    from models.inference.onnx_export import export_onnx

    with one_sentence():
        mapping = export_onnx(bundle_of(model, version, models), into)
    typer.echo(f"{mapping.with_suffix('')} holds the model; {mapping} says how the bot feeds it (MODELS_MAP).")


@app.command()
def bench(
    model: Annotated[str, typer.Option("--model", help="The model's name, or a bundle's folder.")] = "digits",
    seconds: Annotated[float, typer.Option(min=0.2, max=600)] = 3.0,
    models: Roots = None,
) -> None:
    """How fast a model is here: forward alone by batch size, decoding alone."""
    from models.inference.speed import measure

    with one_sentence():
        for line in measure(bundle_of(model, None, models), seconds):
            typer.echo(line)
