"""The bench's forms: what was typed into an editor's fields, or into its YAML, as the keys of a question."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.packs.bench import Opened
from study.packs.fields import ChoiceFields, ExampleFields, ItemFields, PointFields, fields_of, item_with
from study.packs.splicing import RECAP
from study.packs.tree import Data, Mapped, data, read_tree
from study.packs.weeks import text_at
from study.texts import _

SPARE = 2
"""Empty rows after those that are filled, for a browser without scripts."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as it stands in a form. `fault` says why its YAML cannot be read."""

    opened: Opened
    fields: ItemFields
    yaml: str = ""
    fault: str = ""

    @property
    def wanted(self) -> dict[str, Data]:
        """The question's keys as the form has them."""
        if self.yaml and not self.fault:
            node, _end = read_tree("", self.yaml)
            read = data(node) if node is not None else {}
            return read if isinstance(read, dict) else {}
        return item_with(self.opened.data, self.fields)


def drafted(now: Opened, sent: Mapping[str, str]) -> Draft:
    """What a form brought: the item as it was opened then, by the stamp it carries, and what was typed."""
    opened = Opened(now.week, now.id, now.data, sent.get("stamp", now.stamp))
    if sent.get("mode") == "yaml":
        text = sent.get("yaml", "").replace("\r\n", "\n")
        fault = _unread(text, now.id)
        node, _end = read_tree("", text)
        read = data(node) if node is not None and not fault else now.data
        return Draft(opened, fields_of(read if isinstance(read, dict) else now.data), text, fault)
    return Draft(opened, _fields(sent))


def _unread(text: str, item: str) -> str:
    node, faults = read_tree("", text)
    if faults or node is None:
        if not faults:
            return _("There is nothing here.")
        return _("Line {line}: {fault}", line=faults[0].line, fault=f"{faults[0].what} {faults[0].fix}")
    if not isinstance(node, Mapped):
        return _("Write the keys of one question: ask, answer, points.")
    if item != RECAP and text_at(node, "id") != item:
        return _("The id is for ever, for answers are kept under it: leave “id: {item}” as it is.", item=item)
    return ""


def _fields(sent: Mapping[str, str]) -> ItemFields:
    return ItemFields(
        ask=_lines(sent.get("ask", "")),
        answer=_lines(sent.get("answer", "")),
        hint=_lines(sent.get("hint", "")),
        ungraded=_lines(sent.get("ungraded", "")),
        picture="" if sent.get("no_picture") else sent.get("picture", "").strip(),
        alt="" if sent.get("no_picture") else " ".join(sent.get("alt", "").split()),
        code=sent.get("code", "").replace("\r\n", "\n").strip("\n"),
        draft="" if sent.get("looked") else sent.get("draft", ""),
        points=tuple(_points(sent, "point")),
        wrong=tuple(_points(sent, "wrong")),
        choices=tuple(
            ChoiceFields(row.get("text", ""), bool(row.get("right")), row.get("feedback", ""))
            for row in _rows(sent, "choice")
            if row.get("text", "").strip()
        ),
        examples=tuple(
            ExampleFields(_lines(row.get("answer", "")), row.get("score", "").strip().replace(",", ".") or "0")
            for row in _rows(sent, "example")
            if row.get("answer", "").strip()
        ),
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _points(sent: Mapping[str, str], kind: str) -> Iterator[PointFields]:
    for row in _rows(sent, kind):
        if row.get("name", "").strip() or row.get("ways", "").strip():
            try:
                rest = json.loads(row.get("rest", "") or "{}")
            except ValueError:
                rest = {}
            yield PointFields(
                row.get("name", "").strip(),
                "\n".join(line.strip() for line in _lines(row.get("ways", "")).split("\n") if line.strip()),
                row.get("worth", "").strip().replace(",", "."),
                row.get("said", "").strip(),
                rest if isinstance(rest, dict) else {},
            )


def _rows(sent: Mapping[str, str], kind: str) -> Iterator[Mapping[str, str]]:
    """The rows of a table of the form, in their order: `point.3.name` is the name in row 3."""
    found: dict[int, dict[str, str]] = {}
    for name, value in sent.items():
        first, _, rest = name.partition(".")
        number, _, key = rest.partition(".")
        if first == kind and number.isascii() and number.isdigit() and len(number) < 6:
            found.setdefault(int(number), {})[key] = value
    return (found[number] for number in sorted(found))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table in the editor: its number, and what stands in it, nothing in an empty one."""

    number: int
    value: object | None

    @property
    def rest(self) -> str:
        """What a form carries along of a point."""
        kept = getattr(self.value, "rest", {})
        return json.dumps(kept, ensure_ascii=False) if kept else ""


def rows(values: Sequence[object]) -> list[Row]:
    """A table's rows, with empty ones after those that are filled."""
    spare = [Row(len(values) + n, None) for n in range(SPARE)]
    return [*(Row(n, value) for n, value in enumerate(values)), *spare]
