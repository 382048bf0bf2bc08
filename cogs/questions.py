"""Questions of a course: how they are called, and what is said when the course has them no more."""

from __future__ import annotations

from cogs.errors import CogsError
from study.agenda import place_in_week
from study.course import Course, Item
from study.texts import _


class NotInCourse(CogsError):
    """What was posted is not in the course pack any more."""

    def __init__(self, what: str, course: Course) -> None:
        super().__init__(_("{what} is no longer part of the course {course}.", what=what, course=course.title))


def question(course: Course, item_id: str) -> Item:
    """The item of that id. Raises NotInCourse."""
    item = course.item(item_id)
    if item is None:
        raise NotInCourse(_("The question {item}", item=item_id), course)
    return item


def name_of(item: Item) -> str:
    """How an item is called within its week."""
    return _("Question {number}", number=item.number) if item.number else item.id


def name_in(course: Course, item: Item) -> str:
    """How an item is called beside those of other weeks: numbers begin anew in each."""
    placed = place_in_week(course, item.id)
    if not placed or not item.number:
        return name_of(item)
    week = _("Week {week}", week=course.nth(placed[0]))
    return f"{week} · {name_of(item)}"


def called(course: Course, week: int, item_id: str) -> str:
    """How what was posted is called: the item of that id, or where that is empty the week's recap."""
    item = course.item(item_id) if item_id else None
    if item is not None:
        return name_in(course, item)
    found = course.week(week)
    return item_id or (_("Recap of week {week}", week=course.nth(found)) if found else _("Recap"))
