"""The values of a pack's keys: told from text by what the key means, with a fault and a fix for each that is not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence

from study.packs.shapes import ID, ID_LONGEST, LANGUAGE, PICTURE, TRUST, Key, Shape
from study.packs.tree import Fault, Listed, Mapped, Node, Scalar, read_tree

Part = Callable[[str, Node], object | None]
"""What reads a value that is more than text or a list of texts: a week's items, its recap."""


class Values:
    """Reads mappings by their shapes and collects every fault on the way."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, file: str, line: int, what: str, fix: str = "") -> None:
        """Note a fault and go on."""
        self.faults.append(Fault(file, line, what, fix))

    def root(self, file: str, text: str) -> Node | None:
        """The one document of a file, None where it is no YAML at all."""
        node, faults = read_tree(file, text)
        self.faults.extend(faults)
        return node

    def mapped(
        self,
        file: str,
        node: Node,
        shape: Shape,
        others: Sequence[str] = (),
        parts: Mapping[str, Part] | None = None,
    ) -> dict[str, object] | None:
        """The values of a mapping by its shape; keys at fault are left out.

        `others` are keys read elsewhere, `parts` read the kinds of value that only some files have.
        """
        if not isinstance(node, Mapped):
            keys = ", ".join(key for key in shape if shape[key].required)
            self.fault(file, node.line, "Keys with values are expected here.", f"It needs {keys}.")
            return None
        for name in node.nodes:
            if name not in shape and name not in others:
                self.fault(
                    file,
                    node.key_lines[name],
                    f"There is no key “{name}” here.",
                    _nearest(name, (*shape, *others)),
                )
        values = {}
        for name, key in shape.items():
            if name not in node.nodes:
                if key.required:
                    self.fault(file, node.line, f"“{name}” is missing.", f"Add {name}: {_first(key.summary)}")
                continue
            part = (parts or {}).get(key.kind)
            each, line = node.nodes[name], node.key_lines[name]
            value = part(file, each) if part else self.value(file, each, name, key, line)
            if value is not None:
                values[name] = value
        return values

    def value(self, file: str, node: Node, name: str, key: Key, line: int) -> object | None:
        """The value of one key, None where it is at fault."""
        match key.kind:
            case "texts":
                return self.texts(file, node, name, key)
            case "synonyms":
                return self.synonym_lists(file, node)
            case _:
                return self.scalar(file, node, name, key, line)

    def scalar(self, file: str, node: Node, name: str, key: Key, line: int) -> str | int | bool | None:
        """A text, a number, a name, or yes and no."""
        if not isinstance(node, Scalar):
            self.fault(
                file,
                line,
                f"“{name}” must be a single text, not a list or keys.",
                "If it holds a colon, a bracket or a dash, put it in quotes.",
            )
            return None
        text = node.text.strip()
        wrong = _wrong(text, name, key)
        if wrong is not None:
            self.fault(file, line, *wrong)
            return None
        match key.kind:
            case "number":
                return int(text)
            case "flag":
                return text.casefold() in _TRUE
            case _:
                return text

    def texts(self, file: str, node: Node, name: str, key: Key) -> tuple[str, ...] | None:
        """A list of texts."""
        if not isinstance(node, Listed):
            self.fault(file, node.line, f"“{name}” must be a list.", "Begin each line with a dash.")
            return None
        read = (self.scalar(file, each, name, Key("text", key.summary), each.line) for each in node.nodes)
        return tuple(str(text) for text in read if text is not None)

    def synonym_lists(self, file: str, node: Node) -> tuple[tuple[str, ...], ...] | None:
        """Lists of words that mean the same."""
        if not isinstance(node, Listed):
            self.fault(file, node.line, "“synonyms” must be a list of lists.", "Write - [GPU, graphics card].")
            return None
        key = Key("text", "a word or two.", longest=100)
        lists = []
        for each in node.nodes:
            words = (
                self.texts(file, each, "synonyms", key) if isinstance(each, Listed) and len(each.nodes) > 1 else None
            )
            if words is None:
                self.fault(
                    file,
                    each.line,
                    "A line of synonyms is a list of two words or more.",
                    "Write - [GPU, graphics card].",
                )
            else:
                lists.append(words)
        return tuple(lists)


def _wrong(text: str, name: str, key: Key) -> tuple[str, str] | None:
    """What is wrong with a text as the value of a key, and the fix."""
    if not text:
        return f"“{name}” is empty.", f"Write {_first(key.summary)}"
    match key.kind:
        case "number":
            if not _NUMBER.fullmatch(text):
                return f"“{name}” must be a whole number, not “{_short(text)}”.", f"Write {name}: 1, for example."
            return None
        case "id" if not re.fullmatch(ID, text) or len(text) > ID_LONGEST:
            fix = _NO_ID.sub("-", text.casefold()).strip("-")[:ID_LONGEST].strip("-")
            rule = f"small letters, digits and single dashes only, {ID_LONGEST} at most."
            return f"“{_short(text)}” cannot be an id: {rule}", f"Write {fix}, for example." if fix else ""
        case "flag" if text.casefold() not in (*_TRUE, *_FALSE):
            return f"“{name}” is yes or no, not “{_short(text)}”.", f"Write {name}: true."
        case "draft" if text not in TRUST:
            return f"“{name}” is {', '.join(TRUST[:-1])} or {TRUST[-1]}, not “{_short(text)}”.", f"Write {name}: fair."
        case "picture" if not re.fullmatch(PICTURE, text) or len(text) > key.longest:
            what = f"“{_short(text)}” is no name of a picture: plain letters, and .png, .jpg, .gif or .webp at its end."
            return what, f"Write {name}: cell.png, for example."
        case "language" if not re.fullmatch(LANGUAGE, text):
            return f"“{_short(text)}” is no language tag.", "Write en, de or pt-BR, for example."
        case _:
            return _unfit(text, name, key)


def _unfit(text: str, name: str, key: Key) -> tuple[str, str] | None:
    """What of a text cannot be shown, and the fix."""
    if len(text) > key.longest:
        what = f"“{name}” has {len(text):,} characters; {key.longest:,} is the most that can be shown."
        return what, "Shorten it."
    if _LINK.search(text):
        what = f"“{name}” holds a Markdown link, which is shown as it stands."
        return what, "Write the words and the address out."
    return None


_TRUE, _FALSE = ("true", "yes"), ("false", "no")
_NUMBER = re.compile(r"\d{1,6}")
_NO_ID = re.compile(r"[^a-z0-9]+")
_LINK = re.compile(r"\]\(\w+://")


def _nearest(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.6)
    return f"Did you mean “{close[0]}”?" if close else f"Use one of {', '.join(known)}."


def _first(summary: str) -> str:
    return summary[:1].lower() + summary[1:]


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
