"""A course as the bench lists it: its weeks and questions, how far each is proved, and how it fares in the group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cogs.evidence import Evidence, recap_of
from study.analysis import QuestionFigures
from study.packs.maturity import Maturity
from study.packs.shapes import TRUST
from study.packs.tree import Listed, Mapped, Node, data, read_tree
from study.packs.weeks import WEEK_FILE, text_at
from study.texts import _

DOUBTFUL_FIRST = (*reversed(TRUST), "")


@dataclass(frozen=True, slots=True)
class ListedItem:
    """A question in the list of its week, or its recap, with its address below that of the course.

    `trust` is how far to trust a draft; `waiting` answers are to be ruled.
    """

    path: str
    id: str
    ask: str
    state: Maturity
    trust: str
    examples: int
    changed: bool
    figures: QuestionFigures | None
    waiting: int


@dataclass(frozen=True, slots=True)
class ListedWeek:
    """A week in the list of its course, by its file."""

    file: str
    number: str
    title: str
    items: tuple[ListedItem, ...]
    recap: ListedItem | None = None


def listed_weeks(
    files: Mapping[str, str], published: Mapping[str, str], states: Mapping[str, Maturity], evidence: Evidence
) -> list[ListedWeek]:
    """The weeks of a pack as far as they can be read, whatever else is wrong with them; doubtful drafts first."""
    found = []
    for name in sorted(files):
        node = read_tree(name, files[name])[0] if WEEK_FILE.fullmatch(name) else None
        if not isinstance(node, Mapped):
            continue
        before = read_tree(name, published[name])[0] if name in published else None
        was = _items(before)
        listed = [_listed(each, was.get(key), states, evidence) for key, each in _items(node).items()]
        title, number = text_at(node, "title") or name, text_at(node, "number")
        found.append(
            ListedWeek(name, number, title, tuple(sorted(listed, key=_rank)), _recap(name, node, before, evidence))
        )
    return found


def drafts(weeks: Sequence[ListedWeek]) -> list[ListedItem]:
    """What nobody has looked at, in all weeks, the doubtful first."""
    every = (each for week in weeks for each in (week.recap, *week.items) if each is not None)
    return sorted((each for each in every if each.state == "draft"), key=_rank)


def _rank(item: ListedItem) -> int:
    return DOUBTFUL_FIRST.index(item.trust) if item.trust in DOUBTFUL_FIRST else len(DOUBTFUL_FIRST)


def _items(node: Node | None) -> dict[str, Mapped]:
    items = node.nodes.get("items") if isinstance(node, Mapped) else None
    nodes = items.nodes if isinstance(items, Listed) else ()
    return {text_at(each, "id"): each for each in nodes if isinstance(each, Mapped)}


def _listed(node: Mapped, was: Node | None, states: Mapping[str, Maturity], evidence: Evidence) -> ListedItem:
    name, trust = text_at(node, "id"), text_at(node, "draft")
    unread: Maturity = "task" if "ungraded" in node.nodes else "draft" if trust else "looked at"
    return ListedItem(
        f"q/{name}",
        name,
        text_at(node, "ask"),
        states.get(name, unread),
        trust,
        _examples(node),
        _differs(node, was),
        evidence.figures.get(name),
        evidence.waiting(name),
    )


def _recap(file: str, week: Mapped, before: Node | None, evidence: Evidence) -> ListedItem | None:
    node = week.nodes.get("recap")
    if not isinstance(node, Mapped):
        return None
    name, trust, number = file.removesuffix(".yaml"), text_at(node, "draft"), text_at(week, "number")
    asked = recap_of(number) if number.isdecimal() else ""
    return ListedItem(
        f"recap/{name}",
        _("Recap of week {week}", week=number),
        text_at(node, "prompt"),
        "draft" if trust else "looked at",
        trust,
        _examples(node),
        _differs(node, before.nodes.get("recap") if isinstance(before, Mapped) else None),
        evidence.figures.get(asked),
        evidence.waiting(asked),
    )


def _examples(node: Mapped) -> int:
    examples = node.nodes.get("examples")
    return len(examples.nodes) if isinstance(examples, Listed) else 0


def _differs(node: Node, was: Node | None) -> bool:
    return was is None or data(was) != data(node)
