"""A week's file read: its items, its recap, and the rubrics among their keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import cast

from study import grading
from study.course import Item, Option, Recap, Week
from study.grading import RUBRIC_SCHEMA, Rubric
from study.packs.choices import MOST, rubric_of
from study.packs.shapes import CHOICE, ITEM, RECAP, WEEK
from study.packs.tree import Listed, Mapped, Node, Path, Scalar, data, line_at
from study.packs.values import Values

WEEK_FILE = re.compile(r"week-(\d{1,3})\.yaml")
_SENTENCES = frozenset(("ask", "answer", "prompt", "hint"))
_ENDS = (".", "?", "!", ":", "…", "。", "？")  # noqa: RUF001 - the full-width question mark is meant
RUBRIC_KEYS: tuple[str, ...] = tuple(RUBRIC_SCHEMA["properties"])


@dataclass(frozen=True, slots=True)
class Words:
    """What rubrics need to know of their course: the language of its answers, and words that mean the same."""

    language: str = "en"
    synonyms: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item or a recap was written, so that a later finding can name its line."""

    file: str
    node: Node = field(repr=False)

    def line(self, path: Path = ()) -> int:
        """The line of what stands at the path within the item."""
        return line_at(self.node, path)

    def cut_off(self) -> Iterator[tuple[str, str]]:
        """The keys whose text breaks off before a “#”, with what was lost: an unquoted sentence that does not end."""
        nodes = self.node.nodes if isinstance(self.node, Mapped) else {}
        for name in _SENTENCES & nodes.keys():
            node = nodes[name]
            if isinstance(node, Scalar) and node.comment and not node.text.rstrip().endswith(_ENDS):
                yield name, node.comment


def recap_name(week: int) -> str:
    """What a week's recap is called among the origins and in findings."""
    return f"recap of week {week}"


