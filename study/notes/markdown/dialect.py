"""The Markdown that note-taking programs write: CommonMark and what they add to it."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline


def parser() -> MarkdownIt:
    """CommonMark with tables and strike-through, and what note-taking programs add: [[links]], {{macros}}, $math$."""
    made = MarkdownIt("commonmark", {"html": True, "maxNesting": 60}).enable(["table", "strikethrough"])
    made.inline.ruler.before("escape", "math", _math)
    made.inline.ruler.before("link", "wikilink", _wikilink)
    made.inline.ruler.before("link", "gap", _gap)
    made.inline.ruler.before("link", "reference", _reference)
    return made


_MATH = re.compile(r"\$\$[^$]+\$\$|\$(?=\S)[^$\n]*[^\s$]\$(?!\d)")


def _math(state: StateInline, silent: bool) -> bool:
    match = _MATH.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("math", "", 0).content = match[0]
    state.pos = match.end()
    return True


_WIKILINK = re.compile(r"(!?)(#?)\[\[([^\[\]|\n]*)(?:\|([^\[\]\n]*))?\]\]")
_LETTER = re.compile(r"[^\W\d_]")
_NESTED = re.compile(r"\[\[\[\[([^\[\]\n]+)\]\]([^\[\]\n]*)\]\]")


def _wikilink(state: StateInline, silent: bool) -> bool:
    nested = _NESTED.match(state.src, state.pos)
    if nested is not None:
        if not silent:
            state.push("text", "", 0).content = nested[1] + nested[2]
        state.pos = nested.end()
        return True
    match = _WIKILINK.match(state.src, state.pos)
    if match is None or not _LETTER.search(match[3]):
        return False
    if not silent:
        token = state.push("embed" if match[1] else "text", "", 0)
        token.content = match[3] if match[1] else (match[4] or match[3].rpartition("/")[2])
        token.meta["target"] = match[3]
    state.pos = match.end()
    return True


_REFERENCE = re.compile(r"\{\{[^{}\n]*\}\}|\[\^[^\]\s]+\](?!:)")


_GAP = re.compile(r"\{\{(?:c\d{1,2}::|cloze(?:-\w+)?[ :])(?P<said>[^{}\n]*?)(?:::(?P<hint>[^{}\n:]*))?\}\}")


def _gap(state: StateInline, silent: bool) -> bool:
    match = _GAP.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("gap", "", 0).content = match["said"]
    state.pos = match.end()
    return True


def _reference(state: StateInline, silent: bool) -> bool:
    match = _REFERENCE.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("reference", "", 0).content = match[0]
    state.pos = match.end()
    return True
