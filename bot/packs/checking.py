"""What a pack that can be read still has wrong with it, and what it holds in a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.packs.library import shown
from study.course import Course
from study.grading import Asked, Rubric, check_attacks, check_examples, check_others
from study.packs import Fault, Pack, recap_name
from study.packs.maturity import MATURITIES, maturities

_KEYS = {"looked at": "looked_at", "draft": "drafts", "task": "tasks"}
NAMED = 6
"""Drafts that a summary names, at most."""


class _Graded(NamedTuple):
    """An item or a recap that is graded; `draft` says how far to trust a rubric nobody has looked at."""

    name: str
    question: str
    answer: str
    rubric: Rubric
    draft: str

    @property
    def is_draft(self) -> bool:
        """Whether nobody has looked at its rubric."""
        return bool(self.draft) or self.rubric.drafted


def proof(folder: Path, pack: Pack) -> Iterator[Fault]:
    """What a pack's texts, examples and reference answers show to be wrong with it."""
    for each in (*_items(pack), *_recaps(pack)):
        origin = pack.origins[each.name]
        file = shown(folder / origin.file)
        for key, lost in origin.cut_off():
            what = f"{each.name}: “{key}” ends before the “#”; YAML takes “# {lost}” for a remark."
            yield Fault(file, origin.line((key,)), what, 'Put the whole text in "quotes".')
        attacked = check_attacks(each.rubric, each.answer, each.question)
        for fault in (*check_examples(each.rubric, each.answer, each.question), *attacked):
            if each.is_draft and fault.path[:1] != ("examples",):
                continue  # drafts are counted in the summary; that they are not perfect is known
            yield Fault(file, origin.line(fault.path), f"{each.name}: {fault.message}", fault.fix)


def others(folder: Path, pack: Pack) -> Iterator[tuple[Fault, bool]]:
    """The rubrics that accept what answers another question, and whether they do so more often than by chance."""
    asked = [Asked(each.name, each.question, each.answer, each.rubric) for each in _items(pack)]
    looked_at = {each.name for each in _items(pack) if not each.is_draft}
    for passed in check_others(asked):
        if passed.name in looked_at:
            origin = pack.origins[passed.name]
            where = shown(folder / origin.file), origin.line(passed.fault.path)
            yield Fault(*where, f"{passed.name}: {passed.fault.message}", passed.fault.fix), passed.often


def summary(pack: Pack) -> str:
    """What a pack without faults holds; of drafts nobody can say that all is well."""
    items, recaps = _items(pack), _recaps(pack)
    examples = sum(len(each.rubric.examples) for each in (*items, *recaps))
    weeks = _counted(len(pack.course.weeks), "week")
    held = f"{pack.course.id}: {weeks}, {_counted(len(items), 'graded item')}, {_counted(examples, 'example')}"
    drafts = [each for each in items if each.is_draft]
    unread = sum(each.is_draft for each in recaps)
    return f"{held}. {_drafts(drafts, unread)}" if drafts or unread else f"{held}: all well."


def listing(course: Course) -> dict[str, str | int]:
    """What a course holds, in figures, and how many questions are proved how far."""
    states = Counter(maturities(course).values())
    return {
        "id": course.id,
        "title": course.title,
        "language": course.language,
        "weeks": len(course.weeks),
        **{_KEYS.get(state, state): states[state] for state in MATURITIES},
        "licence": course.licence,
        "source": course.source,
    }


def _items(pack: Pack) -> list[_Graded]:
    return [
        _Graded(item.id, item.ask, item.answer, item.rubric, item.draft)
        for item in pack.course.items()
        if item.rubric is not None
    ]


def _recaps(pack: Pack) -> list[_Graded]:
    recaps = ((week.number, week.recap) for week in pack.course.weeks if week.recap is not None)
    return [
        _Graded(recap_name(number), recap.prompt, recap.answer, recap.rubric, recap.draft) for number, recap in recaps
    ]


def _drafts(drafts: Sequence[_Graded], recaps: int) -> str:
    """How many drafts nobody has looked at, and at which to look first."""
    counted = [_counted(count, word) for count, word in ((len(drafts), "draft"), (recaps, "drafted recap")) if count]
    first = [each.name for each in drafts if each.draft == "doubtful"] or [
        each.name for each in drafts if not each.draft
    ]
    look = f"; look first at {', '.join(first[:NAMED])}" if first else ""
    more = f" and {len(first) - NAMED} more" if len(first) > NAMED else ""
    return f"{' and '.join(counted)} nobody has looked at{look}{more}."


def _counted(count: int, word: str) -> str:
    return f"{count} {word if count == 1 else f'{word}s'}"
