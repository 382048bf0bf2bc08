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

MOST_PICTURES = 5_000
MOST_LABEL = 100
ENTRIES = "entries.jsonl"


class FeedbackFault(Exception):
    """This correction cannot be kept, or the set not read; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture with the label somebody gave it. `file` is its name in the set's folder."""

    file: str
    label: str
    version: str
    at: str


class FeedbackSet:
    """The corrections for one model: PNG files named by their own hash, and one line each in a table."""

    def __init__(self, root: Path, name: str) -> None:
        self.folder = root / name

    def add(self, picture: bytes, label: str, version: str) -> Entry:
        """Keep a correction; the same picture again takes the newer label. `picture` must be harmless PNG bytes."""
        label = " ".join(label.split())
        if not 1 <= len(label) <= MOST_LABEL or not label.isprintable():
            raise FeedbackFault(f"A label must have 1 to {MOST_LABEL} letters.")
        kept = {entry.file: entry for entry in self.entries()}
        file = f"{hashlib.sha256(picture).hexdigest()[:24]}.png"
        if file not in kept and len(kept) >= MOST_PICTURES:
            raise FeedbackFault("Enough corrections are waiting for review; the organiser has to look at them first.")
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / file).write_bytes(picture)
        entry = Entry(file, label, version, datetime.now(UTC).isoformat(timespec="seconds"))
        with (self.folder / ENTRIES).open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
        return entry

    def entries(self) -> list[Entry]:
        """The corrections whose pictures are still there, the latest label for each."""
        try:
            lines = (self.folder / ENTRIES).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        found: dict[str, Entry] = {}
        for line in lines:
            try:
                said = json.loads(line)
                entry = Entry(*(str(said[key]) for key in ("file", "label", "version", "at")))
            except (ValueError, KeyError, TypeError):
                continue  # a line cut short by a sudden end is no correction
            if re.fullmatch(r"[0-9a-f]{24}\.png", entry.file) and (self.folder / entry.file).is_file():
                found[entry.file] = entry
        return list(found.values())

    def drop(self, picture: str) -> None:
        """Remove one picture of the set, named as the listing shows it or by its file's name alone."""
        file = Path(picture).name
        if file not in {entry.file for entry in self.entries()}:
            raise FeedbackFault(f"There is no picture {file} in this set.")
        (self.folder / file).unlink()

    def counts(self) -> Counter[str]:
        """How many pictures each label has."""
        return Counter(entry.label for entry in self.entries())

    def export(self, into: Path) -> int:
        """Copy the pictures into a folder for each label, as `train` takes them; how many is returned."""
        entries = self.entries()
        for entry in entries:
            if entry.label in {".", ".."} or re.search(r'[/\\:*?"<>|\x00]', entry.label) or entry.label.startswith("."):
                raise FeedbackFault(f"The label {entry.label!r} cannot name a folder: drop {entry.file} or relabel it.")
        for entry in entries:
            (into / entry.label).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.folder / entry.file, into / entry.label / entry.file)
        return len(entries)