class Weeks:
    """Reads week files, keeping where each item and recap was written."""

    def __init__(self, values: Values, words: Words) -> None:
        self.values = values
        self.words = words
        self.origins: dict[str, Origin] = {}

    def week(self, name: str, text: str, only: str = "") -> Week | None:
        """A week, or just one item of it, None where its own keys are at fault."""
        node = self.values.root(name, text)
        if node is None:
            return None
        if only and isinstance(node, Mapped) and isinstance(all_ := node.nodes.get("items"), Listed):
            kept = tuple(each for each in all_.nodes if text_at(each, "id") == only)
            nodes = {"number": node.nodes.get("number", Scalar(1, "0")), "title": Scalar(1, name)}
            node = Mapped(node.line, {**nodes, "items": Listed(all_.line, kept)}, node.key_lines)
        values = self.values.mapped(name, node, WEEK, parts={"items": self.items, "recap": self.recap})
        if values is None or not {"number", "title"} <= values.keys():
            return None
        number = cast("int", values["number"])
        match = WEEK_FILE.fullmatch(name)
        if match is not None and int(match[1]) != number and not only:
            self.values.fault(
                name,
                line_at(node, ("number",)),
                f"The file's name says week {int(match[1])}, the file says {number}.",
                "Make them agree.",
            )
        items = cast("tuple[Item, ...]", values.get("items", ()))
        return Week(
            number,
            str(values["title"]),
            str(values.get("reading", "")),
            cast("Recap | None", values.get("recap")),
            items if only else _numbered(items),
            cast("tuple[str, ...]", values.get("prompts", ())),
        )

    def recap(self, file: str, node: Node) -> Recap | None:
        """A week's recap, None where it is at fault."""
        values = self.values.mapped(file, node, RECAP, RUBRIC_KEYS)
        rubric = self.rubric(file, node)
        if values is None or rubric is None or not {"prompt", "answer"} <= values.keys():
            return None
        match = WEEK_FILE.fullmatch(file)
        self.origins[recap_name(int(match[1]) if match else 0)] = Origin(file, node)
        return Recap(str(values["prompt"]), str(values["answer"]), rubric, str(values.get("draft", "")))

    def items(self, file: str, node: Node) -> tuple[Item, ...] | None:
        """The items of a week without those at fault."""
        if not isinstance(node, Listed):
            self.values.fault(file, node.line, "“items” must be a list.", "Begin each item with “- id:”.")
            return None
        found: list[Item] = []
        first: dict[str, int] = {}
        for each in node.nodes:
            item_id, line = text_at(each, "id"), line_at(each, ("id",))
            if item_id and item_id in first:
                self.values.fault(
                    file,
                    line,
                    f"An item called {item_id} already stands on line {first[item_id]}.",
                    "Give one another id.",
                )
            first.setdefault(item_id, line)
            if (item := self.item(file, each)) is not None:
                found.append(item)
        return tuple(found)

    def item(self, file: str, node: Node) -> Item | None:
        """One item, None where it is at fault."""
        values = self.values.mapped(file, node, ITEM, RUBRIC_KEYS, {"choices": self.choices})
        if values is None or not isinstance(node, Mapped):
            return None
        choices = cast("tuple[Option, ...]", values.get("choices", ()))
        rubric = None
        if "ungraded" not in node.nodes:
            rubric = self.rubric(file, node, choices)
            if rubric is None:
                return None
        elif stray := [name for name in RUBRIC_KEYS if name in node.nodes]:
            self.values.fault(
                file,
                node.key_lines[stray[0]],
                f"An ungraded item has no “{stray[0]}”.",
                "Take out one or the other.",
            )
        if ("picture" in node.nodes) != ("alt" in node.nodes):
            has = "picture" if "picture" in node.nodes else "alt"
            lacks, what = ("alt", "what it shows") if has == "picture" else ("picture", "the picture that it tells of")
            self.values.fault(
                file, node.key_lines[has], f"“{has}” stands here without “{lacks}”.", f"Add {lacks}: {what}."
            )
        if not {"id", "ask", "answer"} <= values.keys():
            return None
        item = Item(
            str(values["id"]),
            str(values["ask"]),
            str(values["answer"]),
            rubric,
            cast("int | None", values.get("number")),
            str(values.get("hint", "")),
            str(values.get("ungraded", "")),
            choices,
            str(values.get("draft", "")),
            str(values.get("picture", "")),
            str(values.get("alt", "")),
            str(values.get("code", "")),
        )
        self.origins.setdefault(item.id, Origin(file, node))
        return item

    def choices(self, file: str, node: Node) -> tuple[Option, ...] | None:
        """The options of a question to choose from, None where they are at fault."""
        if not isinstance(node, Listed):
            self.values.fault(file, node.line, "“choices” must be a list.", "Begin each option with “- text:”.")
            return None
        read = [self.option(file, each) for each in node.nodes]
        options = tuple(option for option in read if option is not None)
        if len(options) < len(read):
            return None
        texts = {option.text.casefold() for option in options}
        if not 2 <= len(options) <= MOST or len(texts) < len(options):
            what = f"A question to choose from has 2 to {MOST} options, each unlike the others."
            self.values.fault(file, node.line, what, "Add, merge or take out some.")
            return None
        if not any(option.right for option in options):
            self.values.fault(
                file, node.line, "None of the choices is right.", "Write “right: true” under one of them."
            )
            return None
        return options

    def option(self, file: str, node: Node) -> Option | None:
        """One option: a text alone, or with what is to be said of it."""
        if isinstance(node, Scalar):
            node = Mapped(node.line, {"text": node}, {"text": node.line})
        values = self.values.mapped(file, node, CHOICE)
        if values is None or "text" not in values:
            return None
        return Option(str(values["text"]), bool(values.get("right", False)), str(values.get("feedback", "")))

    def rubric(self, file: str, node: Node, choices: Sequence[Option] = ()) -> Rubric | None:
        """The rubric whose keys stand among the item's own; options stand in for points that it does not give."""
        if not isinstance(node, Mapped):
            return None
        if "points" not in node.nodes and not choices:
            fix = "Say what earns credit, or say why words cannot answer it with “ungraded”."
            self.values.fault(
                file, node.line, "“points” is missing.", "Say what earns credit." if "prompt" in node.nodes else fix
            )
            return None
        keys = {name: data(node.nodes[name]) for name in RUBRIC_KEYS if name in node.nodes}
        if "points" not in keys:
            keys = rubric_of(choices, self.words.language) | keys
        try:
            return grading.read_rubric(
                keys,
                language=self.words.language,
                synonyms=self.words.synonyms,
                question=text_at(node, "ask") or text_at(node, "prompt"),
                reference=text_at(node, "answer"),
            )
        except grading.RubricFaults as faults:
            for fault in faults.faults:
                self.values.fault(file, line_at(node, fault.path), fault.message, fault.fix)
            return None


def text_at(node: Node, name: str) -> str:
    """The text under a key, whatever else is wrong with the mapping."""
    found = node.nodes.get(name) if isinstance(node, Mapped) else None
    return found.text.strip() if isinstance(found, Scalar) else ""


def _numbered(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The questions of a week by their places, where no book has numbers for them: people are told no ids."""
    if any(item.number for item in items):
        return items
    places = count(1)
    return tuple(item if item.rubric is None else replace(item, number=next(places)) for item in items)
