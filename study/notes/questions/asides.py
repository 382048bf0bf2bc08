"""What a teacher says to whoever asked, and not to the question: “Well spotted. I have never seen that, however.”"""

# ruff: noqa: RUF001 - apostrophes as people type them

from __future__ import annotations

import re

from study.notes.marks import is_likely_question

_PRAISE = re.compile(
    r"(?:(?:that['’]s|what|das ist|eine?)\s)*(?:a\s|an\s)?(?:very\s|sehr\s)?"
    r"(?:well (?:spotted|observed|noticed)|(?:good|great|nice|excellent) (?:question|catch|point|find|observation)"
    r"|gute?r? (?:frage|punkt|einwand|hinweis|beobachtung|beobachtet|gesehen|aufgepasst|erkannt))"
    r"[\s.!,;:]*",
    re.IGNORECASE,
)
_NOT_KNOWN = re.compile(
    r"\W*(?:i|we|ich|wir)\b(?:[^.!?]*(?:\b(?:not|never|nicht|nie|noch nie|kein\w*)\b|n['’]t\b|\b(?:unsure|unsicher)\b)"
    r"|(?:['’]ll| will| schaue?n?| sehen?)\b[^.!?]*\b(?:look|check|find|ask|get back|nach)\b)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_SAID = 5
"""Words from which on a text that does not ask is said by somebody, and no front of a card."""


def only_remarks(question: str, answer: str) -> bool:
    """Whether an answer praises whoever asked and, beyond that, only says that its author does not know.

    Praise alone is an answer to what asks or is short: “gute Frage” is German for “good question”.
    """
    first, *others = _SENTENCE_END.split(" ".join(answer.split()))
    if not _PRAISE.fullmatch(first) or not all(map(_NOT_KNOWN.match, others)):
        return False
    return bool(others) or (not is_likely_question(question) and len(question.split()) >= _SAID)
