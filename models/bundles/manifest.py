"""A bundle: one trained model as a folder that cannot run code. `model.json` describes it, safetensors hold it.

What a bundle says is checked before it is used: strict schema, plain file names, sizes, hashes. Nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.bundles.input_spec import Finite, Input, PictureInput, Share, TableInput
from models.bundles.network_spec import CollaborativeSpec, Network, RowNetwork
from models.bundles.weights import read_forms, without_duplicates
from models.errors import BundleError, UnreadableError

MANIFEST = "model.json"
WEIGHTS = "model.safetensors"
CARD = "card.md"
MAX_MANIFEST_BYTES = 1 << 20
MAX_WEIGHTS_BYTES = 2 << 30
MAX_FILE_BYTES = 16 << 20
MOST_LABELS = 10_000
LONGEST_LABEL = 100

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,47}$")]
Version = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,31}$")]
Label = Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,47}\.(safetensors|png|md)$")]
Kind = Literal["single-label", "multi-label", "regression", "segmentation"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_KINDS_OF_ROWS: Final = frozenset[Kind](("single-label", "regression"))


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Calibration(_Part):
    """How the network's outputs become honest probabilities, and from where on they are worth saying."""

    temperature: Annotated[float, Field(gt=0, le=1000)] = 1.0
    confident_from: Annotated[Share, Field(validation_alias=AliasChoices("confident_from", "sure_from"))] = 0.5
    ood_from: Annotated[float, Field(gt=0)] | None = Field(
        default=None, validation_alias=AliasChoices("ood_from", "unusual_from")
    )


Cells = dict[str, str | Finite | int | None]
"""A row of a table by its columns' names; None where a cell is empty."""


class Golden(_Part):
    """A picture or a row with what the model answered when it was made: the service asks it before it is ready."""

    picture: FileName | None = None
    row: Cells | None = None
    outputs: Annotated[list[float], Field(min_length=1, max_length=MOST_LABELS)]


class Manifest(_Part):
    """All that is needed to rebuild the network, feed it and read its answer."""

    format: Literal["studybot-model/1"] = "studybot-model/1"
    name: Name
    version: Version
    kind: Kind = "single-label"
    summary: Annotated[str, Field(max_length=300)] = ""
    network: Network
    labels: Annotated[list[Label], Field(min_length=1, max_length=MOST_LABELS)]
    input: Input
    calibration: Calibration = Calibration()
    golden: Golden
    measured: dict[str, float | int] = Field(default_factory=dict)
    made_with: dict[str, str | int | float] = Field(default_factory=dict)
    hashes: Annotated[dict[FileName, Digest], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _agrees(self) -> Manifest:
        if len(set(self.labels)) != len(self.labels):
            raise ValueError("a label is named twice")
        of_rows = isinstance(self.input, TableInput)
        if (self.golden.row is not None, self.golden.picture is not None) != (of_rows, not of_rows):
            raise ValueError("the golden example is not what the model takes")
        for needed in (WEIGHTS, *([] if self.golden.picture is None else [self.golden.picture])):
            if needed not in self.hashes:
                raise ValueError(f"there is no hash for {needed}")
        if isinstance(self.network, RowNetwork) != of_rows or (of_rows and self.kind not in _KINDS_OF_ROWS):
            raise ValueError("a network of this family or kind does not take such an input")
        if isinstance(self.network, CollaborativeSpec) and len(self.rows.code_counts) != 2:
            raise ValueError("who rates what needs two columns of words")
        if self.kind != "segmentation" and len(self.golden.outputs) != len(self.labels):
            raise ValueError("the golden outputs are not one for each label")
        return self

    @property
    def pictures(self) -> PictureInput:
        """How it takes a picture. Raises BundleError where it takes none."""
        if isinstance(self.input, TableInput):
            raise BundleError(f"{self.name} reads rows of a table and cannot look at pictures.")
        return self.input

    @property
    def rows(self) -> TableInput:
        """How it takes a row. Raises BundleError where it takes none."""
        if not isinstance(self.input, TableInput):
            raise BundleError(f"{self.name} looks at pictures and cannot read rows of a table.")
        return self.input


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a bundle, checked in itself; the files beside it are checked by `verify`."""
    if not folder.is_dir():
        raise BundleError(f"{folder} is not a folder that holds a model.")
    path = folder / MANIFEST
    if path.is_symlink() or not path.is_file():
        raise BundleError(f"{folder.name} holds no {MANIFEST}, so it is no model bundle.")
    if path.stat().st_size > MAX_MANIFEST_BYTES:
        raise BundleError(f"{folder.name}/{MANIFEST} is larger than a manifest can be.")
    try:
        data = path.read_bytes()
        manifest = Manifest.model_validate_json(data)
        json.loads(data, object_pairs_hook=without_duplicates)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise BundleError(f"{folder.name}/{MANIFEST} is not valid: {where}: {first['msg']}{more}.") from None
    except OSError as error:
        raise UnreadableError(path, error) from None
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{folder.name}/{MANIFEST} is not valid: {error}.") from None
    return manifest


def verify(folder: Path) -> Manifest:
    """The manifest, once every file it names has been found to be exactly the one it names."""
    manifest = read_manifest(folder)
    for name, digest in manifest.hashes.items():
        path = folder / name
        if path.is_symlink() or not path.is_file():
            raise BundleError(f"{manifest.name} {manifest.version}: {name} is missing or not a plain file.")
        most = MAX_WEIGHTS_BYTES if name.endswith(".safetensors") else MAX_FILE_BYTES
        if path.stat().st_size > most:
            raise BundleError(f"{manifest.name} {manifest.version}: {name} is larger than allowed.")
        if name == WEIGHTS:
            read_forms(path)
        if file_hash(path) != digest:
            raise BundleError(
                f"{manifest.name} {manifest.version}: {name} was changed after the model was made; publish it again."
            )
    return manifest


def file_hash(path: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest as people can read it and compare it."""
    text = json.dumps(manifest.model_dump(mode="json"), indent=1, ensure_ascii=False)
    text = re.sub(r"\[\s+[^\[\]{}]*?\s+\]", lambda numbers: " ".join(numbers[0].split()), text)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
