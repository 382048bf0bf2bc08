"""The commands that make models: `train` on a folder of pictures or a table, and `zoo` for the shipped ones."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from models.bundles.library import Library
from models.bundles.manifest import KINDS, Kind, Manifest
from models.cli.app import (
    app,
    check_name,
    one_sentence,
    progress_bar,
    room_for_bundle,
    roots_of,
    stop,
    trained_folder,
)
from models.training.config import RESIZES, WAYS, Asked, Resize, RowTraining, TrainingConfig
from models.training.step import Step


def _or(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


@app.command()
def zoo(
    only: Annotated[list[str] | None, typer.Argument(help="Names; all when left out.")] = None,
    into: Annotated[Path | None, typer.Option(help="Where to write them (default: the shipped folder).")] = None,
    epochs: Annotated[int, typer.Option(min=1)] = 6,
    variants: Annotated[int, typer.Option(min=1, help="Ways each digit is drawn anew.")] = 20,
) -> None:
    """Make the shipped models anew, from scikit-learn's handwriting and from shapes drawn here."""
    from models.recipes.zoo import NAMES, ZOO, make

    wanted = only or list(NAMES)
    if unknown := [name for name in wanted if name not in NAMES]:
        raise stop(f"The zoo has no model called {unknown[0]}; it has {', '.join(NAMES)}.")
    for name in wanted:
        with progress_bar(name) as progress:
            manifest = make(name, into or ZOO, variants=variants, epochs=epochs, progress=progress)
            progress(Step("done", 1.0))
        typer.echo(f"{name}: right on {manifest.measured.get('accuracy', 0):.1%} of the held-out pictures")


