"""What the readers of question banks share: entries counted as they come, and HTML as its words."""

from __future__ import annotations

import html
import re

from study.course import Option
from study.notes.entries import Entry, Notes, Remark
from study.notes.markdown.html import parts_of


class Bank:
    """Collects the questions of a bank."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.remarks: list[Remark] = []

    def ask(
        self, question: str, answer: str, line: int, options: tuple[Option, ...] = (), explanation: str = ""
    ) -> None:
        """A question; with options, the answer is what of them is right."""
        if options:
            answer = "\n".join(option.text for option in options if option.right)
        if question:
            self.entries.append(Entry("question", len(self.entries) + 1, question, answer, line, options, explanation))
        else:
            self.remarks.append(Remark(line, "A question without words was left out, with its answer."))

    def leave(self, line: int, what: str) -> None:
        """Something that is no question to be answered in words."""
        self.remarks.append(Remark(line, f"{what} was left out."))

    @property
    def notes(self) -> Notes:
        """All that was found."""
        return Notes(tuple(self.entries), tuple(self.remarks))


_MARKUP = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|cite|code|dd|del|details|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol"
    r"|p|pre|q|s|script|small|span|strong|style|sub|summary|sup|table|tbody|td|th|thead|tr|tt|u|ul|var)(?:[\s/][^<>]*)?>"
    r"|&#?\w{1,30};",
    re.IGNORECASE,
)


def is_markup(text: str) -> bool:
    """Whether a text holds an element or a character of HTML: `a < b` and `List<int>` do not."""
    return _MARKUP.search(text) is not None


def words_of(text: str) -> str:
    """The words of a piece of HTML, a line for each that a browser would show; of other text, its lines."""
    if not is_markup(text):
        return "\n".join(" ".join(line.split()) for line in text.strip().split("\n"))
    parts, _ = parts_of(text)
    return "\n".join(line for _, lines in parts for line in lines)


def escaped(text: str) -> str:
    """What `words_of` reads back as this text: it stays as it is unless it holds what looks like HTML."""
    return html.escape(text, quote=False).replace("\n", "<br>") if is_markup(text) else text
