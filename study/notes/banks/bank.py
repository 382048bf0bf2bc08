"""What the readers of question banks share: entries counted as they come, and HTML as its words."""

from __future__ import annotations

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


def words_of(html: str) -> str:
    """The words of a piece of HTML, a line for each that a browser would show; of other text, its lines."""
    if "<" not in html and "&" not in html:
        return "\n".join(" ".join(line.split()) for line in html.strip().split("\n"))
    parts, _ = parts_of(html)
    return "\n".join(line for _, lines in parts for line in lines)
