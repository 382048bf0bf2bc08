"""Questions of a course: how they are called, and what is said when the course has them no more."""

from __future__ import annotations

from cogs.errors import CogsError
from cogs.messages import Block, Code, Image, Picture, Text, rich
from cogs.services import Services
from study.agenda import place_in_week
from study.course import Course, Item, Week, with_letters
from study.texts import LazyText, _, lazy

KINDS = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
"""The media types of pictures by how their names end; of others it is PNG."""


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


def week_in(course: Course, number: int) -> Week:
    """The week of that number, as the pack counts. Raises NotInCourse."""
    week = course.week(number)
    if week is None:
        raise NotInCourse(_("Week {week}", week=number), course)
    return week


async def asked(item: Item, course: Course, services: Services) -> tuple[Block, ...]:
    """A question as it is asked, with its picture."""
    return as_asked(item, await services.pictures(course.id, item.picture) if item.picture else None)


def as_asked(item: Item, data: bytes | None) -> tuple[Block, ...]:
    """A question as it is asked: its words, its code, its picture (`data`), and its options under their letters.

    Where the picture is gone, what it shows is told.
    """
    blocks: list[Block] = [Text(*rich(item.ask))]
    if item.code:
        blocks.append(Code(item.code))
    if item.picture:
        kind = KINDS.get(item.picture.rpartition(".")[2], "image/png")
        shown = None if data is None else Image(Picture(data, item.picture, kind, item.alt))
        blocks.append(shown or Text(_("[picture: {name}]", name=item.alt)))
    if item.choices:
        blocks.append(Text(*rich(with_letters("", item.choices).lstrip("\n"))))
    return tuple(blocks)


def name_of(item: Item) -> str:
    """How an item is called within its week."""
    return str(_name(item))


def _name(item: Item) -> LazyText:
    return lazy("Question {number}", number=item.number) if item.number else LazyText(item.id)


def name_in(course: Course, item: Item) -> str:
    """How an item is called beside those of other weeks: numbers begin anew in each."""
    return str(name_later(course, item))


def name_later(course: Course, item: Item) -> LazyText:
    """As `name_in`, for whoever reads it later."""
    placed = place_in_week(course, item.id)
    if not placed or not item.number:
        return _name(item)
    week = lazy("Week {week}", week=course.nth(placed[0]))
    return LazyText("{week} · {name}", (("week", week), ("name", _name(item))))


def called(course: Course, week: int, item_id: str) -> str:
    """How what was posted is called: the item of that id, or where that is empty the week's recap."""
    item = course.item(item_id) if item_id else None
    if item is not None:
        return name_in(course, item)
    found = course.week(week)
    return item_id or (_("Recap of week {week}", week=course.nth(found)) if found else _("Recap"))
