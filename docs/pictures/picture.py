"""One picture: the page that it is taken of, and a fingerprint by which a stale one is known."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_CHANGING = (
    (r"data:[\w/+]+;base64,[\w+/=]+", "data"),
    (rf"\b(?:{DAYS}|{MONTHS})\b", "word"),
    (r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b", "word"),
    (r' (?:value|data-\w+|id|href|for|aria-\w+|datetime|name)="[^"]*"', ""),
    (r"\d+", "0"),
    (r"\s+", " "),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A page to take a picture of: whole and by itself, with its style inside and nothing to fetch."""

    path: str
    html: str
    width: int = 640
    height: int = 0
    """0: as high as the element `#shot`; else a window of so many pixels, scrolled to its element `#look`."""
    dark: bool = False
    taken: bytes = b""
    """The picture itself, where it was taken while the page was used; else it is drawn from `html`."""

    @property
    def fingerprint(self) -> str:
        """Of the words and the look; days, hours, numbers and keys differ from run to run and are left out."""
        text = self.html
        for pattern, instead in _CHANGING:
            text = re.sub(pattern, instead, text)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
