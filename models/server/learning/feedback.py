"""What members say a picture really shows: kept as pixels alone, until the organiser has reviewed it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from models.errors import FeedbackError

MOST_PICTURES = 5_000
MOST_BYTES = 2 << 30
MOST_LABEL = 100
TABLE = "entries.jsonl"


@dataclass(frozen=True, slots=True)
class Correction:
    """One picture with the label somebody gave it. `file` is its name in the set's folder.

    `giver` is whose it is, as a hash that only the chat side can tell; empty where nobody said.
    """

    file: str
    label: str
    version: str
    at: str
    giver: str = ""


class FeedbackSet:
    """The corrections for one model: PNG files named by their own hash, and one line each in a table."""

    def __init__(self, root: Path, name: str) -> None:
        self.folder = root / name

    def add(self, picture: bytes, label: str, version: str, giver: str = "") -> Correction:
        """Keep a correction; the same picture again takes the newer label. `picture` must be harmless PNG bytes."""
        label = " ".join(label.split())
        if not 1 <= len(label) <= MOST_LABEL or not label.isprintable():
            raise FeedbackError(f"A label must have 1 to {MOST_LABEL} letters.")
        kept = {correction.file: correction for correction in self.corrections()}
        file = f"{hashlib.sha256(picture).hexdigest()[:24]}.png"
        if file not in kept and (len(kept) >= MOST_PICTURES or self._bytes() + len(picture) > MOST_BYTES):
            raise FeedbackError("Enough corrections are waiting for review; the organiser has to look at them first.")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write(file, picture)
        correction = Correction(file, label, version, datetime.now(UTC).isoformat(timespec="seconds"), giver)
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
                correction = Correction(file, label, version, at, str(row.get("giver", "")))
            except (ValueError, KeyError, TypeError):
                continue  # a line cut short by a sudden end is no correction
            if re.fullmatch(r"[0-9a-f]{24}\.png", correction.file) and (self.folder / correction.file).is_file():
                found[correction.file] = correction
        return list(found.values())

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
        """How many pictures each label has."""
        return Counter(correction.label for correction in self.corrections())

    def export(self, into: Path) -> int:
        """Copy the pictures into a folder for each label, as `train` takes them; how many is returned."""
        corrections = self.corrections()
        for one in corrections:
            if one.label.startswith(".") or re.search(r'[/\\:*?"<>|\x00]', one.label):
                sentence = f"The label {one.label!r} cannot name a folder: drop {one.file} or relabel it."
                raise FeedbackError(sentence, "label-no-folder", label=one.label)
        for correction in corrections:
            (into / correction.label).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.folder / correction.file, into / correction.label / correction.file)
        return len(corrections)
