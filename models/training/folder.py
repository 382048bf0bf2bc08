"""What a folder holds to learn from: pictures with answers, broken ones set aside, split the same way each time."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePath
from typing import Any, Final, assert_never

from PIL import Image

from models.bundles.manifest import LONGEST_LABEL, MOST_LABELS, Kind
from models.errors import DataError, PictureError
from models.inference.pictures import MAX_BYTES, SUFFIXES, open_picture, too_large
from models.training.step import Progress, Step, no_progress
from models.training.tables import read_table, read_text, refuse
from models.training.twins import Look, look_of, twins

VOID: Final = 255  # in a mask: nobody says what is there
LABELS_FILE, VALUES_FILE, CODES_FILE = "labels.csv", "values.csv", "codes.txt"
_TABLES: Final = (LABELS_FILE, VALUES_FILE, CODES_FILE)
_SYSTEM: Final = frozenset(("__MACOSX", "Thumbs.db", "desktop.ini"))
_PLACES: Final[dict[Kind, str]] = {
    "single-label": "in no label's folder",
    "multi-label": f"not named in {LABELS_FILE}",
    "regression": f"not named in {VALUES_FILE}",
    "segmentation": "a picture without a mask, or a mask without a picture",
}
_SPLITS: Final = frozenset(("train", "training", "valid", "val", "validation", "test", "testing"))


@dataclass(frozen=True, slots=True)
class Example:
    """One picture and its answer: a label, several labels, a number for each name, or a mask's path.

    `twin` is the first picture that is the same as it, or nearly; itself where none is before it.
    """

    path: Path
    answer: Any
    twin: Path | None = None


@dataclass(frozen=True, slots=True)
class Data:
    """Everything to learn from. `broken` names each picture set aside, `passed_over` the other files, with reasons."""

    kind: Kind
    labels: tuple[str, ...]
    examples: tuple[Example, ...]
    broken: tuple[tuple[Path, str], ...]
    passed_over: tuple[tuple[Path, str], ...] = ()

    @property
    def doubles(self) -> int:
        """How many pictures are the same as another before them, or nearly."""
        return sum(one.twin not in (None, one.path) for one in self.examples)

    def split(self, valid: float, seed: int) -> tuple[list[Example], list[Example]]:
        """Learned from and held back, every label in both where it has two different pictures or more.

        Pictures that are the same, or nearly, are on one side together.
        """
        families: dict[object, list[Example]] = {}
        for at, example in sorted(enumerate(self.examples), key=lambda one: str(one[1].path)):
            families.setdefault(example.twin or at, []).append(example)
        single = self.kind == "single-label"
        groups: dict[object, list[list[Example]]] = {one.answer if single else None: [] for one in self.examples}
        for family in families.values():
            groups[family[0].answer if single else None].append(family)
        learned: list[Example] = []
        kept: list[Example] = []
        shuffle = random.Random(seed)  # noqa: S311 - a reproducible split, not a secret
        for group in groups.values():
            shuffle.shuffle(group)
            held, rest = _held_back(group, max(1, round(sum(map(len, group)) * valid)))
            kept += chain.from_iterable(held)
            learned += chain.from_iterable(rest)
        return learned, kept

    def counts(self) -> Counter[str]:
        """How many pictures each label has."""
        if self.kind == "single-label":
            return Counter(str(one.answer) for one in self.examples)
        if self.kind == "multi-label":
            return Counter(label for one in self.examples for label in one.answer)
        return Counter({label: len(self.examples) for label in self.labels})


Family = list[Example]


def _held_back(families: Sequence[Family], wanted: int) -> tuple[list[Family], list[Family]]:
    """Families of so many pictures, the first that fit; and the rest, which has one at least."""
    held: list[Family] = []
    rest: list[Family] = []
    for family in families:
        fits = sum(map(len, held)) + len(family) <= wanted and len(held) < len(families) - 1
        (held if fits else rest).append(family)
    if not held and len(rest) > 1:
        held.append(min(rest, key=len))
        rest.remove(held[0])
    return held, rest


def gather(folder: Path, kind: Kind = "single-label", *, progress: Progress = no_progress) -> Data:
    """Find the pictures and answers of this kind in `folder`, opening each once. Raises DataError."""
    found = _examples(a_folder(folder), kind)
    sound: list[Example] = []
    looks: list[Look] = []
    broken: list[tuple[Path, str]] = []
    highest: dict[Path, int] = {}
    for at, example in enumerate(found):
        progress(Step("opening", at / max(1, len(found))))
        try:
            look = look_of(open_file(example.path))
            if kind == "segmentation":
                highest[example.answer] = _highest(open_mask(example.answer))
        except (PictureError, OSError) as error:
            broken.append((example.path, error.strerror or str(error) if isinstance(error, OSError) else str(error)))
        else:
            sound.append(example)
            looks.append(look)
    labels = _labels(folder, kind, sound)
    _check_masks(folder, highest, len(labels))
    sound = [replace(one, twin=sound[first].path) for one, first in zip(sound, twins(looks), strict=True)]
    _enough(folder, kind, labels, [one for one in sound if one.twin == one.path], len(broken))
    return Data(kind, labels, tuple(sound), tuple(broken), tuple(_passed_over(folder, kind, found)))


def a_folder(path: Path) -> Path:
    """The path again, which must be a folder. Raises DataError."""
    if not path.is_dir():
        raise DataError(f"{path} is not a folder: give one that holds a folder of pictures for each label.")
    return path


def open_file(path: Path) -> Image.Image:
    """A picture of the folder as the service would open it: upright, in RGB."""
    if path.stat().st_size > MAX_BYTES:
        raise PictureError(413, too_large(MAX_BYTES))
    return open_picture(path.read_bytes())


def open_mask(path: Path) -> Image.Image:
    """A mask: one number for each pixel, the place of its label in codes.txt."""
    with Image.open(path, formats=("PNG",)) as opened:
        opened.load()
        if opened.mode not in {"L", "P", "1"}:
            raise PictureError(422, f"{path.name} is not a mask: it must hold one number for each pixel.")
        return opened.copy() if opened.mode == "L" else Image.frombytes("L", opened.size, opened.convert("P").tobytes())


# --- the four layouts --------------------------------------------------------------------------------------------


def is_left_behind(within: PurePath) -> bool:
    """Whether it is what programs leave beside pictures: hidden, of a Mac's archive, of Windows' previews."""
    return any(part[0] == "." or part in _SYSTEM for part in within.parts)


def is_system_file(path: Path, folder: Path) -> bool:
    """Whether a file of the folder is what programs leave there."""
    return is_left_behind(path.relative_to(folder))


def is_table(path: Path) -> bool:
    """Whether it says what pictures beside it show."""
    return path.name in _TABLES


def _passed_over(folder: Path, kind: Kind, found: Sequence[Example]) -> Iterator[tuple[Path, str]]:
    """Each file that nothing is learned from, with the reason; what no person put there is not worth a line."""
    used = {one.path.resolve() for one in found} | {(folder / name).resolve() for name in _TABLES}
    if kind == "segmentation":
        used |= {one.answer.resolve() for one in found}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.resolve() not in used and not is_system_file(path, folder):
            known = path.suffix.lower() in SUFFIXES
            yield path, _PLACES[kind] if known else f"not a picture that is read ({path.suffix.lower() or 'no ending'})"


def labelled(folder: Path) -> list[Example]:
    """Every picture in a folder of folders, with its folder's name as the label."""
    return [
        Example(path, place.name)
        for place in _labels_folders(folder)
        for path in sorted(place.rglob("*"))
        if path.suffix.lower() in SUFFIXES and path.is_file() and not is_system_file(path, folder)
    ]


