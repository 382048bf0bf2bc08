"""A YAML parser's complaints as sentences that an author can act on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import yaml

_QUOTES = 'Put the whole text in "quotes".'
_TAB = ("A tab stands where spaces should indent.", "Use spaces only.")
_UNALIGNED = (
    "This line is not lined up with those above, or a text goes on after its closing quote.",
    'Line it up with its neighbours; put a text that holds quotes in "quotes" as a whole.',
)
_UNCLOSED_QUOTE = ("A quotation mark opens here and never closes.", "Close it.")
_UNCLOSED_LIST = (
    "This list in brackets is not closed, or lacks a comma.",
    'Write [one, two, three], with "quotes" around a text that holds a colon, comma or bracket.',
)
_OPENED: dict[str, tuple[str, str]] = {
    "end of stream": _UNCLOSED_QUOTE,
    "document separator": _UNCLOSED_QUOTE,
    "document indicator": _UNCLOSED_QUOTE,
    "',' or": _UNCLOSED_LIST,
}
"""What libyaml and PyYAML say of something that was opened, with what to say on the line where it was."""
_HERE: dict[str, tuple[str, str]] = {
    "mapping values are not allowed": ("A colon in the middle of a text reads as a key.", _QUOTES),
    "tab character": _TAB,
    "':'": ("A key is missing its colon, or a text its quotes.", "Write “key: value”."),
    "did not find expected": _UNALIGNED,
    "but found": _UNALIGNED,
    "not allowed in this context": _UNALIGNED,
}


def explained(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> tuple[int, str, str]:
    """A complaint as its line, a sentence and a fix."""
    problem = str(error.problem or "")
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column) if mark else (1, 0)
    if "cannot start any token" in problem:
        character = lines[line - 1][column : column + 1] if line <= len(lines) else ""
        if character not in ("\t", ""):
            return line, f"A text cannot begin with {character} here.", _QUOTES
        return line, *_TAB
    opened = error.context_mark.line + 1 if error.context_mark else line
    known = [(opened, said) for cue, said in _OPENED.items() if cue in problem]
    known += [(line, said) for cue, said in _HERE.items() if cue in problem]
    if not known:
        return line, f"This cannot be read: {problem}.", _QUOTES
    at, (what, fix) = known[0]
    return at, what, fix
