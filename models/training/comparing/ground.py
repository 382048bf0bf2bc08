"""What two models can both be asked about: pictures of what both know."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models.bundles.input_spec import TableInput
from models.bundles.manifest import Manifest
from models.errors import DataError
from models.training import handwriting
from models.training.folder import Example


def in_common(one: Manifest, other: Manifest) -> list[str]:
    """The labels that both know. Raises DataError where these two cannot be compared."""
    for manifest in (one, other):
        if isinstance(manifest.input, TableInput):
            raise DataError(f"{named(manifest)} reads rows of a table: only models of pictures compare.")
        if manifest.kind != "single-label":
            raise DataError(f"{named(manifest)} is a {manifest.kind} model: only single-label ones compare.")
    known = sorted(set(one.labels) & set(other.labels))
    if not known:
        raise DataError(f"{named(one)} and {named(other)} have no label in common to compare them on.")
    return known


def named(manifest: Manifest) -> str:
    """A model by name and version."""
    return f"{manifest.name} {manifest.version}"


def are_digits(labels: Sequence[str]) -> bool:
    """Whether there is handwriting of all of these, held out."""
    return all(label in tuple("0123456789") for label in labels)


def handwritten(digits: Sequence[str], aside: Path) -> list[Example]:
    """The handwriting of these digits that no shipped model learned from, as files of a folder."""
    _, held_out = handwriting.load(*map(int, digits))
    examples = []
    for at, (counts, digit) in enumerate(zip(held_out.pictures, held_out.labels, strict=True)):
        path = aside / f"{at}.png"
        handwriting.plain(counts, 64, dark=True).save(path)
        examples.append(Example(path, str(digit)))
    return examples
