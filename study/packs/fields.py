"""An item as the fields of a form: points as names with ways of saying them, a line each, and back into an item's keys.

What a form does not show (an operator beside a name, a flag) is carried along, and an entry that nobody changed goes
back as its author wrote it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from study.grading.authoring.schema import POINT_KEYS, WRONG_KEYS
from study.grading.match.registry import KEYS
from study.packs.splicing import as_flow
from study.packs.tree import Data, data, read_tree

Entry = Mapping[str, Data]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PointFields:
    """A point or a misconception: its name, the ways of saying it (a line each), and what else is kept of it."""

    name: str
    ways: str = ""
    worth: str = ""
    said: str = ""
    rest: Entry = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChoiceFields:
    """An option to choose from."""

    text: str
    right: bool = False
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class ExampleFields:
    """An answer with the score that it must earn, from 0 to 1."""

    answer: str
    score: str


@dataclass(frozen=True, slots=True)
class ItemFields:
    """A question as it is edited. `draft` says how far to trust a rubric nobody has looked at, or nothing."""

    ask: str = ""
    answer: str = ""
    hint: str = ""
    ungraded: str = ""
    draft: str = ""
    picture: str = ""
    alt: str = ""
    code: str = ""
    points: tuple[PointFields, ...] = ()
    wrong: tuple[PointFields, ...] = ()
    choices: tuple[ChoiceFields, ...] = ()
    examples: tuple[ExampleFields, ...] = ()


PLAIN = ("ask", "answer", "hint", "ungraded", "draft", "picture", "alt", "code")


def fields_of(item: Entry) -> ItemFields:
    """The fields of an item's keys; what is not of the form that a pack wants is left out."""
    return ItemFields(
        **{name: _text(item, _key(item, name)) for name in PLAIN},
        points=tuple(_point(each, "worth", "hint", POINT_KEYS) for each in _list(item, "points")),
        wrong=tuple(_point(each, "costs", "feedback", WRONG_KEYS) for each in _list(item, "wrong")),
        choices=tuple(_choice(each) for each in _list(item, "choices")),
        examples=tuple(_example(each) for each in _list(item, "examples")),
    )


def item_with(item: Entry, fields: ItemFields) -> dict[str, Data]:
    """The item's keys with what the fields say; keys that no field shows stay."""
    made: dict[str, Data] = dict(item)
    for name in PLAIN:
        _put(made, _key(item, name), str(getattr(fields, name)).strip())
    points = _entries(_list(item, "points"), fields.points, "worth", "hint", POINT_KEYS)
    wrong = _entries(_list(item, "wrong"), fields.wrong, "costs", "feedback", WRONG_KEYS)
    _put(made, "points", points)
    _put(made, "wrong", wrong)
    _put(made, "choices", _kept(_list(item, "choices"), fields.choices, _choice, _choice_data))
    _put(made, "examples", _kept(_list(item, "examples"), fields.examples, _example, _example_data))
    return made


def _key(item: Entry, name: str) -> str:
    """What a field is called in an item, or in a recap, which asks by a prompt."""
    return "prompt" if name == "ask" and "prompt" in item else name


def _put(made: dict[str, Data], name: str, value: Data) -> None:
    if value:
        made[name] = value
    else:
        made.pop(name, None)


def _list(item: Entry, name: str) -> Sequence[Data]:
    found = item.get(name)
    return found if isinstance(found, list) else ()


def _point(entry: Data, worth: str, said: str, keys: Sequence[str]) -> PointFields:
    if isinstance(entry, str):
        return PointFields(entry, entry)
    if isinstance(entry, list):
        return PointFields("", _lines(entry))
    names = [key for key in entry if key not in keys and key not in KEYS]
    name = names[0] if names else ""
    rest = {key: value for key, value in entry.items() if key not in (name, worth, said)}
    ways = entry.get(name, [])
    listed = ways if isinstance(ways, list) else [ways] if ways else []
    return PointFields(name, _lines(listed), _text(entry, worth), _text(entry, said), rest)


def _text(entry: Entry, name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _lines(ways: Iterable[Data]) -> str:
    return "\n".join(each if isinstance(each, str) else as_flow(each) for each in ways)


def _entries(
    before: Sequence[Data], after: Sequence[PointFields], worth: str, said: str, keys: Sequence[str]
) -> list[Data]:
    def written(point: PointFields) -> Data:
        ways = [_way(line) for line in point.ways.splitlines() if line.strip()]
        name = " ".join(point.name.split()) or (ways[0] if ways and isinstance(ways[0], str) else "")
        body: Data = ways[0] if len(ways) == 1 and isinstance(ways[0], dict) else list(ways)
        made: dict[str, Data] = {}
        if name and (ways or not any(key in KEYS for key in point.rest)):
            made[name] = body or [name]
        elif name:
            made[name] = ""
        for key, text in ((worth, point.worth.strip()), (said, " ".join(point.said.split()))):
            _put(made, key, text)
        return {**made, **point.rest}

    read = [_point(each, worth, said, keys) for each in before]
    wanted = [point for point in after if point.name.strip() or point.ways.strip()]
    return [before[read.index(point)] if point in read else written(point) for point in wanted]


def _way(line: str) -> Data:
    """One way of saying a point: words as they stand, or what an operator's keys say, in braces."""
    line = line.strip()
    if line.startswith(("{", "[")):
        node, faults = read_tree("", line)
        if node is not None and not faults:
            return data(node)
    return line


def _choice(entry: Data) -> ChoiceFields:
    if not isinstance(entry, dict):
        return ChoiceFields(entry if isinstance(entry, str) else "")
    return ChoiceFields(_text(entry, "text"), _text(entry, "right") == "true", _text(entry, "feedback"))


def _choice_data(choice: ChoiceFields) -> Data:
    if not choice.text.strip():
        return ""
    made: dict[str, Data] = {"text": choice.text.strip()}
    _put(made, "right", "true" if choice.right else "")
    _put(made, "feedback", choice.feedback.strip())
    return made if len(made) > 1 else choice.text.strip()


def _example(entry: Data) -> ExampleFields:
    if not isinstance(entry, dict):
        return ExampleFields(entry if isinstance(entry, str) else "", "")
    if "answer" in entry:
        return ExampleFields(_text(entry, "answer"), _text(entry, "score"))
    answer, score = next(iter(entry.items()), ("", ""))
    return ExampleFields(answer, score if isinstance(score, str) else "")


def _example_data(example: ExampleFields) -> Data:
    answer = example.answer.replace("\r\n", "\n").strip()
    return {"answer": answer, "score": example.score.strip()} if answer else ""


def _kept(
    before: Sequence[Data], after: Sequence[Row], read: Callable[[Data], Row], write: Callable[[Row], Data]
) -> list[Data]:
    known = [read(each) for each in before]
    made = [before[known.index(each)] if each in known else write(each) for each in after]
    return [each for each in made if each]
