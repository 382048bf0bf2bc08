"""A question as a group would be asked it, before there is any post: what an author sees while writing it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cogs import quiz, recap, task
from cogs.asked import Posted
from cogs.messages import ActionId, Form, Reply
from cogs.questions import as_asked
from study.course import Course, Item, Recap
from study.group import Group, Post, Round
from study.texts import using_language

OPEN_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A post and the form under its button; None where that has none to write in."""

    post: Reply
    form: Form | None = None


def rehearse(item: Item, course: Course, picture: bytes | None, now: datetime) -> Rehearsal:
    """The post of a question or task in the language of its course."""
    with using_language(course.language):
        shown, here = as_asked(item, picture), _here(course, item.id, 0, now)
        if item.rubric is None:
            return Rehearsal(task.posted(item, shown, here))
        return Rehearsal(quiz.posted(item, shown, here), quiz.answer_form(item, ActionId("quiz.send", ("0",))))


def rehearse_recap(said: Item, course: Course, number: int, now: datetime) -> Rehearsal | None:
    """The post that opens a week, with its recap as it is being written; None of a week that the course has not yet."""
    week = course.week(number)
    if week is None or said.rubric is None:
        return None
    with using_language(course.language):
        changed = replace(week, recap=Recap(said.ask, said.answer, said.rubric))
        return Rehearsal(recap.posted(changed, _here(course, "", number, now)))


def _here(course: Course, item: str, week: int, now: datetime) -> Posted:
    """A post in a group that has nothing of its own."""
    group = Group(0, "", course.id, "UTC", ())
    opened = Round(0, 0, "", week, now, now + OPEN_FOR, "open", course.id)
    return Posted(Post(0, 0, 0, "item" if item else "recap", item, 0, week), opened, group, course)
