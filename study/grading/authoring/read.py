"""From the keys of an item to a rubric, with every fault told at once: where it stands, what it is, how to mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from study.grading.authoring.schema import KIND_KEYS, POINT_KEYS, WRONG_KEYS
from study.grading.language.languages import language_of
from study.grading.language.numbers import UNITS, value_of
from study.grading.match import formulas
from study.grading.match.matching import Builder, regex
from study.grading.rubric import (
    AnyOf,
    Example,
    Fault,
    Formula,
    Like,
    Match,
    Number,
    Pair,
    Point,
    Regex,
    Rubric,
    RubricFaults,
    Says,
    Several,
    Together,
    Words,
    Wrong,
)

Path = tuple[str | int, ...]
LONG = 500
NEAR, ORDER = 8, 16


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
        synonyms=reader.synonyms,
        question=question,
        reference=reference,
    )


class _Reader:
    def __init__(self, language: str, synonyms: tuple[tuple[str, ...], ...]) -> None:
        self.faults: list[Fault] = []
        self.synonyms = synonyms
        self.builder = Builder(language_of(language), synonyms)

    def fault(self, path: Path, message: str, mend: str) -> None:
        self.faults.append(Fault(path, message, mend))

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
        known = (*keys, *KIND_KEYS)
        names = [key for key in data if key not in known]
        if len(names) != 1:
            if not names:
                self.fault(
                    path,
                    "The entry has no name.",
                    "Write `- what it is about: [alternatives]`; the name becomes feedback.",
                )
            else:
                self.fault(
                    path,
                    f"The entry has {len(names)} names: {', '.join(f'“{name}”' for name in names)}.",
                    f"Keep one; the other keys an entry knows are {', '.join(known)}.",
                )
            return "", {}, path
        name = names[0]
        inside = data[name]
        body = {str(key): value for key, value in data.items() if key != name}
        here = (*path, name) if inside is not None else path
        if isinstance(inside, Mapping):
            for key, value in inside.items():
                if key not in known:
                    self.fault(
                        (*path, name, key), f"`{key}` is not a key of an entry.", f"Keys are {', '.join(known)}."
                    )
                elif key in body:
                    self.fault((*path, name, key), f"`{key}` stands twice.", "Keep one of them.")
                else:
                    body[key] = value
        elif inside is not None:
            body[""] = inside
        elif not any(key in body for key in KIND_KEYS):
            body[""] = name
        return str(name).strip(), body, here

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

    def example(self, data: object, path: Path) -> Example:
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
            return Example("", 0.0)
        value = _number(score)
        if value is None or not 0 <= value <= 1:
            self.fault(
                path, f"The score “{score}” is not a number from 0 to 1.", "Write, for example, 0.5 for half of it."
            )
            value = 0.0
        return Example(str(answer), value)

    def positive(self, body: dict[str, Any], key: str, default: float, path: Path) -> float:
        if key not in body:
            return default
        value = _number(body[key])
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

    def body(self, body: dict[str, Any], path: Path) -> Match:
        kinds = {key: value for key, value in body.items() if key in KIND_KEYS}
        if "" in body:
            if kinds:
                self.fault(path, f"Alternatives and `{next(iter(kinds))}` stand side by side.", "Keep one of the two.")
            return self.match(body[""], path)
        return self.kind(kinds, path) if kinds or not self.faults else Words("")

    def match(self, data: object, path: Path) -> Match:
        if isinstance(data, bool):
            self.fault(path, f"“{data}” was read as true or false.", "Put it in quotes.")
            return Words("")
        if isinstance(data, str | int | float):
            return self.words(str(data), path)
        if isinstance(data, Mapping):
            if len(data) == 1 and next(iter(data)) not in KIND_KEYS:
                name, inside = next(iter(data.items()))
                return self.match(inside, (*path, name))
            return self.kind(data, path)
        if isinstance(data, Sequence) and data:
            of = tuple(self.match(one, (*path, i)) for i, one in enumerate(data))
            return of[0] if len(of) == 1 else AnyOf(of)
        self.fault(path, "There are no alternatives.", "Write at least one way of saying it.")
        return Words("")

    def words(self, text: str, path: Path) -> Match:
        text = text.strip()
        if not text:
            self.fault(path, "The alternative is empty.", "Write words, or take it out.")
        elif len(text) > LONG:
            self.fault(path, f"The alternative is longer than {LONG} characters.", "Say it in a few words.")
        elif text.count('"') % 2:
            self.fault(path, f"A quote is not closed in “{text}”.", 'Close it with ".')
        elif any("*" in piece[:-1] or piece == "*" for piece in _unquoted(text).split()):
            self.fault(path, f"A `*` in “{text}” does not end a word.", "Write it at the end: `shuffl*`.")
        elif text.split()[0] == "near" or text.split()[-1] == "near":
            self.fault(path, f"`near` has nothing on one side in “{text}”.", "Write `face* near detect*`.")
        else:
            try:
                self.builder.words(text, True, True)
            except ValueError:
                self.fault(path, f"There is no word in “{text}”.", "Write words, a number, or use `formula`.")
        return Words(text)

    def kind(self, data: Mapping[str, Any], path: Path) -> Match:
        for key in data:
            if key not in KIND_KEYS:
                self.fault((*path, key), f"`{key}` is not known here.", f"Known are {', '.join(KIND_KEYS)}.")
        heads = [
            key for key in ("of", "pair", "near", "order", "says", "number", "formula", "regex", "like") if key in data
        ]
        if len(heads) != 1:
            what = (
                "Nothing says what to look for."
                if not heads
                else f"{' and '.join(f'`{head}`' for head in heads)} stand side by side."
            )
            mend = (
                "Write alternatives, or one of of, pair, near, order, says, number, formula."
                if not heads
                else "Keep one."
            )
            self.fault(path, what, mend)
            return Words("")
        head = heads[0]
        allowed = {
            "of": ("any",),
            "near": ("within",),
            "order": ("within",),
            "says": ("about",),
            "number": ("within", "unit"),
        }
        for key in data:
            if key in KIND_KEYS and key != head and key not in allowed.get(head, ()):
                self.fault((*path, key), f"`{key}` does not belong with `{head}`.", "Take it out.")
        return getattr(self, f"_{head}")(data, (*path, head))  # type: ignore[no-any-return]

    def groups(self, value: object, path: Path, least: int) -> tuple[tuple[Match, ...], tuple[str, ...]]:
        if isinstance(value, str) or not isinstance(value, Sequence) or len(value) < least:
            self.fault(path, f"This is not a list of at least {least}.", "Write each thing on its own line with `- `.")
            return (), ()
        return tuple(self.match(one, (*path, i)) for i, one in enumerate(value)), tuple(title(one) for one in value)

    def _of(self, data: Mapping[str, Any], path: Path) -> Match:
        of, names = self.groups(data["of"], path, 1)
        count = _number(data.get("any", len(of) or 1))
        if count is None or count != int(count) or not 1 <= count <= max(1, len(of)):
            self.fault(
                (*path[:-1], "any"),
                f"`any: {data.get('any')}` is not a number from 1 to {len(of)}.",
                "Count what is under `of`.",
            )
            count = 1
        return Several(int(count), of, names)

    def _pair(self, data: Mapping[str, Any], path: Path) -> Match:
        value = data["pair"]
        sides: list[tuple[Match, Match]] = []
        names: list[str] = []
        if isinstance(value, Mapping) and value:
            for left, right in value.items():
                sides.append((self.match(left, (*path, left)), self.match(right, (*path, left))))
                names.append(str(left))
        elif isinstance(value, Sequence) and not isinstance(value, str) and value:
            for i, side in enumerate(value):
                if isinstance(side, str) or not isinstance(side, Sequence) or len(side) != 2:
                    self.fault((*path, i), "A pair has two sides.", "Write `- [[left, ...], [right, ...]]`.")
                    continue
                sides.append((self.match(side[0], (*path, i, 0)), self.match(side[1], (*path, i, 1))))
                names.append(title(side[0]))
        else:
            self.fault(path, "There are no pairs.", "Write `left: [right, ...]`, a line for each.")
        return Pair(tuple(sides), tuple(names))

    def _near(self, data: Mapping[str, Any], path: Path) -> Match:
        return Together(self.groups(data["near"], path, 2)[0], self.distance(data, path, NEAR), ordered=False)

    def _order(self, data: Mapping[str, Any], path: Path) -> Match:
        return Together(self.groups(data["order"], path, 2)[0], self.distance(data, path, ORDER), ordered=True)

    def distance(self, data: Mapping[str, Any], path: Path, default: int) -> int:
        value = _number(data.get("within", default))
        if value is None or value != int(value) or not 0 <= value <= 500:
            self.fault(
                (*path[:-1], "within"),
                f"`within: {data['within']}` is not a number of words.",
                "Write, for example, `within: 8`.",
            )
            return default
        return int(value)

    def _says(self, data: Mapping[str, Any], path: Path) -> Match:
        value = data["says"]
        if value not in ("yes", "no", True, False):
            self.fault(path, f"`says: {value}` is neither yes nor no.", "Write `says: yes` or `says: no`.")
        about = self.match(data["about"], (*path[:-1], "about")) if "about" in data else None
        return Says(value in ("yes", True), about)

    def _number(self, data: Mapping[str, Any], path: Path) -> Match:
        text = str(data["number"]).strip()
        unit = str(data.get("unit", ""))
        if text.endswith("%"):
            text, unit = text[:-1].strip(), "%"
        value = _number(text)
        within = _number(data.get("within", 0))
        if value is None:
            self.fault(path, f"“{data['number']}” is not a number.", "Write it in digits.")
        if within is None or within < 0:
            self.fault(
                (*path[:-1], "within"), f"`within: {data['within']}` is not a distance.", "Write how far off it may be."
            )
        if unit and unit != "%" and unit.lower() not in UNITS:
            self.fault(
                (*path[:-1], "unit"), f"The unit “{unit}” is not known.", "Leave it out, or write it as an alternative."
            )
        return Number(value or 0.0, within or 0.0, unit)

    def _formula(self, data: Mapping[str, Any], path: Path) -> Match:
        text = str(data["formula"])
        if len(text) > LONG or formulas.parsed(text) is None:
            self.fault(path, f"“{text}” cannot be read as a formula.", "Write it like `w - lr*grad`, with every `*`.")
        return Formula(text)

    def _regex(self, data: Mapping[str, Any], path: Path) -> Match:
        text = str(data["regex"])
        if not text or len(text) > LONG:
            self.fault(path, f"The expression is empty or longer than {LONG} characters.", "Shorten it.")
            return Regex(text)
        try:
            regex(text)
        except Exception as error:
            self.fault(
                path,
                f"“{text}” is not a regular expression of RE2: {error}.",
                "It knows no lookaround and no backreference.",
            )
        return Regex(text)

    def _like(self, data: Mapping[str, Any], path: Path) -> Match:
        text = str(data["like"]).strip()
        if not text:
            self.fault(path, "The sentence is empty.", "Write what an answer should say.")
        return Like(text)


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e300 else None
    return value_of(value.strip()) if isinstance(value, str) else None


def _unquoted(text: str) -> str:
    return " ".join(text.split('"')[::2])


def title(data: object) -> str:
    """What feedback calls a thing that has no name of its own: its first alternative."""
    if isinstance(data, Mapping):
        key, value = next(iter(data.items()), ("", ""))
        return str(key) if key not in KIND_KEYS else title(value)
    if isinstance(data, Sequence) and not isinstance(data, str):
        return title(data[0]) if data else ""
    return str(data).replace("*", "…")
