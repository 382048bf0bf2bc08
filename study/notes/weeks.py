"""A week of a course written from what notes said: a file that loads as it is and wants a human's eye.

Every drafted item says so under `draft`, with how far to trust it; whoever has looked at one takes the line out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from study.course import Option, with_letters
from study.grading.authoring.sketching import common_words
from study.notes.entries import Entry, Kind
from study.notes.rubrics import cut, draft_rubric, point_name
from study.notes.tasks import left_to_reader, to_do
from study.packs.choices import MOST
from study.packs.shapes import ID_LONGEST, ITEM, WEEK
from study.packs.writing import listed_mapping, quoted, scalar
from study.texts import _, n_, number_text, using_language

RECAP_PROMPT = {
    "en": "Tell in your own words what this week was about.",
    "de": "Erzähle in eigenen Worten, worum es in dieser Woche ging.",
}

_TRUTH = {"de": ("Richtig", "Falsch")}
"""What is offered where something is true or false, in courses of other languages than English."""


@dataclass(frozen=True, slots=True)
class WeekFile:
    """The text of a week file with what it holds; `items` are graded, `tasks` are not, and `remarks` are sentences for
    whoever imported it."""

    text: str
    items: int
    tasks: int
    ideas: int
    prompts: int
    remarks: tuple[str, ...]
    doubtful: tuple[int, ...] = ()
    """The numbers of the questions whose drafts deserve a look first."""


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
        self.doubtful: list[int] = []
        self.to_do: list[int] = []
        self.undrafted = 0
        self.common: frozenset[str] = frozenset()

    def week(self, title: str, entries: Sequence[Entry]) -> WeekFile:
        questions = [_in_words_of(self.language, entry) for entry in _of_kind("question", entries)]
        answered = [entry for entry in questions if entry.answer]
        unanswered = [entry for entry in questions if not entry.answer]
        self.common = common_words((entry.answer for entry in answered), language=self.language)
        ideas, prompts = _of_kind("recap", entries), _of_kind("prompt", entries)
        lines = [
            "# yaml-language-server: $schema=../pack.schema.json",
            "# Made from notes. Look at each “draft”, the doubtful first, add examples, and take its line out.",
            f"number: {self.number}",
            f"title: {scalar(cut(title or f'Week {self.number}', WEEK['title'].longest), 0)}",
            *(self.recap(ideas) if ideas else ()),
            *(self.prompts(prompts, unanswered) if prompts or unanswered else ()),
            *(("items:",) if answered else ()),
            *(line for entry in answered for line in self.item(entry)),
        ]
        text = "\n".join(lines) + "\n"
        if self.to_do:
            self.remarks.append(_left_to_do(self.to_do))
        tasks, said = len(self.to_do) + self.undrafted, len(prompts) + len(unanswered)
        graded = len(answered) - tasks
        return WeekFile(text, graded, tasks, len(ideas), said, tuple(self.remarks), tuple(self.doubtful))

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
            self.remarks.append(
                n_(
                    "Question {numbers} stands among the prompts, for the notes give no answer.",
                    "Questions {numbers} stand among the prompts, for the notes give no answer.",
                    len(unanswered),
                    numbers=", ".join(str(entry.number) for entry in unanswered),
                )
            )

    def recap(self, ideas: Sequence[Entry]) -> Iterator[str]:
        texts = ["\n".join(filter(None, (idea.question, idea.answer))) for idea in ideas]
        yield "recap:"
        yield f"  prompt: {scalar(RECAP_PROMPT.get(self.language, RECAP_PROMPT['en']), 4)}"
        answer = cut("\n".join(texts), ITEM["answer"].longest)
        yield f"  answer: {scalar(answer, 4)}"
        if len(answer) < len("\n".join(texts)):
            self.remarks.append(_("The recap's answer was cut at the length that can be shown."))
        yield "  draft: doubtful"
        yield "  points:"
        names: set[str] = set()
        for each in texts:
            text = " ".join(each.split())
            yield f"    - {scalar(point_name(text, names), 6, key=True)}: {{like: {quoted(cut(text, 500))}}}"

    def item(self, entry: Entry) -> Iterator[str]:
        ask = self.fit(entry, entry.question)
        answer = cut(entry.answer, ITEM["answer"].longest)
        if answer != entry.answer:
            self.remarks.append(
                _(
                    "The answer to question {number} was cut at {count} characters.",
                    number=entry.number,
                    count=number_text(len(answer)),
                )
            )
        yield f"  - id: {self.id(entry)}"
        yield f"    number: {entry.number}"
        yield f"    ask: {scalar(ask, 6)}"
        yield f"    answer: {scalar(answer, 6)}"
        if _can_be_chosen(entry.options):
            yield from _choices(entry)
            return
        if left_to_reader(ask, answer):
            self.to_do.append(entry.number)
            yield f"    ungraded: {scalar(to_do(self.language), 6)}"
            return
        drafted = draft_rubric(ask, answer, language=self.language, common=self.common)
        if drafted is None:
            with using_language(self.language):
                why = _("No rubric could be drafted from the answer; write points for it.")
            yield f"    ungraded: {scalar(why, 6)}"
            self.undrafted += 1
            self.remarks.append(_("No rubric could be drafted for question {number}.", number=entry.number))
            return
        if drafted.trust == "doubtful":
            self.doubtful.append(entry.number)
        yield f"    draft: {drafted.trust}"
        for key, entries in drafted.keys.items():
            yield f"    {key}:"
            for each in entries:
                yield from listed_mapping(each, 6)

    def fit(self, entry: Entry, text: str) -> str:
        fitting = cut(text, ITEM["ask"].longest)
        if fitting != text:
            self.remarks.append(
                _(
                    "The text on line {line} of the notes was cut at {count} characters.",
                    line=entry.line,
                    count=number_text(len(fitting)),
                )
            )
        return fitting

    def id(self, entry: Entry) -> str:
        base = f"w{self.number:02}-q{entry.number:02}"
        made = base
        while made in self.taken:
            self.repeats[base] += 1
            made = f"{base}-{self.repeats[base] + 1}"
        self.taken.add(made)
        return made[:ID_LONGEST]


def _in_words_of(language: str, entry: Entry) -> Entry:
    """A question, what a bank calls true and false called so in the course's language."""
    words = dict(zip(("True", "False"), _TRUTH.get(language, ()), strict=False))
    if {option.text for option in entry.options} != words.keys():
        return entry
    options = tuple(replace(option, text=words[option.text]) for option in entry.options)
    return replace(entry, options=options, answer=words.get(entry.answer, entry.answer))


def _left_to_do(numbers: Sequence[int]) -> str:
    """What became of questions whose answers only say that the reader shall do it."""
    return n_(
        "Question {numbers} is a task, for its answer leaves it to the reader.",
        "Questions {numbers} are tasks, for their answers leave them to the reader.",
        len(numbers),
        numbers=", ".join(map(str, numbers)),
    )


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
        feedback = {"feedback": cut(" ".join(said.split()), 500)} if said else {}
        for index, (key, value) in enumerate(({"text": option.text} | right | feedback).items()):
            yield f"      {'  ' if index else '- '}{key}: {value if key == 'right' else quoted(value)}"


def _of_kind(kind: Kind, entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.kind == kind]
