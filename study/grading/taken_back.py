"""Answers taken back in the same breath: "it is false that ...", "... is wrong", "..., or maybe the opposite".

Only the first and the last words are looked at, so that the length of an answer costs nothing.
"""

from __future__ import annotations

import re

from study.grading.language import Language
from study.grading.text import Text

SHORT = 12
"""Words up to which "... is wrong" is said of all that goes before; and so many are looked at on either end."""


def _set(text: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(text.split())


_IS = "(?:is|are|was|were|would be|seems?)"
_NOT_TRUE = "(?:not|never) (?:really |quite |at all |even )?(?:true|correct|right|the case|so)"
_UNTRUE = f"(?:false|untrue|wrong|incorrect|nonsense|a myth|{_NOT_TRUE})"
_ISNT_TRUE = "(?:isn't|isnt|wasn't|aren't) (?:true|correct|right|so|the case)"
_MERELY = "(?:simply |just |certainly |definitely |completely |plainly |all |also |of course )*"
_IT = "(?:it|that|this|all of that|all of this|all that|everything above|the above|the whole answer)"
_OPPOSITE = (
    "(?:the |its |exactly |just |quite |very |exact )*(?:opposite|reverse|contrary|converse|other way (?:a)?round)"
)
_MAYBE = "(?:also |maybe |perhaps |possibly |probably |equally |rather |even |then )*"

_BEFORE = re.compile(
    "|".join(
        (
            f"(?:it|that|this) {_IS} {_MERELY}{_UNTRUE} (?:that|to say)",
            f"(?:it's|that's) {_MERELY}{_UNTRUE} (?:that|to say)",
            f"(?:it|that|this) {_ISNT_TRUE} (?:that|to say)",
            "(?:i|we) (?:do not|don't|dont|wouldn't|would not|cannot|can't) (?:really )?(?:think|believe|agree|accept)",
            "(?:i|we) (?:doubt|deny)",
            "it would be (?:wrong|false|a mistake)",
            "(?:certainly|definitely|surely|absolutely) not .",
            "(?:by no means|under no circumstances|anything but|everything (?:but|except)|nothing like) ",
        )
    )
)
_NEVER = re.compile("(?:it|they|these|this|that) (?:is|are|was|were) never ")
_AFTER = re.compile(
    "|".join(
        (
            f"(?:but |and |yet )?{_IT} {_IS} {_MERELY}{_UNTRUE}",
            f"(?:but |and |yet )?{_IT} {_ISNT_TRUE}",
            f"(?:but |and |yet )?(?:that's|it's) {_MERELY}{_UNTRUE}",
            f"(?:but |and )?(?:none|nothing) of (?:this|that|these|it|the above) {_IS} {_MERELY}(?:true|correct|right)",
            f"(?:but |and )?{_OPPOSITE} {_IS} {_MERELY}(?:true|correct|right|the case)",
            "(?:just |only )?(?:kidding|joking)",
            "(?:or )?(?:maybe |perhaps )?not",
        )
    )
)
_PREDICATE = re.compile(f"{_IS} {_MERELY}{_UNTRUE}(?: because.*| since.*)?$|{_ISNT_TRUE}$")
_HEDGE = re.compile(
    "|".join(
        (
            f"(?:or|but|yet|and) (?:(?:it|this|that|they) )?(?:is |are |may be |might be |could be |does |do )?{_MAYBE}"
            f"(?:it |this |that |they )?(?:is |are |may be |might be |could be )?{_MAYBE}(?:just as well )?{_OPPOSITE}"
            "(?: of (?:it|that|this|all that))?(?: is)?(?: too| as well| true)?",
            "(?:maybe|perhaps|possibly|probably) (?:also )?not",
            "(?:and|but|or|yet) (?:also |then )?(?:it )?(?:is |does )?(?:maybe |perhaps |possibly |also )*not",
            "(?:and|but|or|yet) (?:also )?(?:maybe |perhaps )?it (?:doesn't|isn't)",
            "(?:true and (?:also )?false|false and (?:also )?true|yes and no|no and yes)",
            "(?:might|may|could) or (?:might|may|could) not",
        )
    ).join(("(?:^| )(?:", ")$"))
)
_TELLING = _set(
    "false untrue wrong incorrect myth nonsense true correct right case so think believe agree accept doubt deny "
    "mistake no but except certainly definitely surely absolutely like never opposite reverse contrary converse round "
    "not kidding joking isn't isnt doesn't wasn't aren't none nothing"
)
_SUBJECTS = _set("it they he she we you that which and but so then when while because whereas if")
_AT_FIRST = frozenset(("not", "never", "none"))
_AFTER_FIRST = _set("really at quite all every for if when in a sure much exactly so")
_GOES_ON = frozenset(("because", "since", "so"))


def hedged(text: Text, language: Language) -> bool:
    """Whether an answer ends in its own opposite, or in a "maybe not"."""
    return _speaks(text, language) and _HEDGE.search(" ".join(text.words[-SHORT:])) is not None


def denied(text: Text, language: Language, has_use_for: frozenset[str]) -> bool:
    """Whether an answer denies all that it says. `has_use_for`: words that the rubric itself looks for."""
    if not _speaks(text, language):
        return False
    words = text.words
    first = " ".join(words[:SHORT])
    if _BEFORE.match(first):
        return True
    if has_use_for.isdisjoint(("not", "never")) and (_NEVER.match(first) or _not_at_first(text, language)):
        return True
    last = [word for word, sentence in zip(words, text.sentence, strict=True) if sentence == text.sentence[-1]]
    if len(last) < len(words) and len(last) <= SHORT and _AFTER.fullmatch(" ".join(last)):
        return True
    if len(words) > SHORT:
        return False
    plain = " ".join(words)
    found = _PREDICATE.search(plain)
    if found is None or not has_use_for.isdisjoint(found.group().split()[1:]):
        return False
    return _SUBJECTS.isdisjoint(plain[: found.start()].split())


def _speaks(text: Text, language: Language) -> bool:
    return language.tag == "en" and not _TELLING.isdisjoint(text.words)


def _not_at_first(text: Text, language: Language) -> bool:
    """A bare "not" before the whole of a first sentence that does not go on with "but" or the like."""
    words = text.words
    if words[0] not in _AT_FIRST or len(words) < 2 or (words[0] == "none") != (words[1] == "of"):
        return False
    if words[1] in language.after_not or words[1] in _AFTER_FIRST:
        return False
    first = {word for word, sentence in zip(words, text.sentence, strict=True) if sentence == text.sentence[0]}
    return not first & language.breaks - _GOES_ON
