"""Marks taken into a pack as examples of its rubrics, and taken out again: every other line stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from study.packs.splicing import RECAP, item_of, with_item
from study.packs.tree import Data, Mapped, data, read_tree

SHORT = 100
"""Letters up to which an example is written on the line of its score."""


@dataclass(frozen=True, slots=True)
class Example:
    """A marked answer to an item, or to the recap of a week where the item is empty; `score` is from 0 to 1."""

    week: int
    item: str
    answer: str
    score: float


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

    def added(held: list[Data], one: Example) -> list[Data] | None:
        if any(_answer_of(each) == _plain(one.answer) for each in held):
            return None
        return [*held, _written(one)]

    return _changed(files, examples, added)


def without_examples(files: Mapping[str, str], examples: Iterable[Example]) -> Adopted:
    """A pack's files without these examples, as far as they stand there as they were written. Raises NotSpliced."""

    def taken_out(held: list[Data], one: Example) -> list[Data] | None:
        rest = [each for each in held if each != _written(one)]
        return rest if len(rest) < len(held) else None

    return _changed(files, examples, taken_out)


def _changed(
    files: Mapping[str, str],
    examples: Iterable[Example],
    change: Callable[[list[Data], Example], list[Data] | None],
) -> Adopted:
    texts = dict(files)
    done: list[Example] = []
    left: list[Example] = []
    for one in examples:
        name = _file_of(texts, one)
        entry = item_of(texts[name], one.item or RECAP) if name else None
        held = entry.get("examples", []) if entry is not None else None
        now = change(held, one) if isinstance(held, list) else None
        if name is None or entry is None or now is None:
            left.append(one)
            continue
        wanted = {key: value for key, value in entry.items() if key != "examples"} | ({"examples": now} if now else {})
        texts[name] = with_item(texts[name], one.item or RECAP, wanted)
        done.append(one)
    return Adopted({name: text for name, text in texts.items() if text != files[name]}, tuple(done), tuple(left))


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
