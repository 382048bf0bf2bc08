"""What people say around an answer: "ok so I think it's like this: ...", "... not 100% sure", "11, no wait, 2"."""

from __future__ import annotations

from functools import lru_cache

from study.grading.language.characters import LIMIT
from study.grading.language.language import Language, SmallTalk
from study.grading.language.text import Text

NEAR_START, NEAR_END = 200, 60
"""Letters from the start, and from the end, in which small talk is looked for."""

_ENDS = ".!?\u2026\n"
MENDED = 3
"""Times that an answer may be mended."""


@lru_cache(maxsize=64)
def read(answer: str, language: Language) -> Text:
    """An answer read, without what is said around it. Kept for a moment: it is held to points, references and marks."""
    return Text(without_small_talk(answer, language), language)


@lru_cache(maxsize=64)
def without_small_talk(answer: str, language: Language) -> str:
    """An answer without what is said around it or at once taken for something else ("11, no wait, 2").

    Unchanged where nothing else would be left.
    """
    talk = language.small_talk
    if talk is None:
        return answer
    lower = answer[:LIMIT].lower()
    if any(map(lower.__contains__, talk.mending)):
        answer = _mended(answer, talk)
    found = talk.before.match(answer, 0, NEAR_START)
    start = found.end() if found else 0
    tail = max(start, len(answer) - NEAR_END)
    last = answer[tail:].lower()
    after = talk.after.search(answer, tail) if any(map(last.__contains__, talk.closing)) else None
    inner = answer[start : after.start()] if after else answer[start:]
    return inner if inner.strip() else answer


def _mended(answer: str, talk: SmallTalk) -> str:
    """An answer without the sentences, or the parts of them, in whose place it says something else."""
    for _ in range(MENDED):
        found = talk.instead.search(answer, 0, LIMIT)
        if found is None:
            break
        before = answer[: found.start()].rstrip(_ENDS + " ,-\u2013\u2014")
        begin = max(before.rfind(end) for end in _ENDS) + 1
        answer = f"{answer[:begin]} {answer[found.end() :]}"
    return answer
