"""What members say a picture really shows: kept as pixels alone, until the organiser has reviewed it."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from models.bundles.manifest import KINDS, Kind
from models.errors import FeedbackError
from models.server.learning.answers import MOST_LABEL, checked, labels, numbers
from models.training.folder import LABELS_FILE, VALUES_FILE
from models.training.tables import FILE, guarded, read_table

MOST_PICTURES = 5_000
MOST_BYTES = 2 << 30
TABLE = "entries.jsonl"


@dataclass(frozen=True, slots=True)
class Correction:
    """One picture with what somebody says it shows, as `checked` keeps it. `file` is its name in the set's folder.

    An empty label is none of what a model of this `kind` knows. `giver` is whose it is, as a hash that
    only the chat side can tell; empty where nobody said.
    """

    file: str
    label: str
    version: str
    at: str
    giver: str = ""
    kind: Kind = "single-label"


class FeedbackSet:
    """The corrections for one model: PNG files named by their own hash, and one line each in a table."""

    def __init__(self, root: Path, name: str) -> None:
        self.folder = root / name

    def add(self, picture: bytes, label: str, version: str, giver: str = "") -> Correction:
        """Keep a picture of one thing; the same picture again takes the newer label. Raises FeedbackError."""
        if not label.strip():
            raise FeedbackError(f"A label must have 1 to {MOST_LABEL} letters.")
        return self.correct(picture, checked("single-label", label, ()), version, giver)

    def correct(
        self, picture: bytes, label: str, version: str, giver: str = "", kind: Kind = "single-label"
    ) -> Correction:
        """Keep what a picture shows, as it was checked for its kind. `picture` must be harmless PNG bytes."""
        kept = {correction.file: correction for correction in self.corrections()}
        file = f"{hashlib.sha256(picture).hexdigest()[:24]}.png"
        if file not in kept and (len(kept) >= MOST_PICTURES or self._bytes() + len(picture) > MOST_BYTES):
            raise FeedbackError("Enough corrections are waiting for review; the organiser has to look at them first.")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write(file, picture)
        correction = Correction(file, label, version, datetime.now(UTC).isoformat(timespec="seconds"), giver, kind)
        with (self.folder / TABLE).open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(asdict(correction), ensure_ascii=False) + "\n")
        return correction

    def _write(self, file: str, picture: bytes) -> None:
        """The whole picture or nothing, however full the disk is."""
        arriving = self.folder / f".{file}"
        try:
            arriving.write_bytes(picture)
            arriving.replace(self.folder / file)
        finally:
            arriving.unlink(missing_ok=True)

    def _bytes(self) -> int:
        return sum(path.stat().st_size for path in self.folder.glob("*.png"))

    def corrections(self) -> list[Correction]:
        """The corrections whose pictures are still there, the latest label for each."""
        try:
            lines = (self.folder / TABLE).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        found: dict[str, Correction] = {}
        for line in lines:
            try:
                row = json.loads(line)
                file, label, version, at = (str(row[key]) for key in ("file", "label", "version", "at"))
                kind: Kind = next((one for one in KINDS if one == row.get("kind")), "single-label")
                correction = Correction(file, label, version, at, str(row.get("giver", "")), kind)
            except (ValueError, KeyError, TypeError):
                continue  # a line cut short by a sudden end is no correction
            if re.fullmatch(r"[0-9a-f]{24}\.png", correction.file) and (self.folder / correction.file).is_file():
                found[correction.file] = correction
        return list(found.values())

    def relabel(self, file: str, label: str) -> None:
        """Let a picture of the set show something else; whose it is stays. Raises FeedbackError."""
        known = next((one for one in self.corrections() if one.file == file), None)
        if known is None:
            raise FeedbackError(f"There is no picture {file} in this set.")
        self.add((self.folder / file).read_bytes(), label, known.version, known.giver)

    def picture(self, file: str) -> bytes:
        """The bytes of a picture of the set. Raises FeedbackError."""
        if file not in {correction.file for correction in self.corrections()}:
            raise FeedbackError(f"There is no picture {file} in this set.")
        return (self.folder / file).read_bytes()

    def drop(self, picture: str) -> None:
        """Remove one picture of the set, named as the listing shows it or by its file's name alone."""
        file = Path(picture).name
        if file not in {correction.file for correction in self.corrections()}:
            raise FeedbackError(f"There is no picture {file} in this set.")
        (self.folder / file).unlink()

    def forget(self, giver: str) -> int:
        """Remove every picture that somebody gave, and each line that names them; how many pictures is returned."""
        corrections = self.corrections()
        theirs = [one for one in corrections if one.giver == giver]
        if not theirs:
            return 0
        for one in theirs:
            (self.folder / one.file).unlink(missing_ok=True)
        rest = (asdict(one) for one in corrections if one.giver != giver)
        fresh = self.folder / f".{TABLE}"
        fresh.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rest), encoding="utf-8")
        fresh.replace(self.folder / TABLE)
        return len(theirs)

    def counts(self) -> Counter[str]:
        """How many pictures show each thing, or of numbers have each."""
        return Counter(chain.from_iterable(map(_shown, self.corrections())))

    def showing_nothing(self) -> int:
        """How many pictures show none of what the model knows."""
        return sum(not one.label for one in self.corrections())

    def export(self, into: Path, kind: Kind = "single-label") -> int:
        """Copy the pictures of this kind as `train` takes them, to those that are there; how many is returned.

        Nothing is learned from what only says that a picture shows none of the labels, or a mask is right or wrong.
        Raises FeedbackError, and DataError where a table of `into` cannot be read.
        """
        corrections = [one for one in self.corrections() if one.kind == kind]
        match kind:
            case "single-label":
                return self._export_folders(into, [one for one in corrections if one.label])
            case "multi-label":
                return self._export_table(into, LABELS_FILE, corrections, lambda one: {"labels": one.label})
            case "regression":
                return self._export_table(into, VALUES_FILE, corrections, lambda one: _as_cells(numbers(one.label)))
            case "segmentation":
                raise FeedbackError("Masks are only judged right or wrong, which teaches nothing.", "masks-judged")

    def _export_table(
        self, into: Path, name: str, corrections: list[Correction], cells: Callable[[Correction], dict[str, str]]
    ) -> int:
        """The pictures beside a table that names them, after the rows that it has."""
        path = into / name
        rows = [{FILE: row.file, **row.cells} for row in read_table(path)] if path.is_file() else []
        new = [{FILE: one.file, **cells(one)} for one in corrections]
        columns = list(rows[0] if rows else new[0]) if rows or new else []
        if any(set(row) != set(columns) for row in new):
            raise FeedbackError(f"{path} has other columns than these corrections: {', '.join(columns)}.")
        into.mkdir(parents=True, exist_ok=True)
        for one in corrections:
            shutil.copyfile(self.folder / one.file, into / one.file)
        if new:
            with path.open("w", encoding="utf-8", newline="") as opened:
                table = csv.DictWriter(opened, columns)
                table.writeheader()
                kept = [row for row in rows if row[FILE] not in {one.file for one in corrections}]
                table.writerows({name: guarded(cell) for name, cell in row.items()} for row in kept + new)
        return len(new)

    def _export_folders(self, into: Path, corrections: list[Correction]) -> int:
        for one in corrections:
            if one.label.startswith(".") or re.search(r'[/\\:*?"<>|\x00]', one.label):
                sentence = f"The label {one.label!r} cannot name a folder: drop {one.file} or relabel it."
                raise FeedbackError(sentence, "label-no-folder", label=one.label)
        for correction in corrections:
            (into / correction.label).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.folder / correction.file, into / correction.label / correction.file)
        return len(corrections)


def _shown(one: Correction) -> Iterable[str]:
    match one.kind:
        case "multi-label":
            return labels(one.label)
        case "regression":
            return numbers(one.label)
        case "single-label" | "segmentation":
            return [one.label] if one.label else []


def _as_cells(values: dict[str, float]) -> dict[str, str]:
    return {name: f"{value:.10g}" for name, value in values.items()}
