"""HTML within notes: the words that a browser would show."""

from __future__ import annotations

from html.parser import HTMLParser

from study.notes.markdown.tokens import worded


class HtmlWords(HTMLParser):
    """The words of a block of HTML, a line each for what a browser would set on lines of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.pictures = 0
        self.summary = ""
        self._in_summary = False
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Breaks lines at block tags, counts pictures, skips scripts."""
        if tag in ("script", "style"):
            self._skipped += 1
        elif tag == "summary":
            self._in_summary = True
        elif tag == "img":
            alt = worded(dict(attrs).get("alt") or "")
            self.pictures += not alt
            self.lines[-1] += alt
        elif tag in ("br", "p", "div", "li", "tr", "ul", "ol", "details", "blockquote", "h1", "h2", "h3", "h4"):
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        """Ends what the tag had begun."""
        if tag in ("script", "style"):
            self._skipped = max(0, self._skipped - 1)
        elif tag == "summary":
            self._in_summary = False
        elif tag in ("p", "div", "li", "tr"):
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        """Collects words."""
        if self._skipped:
            return
        words = " ".join(data.split())
        if self._in_summary:
            self.summary = f"{self.summary} {words}".strip()
        elif words:
            self.lines[-1] = f"{self.lines[-1]} {words}".strip()
