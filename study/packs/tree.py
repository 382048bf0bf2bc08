"""YAML as its author wrote it: every scalar stays text, every value knows its line, every fault names its fix.

YAML decides by looks whether `no`, `1.0` or `2024-05-01` is text. An author never should have to know, so nothing is
decided here: a key's own meaning says later what its text is read as.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from yaml import events as ev

from study.packs.complaints import explained

Path = Sequence[str | int]
Data = str | list["Data"] | dict[str, "Data"]

DEEPEST = 24
"""Levels of nesting that a pack may have; a well-formed one needs eight."""

MOST_REPEATED = 20_000
"""Values that aliases may repeat within one file."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a pack, and what to do about it."""

    file: str
    line: int
    what: str
    fix: str = ""

    def __str__(self) -> str:
        fix = f" {self.fix}" if self.fix else ""
        return f"{self.file}:{self.line}: {self.what}{fix}"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text. `comment` is what stands behind it on its line after a “#”, which YAML takes for a remark."""

    line: int
    text: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list."""

    line: int
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """Keys with their values; `key_lines` says where each key stands."""

    line: int
    nodes: Mapping[str, Node]
    key_lines: Mapping[str, int]


Node = Scalar | Listed | Mapped


def data(node: Node) -> Data:
    """The node without its lines."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listed):
        return [data(each) for each in node.nodes]
    return {key: data(each) for key, each in node.nodes.items()}


def _size(node: Node) -> int:
    if isinstance(node, Scalar):
        return 1
    inner = node.nodes if isinstance(node, Listed) else node.nodes.values()
    return 1 + sum(_size(each) for each in inner)


def line_at(node: Node, path: Path) -> int:
    """The line of what stands at the path, or of the nearest thing above it."""
    line = node.line
    for step in path:
        if isinstance(node, Mapped) and isinstance(step, str) and step in node.nodes:
            line, node = node.key_lines[step], node.nodes[step]
        elif isinstance(node, Listed) and isinstance(step, int) and 0 <= step < len(node.nodes):
            node = node.nodes[step]
            line = node.line
        else:
            break
    return line


def read_tree(file: str, text: str) -> tuple[Node | None, tuple[Fault, ...]]:
    """The one document of a YAML text with all faults found; no node where the text is no YAML at all."""
    # Scalars stay text here, so the one thing in which YAML 1.1 parsers differ from 1.2 for packs never comes up.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = text.removeprefix("\ufeff")
    builder = _Builder(file, text)
    try:
        node = builder.document(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        line, what, fix = explained(error, text.split("\n"))
        return None, (*builder.faults, Fault(file, line, what, fix))
    except yaml.YAMLError as error:
        line = text.count("\n", 0, int(getattr(error, "position", 0) or 0)) + 1
        return None, (Fault(file, line, "Here is a character that no text may hold.", "Delete it."),)
    except _Stop:
        return None, tuple(builder.faults)
    return node, tuple(builder.faults)


class _Stop(Exception):
    """Nothing further can be made of this text."""


class _Builder:
    """Builds nodes from parser events, so that aliases are met before they multiply."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = text.split("\n")
        self.faults: list[Fault] = []
        self.anchored: dict[str, Node] = {}
        self.repeated = 0

    def fault(self, line: int, what: str, fix: str) -> None:
        self.faults.append(Fault(self.file, line, what, fix))

    def document(self, events: Iterator[object]) -> Node | None:
        root: Node | None = None
        for event in events:
            if isinstance(event, ev.DocumentStartEvent):
                if root is not None:
                    self.fault(
                        _line(event), "A second document begins here.", "Take out the line of three dashes (---)."
                    )
                    raise _Stop
                first = next(events)
                root = self.node(first, events, 0)
        if root is None or (isinstance(root, Scalar) and not root.text):
            self.fault(1, "The file is empty.", "Fill it in or delete it.")
            return None
        return root

    def node(self, event: object, events: Iterator[object], depth: int) -> Node:
        assert isinstance(event, ev.NodeEvent)
        line = _line(event)
        if depth > DEEPEST:
            self.fault(line, "This is nested too deeply.", "Write it flatter.")
            raise _Stop
        if isinstance(event, ev.AliasEvent):
            return self.alias(line, str(event.anchor))
        if tag := getattr(event, "tag", None):
            self.fault(line, f"{tag} reads as a YAML tag.", 'Put the text in quotes: "!…", or take it out.')
        anchor = event.anchor
        node: Node
        if isinstance(event, ev.ScalarEvent):
            node = Scalar(line, str(event.value), self.comment(event))
        elif isinstance(event, ev.SequenceStartEvent):
            nodes = []
            while not isinstance(event := next(events), ev.SequenceEndEvent):
                nodes.append(self.node(event, events, depth + 1))
            node = Listed(line, tuple(nodes))
        else:
            node = self.mapped(line, events, depth)
        if anchor:
            self.anchored[str(anchor)] = node
        return node

    def comment(self, event: yaml.events.ScalarEvent) -> str:
        """What follows an unquoted text on its line after a “#”."""
        if event.style or event.end_mark is None or event.end_mark.line >= len(self.lines):
            return ""
        space, sign, comment = self.lines[event.end_mark.line][event.end_mark.column :].partition("#")
        return comment.strip() if sign and not space.strip() else ""

    def alias(self, line: int, name: str) -> Node:
        """What the alias stands for; repeating is bounded, for aliases of aliases grow without end."""
        node = self.anchored.get(name)
        if node is None:
            self.fault(
                line,
                f"*{name} repeats something called &{name}, and there is none.",
                'For a text, write "*…" in quotes.',
            )
            return Scalar(line, f"*{name}")
        self.repeated += _size(node)
        if self.repeated > MOST_REPEATED:
            self.fault(line, "The aliases here repeat too much.", "Write it out, or repeat smaller parts.")
            raise _Stop
        return node

    def mapped(self, line: int, events: Iterator[object], depth: int) -> Mapped:
        nodes: dict[str, Node] = {}
        key_lines: dict[str, int] = {}
        while not isinstance(event := next(events), ev.MappingEndEvent):
            key = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                self.fault(key.line, "A list cannot stand before a colon.", "Put the text in quotes.")
            elif key.text in nodes:
                first = key_lines[key.text]
                self.fault(key.line, f"“{key.text}” stands here twice (first on line {first}).", "Keep one of the two.")
            else:
                nodes[key.text], key_lines[key.text] = value, key.line
        return Mapped(line, nodes, key_lines)


def _line(event: yaml.events.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
