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

DOUBTFUL_FIRST = (*reversed(TRUST), "")


@dataclass(frozen=True, slots=True)
class ListedItem:
    """A question in the list of its week. `trust` is how far to trust a draft; `waiting` answers are to be ruled."""

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
    recap: str = ""
    figures: QuestionFigures | None = None
    waiting: int = 0
    """Of its recap."""


def listed_weeks(
    files: Mapping[str, str], published: Mapping[str, str], states: Mapping[str, Maturity], evidence: Evidence
) -> list[ListedWeek]:
    """The weeks of a pack as far as they can be read, whatever else is wrong with them; doubtful drafts first."""
    found = []
    for name in sorted(files):
        node = read_tree(name, files[name])[0] if WEEK_FILE.fullmatch(name) else None
        if not isinstance(node, Mapped):
            continue
        before = _items(read_tree(name, published[name])[0]) if name in published else {}
        listed = [_listed(each, before, states, evidence) for each in _items(node).values()]
        recap = node.nodes.get("recap")
        prompt = text_at(recap, "prompt") if recap is not None else ""
        title = text_at(node, "title") or name
        number = text_at(node, "number")
        asked = recap_of(number) if number.isdecimal() else ""
        items = tuple(sorted(listed, key=_rank))
        week = ListedWeek(name, number, title, items, prompt, evidence.figures.get(asked), evidence.waiting(asked))
        found.append(week)
    return found


def drafts(weeks: Sequence[ListedWeek]) -> list[ListedItem]:
    """What nobody has looked at, in all weeks, the doubtful first."""
    return sorted((item for week in weeks for item in week.items if item.state == "draft"), key=_rank)


def _rank(item: ListedItem) -> int:
    return DOUBTFUL_FIRST.index(item.trust) if item.trust in DOUBTFUL_FIRST else len(DOUBTFUL_FIRST)


def _items(node: Node | None) -> dict[str, Mapped]:
    items = node.nodes.get("items") if isinstance(node, Mapped) else None
    nodes = items.nodes if isinstance(items, Listed) else ()
    return {text_at(each, "id"): each for each in nodes if isinstance(each, Mapped)}


def _listed(
    node: Mapped, before: Mapping[str, Mapped], states: Mapping[str, Maturity], evidence: Evidence
) -> ListedItem:
    name, trust, was = text_at(node, "id"), text_at(node, "draft"), before.get(text_at(node, "id"))
    examples = node.nodes.get("examples")
    count = len(examples.nodes) if isinstance(examples, Listed) else 0
    changed = was is None or data(was) != data(node)
    unread: Maturity = "task" if "ungraded" in node.nodes else "draft" if trust else "looked at"
    state = states.get(name, unread)
    figures, waiting = evidence.figures.get(name), evidence.waiting(name)
    return ListedItem(name, text_at(node, "ask"), state, trust, count, changed, figures, waiting)