def _labels_folders(folder: Path) -> list[Path]:
    """A folder for each label. Raises DataError where they are a data set's parts for training and for checking."""
    places = [one for one in sorted(folder.iterdir()) if one.is_dir() and not is_system_file(one, folder)]
    training = next((one for one in places if one.name.lower() in {"train", "training"}), None)
    if training is not None and all(one.name.lower() in _SPLITS for one in places):
        parts = " and ".join(one.name for one in places)
        raise DataError(
            f"{folder} holds {parts}, which look like parts of a data set and not like labels: give {training}, of"
            " which a share is held back, or put all pictures of a label into one folder."
        )
    return places


def _inside(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise DataError(f"{name} lies outside {folder}.")
    return path


def _many_labels(folder: Path) -> list[Example]:
    rows = read_table(folder / LABELS_FILE)
    if "labels" not in rows[0].cells:
        raise DataError(f"{folder / LABELS_FILE} must have a column called labels (several are parted by semicolons).")
    labels = [[one.strip() for one in row.cells["labels"].split(";")] for row in rows]
    return [
        Example(_inside(folder, row.file), tuple(dict.fromkeys(one for one in each if one)))
        for row, each in zip(rows, labels, strict=True)
    ]


def _numbers(folder: Path) -> list[Example]:
    rows = read_table(folder / VALUES_FILE)
    values = [{name: row.number(name) for name in row.cells} for row in rows]
    wrong = [row.line for row, each in zip(rows, values, strict=True) if not all(map(math.isfinite, each.values()))]
    refuse(folder / VALUES_FILE, wrong, "every column but file must be a number")
    return [Example(_inside(folder, row.file), each) for row, each in zip(rows, values, strict=True)]


def _masks(folder: Path) -> list[Example]:
    pictures = sorted(path for path in folder.glob("images/*") if path.suffix.lower() in SUFFIXES)
    return [Example(path, mask) for path in pictures if (mask := folder / "masks" / f"{path.stem}.png").is_file()]


def _examples(folder: Path, kind: Kind) -> list[Example]:
    match kind:
        case "single-label":
            return labelled(folder)
        case "multi-label":
            return _many_labels(folder)
        case "regression":
            return _numbers(folder)
        case "segmentation":
            return _masks(folder)
        case _:
            assert_never(kind)


def _labels(folder: Path, kind: Kind, sound: Sequence[Example]) -> tuple[str, ...]:
    match kind:
        case "single-label":
            return tuple(sorted({str(one.answer) for one in sound}))
        case "multi-label":
            return tuple(sorted({label for one in sound for label in one.answer}))
        case "regression":
            return tuple(sound[0].answer) if sound else ()
        case "segmentation":
            codes = folder / CODES_FILE
            if not codes.is_file():
                raise DataError(f"{folder} holds no {CODES_FILE}: one label a line, in their numbers' order.")
            return tuple(line.strip() for line in read_text(codes).splitlines() if line.strip())
        case _:
            assert_never(kind)


def _highest(mask: Image.Image) -> int:
    """The highest number in a mask that is to name a label; -1 where all of it is void."""
    counts = mask.histogram()
    return max((number for number in range(VOID) if counts[number]), default=-1)


def _check_masks(folder: Path, highest: dict[Path, int], labels: int) -> None:
    """Every number in a mask must be the place of a label."""
    if empty := [path for path, most in highest.items() if most < 0]:
        raise DataError(
            f"{empty[0]} holds nothing but {VOID}, which stands for void: there is nothing to learn from it."
        )
    wrong = [(path, most) for path, most in highest.items() if most >= labels]
    if wrong:
        (path, most), others = wrong[0], len(wrong) - 1
        more = f" ({others} more mask{'s do' * (others > 1) or ' does'} so too)" if others else ""
        raise DataError(
            f"{path} holds the number {most}{more}, but {folder / CODES_FILE} names {labels} labels, 0 to {labels - 1}:"
            f" name a label for it there, or give those pixels another number ({VOID} is void, and not learned from)."
        )


def _enough(folder: Path, kind: Kind, labels: Sequence[str], sound: Sequence[Example], broken: int) -> None:
    aside = f" ({broken} broken ones were set aside)" if broken else ""
    if kind == "single-label" and len(labels) < 2:
        raise DataError(
            f"{folder} must hold at least two folders with pictures, one for each label; {len(labels)} found{aside}.",
            "one-label",
        )
    if len(sound) < 4:
        sentence = f"{folder} holds {len(sound)} pictures to learn from{aside}; at least four are needed."
        raise DataError(sentence, "few-pictures", count=len(sound))
    if kind == "single-label":
        counts = Counter(str(one.answer) for one in sound)
        if few := [label for label in labels if counts[label] < 2]:
            what = "one picture only" if counts[few[0]] else "only pictures that stand under another label too"
            sentence = f"The label {few[0]} has {what}; give it at least two, the same twice counting once."
            raise DataError(sentence, "few-of-label", label=few[0])
    _check_labels(folder, labels)


def _check_labels(folder: Path, labels: Sequence[str]) -> None:
    """Refuse labels that no bundle can hold."""
    if not labels:
        raise DataError(f"{folder} names no labels.")
    if len(labels) > MOST_LABELS:
        raise DataError(f"{folder} names {len(labels)} labels; a model can have {MOST_LABELS}.")
    if twice := [label for label, count in Counter(labels).items() if count > 1]:
        raise DataError(f"{folder} names the label {twice[0]} twice: give each a line of its own in {CODES_FILE}.")
    if long := [label for label in labels if len(label) > LONGEST_LABEL]:
        raise DataError(f"The label {long[0][:40]}… is longer than {LONGEST_LABEL} characters: give it a shorter name.")
