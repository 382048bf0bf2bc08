"""What people say around an answer: "ok so I think it's like this: ...", "... not 100% sure", "11, no wait, 2"."""

from __future__ import annotations

import re

from study.grading.language.text import LIMIT

NEAR_START, NEAR_END = 200, 60
"""Letters from the start, and from the end, in which small talk is looked for."""

_OPENERS = (
    "ok(?:ay)?|so|well|hm+|um+|uh+|ah|oh|hi|hey|hello|imo|imho|tbh|afaik|iirc|honestly|basically|from memory",
    "in my (?:opinion|view|own words|words)",
    "(?:i think|i guess|i believe|i'd say|i would say)(?: that)?",
    "if i remember (?:right|correctly|well)",
    "(?:not (?:100% |really |quite |so )?sure|no idea),? but",
    "i (?:could|might|may) be (?:wrong|mistaken),? but",
    "(?:my|the) answer is|(?:my |the )?answer(?= ?:)",
)
_CLOSERS = (
    "(?:but |though )?(?:i'?m |i am )?not (?:(?:100%|completely|totally|really|quite|so) )?sure"
    "(?: (?:though|about (?:it|that|this)))?",
    "(?:i )?hope (?:that's|this is|that is|it's|it is) (?:right|correct|ok|fine)",
    "i (?:think|guess|believe|hope|suppose)",
    "(?:is that |am i )?(?:right|correct)\\?",
    "if i(?:'m| am) not mistaken|i (?:could|might|may) be wrong",
    "lol|haha|thanks|thx",
)
_IT_GOES = "(?:(?:it's|it is|it goes) (?:something )?(?:like this|as follows)[\\s:,.]*)?"
_BEFORE = re.compile(f"\\s*+(?:(?:{'|'.join(_OPENERS)})(?![\\w'-])[\\s,:.!\u2026]*+)+{_IT_GOES}", re.IGNORECASE)
_AFTER = re.compile(f"[\\s,.;:(\u2014\u2013-]+(?:{'|'.join(_CLOSERS)})[\\s).!?]*(?:[:;]-?[()DP])?\\s*$", re.IGNORECASE)
_TELLING = (
    *("sure", "right", "correct", "hope", "think", "guess", "believe", "suppose", "mistaken", "wrong", "thank", "thx"),
    *("lol", "haha"),
)
"""One of these is in all that closes an answer."""


_MENDING = ("wait", "sorry", "i mean", "? no", "?no")
"""One of these is in all that mends an answer."""
_INSTEAD = re.compile(
    "(?:^|(?<=[\\s.,!?\u2026\u2013\u2014-]))(?:no,? (?:wait|sorry)|wait,? no|sorry,? no|(?:no|sorry),? i mean)\\b"
    "[\\s,.:\u2026\u2013\u2014-]+(?=\\w)|\\?\\s*(?:no|nope)\\b[\\s,:\u2013\u2014-]+(?=\\w)",
    re.IGNORECASE,
)
_ENDS = ".!?\u2026\n"
MENDED = 3
"""Times that an answer may be mended."""


def without_small_talk(answer: str) -> str:
    """An English answer without what is said around it or at once taken for something else ("11, no wait, 2").

    Unchanged where nothing else would be left.
    """
    lower = answer[:LIMIT].lower()
    if any(map(lower.__contains__, _MENDING)):
        answer = _mended(answer)
    found = _BEFORE.match(answer, 0, NEAR_START)
    start = found.end() if found else 0
    tail = max(start, len(answer) - NEAR_END)
    last = answer[tail:].lower()
    after = _AFTER.search(answer, tail) if any(map(last.__contains__, _TELLING)) else None
    inner = answer[start : after.start()] if after else answer[start:]
    return inner if inner.strip() else answer


def _mended(answer: str) -> str:
    """An answer without the sentences, or the parts of them, in whose place it says something else."""
    for _ in range(MENDED):
        found = _INSTEAD.search(answer, 0, LIMIT)
        if found is None:
            break
        before = answer[: found.start()].rstrip(_ENDS + " ,-\u2013\u2014")
        begin = max(before.rfind(end) for end in _ENDS) + 1
        answer = f"{answer[:begin]} {answer[found.end() :]}"
    return answer
