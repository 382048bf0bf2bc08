"""One question of a week, or its recap, changed in the file's own text: every other line stays as its author wrote it.

The lines of a key are taken out and written anew only where its value is another; comments within such a value go, all
others stay. What was written is read again before it is handed out, so that no change means more than was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import yaml

from study import StudyError
from study.packs.tree import Data, Listed, Mapped, Node, data, read_tree

WIDTH = 118

RECAP = ":recap"
"""What a week's recap is called among its entries; no item can be."""


class NotSpliced(StudyError):
    """The text cannot be changed in place; its own author has to."""


class _Dumper(yaml.SafeDumper):
    """Writes every text plain where it can be: for packs no text looks like a number or a switch."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - as its base class declares it

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _listed(dumper: _Dumper, value: list[Data]) -> yaml.Node:
    flat = dumper.default_flow_style or all(isinstance(each, str) and "\n" not in each for each in value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=flat)


def _text(dumper: _Dumper, value: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(list, _listed)
_Dumper.add_representer(str, _text)


def as_yaml(value: Data, indent: int = 0) -> str:
    """A value as YAML that reads back as it was, each line after so many spaces, with a line break at its end."""
    written = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH - indent)
    return "".join(f"{' ' * indent}{line}" if line.strip() else line for line in written.splitlines(keepends=True))


def as_data(value: object) -> Data:
    """A value of numbers, switches and texts as a pack holds it: all of it text."""
    if isinstance(value, Mapping):
        return {str(key): as_data(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_data(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def as_flow(value: Data) -> str:
    """A value as YAML on one line."""
    return yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=True, width=10**9
    ).strip()


def item_of(text: str, item_id: str) -> dict[str, Data] | None:
    """An item of a week's text as data, or its RECAP; None where there is none of that id."""
    found = _entries(text).get(item_id)
    return None if found is None else _dict(data(found))


def with_item(text: str, item_id: str, wanted: Mapping[str, Data]) -> str:
    """The text of a week in which the item says what is wanted; its id may change. Raises NotSpliced."""
    if item_id not in _entries(text):
        raise NotSpliced(f"There is no {item_id.strip(':')} in this week any more.")
    return _proved(text, _spliced(text, item_id, wanted), {item_id: dict(wanted)})


def with_new_item(text: str, wanted: Mapping[str, Data]) -> str:
    """The text of a week with one item more, after its others. Raises NotSpliced."""
    body = text if text.endswith("\n") or not text else f"{text}\n"
    items = _items(text)
    entry = as_yaml([dict(wanted)], 2)
    if items:
        lines = body.splitlines(keepends=True)
        last, end = _span(body, list(items), list(items)[-1])
        entry = as_yaml([dict(wanted)], _indent(lines[last]))
        made = "".join((*lines[:end], "\n", entry, *lines[end:]))
    else:
        made = f"{body}\nitems:\n{entry}"
    return _proved(text, made, {str(wanted["id"]): dict(wanted)})


def without_item(text: str, item_id: str) -> str:
    """The text of a week without an item. Raises NotSpliced."""
    items = _items(text)
    if item_id not in items:
        raise NotSpliced(f"There is no {item_id} in this week any more.")
    lines = text.splitlines(keepends=True)
    if len(items) == 1:
        node = _tree(text)
        assert isinstance(node, Mapped)
        first, (_, end) = node.key_lines["items"] - 1, _span(text, list(items), item_id)
    else:
        first, end = _span(text, list(items), item_id)
    made = "".join((*lines[:first], *lines[end:]))
    return _proved(text, made, {item_id: None})


@lru_cache(maxsize=4)
def _tree(text: str) -> Node | None:
    """The text as it was read: each step of a change asks for it again."""
    return read_tree("", text)[0]


def _entries(text: str) -> dict[str, Mapped]:
    """The items of a week, and its recap."""
    node = _tree(text)
    recap = node.nodes.get("recap") if isinstance(node, Mapped) else None
    return _items(text) | ({RECAP: recap} if isinstance(recap, Mapped) else {})


