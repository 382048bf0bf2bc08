"""Comments in a note, which nobody reads who sees it: blanked out, wherever they begin and end."""

from __future__ import annotations

import re

from study.notes.markdown.left import Left
from study.texts import _

FENCE = re.compile(r"^[ \t]*(?:[-*+>][ \t]+)*(`{3,}|~{3,})")
_OPENS, _CLOSES = "<!--", "-->"


def blank_comments(lines: list[str]) -> list[Left]:
    """Blanks <!-- comments -->, which may run over several lines; code is left alone."""
    comments = _Comments(lines)
    for index, line in enumerate(lines):
        lines[index] = comments.without(index, line)
    return comments.left


class _Comments:
    """Reads line by line. `opened` is the line an unclosed comment began on, `last` the last one that closes any."""

    def __init__(self, lines: list[str]) -> None:
        self.left: list[Left] = []
        self.last = max((index for index, line in enumerate(lines) if _CLOSES in line), default=-1)
        self.opened: int | None = None
        self.fence = ""

    def without(self, index: int, line: str) -> str:
        """The line without its comments."""
        mark = FENCE.match(line)
        if self.opened is None and mark and (not self.fence or mark[1][0] == self.fence[0]):
            self.fence = "" if self.fence else mark[1]
            return line
        return line if self.fence else self.prose(index, line)

    def prose(self, index: int, line: str) -> str:
        kept: list[str] = []
        at = self.closed(line, 0)
        while (start := line.find(_OPENS, at)) >= 0:
            in_code = line.count("`", at, start) % 2
            if in_code:
                kept.append(line[at : start + len(_OPENS)])
                at = start + len(_OPENS)
            elif self.last > index or line.find(_CLOSES, start + len(_OPENS)) >= 0:
                kept.append(line[at:start])
                self.opened = index
                at = self.closed(line, start + len(_OPENS))
            else:
                break
        return "".join(kept) + line[at:]

    def closed(self, line: str, at: int) -> int:
        """Where the text goes on after the comment that is open, if one is."""
        if self.opened is None:
            return at
        end = line.find(_CLOSES, at)
        if end < 0:
            return len(line)
        self.left.append(Left(self.opened + 1, _("a comment was left out.")))
        self.opened = None
        return end + len(_CLOSES)
