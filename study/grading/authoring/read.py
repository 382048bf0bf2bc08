"""From the keys of an item to a rubric, with every fault told at once: where it stands, what it is, how to fix it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from study.grading.authoring.parts import PartReader
from study.grading.authoring.schema import POINT_KEYS, WRONG_KEYS
from study.grading.language.numbers import number_of
from study.grading.match.operator import Operator, Path
from study.grading.match.operators.words import Words
from study.grading.match.registry import KEYS
from study.grading.rubric import MarkedAnswer, Point, Rubric, RubricFaults, Wrong


def read_rubric(
    data: Mapping[str, Any],
    *,
    language: str = "en",
    synonyms: Sequence[Sequence[str]] = (),
    question: str = "",
    reference: str = "",
) -> Rubric:
    """A rubric from the keys `points`, `wrong` and `examples` of an item; its other keys are left to others.

    With the question, answers that only repeat it earn nothing; with the reference, a point whose words the reference
    itself denies ("cannot learn XOR") is not lost to a "not". Raises RubricFaults with every fault.
    """
    reader = _Reader(language, tuple(tuple(str(one) for one in group) for group in synonyms))
    points = tuple(reader.point(one, ("points", i)) for i, one in enumerate(reader.items(data, "points", needed=True)))
    wrong = tuple(reader.wrong(one, ("wrong", i)) for i, one in enumerate(reader.items(data, "wrong")))
    examples = tuple(reader.example(one, ("examples", i)) for i, one in enumerate(reader.items(data, "examples")))
    if points and not reader.faults and all(point.bonus for point in points):
        reader.fault(("points",), "Every point is a bonus, so nothing can be earned.", "Take `bonus` off one of them.")
    names: dict[str, int] = {}
    for i, point in enumerate(points):
        if point.name and point.name in names:
            reader.fault(("points", i), f"Two points are named “{point.name}”.", "Give each its own name.")
        names[point.name] = i
    if reader.faults:
        raise RubricFaults(tuple(reader.faults))
    return Rubric(
        points=points,
        wrong=wrong,
        examples=examples,
        language=language,
        synonyms=reader.builder.synonyms,
        question=question,
        reference=reference,
    )


class _Reader(PartReader):
    """Reads the entries of a rubric."""

    def items(self, data: Mapping[str, Any], key: str, needed: bool = False) -> Sequence[Any]:
        value = data.get(key)
        if value is None:
            if needed:
                self.fault((key,), "There are no points.", "Write `points:` with at least one entry.")
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence) or (needed and not value):
            self.fault((key,), f"`{key}` is not a list of entries.", "Begin each entry on its own line with `- `.")
            return ()
        return value

    def named(self, data: object, path: Path, keys: tuple[str, ...]) -> tuple[str, dict[str, Any], Path]:
        """An entry's name, its keys (those beside the name and those under it), and where its match stands."""
        if isinstance(data, str | int | float) and not isinstance(data, bool):
            text = str(data).strip()
            if not text:
                self.fault(path, "The entry is empty.", "Write what is worth saying.")
            return text, {"": text}, path
        if not isinstance(data, Mapping):
            self.fault(
                path,
                "The entry is neither a name with its alternatives nor a phrase.",
                "Write `- name: [alternatives]`.",
            )
            return "", {}, path
        known = (*keys, *KEYS)
        names = [key for key in data if key not in known] or _named_as_keys(data, keys)
        if len(names) != 1:
            self.fault(path, *_unnamed(names, known))
            return "", {}, path
        name = names[0]
        inside = data[name]
        body = {str(key): value for key, value in data.items() if key != name}
        if isinstance(inside, Mapping):
            self.inside(inside, body, known, (*path, name))
        elif inside is not None:
            body[""] = inside
        elif not any(key in body for key in KEYS):
            body[""] = name
        return str(name).strip(), body, (*path, name) if inside is not None else path

    def inside(self, data: Mapping[str, Any], body: dict[str, Any], known: tuple[str, ...], path: Path) -> None:
        """The keys that stand under an entry's name join those that stand beside it."""
        for key, value in data.items():
            if key not in known:
                self.fault((*path, key), f"`{key}` is not a key of an entry.", f"Keys are {', '.join(known)}.")
            elif key in body:
                self.fault((*path, key), f"`{key}` stands twice.", "Keep one of them.")
            else:
                body[key] = value

    def point(self, data: object, path: Path) -> Point:
        name, body, here = self.named(data, path, POINT_KEYS)
        negation = body.get("negation", "heed")
        if negation not in ("heed", "ignore"):
            self.fault(
                (*path, "negation"), f"`negation: {negation}` is not known.", "Write `heed` (the default) or `ignore`."
            )
        point = Point(
            name=name,
            match=self.body(body, here),
            worth=self.positive(body, "worth", 1.0, path),
            required=self.flag(body, "required", False, path),
            bonus=self.flag(body, "bonus", False, path),
            hit=str(body.get("hit") or ""),
            missed=str(body.get("missed") or ""),
            hint=str(body.get("hint") or ""),
            typos=self.flag(body, "typos", True, path),
            negation=negation != "ignore",
        )
        if point.required and point.bonus:
            self.fault(path, "The point is required and a bonus at once.", "Keep one of the two.")
        return point

    def wrong(self, data: object, path: Path) -> Wrong:
        name, body, here = self.named(data, path, WRONG_KEYS)
        return Wrong(
            name=name,
            match=self.body(body, here),
            feedback=str(body.get("feedback") or ""),
            costs=self.positive(body, "costs", 0.0, path),
            typos=self.flag(body, "typos", True, path),
        )

    def example(self, data: object, path: Path) -> MarkedAnswer:
        if isinstance(data, Mapping) and set(data) == {"answer", "score"}:
            answer, score = data["answer"], data["score"]
        elif isinstance(data, Mapping) and len(data) == 1:
            answer, score = next(iter(data.items()))
        else:
            self.fault(
                path,
                "The example is not an answer with its score.",
                "Write `- the answer: 1`, or `answer:` and `score:`.",
            )
            return MarkedAnswer("", 0.0)
        value = number_of(score)
        if value is None or not 0 <= value <= 1:
            self.fault(
                path, f"The score “{score}” is not a number from 0 to 1.", "Write, for example, 0.5 for half of it."
            )
            value = 0.0
        return MarkedAnswer(str(answer), value)

    def positive(self, body: dict[str, Any], key: str, default: float, path: Path) -> float:
        if key not in body:
            return default
        value = number_of(body[key])
        if value is None or value <= 0 or value > 1000:
            self.fault(
                (*path, key), f"`{key}: {body[key]}` is not a number above 0.", f"Write, for example, `{key}: 2`."
            )
            return default
        return value

    def flag(self, body: dict[str, Any], key: str, default: bool, path: Path) -> bool:
        value = body.get(key, default)
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in ("true", "false", "yes", "no", "on", "off"):
            return value.lower() in ("true", "yes", "on")
        self.fault(
            (*path, key), f"`{key}: {value}` is neither true nor false.", f"Write `{key}: true` or leave it out."
        )
        return default

    def body(self, body: dict[str, Any], path: Path) -> Operator:
        kinds = {key: value for key, value in body.items() if key in KEYS}
        if "" in body:
            if kinds:
                self.fault(path, f"Alternatives and `{next(iter(kinds))}` stand side by side.", "Keep one of the two.")
            return self.part(body[""], path)
        return self.operator(kinds, path) if kinds or not self.faults else Words("")


def _named_as_keys(data: Mapping[str, Any], keys: tuple[str, ...]) -> list[str]:
    """The keys of an entry that have no value of a key under them but what is worth saying, and so name it."""
    return [key for key in data if key in keys and isinstance(data[key], list | tuple | Mapping)]


def _unnamed(names: list[str], known: tuple[str, ...]) -> tuple[str, str]:
    """What is wrong with an entry that has no name, or several, and how to put it right."""
    if not names:
        return "The entry has no name.", "Write `- what it is about: [alternatives]`; the name becomes feedback."
    return (
        f"The entry has {len(names)} names: {', '.join(f'“{name}”' for name in names)}.",
        f"Keep one; the other keys an entry knows are {', '.join(known)}.",
    )