@app.command()
def train(  # one parameter for each option
    data: Annotated[Path, typer.Argument(help="A folder of a folder for each label, or a zip of it; or a table.")],
    name: Annotated[str, typer.Option(help="What the model will be called: a-z, 0-9 and dashes.")],
    arch: Annotated[str, typer.Option(help="An architecture of torchvision or timm.")] = "resnet18",
    epochs: Annotated[
        int | None, typer.Option(min=1, max=1000, help="Times through the data (default: 3; for tables 10).")
    ] = None,
    size: Annotated[int, typer.Option(min=8, max=1024, help="Pixels a side, as the network sees it.")] = 224,
    valid: Annotated[float, typer.Option(min=0.01, max=0.9, help="Share held back to measure it.")] = 0.2,
    seed: Annotated[int, typer.Option()] = 42,
    batch: Annotated[int, typer.Option(min=4, max=4096, help="Pictures or rows at a time, at most.")] = 64,
    rate: Annotated[
        float | None, typer.Option(min=1e-7, max=10, help="Learning rate (default: what fastai's finder suggests).")
    ] = None,
    kind: Annotated[str, typer.Option(help=f"{_or(KINDS)} of pictures; {_or(WAYS)} of a table.")] = "single-label",
    target: Annotated[str, typer.Option(help="Of a table: the column to be told from the others.")] = "",
    words: Annotated[
        list[str] | None, typer.Option(help="Of a table: a column of numbers that name kinds (repeatable).")
    ] = None,
    columns: Annotated[
        str, typer.Option(help="Of ratings: who, what and how high, as in user,film,stars (default: the first three).")
    ] = "",
    resize: Annotated[str, typer.Option(help="crop, squish or pad.")] = "crop",
    y_range: Annotated[str, typer.Option(help="For regression: the least and the most, as in 0,10.")] = "",
    from_scratch: Annotated[bool, typer.Option("--from-scratch", help="Use no pretrained weights.")] = False,
    weights: Annotated[Path | None, typer.Option(help="A file of pretrained weights.")] = None,
    into: Annotated[Path | None, typer.Option(help="Where to write the bundle.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Train a model with fastai and write it as a bundle, with a card and pictures of how well it does."""
    check_name(name)
    version = Library(roots_of(None)).next_version(name, trained_folder())
    folder = into or trained_folder() / name / version
    room_for_bundle(folder)
    way = next((one for one in WAYS if one == kind), None)
    with one_sentence():
        if way is None:
            config = TrainingConfig(
                name, version, arch, epochs or 3, size, valid, seed, batch, rate, _resize(resize), from_scratch,
                weights, _range(y_range), device,
            )  # fmt: skip
            _train(data, _kind(kind), config, folder)
        else:
            rows = RowTraining(name, version, epochs or 10, valid, seed, batch, rate, _range(y_range), device)
            asked = Asked(
                way, target, tuple(words or ()), tuple(part.strip() for part in columns.split(",") if columns)
            )
            _train_rows(data, asked, rows, folder)
    typer.echo(f"Its card and pictures are in {folder}. To let the group use it: studybot models publish {folder}")


def _train(data: Path, kind: Kind, config: TrainingConfig, into: Path) -> Manifest:
    """Gather, train and say how well it did. Raises DataError, BundleError and OSError."""
    from models.cli.archive import as_folder, check_place
    from models.training.folder import gather
    from models.training.report import summary_lines
    from models.training.train import check, train

    check_place(data)
    check(kind, config)
    with as_folder(data, into.parent) as folder, progress_bar(config.name) as progress:
        found = gather(folder, kind, progress=progress)
        aside = [(data / path.relative_to(folder), why) for path, why in (*found.broken, *found.passed_over)]
        _passed_over(aside, found.doubles, into.with_name(f"{into.name}-passed-over.txt"))
        labels = f"{len(found.labels)} label{'s' * (len(found.labels) != 1)}"
        typer.echo(f"{len(found.examples)} pictures, {labels}: {', '.join(found.labels[:20])}")
        manifest = train(found, config, into, progress=progress, say=typer.echo)
        progress(Step("done", 1.0))
    typer.echo("\n".join(summary_lines(found, manifest)))
    return manifest


def _train_rows(path: Path, asked: Asked, config: RowTraining, into: Path) -> Manifest:
    """Read a table, train and say how well it did. Raises DataError, BundleError and OSError."""
    from models.training.rows.learn import train_rows
    from models.training.rows.report import summary_lines
    from models.training.rows.table import read

    with progress_bar(config.name) as progress:
        table = read(path, asked, number_wanted=config.y_range is not None)
        typer.echo(f"{len(table.frame)} rows, from {', '.join([*table.categories, *table.numbers][:20])}")
        for reason in table.passed_over:
            typer.echo(f"  not learned from: {reason}")
        manifest = train_rows(table, config, into, progress=progress, say=typer.echo)
        progress(Step("done", 1.0))
    typer.echo("\n".join(summary_lines(table, manifest.measured)))
    return manifest


def _passed_over(aside: list[tuple[Path, str]], doubles: int, listed: Path) -> None:
    """Say what nothing is learned from, counted by reason, with each file in a list; and what stands there twice."""
    if aside:
        listed.parent.mkdir(parents=True, exist_ok=True)
        listed.write_text("".join(f"{path}: {why}\n" for path, why in aside), encoding="utf-8")
        typer.echo(f"{len(aside)} file{'s are' if len(aside) > 1 else ' is'} passed over, named in {listed}:")
        for why, count in Counter(why for _, why in aside).most_common():
            typer.echo(f"  {count}: {why}")
    if doubles:
        are = "1 picture is" if doubles == 1 else f"{doubles} pictures are"
        typer.echo(f"{are} the same as another, or nearly: they stay together when some are held back.")


def _kind(text: str) -> Kind:
    for kind in KINDS:
        if kind == text:
            return kind
    raise stop(f"There is no kind called {text}: choose {_or((*KINDS, *WAYS))}.")


def _resize(text: str) -> Resize:
    for resize in RESIZES:
        if resize == text:
            return resize
    raise stop(f"There is no way to resize called {text}: choose {_or(RESIZES)}.")


def _range(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise stop("--y-range must be two numbers with a comma between, as in 0,10.") from None
    if not low < high:
        raise stop("--y-range must give the least before the most, as in 0,10.")
    return low, high
