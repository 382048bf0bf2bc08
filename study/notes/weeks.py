"""A week of a course written from what notes said: a file that loads as it is and wants a human's eye.

Every drafted rubric carries the comment `# drafted`; whoever has mended one takes it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from study.course import Option, with_letters
from study.grading import RubricFaults, draft, grade, read_rubric, write_rubric
from study.grading.authoring.schema import POINT_KEYS, WRONG_KEYS
from study.grading.match.registry import KEYS
from study.notes.entries import Entry, Kind
from study.packs.choices import MOST
from study.packs.shapes import ID_LONGEST, ITEM, WEEK
from study.packs.writing import listed_mapping, quoted, scalar

DRAFTED = "# drafted"
RECAP_PROMPT = {
    "en": "Tell in your own words what this week was about.",
    "de": "Erzähle in eigenen Worten, worum es in dieser Woche ging.",
}


@dataclass(frozen=True, slots=True)
class WeekFile:
    """The text of a week file with what it holds; `remarks` are sentences for whoever imported it."""

    text: str
    items: int
    ideas: int
    prompts: int
    remarks: tuple[str, ...]


def write_week(
    number: int, title: str, entries: Sequence[Entry], *, language: str = "en", taken: Collection[str] = ()
) -> WeekFile:
    """A week file made of entries. `taken` are the item ids that the course already has."""
    return _Writer(number, language, set(taken)).week(title, entries)


class _Writer:
    def __init__(self, number: int, language: str, taken: set[str]) -> None:
        self.number = number
        self.language = language
        self.taken = taken
        self.repeats: Counter[str] = Counter()
        self.remarks: list[str] = []

    def week(self, title: str, entries: Sequence[Entry]) -> WeekFile:
        questions = _of_kind("question", entries)
        answered = [entry for entry in questions if entry.answer]
        unanswered = [entry for entry in questions if not entry.answer]
        ideas, prompts = _of_kind("recap", entries), _of_kind("prompt", entries)
        lines = [
            "# yaml-language-server: $schema=../pack.schema.json",
            f"# Made from notes. Complete each rubric marked “{DRAFTED[2:]}”, add examples, and take the mark out.",
            f"number: {self.number}",
            f"title: {scalar(_cut(title or f'Week {self.number}', WEEK['title'].longest), 0)}",
            *(self.recap(ideas) if ideas else ()),
            *(self.prompts(prompts, unanswered) if prompts or unanswered else ()),
            *(("items:",) if answered else ()),
            *(line for entry in answered for line in self.item(entry)),
        ]
        text = "\n".join(lines) + "\n"
        return WeekFile(text, len(answered), len(ideas), len(prompts) + len(unanswered), tuple(self.remarks))

    def prompts(self, prompts: Sequence[Entry], unanswered: Sequence[Entry]) -> Iterator[str]:
        """What there is to talk about; questions without an answer are among it, each under a comment."""
        yield "prompts:"
        for entry in prompts:
            yield f"  - {scalar(self.fit(entry, entry.question), 4)}"
        for entry in unanswered:
            yield f"  # question {entry.number}, which the notes do not answer"
            question = with_letters(entry.question, entry.options)
            yield f"  - {scalar(self.fit(entry, question), 4)}"
        if unanswered:
            numbers = ", ".join(str(entry.number) for entry in unanswered)
            which = f"Question {numbers} stands" if len(unanswered) == 1 else f"Questions {numbers} stand"
            self.remarks.append(f"{which} among the prompts, for the notes give no answer.")

    def recap(self, ideas: Sequence[Entry]) -> Iterator[str]:
        told = ["\n".join(filter(None, (idea.question, idea.answer))) for idea in ideas]
        yield "recap:"
        yield f"  prompt: {scalar(RECAP_PROMPT.get(self.language, RECAP_PROMPT['en']), 4)}"
        answer = _cut("\n".join(told), ITEM["answer"].longest)
        yield f"  answer: {scalar(answer, 4)}"
        if len(answer) < len("\n".join(told)):
            self.remarks.append("The recap's answer was cut at the length that can be shown.")
        yield f"  {DRAFTED}"
        yield "  points:"
        names: set[str] = set()
        for each in told:
            text = " ".join(each.split())
            yield f"    - {scalar(_name(text, names), 6, key=True)}: {{like: {quoted(_cut(text, 500))}}}"

    def item(self, entry: Entry) -> Iterator[str]:
        ask = self.fit(entry, entry.question)
        answer = _cut(entry.answer, ITEM["answer"].longest)
        if answer != entry.answer:
            self.remarks.append(f"The answer to question {entry.number} was cut at {len(answer):,} characters.")
        yield f"  - id: {self.id(entry)}"
        yield f"    number: {entry.number}"
        yield f"    ask: {scalar(ask, 6)}"
        yield f"    answer: {scalar(answer, 6)}"
        if _can_be_chosen(entry.options):
            yield from _choices(entry)
            return
        points = self.points(ask, answer)
        if points is None:
            yield "    ungraded: No rubric could be drafted from the answer; write points for it."
            self.remarks.append(f"No rubric could be drafted for question {entry.number}.")
            return
        yield f"    {DRAFTED}"
        yield "    points:"
        for point in points:
            yield from listed_mapping(point, 6)

    def points(self, ask: str, answer: str) -> list[dict[str, Any]] | None:
        """The drafted points, each under a short name of its own."""
        names: set[str] = set()
        made = []
        drafted = draft(ask, answer, language=self.language)
        earned = {result.name for result in grade(drafted, answer, question=ask).results if result.hit}
        for point in write_rubric(drafted)["points"]:
            if next(iter(point)) not in earned:
                continue
            name, *others = point
            made.append({_name(str(name), names): _shortened(point[name]), **{key: point[key] for key in others}})
        try:
            read_rubric({"points": made}, language=self.language, question=ask, reference=answer)
        except RubricFaults:
            return None
        return made

    def fit(self, entry: Entry, text: str) -> str:
        cut = _cut(text, ITEM["ask"].longest)
        if cut != text:
            self.remarks.append(f"The text on line {entry.line} of the notes was cut at {len(cut):,} characters.")
        return cut

    def id(self, entry: Entry) -> str:
        base = f"w{self.number:02}-q{entry.number:02}"
        made = base
        while made in self.taken:
            self.repeats[base] += 1
            made = f"{base}-{self.repeats[base] + 1}"
        self.taken.add(made)
        return made[:ID_LONGEST]


def _can_be_chosen(options: Sequence[Option]) -> bool:
    """Whether these options make a question to choose from."""
    texts = {option.text.casefold() for option in options}
    fit = 2 <= len(options) <= MOST and len(texts) == len(options) and all(0 < len(text) <= 200 for text in texts)
    return fit and any(option.right for option in options)


def _choices(entry: Entry) -> Iterator[str]:
    """The options of a question, with what explains the right one."""
    yield "    choices:"
    explained = False
    for option in entry.options:
        said = option.feedback
        if option.right and not explained and entry.explanation:
            said, explained = entry.explanation, True
        right = {"right": "true"} if option.right else {}
        feedback = {"feedback": _cut(" ".join(said.split()), 500)} if said else {}
        for index, (key, value) in enumerate(({"text": option.text} | right | feedback).items()):
            yield f"      {'  ' if index else '- '}{key}: {value if key == 'right' else quoted(value)}"


def _of_kind(kind: Kind, entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.kind == kind]


_KEYS = frozenset((*POINT_KEYS, *KEYS, *WRONG_KEYS, "answer", "score"))


def _name(text: str, names: set[str]) -> str:
    """A point's name: what it says, cut to a line, unlike any other of its rubric."""
    text = " ".join(text.split()).strip(" .;:,") or "the answer"
    base = text if len(text) <= 90 else f"{text[:89].rsplit(' ', 1)[0]} …"
    if base.casefold() in _KEYS:
        base = f"says “{base}”"
    name, count = base, 1
    while name.casefold() in names:
        count += 1
        name = f"{base} ({count})"
    names.add(name.casefold())
    return name


def _shortened(body: Any) -> Any:  # noqa: ANN401 - a rubric's own data, of any shape
    if isinstance(body, dict):
        return {key: _cut(value, 500) if isinstance(value, str) else value for key, value in body.items()}
    return body


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 2].rsplit(None, 1)[0]} …"
