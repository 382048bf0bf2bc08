"""Marks taken into a pack, and taken out again: answers as examples of a rubric, words as ways of saying a point.

Every other line stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from study.grading.match.registry import KEYS
from study.packs.fields import fields_of, item_with
from study.packs.splicing import RECAP, item_of, with_item
from study.packs.tree import Data, Mapped, data, read_tree

SHORT = 100
"""Letters up to which an example is written on the line of its score."""


@dataclass(frozen=True, slots=True)
class Example:
    """A marked answer to an item, or to the recap of a week where the item is empty; `score` is from 0 to 1.

    With a `point`, `answer` is words for that point.
    """

    week: int
    item: str
    answer: str
    score: float
    point: str = ""


@dataclass(frozen=True, slots=True)
class Adopted:
    """The texts that change, by file name; what was done; and what was not: the pack has it, or no such item."""

    files: Mapping[str, str]
    done: tuple[Example, ...]
    left: tuple[Example, ...]


def with_examples(files: Mapping[str, str], examples: Iterable[Example]) -> Adopted:
    """A pack's files with these examples more, each after those of its item. Raises NotSpliced.

    An answer that an example has already is left: its author marked it.
    """

    def added(held: Sequence[Data], one: Example) -> list[Data] | None:
        if any(_answer_of(each) == _plain(one.answer) for each in held):
            return None
        return [*held, _written(one)]

    def said(ways: Sequence[str], one: Example) -> list[str] | None:
        return None if _plain(one.answer) in map(_plain, ways) else [*ways, one.answer]

    return _changed(files, examples, added, said)


def without_examples(files: Mapping[str, str], examples: Iterable[Example]) -> Adopted:
    """A pack's files without these examples, as far as they stand there as they were written. Raises NotSpliced."""

    def taken_out(held: Sequence[Data], one: Example) -> list[Data] | None:
        rest = [each for each in held if each != _written(one)]
        return rest if len(rest) < len(held) else None

    def left(ways: Sequence[str], one: Example) -> list[str] | None:
        rest = [each for each in ways if each != one.answer]
        return rest if 0 < len(rest) < len(ways) else None

    return _changed(files, examples, taken_out, left)


def _changed(
    files: Mapping[str, str],
    examples: Iterable[Example],
    change: Callable[[Sequence[Data], Example], list[Data] | None],
    change_ways: Callable[[Sequence[str], Example], list[str] | None],
) -> Adopted:
    """The files after each change; one that comes to None is left."""
    texts = dict(files)
    done: list[Example] = []
    left: list[Example] = []
    for one in examples:
        name = _file_of(texts, one)
        entry = item_of(texts[name], one.item or RECAP) if name else None
        wanted = None
        if entry is not None:
            wanted = _with_ways(entry, one, change_ways) if one.point else _with_held(entry, one, change)
        if name is None or wanted is None:
            left.append(one)
            continue
        texts[name] = with_item(texts[name], one.item or RECAP, wanted)
        done.append(one)
    return Adopted({name: text for name, text in texts.items() if text != files[name]}, tuple(done), tuple(left))


def _with_held(
    entry: Mapping[str, Data], one: Example, change: Callable[[Sequence[Data], Example], list[Data] | None]
) -> dict[str, Data] | None:
    """An item with its list of examples changed."""
    held = entry.get("examples", [])
    now = change(held, one) if isinstance(held, list) else None
    if now is None:
        return None
    return {key: value for key, value in entry.items() if key != "examples"} | ({"examples": now} if now else {})


def _with_ways(
    entry: Mapping[str, Data], one: Example, change: Callable[[Sequence[str], Example], list[str] | None]
) -> dict[str, Data] | None:
    """An item with the ways of saying a point changed, which stand a line each in the fields of a form."""
    fields = fields_of(entry)
    point = next((each for each in fields.points if each.name == one.point), None)
    if point is None or any(key in KEYS for key in point.rest):
        return None
    ways = change(point.ways.splitlines(), one)
    if ways is None:
        return None
    points = tuple(replace(each, ways="\n".join(ways)) if each is point else each for each in fields.points)
    return {**entry, "points": item_with(entry, replace(fields, points=points))["points"]}


def _file_of(files: Mapping[str, str], one: Example) -> str | None:
    """The file of the week that holds an item, or of the week whose recap is meant."""
    for name, text in files.items():
        if one.item:
            if one.item in text and item_of(text, one.item) is not None:
                return name
        elif item_of(text, RECAP) is not None and _number_of(text) == str(one.week):
            return name
    return None


def _number_of(text: str) -> Data:
    node, _ = read_tree("", text)
    return data(node.nodes["number"]) if isinstance(node, Mapped) and "number" in node.nodes else ""


def _written(one: Example) -> Data:
    score = f"{one.score:g}"
    if "\n" in one.answer or len(one.answer) > SHORT or one.answer in ("answer", "score"):
        return {"answer": one.answer, "score": score}
    return {one.answer: score}


def _answer_of(example: Data) -> str:
    if not isinstance(example, dict):
        return ""
    return _plain(str(example.get("answer", next(iter(example), ""))))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
