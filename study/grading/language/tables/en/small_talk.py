"""What people say around an answer in English: "ok so I think it's like this: ...", "... not 100% sure"."""

from __future__ import annotations

import re

from study.grading.language.language import SmallTalk

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
_CLOSING = (
    *("sure", "right", "correct", "hope", "think", "guess", "believe", "suppose", "mistaken", "wrong", "thank", "thx"),
    *("lol", "haha"),
)
_MENDING = ("wait", "sorry", "i mean", "? no", "?no")
_INSTEAD = re.compile(
    "(?:^|(?<=[\\s.,!?\u2026\u2013\u2014-]))(?:no,? (?:wait|sorry)|wait,? no|sorry,? no|(?:no|sorry),? i mean)\\b"
    "[\\s,.:\u2026\u2013\u2014-]+(?=\\w)|\\?\\s*(?:no|nope)\\b[\\s,:\u2013\u2014-]+(?=\\w)",
    re.IGNORECASE,
)

_ASKED_BACK = r"(?:is|are|do|does|did|was|were|ca|wo|would|could|have|has)n'?t (?:it|they|that|there|we|you|i)"
TAG_QUESTION = re.compile(rf",? {_ASKED_BACK}\?|, {_ASKED_BACK}\s*$")
"""A question at the end that denies nothing: ", isn't it?"."""

SMALL_TALK = SmallTalk(before=_BEFORE, after=_AFTER, closing=_CLOSING, instead=_INSTEAD, mending=_MENDING)
