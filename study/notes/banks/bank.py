"""What the readers of question banks share: entries counted as they come, and HTML as its words."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

from study.course import Option
from study.notes.entries import Entry, Notes, Remark
from study.notes.markdown.html import parts_of
from study.texts import _, noop


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
            self.remarks.append(Remark(line, _("A question without words was left out, with its answer.")))

    def card(self, front: str, back: str, line: int) -> None:
        """A card as Anki writes it: two sides, or a text with gaps and what is said about it."""
        gaps = [match["said"] for match in _GAP.finditer(front)]
        if gaps:
            self.ask(words_of(_GAP.sub("____", front)), words_of("; ".join(gaps)), line, (), words_of(back))
        else:
            self.ask(words_of(front), words_of(back), line)

    def tell_shares(self, line: int, texts: Sequence[str], shares: Sequence[float]) -> None:
        """What earns only a part in the bank, which a question to choose from here does not know."""
        self._tell(
            line,
            noop("What earns a part there counts as wrong here: {texts}."),
            texts,
            shares,
            lambda share: 0 < share < FULL,
        )

    def tell_others(self, line: int, texts: Sequence[str], shares: Sequence[float]) -> None:
        """What is right beside the first right answer, which alone becomes the reference."""
        rights = [text for text, right in zip(texts, right_of(shares), strict=True) if right]
        self._tell(
            line,
            noop("Right as well, and to be added to the draft: {texts}."),
            rights[1:],
            [FULL] * len(rights[1:]),
            bool,
        )

    def _tell(
        self, line: int, what: str, texts: Sequence[str], shares: Sequence[float], counts: Callable[[float], bool]
    ) -> None:
        if said := [text for text, share in zip(texts, shares, strict=True) if counts(share)]:
            self.remarks.append(Remark(line, _(what, texts="; ".join(said))))

    def tell(self, line: int, what: str) -> None:
        """What is to be told of something, such as that it is no question to be answered in words."""
        self.remarks.append(Remark(line, what))

    @property
    def notes(self) -> Notes:
        """All that was found."""
        return Notes(tuple(self.entries), tuple(self.remarks))


FULL = 100.0
"""The share of an answer that is wholly right, in percent."""


def right_of(shares: Sequence[float]) -> list[bool]:
    """Which of a question's answers are right: those that earn all, or, where several share it, those that earn any."""
    whole = any(share >= FULL for share in shares)
    return [share >= FULL if whole else share > 0 for share in shares]


_GAP = re.compile(r"\{\{c\d+::(?P<said>[^{}]*?)(?:::[^{}:]*)?\}\}")
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