def _items(text: str) -> dict[str, Mapped]:
    """The items of a week by their ids, in their order."""
    node = _tree(text)
    items = node.nodes.get("items") if isinstance(node, Mapped) else None
    found: dict[str, Mapped] = {}
    for each in items.nodes if isinstance(items, Listed) else ():
        if isinstance(each, Mapped) and isinstance(name := data(each).get("id"), str):  # type: ignore[union-attr]
            found.setdefault(name.strip(), each)
    return found


def _dict(value: Data) -> dict[str, Data]:
    assert isinstance(value, dict)
    return value


def _span(text: str, ids: Sequence[str], item_id: str) -> tuple[int, int]:
    """The lines of an item, from its dash to before the next one's, without what stands above that as a comment."""
    items, lines = _entries(text), text.splitlines()
    first = items[item_id].line - 1
    if item_id == RECAP and lines[first].startswith("recap"):
        raise NotSpliced("This recap is written on one line; edit it by hand.")
    after = ids[ids.index(item_id) + 1 :] if item_id in ids else ()
    if after:
        end = items[after[0]].line - 1
    else:
        indent = _indent(lines[first]) - (item_id == RECAP)
        end = next(
            (n for n in range(first + 1, len(lines)) if lines[n].strip() and not _below(lines[n], indent)), len(lines)
        )
    while end > first + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return first, end


def _below(line: str, indent: int) -> bool:
    return _indent(line) > indent or line.lstrip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _changed(lines: Sequence[str], first: int, node: Mapped, wanted: Mapping[str, Data]) -> list[str]:
    """The lines of an item with the keys that are wanted otherwise written anew."""
    indent = _indent(lines[0])
    starts = sorted((line - 1 - first, key) for key, line in node.key_lines.items())
    dashed = lines[0][indent:].startswith("- ")
    in_blocks = len({line for line, _ in starts}) == len(starts)
    if not in_blocks or next(iter(wanted), "") != starts[0][1]:
        return [as_yaml([dict(wanted)] if dashed else dict(wanted), indent)]
    column = indent + 2 + _indent(lines[0][indent + 2 :].rstrip("\n")) if dashed else indent
    ends = [*(line for line, _ in starts[1:]), len(lines)]
    made: list[str] = []
    for (line, key), end in zip(starts, ends, strict=True):
        if key not in wanted:
            continue
        if data(node.nodes[key]) == wanted[key]:
            made += [each if each.endswith("\n") else f"{each}\n" for each in lines[line:end]]
        else:
            made.append(as_yaml({key: wanted[key]}, column))
    made += [as_yaml({key: wanted[key]}, column) for key in wanted if key not in node.nodes]
    made[0] = lines[0][:column] + made[0][column:]
    return made


def _spliced(text: str, item_id: str, wanted: Mapping[str, Data]) -> str:
    entries, lines = _entries(text), text.splitlines(keepends=True)
    first, end = _span(text, list(_items(text)), item_id)
    return "".join((*lines[:first], *_changed(lines[first:end], first, entries[item_id], wanted), *lines[end:]))


def _proved(before: str, after: str, wanted: Mapping[str, Data | None]) -> str:
    """The new text, if it holds all that the old one held and what is wanted. Raises NotSpliced."""
    was = {name: data(node) for name, node in _entries(before).items()}
    for name, each in wanted.items():
        was.pop(name, None)
        if each is not None:
            was[str(_dict(each).get("id", name)).strip()] = each
    for name, each in was.items():
        found = _entries(after).get(name)
        if found is not None and data(found) != each:  # an alias, and what it repeated was written anew
            after = _spliced(after, name, _dict(each))
    now = {name: data(node) for name, node in _entries(after).items()}
    if now != was or _rest(before) != _rest(after):
        raise NotSpliced("This file is written in a way that cannot be changed here; edit it by hand.")
    return after


def _rest(text: str) -> Data:
    node = _tree(text)
    assert isinstance(node, Mapped)
    return {key: data(each) for key, each in node.nodes.items() if key not in ("items", "recap")}
