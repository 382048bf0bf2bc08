"""The text of a note before Markdown sees it: rid of what is no part of what it says.

Whatever is taken out leaves blank lines behind, so that every line keeps its number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from study.notes.markdown.comments import FENCE, blank_comments
from study.notes.markdown.left import Left
from study.notes.marks import ANSWER, QUESTION
from study.texts import _


@dataclass(frozen=True, slots=True)
class Source:
    """A note ready for Markdown. `title` is what the front matter calls it."""

    text: str
    title: str
    left: tuple[Left, ...]


_LINE_END = re.compile(r"\r\n?|\u2028|\u2029|\x0b|\x0c|\x85")
_TITLE = re.compile(r"title\s*[:=](.*)")
_FRONT_MATTER = re.compile(r"^\s*([\w-]+\s*[:=]|- |#|\]|\[|['\"]|$)|^\s+\S")
_PROPERTY = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?[\w-]{1,40}::(?:[ \t].*)?$")
_TAG = re.compile(r"#[^\W\d][\w/-]*")
_DRAWER = re.compile(r"^[ \t]*:[A-Z]+:[ \t]*$|^[ \t]*(?:SCHEDULED|DEADLINE|CLOCK): ")
_BLOCK_ID = re.compile(r"(?:^|[ \t])\^[\w-]{4,}[ \t]*$")
_TASK = re.compile(r"^([ \t]*[-*+][ \t]+)(?:TODO|DONE|DOING|LATER|NOW|WAITING|\{\{\[\[(?:TODO|DONE)\]\]\}\})[ \t]+")
_CARD_TAG = re.compile(r"[ \t]#(?:\[\[)?(?:card|flashcards?)(?:\]\])?(?=[ \t]|$)", re.IGNORECASE)
_LIQUID = re.compile(r"(?<=\])\(\{\{[^{}]*\}\}")
_NUMBERED_TASK = re.compile(r"^([ \t]*\d+[.)][ \t]+)\[[ xX]\][ \t]+")
_LETTER = re.compile(r"\w")
_LEAD = re.compile(r"[ \t]*(?:[-*+][ \t]+|\d{1,3}[.)][ \t]+)?(?:#{1,6}[ \t]+)?")
_HIGHLIGHT = re.compile(r"==(?=\S)([^=\n]+)==")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]")
_HEADING_TAIL = re.compile(r"#(?!\d+$)[\w/-]+|¶|\[[¶#🔗]\]\(#[^()]*\)")
_ATTRIBUTES = re.compile(r"\{[:#.][^{}]*\}\s*$")
_BACK_TO_TOP = re.compile(
    r"[*_]{0,2}\[\W{0,4}(?i:back to (?:the )?top|top|nach oben|go to top)\W{0,4}\]\(#[^()]*\)[*_]{0,2}"
)
_BEFORE_UNFOLD = re.compile(r"[ \t]*(?:</(?:b|strong|i|em|u|font|span|code)>[ \t]*)+(?=</details>)")
_PLACE_TO_WRITE = re.compile(
    r"[ \t>*_#-]*(?i:your|my|deine|ihre|votre|ta|tu|su|sua|la\ tua|jouw|uw|din|twoja|ваш|твой|你的|あなたの)[ \t]?"
    r"(?i:answer|antwort|réponse|respuesta|resposta|risposta|antwoord|svar|odpowiedź|ответ|答案|回答|答え)"
    r"[*_]*[ \t]*[:：][ \t*_.…]*$"  # noqa: RUF001
)
_BULLET = re.compile(r"^([ \t]*)[•◦▪●‣·○](?=[ \t])")


def prepare(text: str) -> Source:
    """Front matter, comments and an outliner's book-keeping blanked out; foreign bullets made Markdown's."""
    text = _LINE_END.sub("\n", text.removeprefix("\ufeff"))
    lines = text.split("\n")
    left: list[Left] = []
    title = _front_matter(lines)
    fence = ""
    properties: list[int] = []
    for index, line in enumerate(lines):
        mark = FENCE.match(line)
        if mark and (not fence or (mark[1][0] == fence[0] and len(mark[1]) >= len(fence))):
            fence = "" if fence else mark[1]
            continue
        if fence:
            continue
        if _PROPERTY.match(line) or _DRAWER.match(line) or _are_tags(line.split()):
            properties.append(index + 1)
            lines[index] = ""
            continue
        line = _BACK_TO_TOP.sub("", _LIQUID.sub("(", line))
        line = _BULLET.sub(r"\1-", _TASK.sub(r"\1", line))
        line = _NUMBERED_TASK.sub(r"\1", line)
        if _PLACE_TO_WRITE.match(line) and _answer_follows(lines, index):
            lines[index] = ""
            continue
        lines[index] = _card(_BLOCK_ID.sub("", _unfolding(line, lines, index)))
    if properties:
        left.append(
            Left(properties[0], _("an outliner's properties ({lines}) were left out.", lines=_lines(properties)))
        )
    left.extend(blank_comments(lines))
    return Source("\n".join(lines), title, tuple(left))


def _are_tags(words: Sequence[str]) -> bool:
    """Whether a line is nothing but tags, such as those under which cards are filed."""
    return bool(words) and all(map(_TAG.fullmatch, words))


def _answer_follows(lines: list[str], index: int) -> bool:
    """Whether the next line with words, of the few below, says that it is the answer."""
    below = next((line for line in lines[index + 1 : index + 9] if _LETTER.search(line)), "")
    return ANSWER.match(below.lstrip(" \t>*_#-")) is not None or "<details" in below


def _unfolding(line: str, lines: list[str], index: int) -> str:
    """A line whose `</details>` Markdown would overlook behind other words, rid of it; an empty line below takes it."""
    before = _BEFORE_UNFOLD.match(line)
    line = line[before.end() :] if before else line
    said, end, rest = line.partition("</details>")
    if not end or rest.strip() or not said.strip() or "<details" in said or any(lines[index + 1 : index + 2]):
        return line
    lines[index + 1 : index + 2] = [end]
    return said


def _card(line: str) -> str:
    """A line tagged as a flash card is a question, whether it asks or not; what it highlights is its gaps."""
    lead = _LEAD.match(line)
    start = lead.end() if lead else 0
    text = f" {line[start:]}"
    tagged = _CARD_TAG.search(text) is not None
    text = _CARD_TAG.sub("", text).strip() if tagged else line[start:]
    if _HEADING.match(line):
        words = _ATTRIBUTES.sub("", text).rstrip().split(" ")
        while len(words) > 1 and _HEADING_TAIL.fullmatch(words[-1]):
            words.pop()
        text = " ".join(words)
    if not tagged:
        return line[:start] + text
    text = _HIGHLIGHT.sub(r"{{cloze \1}}", text)
    return f"{line[:start]}{text if QUESTION.match(text) else f'Q: {text}'}"


def _front_matter(lines: list[str]) -> str:
    """Blanks the front matter and returns the title it gives."""
    start = next((index for index, line in enumerate(lines) if line.strip()), None)
    if start is None or lines[start].rstrip() not in ("---", "+++"):
        return ""
    fence = lines[start].rstrip()
    end = next(
        (index for index in range(start + 1, min(len(lines), start + 200)) if lines[index].rstrip() in (fence, "...")),
        None,
    )
    if end is None or not all(_FRONT_MATTER.match(line) for line in lines[start + 1 : end]):
        return ""
    titles = (_TITLE.match(line) for line in lines[start + 1 : end])
    title = next((match[1].strip().strip(" \"'") for match in titles if match), "")
    lines[start : end + 1] = [""] * (end + 1 - start)
    return title


def _lines(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:8])
    word = "line" if len(numbers) == 1 else "lines"
    return f"{word} {shown}{f' and {len(numbers) - 8} more' if len(numbers) > 8 else ''}"
