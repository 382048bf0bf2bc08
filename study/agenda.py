"""What a round asks: the week's recap as the week begins, its next items, and in the end what was missed most."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from study.course import Course
from study.review import missed_most

Asked = tuple[Literal["recap", "item"], str]


@dataclass(frozen=True, slots=True)
class Agenda:
    """The posts of a round, in order. `week` is the pack's own number, 0 once the course is over and only reviewed."""

    week: int
    posts: tuple[Asked, ...]


def agenda(
    course: Course,
    nth: int,
    count: int,
    *,
    asked: Collection[str],
    recaps: Collection[int],
    records: Sequence[tuple[str, int, float, datetime]],
    open_items: Collection[str],
) -> Agenda:
    """The round of a group's n-th week: `count` items, fresh ones of that week first.

    `asked` are item ids and `recaps` week numbers posted before, `records` how the group did (see study.review).
    """
    week = course.weeks[nth - 1] if 1 <= nth <= len(course.weeks) else None
    posts: list[Asked] = []
    if week and week.number not in recaps and (week.recap or week.reading or week.prompts):
        posts.append(("recap", ""))
    graded = [item.id for item in (week.items if week else ()) if item.rubric is not None]
    items = [item for item in graded if item not in asked][:count]
    known = {item.id for item in course.items() if item.rubric is not None}
    if len(items) < count:
        again = [record for record in records if record[0] in known]
        items += missed_most(again, count - len(items), leave={*open_items, *items})
    if not items and not week:
        items = [item.id for item in course.items() if item.rubric is not None and item.id not in asked][:count]
    return Agenda(week.number if week else 0, (*posts, *(("item", item) for item in items)))
