"""What who joins late or comes back does first: of each week missed, its recaps and the questions most others knew."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from study.archive import Entry

EACH = 3
"""So many questions of a week are enough to follow the next one."""


@dataclass(frozen=True, slots=True)
class MissedWeek:
    """A course week, by the pack's own number, in which somebody answered nothing, and what is left to see of it.

    `recaps` are the posts, closed by now, in which the group told it in its own words.
    """

    week: int
    items: tuple[str, ...]
    recaps: tuple[int, ...] = ()


def missed(entries: Iterable[Entry], course: str, answered: Set[int], seen: Set[str]) -> tuple[MissedWeek, ...]:
    """The weeks that were missed, in the course's order; one whose questions were all seen since is caught up.

    `answered` are the posts that somebody answered in time, `seen` the items that they answered at any time.
    """
    weeks: dict[int, list[Entry]] = {}
    recaps: dict[int, list[int]] = {}
    for one in entries:
        if one.latest.course != course:
            continue
        if one.latest.kind == "item":
            weeks.setdefault(one.latest.week, []).append(one)
        elif one.latest.kind == "recap":
            told = recaps.setdefault(one.latest.week, [])
            told += (each.post_id for each in one.occurrences if not each.is_open)
    found = []
    for week, asked in sorted(weeks.items()):
        closed = [one for one in asked if not one.is_open]
        took_part = any(each.post_id in answered for one in asked for each in one.occurrences)
        if took_part or not closed:
            continue
        best = sorted(closed, key=_known, reverse=True)[:EACH]
        left = tuple(one.latest.item for one in best if one.latest.item not in seen)
        if left:
            found.append(MissedWeek(week, left, tuple(recaps.get(week, ()))))
    return tuple(found)


def _known(entry: Entry) -> tuple[float, int]:
    """How well others knew it, and how many they were."""
    return (entry.went.mean, entry.went.answered) if entry.went else (0.0, 0)
