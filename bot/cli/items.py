"""What authoring commands are given: the items of a course, and marked answers, each with what grades it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from study.course import Course
    from study.grading import Rubric
    from study.grading.authoring.evaluation import Marked


def course_of(course: str) -> Course:
    """A course; ends the program with a sentence where it cannot be read."""
    from bot.packs.library import NoPack, find_pack, packs_folder, read_pack
    from study.packs import PackFaults

    try:
        return read_pack(find_pack(packs_folder(), course)).course
    except NoPack as error:
        raise ends(str(error)) from None
    except PackFaults as faults:
        raise ends(f"The pack has {len(faults.faults)} faults; studybot check {course} tells them.") from None


def rubric_of(course: str, item: str) -> tuple[Rubric, str]:
    """The rubric of an item, and what it asks."""
    items = list(course_of(course).items())
    for one in items:
        if one.id == item:
            if one.rubric is None:
                raise ends(f"{item} is not graded: {one.ungraded}")
            return one.rubric, one.ask
    held = f"it has {items[0].id} to {items[-1].id}" if items else "it has none"
    raise ends(f"There is no item “{item}” in {course}; {held}.")


def grouped(path: Path, course: str, item: str) -> Iterator[tuple[str, Rubric, str, list[Marked]]]:
    """Marked answers by what they answer: its name, its rubric and its question."""
    from bot.cli.marked import BadMarks, read_marked
    from study.grading import draft as drafted
    from study.grading.authoring.evaluation import Marked

    try:
        read = read_marked(path, item)
    except BadMarks as bad:
        raise ends("\n".join(bad.faults)) from None
    groups: dict[tuple[str, str, str], list[Marked]] = {}
    for one in read:
        marked = Marked(one.answer, one.score, one.points)
        groups.setdefault((one.item, one.question, one.reference), []).append(marked)
    for (name, question, reference), answers in groups.items():
        if name:
            yield name, *rubric_of(course, name), answers
        else:
            yield question or reference, drafted(question, reference), question, answers


def short(text: str) -> str:
    """A text on one line, cut where it is long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= 80 else plain[:79] + "…"


def ends(sentence: str) -> typer.Exit:
    """What ends the program, having told a sentence."""
    typer.secho(sentence, fg="red", err=True)
    return typer.Exit(1)
