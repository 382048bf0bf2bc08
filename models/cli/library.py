"""The commands that keep models: publish, list, show, use, rollback, remove, predict, convert, bench."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from models.bundle import CARD, BundleFault, read_manifest
from models.cli.app import Roots, app, bundle_of, check_name, room_for_bundle, roots_of, stop
from models.library import Library

AsJson = Annotated[bool, typer.Option("--json", help="For a machine to read.")]
Name = Annotated[str, typer.Argument(help="The model's name.")]


@app.command()
def publish(
    bundle: Annotated[Path, typer.Argument(help="The folder that a training left.")], models: Roots = None
) -> None:
    """Let the group use a model: it is checked, kept as a version, and answers from now on, without a restart."""
    library = Library(roots_of(models))
    try:
        made = library.publish(bundle)
    except (BundleFault, OSError) as fault:
        raise stop(str(fault)) from None
    typer.echo(f"{made.name} {made.version} is published; it is the version that answers now.")


@app.command("list")
def list_models(as_json: AsJson = False, models: Roots = None) -> None:
    """The models there are, each with its versions; a star marks the one that answers."""
    found = []
    for name, shelf in Library(roots_of(models)).shelves().items():
        try:
            manifest = read_manifest(shelf.folder)
        except BundleFault as fault:
            typer.echo(f"{name}: {fault}", err=True)
            continue
        found.append({
            "name": name,
            "version": shelf.default,
            "versions": list(shelf.versions),
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
    try:
        folder = bundle_of(name, version, models)
        manifest = read_manifest(folder)
    except BundleFault as fault:
        raise stop(str(fault)) from None
    if as_json:
        typer.echo(manifest.model_dump_json())
    else:
        typer.echo((folder / CARD).read_text(encoding="utf-8").rstrip())


@app.command()
def use(name: Name, version: Annotated[str, typer.Argument()], models: Roots = None) -> None:
    """Let another version answer."""
    try:
        Library(roots_of(models)).choose(name, version)
    except (BundleFault, OSError) as fault:
        raise stop(str(fault)) from None
    typer.echo(f"{name} {version} answers from now on.")


@app.command()
def rollback(name: Name, models: Roots = None) -> None:
    """Let the version answer that answered before."""
    try:
        version = Library(roots_of(models)).roll_back(name)
    except (BundleFault, OSError) as fault:
        raise stop(str(fault)) from None
    typer.echo(f"{name} {version} answers again.")


@app.command()
def remove(
    name: Name, version: Annotated[str | None, typer.Option(help="Only this version.")] = None, models: Roots = None
) -> None:
    """Remove a model of the members' own, or one version of it."""
    library = Library(roots_of(models))
    try:
        gone = library.remove(name, version)
    except (BundleFault, OSError) as fault:
        raise stop(str(fault)) from None
    left = library.shelves().get(name)
    typer.echo(f"Removed: {name} {', '.join(gone)}." + (f" {name} {left.default} answers now." if left else ""))


@app.command()
def predict(
    images: Annotated[list[Path], typer.Argument(help="Pictures.")],
    model: Annotated[str, typer.Option("--model", help="The model's name, or a bundle's folder.")],
    version: Annotated[str | None, typer.Option()] = None,
    as_json: AsJson = False,
    models: Roots = None,
) -> None:
    """What a model says of pictures, without a service."""
    from models.inference.pictures import PictureFault, open_picture
    from models.inference.predictor import Predictor
    from models.inference.prepare import prepare

    try:
        predictor = Predictor(bundle_of(model, version, models))
    except BundleFault as fault:
        raise stop(str(fault)) from None
    failed = False
    for path in images:
        try:
            array, notes = prepare(open_picture(path.read_bytes()), predictor.manifest.input)
        except (PictureFault, OSError) as fault:
            failed = True
            typer.echo(f"{path}: {_why(path, fault)}", err=True)
            continue
        answer = predictor.answer([array], [notes])[0]
        if as_json:
            said = {"picture": str(path), "predictions": [one.as_json() for one in answer.predictions]}
            typer.echo(json.dumps({**said, "sure": answer.sure, "notes": answer.notes}, ensure_ascii=False))
        else:
            top = ", ".join(
                f"{one.label} {one.probability:.1%}" if one.value is None else f"{one.label} {one.value:.4g}"
                for one in answer.predictions[:3]
            )
            typer.echo(f"{path}: {top}{''.join(f' ({note})' for note in answer.notes)}")
    if failed:
        raise typer.Exit(1)


def _why(path: Path, fault: Exception) -> str:
    if not path.exists():
        return "There is no such file."
    return "This is a folder: name the pictures in it." if path.is_dir() else str(fault)


@app.command()
def convert(
    old: Annotated[Path, typer.Argument(help="A learner exported with fastai's learn.export.")],
    name: Annotated[str, typer.Option(help="What the model will be called.")],
    golden: Annotated[Path, typer.Option(help="A picture to hold the new bundle to the old learner's answer.")],
    into: Annotated[Path, typer.Option(help="Where to write the bundle.")],
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
    check_name(name)
    room_for_bundle(into)
    from models.training.conversion import CannotConvert, convert_apart

    try:
        made = convert_apart(old, name, Library(roots_of(None)).next_version(name), golden, into)
    except (CannotConvert, BundleFault, OSError) as fault:
        raise stop(str(fault)) from None
    typer.echo(f"{made.name} {made.version} is in {into}; it answers the golden picture as the learner did.")


@app.command()
def bench(
    model: Annotated[str, typer.Option("--model", help="The model's name, or a bundle's folder.")] = "digits",
    seconds: Annotated[float, typer.Option(min=0.2, max=600)] = 3.0,
    models: Roots = None,
) -> None:
    """How fast a model is here: forward alone by batch size, decoding alone."""
    from models.inference.speed import measure

    try:
        for line in measure(bundle_of(model, None, models), seconds):
            typer.echo(line)
    except BundleFault as fault:
        raise stop(str(fault)) from None
