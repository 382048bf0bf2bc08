"""What every question bank can hold of a course: questions with their answers and options. The rest is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from study.course import Course, Option
from study.texts import _, n_, using_language


@dataclass(frozen=True, slots=True)
class Card:
    """A question for a bank. `name` is its lasting name in the course, `week` the title of its week.

    `picture` is the name of a picture to be shown with it, and `alt` what that shows.
    """

    name: str
    week: str
    question: str
    answer: str
    options: tuple[Option, ...] = ()
    picture: str = ""
    alt: str = ""


Pictures = Mapping[str, bytes]
"""The pictures of a course by their names."""


@dataclass(frozen=True, slots=True)
class Written:
    """A bank's file, and a sentence for each kind of thing in the course that it cannot hold."""

    data: bytes
    left: tuple[str, ...] = ()


Fits = Callable[[Card], bool]


def everything(card: Card) -> bool:
    """Of a bank that holds every question."""
    return True


def cards_of(course: Course) -> Iterator[Card]:
    """The questions, recaps and questions to look up of a course, in its order; tasks have no answer and are none."""
    for week in course.weeks:
        title = f"{week.number:02} {week.title}"
        for item in week.items:
            if item.rubric is not None:
                asked = "\n".join(filter(None, (item.ask, item.code)))
                yield Card(item.id, title, asked, item.answer, item.choices, item.picture, item.alt)
        if week.recap is not None:
            yield Card(f"recap-{week.number:02}", title, week.recap.prompt, week.recap.answer)
    with using_language(course.language):
        to_look_up = _("To look up")
    for number, known in enumerate(course.knowledge, 1):
        yield Card(f"known-{number:02}", to_look_up, known.question, known.answer)


def left_out(course: Course, cards: Sequence[Card], unfit: Sequence[Card], why: str) -> tuple[str, ...]:
    """What a bank does not hold: questions that do not fit, for the reason `why`, and what no bank can hold."""
    tasks = [item for item in course.items() if item.rubric is None]
    told = []
    if unfit:
        named = _some([each.name for each in unfit])
        told.append(
            n_(
                "{count} question left out: {why} ({names}).",
                "{count} questions left out: {why} ({names}).",
                len(unfit),
                why=_(why),
                names=named,
            )
        )
    if tasks:
        told.append(
            n_(
                "{count} task left out: no answer can be written to one.",
                "{count} tasks left out: no answer can be written to one.",
                len(tasks),
            )
        )
    prompts = sum(len(week.prompts) for week in course.weeks)
    if prompts:
        told.append(n_("{count} prompt to talk about left out.", "{count} prompts to talk about left out.", prompts))
    if len(cards) > len(unfit):
        told.append(_("Rubrics, examples and hints stay behind: only this bot grades by them."))
    return tuple(told)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:6])
    return _("{names} and {count} more", names=shown, count=len(names) - 6) if len(names) > 6 else shown
