"""Answers taken back in the same breath: "it is false that ...", "... is wrong", "..., or maybe the opposite".

Only the first words and the last sentence are looked at, so that the length of an answer costs little.
"""

from __future__ import annotations

import re

from study.grading.language.language import Language, word_set
from study.grading.language.text import Text

SHORT = 12
"""Words up to which "... is wrong" is said of all that goes before; and so many are looked at on either end."""
LONG, LONGER = 4, 7
"""Words before "... is wrong" that are more than the name of one thing; with an "of" or the like, so many."""
LISTED = 2
"""Commas from which on "... is wrong" after a list is said of all of it."""


_IS = "(?:is|are|was|were|would be|seems?)"
_MERELY = "(?:simply |just |certainly |definitely |completely |totally |plainly |clearly |all |also |of course )*"
_NOT_TRUE = "(?:not|never) (?:really |quite |at all |even )?(?:true|correct|right|the case|so)"
_MISTAKE = "(?:mistake|misconception|misunderstanding|misbelief|fallacy|myth|lie|error)"
_UNTRUE = (
    f"(?:false|untrue|wrong|incorrect|mistaken|inaccurate|nonsense|rubbish|an? (?:\\w+ )?{_MISTAKE}|{_NOT_TRUE}"
    "|the wrong (?:answer|word|name|term|idea)(?: here| for this)?)"
)
_A_STORY = "(?:an? (?:\\w+ )?(?:story|claim|idea|belief) (?:but|and) (?:it's |it is )?)?"
_ISNT_TRUE = "(?:isn't|isnt|wasn't|aren't) (?:really |quite )?(?:true|correct|right|so|the case)"
_FALSELY = f"(?:{_IS} {_MERELY}{_A_STORY}{_UNTRUE}|{_ISNT_TRUE})"
_STATEMENT = "(?:claim|idea|notion|belief|statement|sentence|assumption|view|answer|explanation)"
_IT = (
    "(?:it|that|this|all of that|all of this|all that|everything above|the above"
    f"|(?:this|that|the whole|my) {_STATEMENT})"
)
_CLAIM = "(?:say|think|claim|assume|believe|suppose|state|conclude|argue|imagine|answer)"

_BEFORE = re.compile(
    "|".join(
        (
            f"(?:it|that|this) {_FALSELY} (?:that|if|to {_CLAIM})",
            f"(?:it's|that's) {_MERELY}{_UNTRUE} (?:that|to {_CLAIM})",
            f"(?:it is|it's|that's) an? (?:false|wrong) {_STATEMENT} that",
            "(?:i|we) (?:do not|don't|dont|wouldn't|would not|cannot|can't) (?:really )?"
            "(?:think|believe|agree|accept)(?! there)",
            "(?:i|we) (?:doubt|deny)",
            f"(?:you|one|we|people) (?:would|will) be (?:wrong|mistaken) (?:to {_CLAIM}|in|if)",
            f"(?:you|one|we) (?:can|could|should|would|must) ?(?:not|never|n't) (?:really )?{_CLAIM}",
            "(?:don't|dont|do not|never) (?:ever )?(?:say|claim|state|answer)(?: that)?",
            f"(?:nobody|no one|noone) (?:would |should |ever )*{_CLAIM}s?",
            f"(?:some |many |most |lots of )?people (?:often |sometimes )?(?:wrongly|falsely|mistakenly) {_CLAIM}",
            "(?:exactly |just )?the (?:very |exact )?(?:opposite|reverse|contrary) of ",
            "(?:it|this|that) (?:does not|doesn't|doesnt|never) means? (?!that it|only|just|always|necessarily)",
            "(?:it|this|that) has nothing (?:at all )?to do with ",
            "(?:anything but|everything (?:but|except)|nothing like) ",
        )
    )
)
_PREDICATE = re.compile(f"\\b{_FALSELY}$")
_PREDICATE_BECAUSE = re.compile(f"\\b{_FALSELY} (?:because|since) ")
_SAYING = re.compile(
    f"(?:that|(?:the|this) {_STATEMENT} that|(?:say|claim|think|assum|believ|suppos|stat)ing|to {_CLAIM}) "
)
_LEFT_OPEN = ("or", "maybe", "not"), ("or", "perhaps", "not")
_TELLING = word_set(
    "false untrue wrong incorrect mistaken inaccurate myth nonsense rubbish misconception misunderstanding misbelief "
    "fallacy lie error wrongly falsely mistakenly true correct right case so think believe agree accept doubt deny say "
    "claim assume mistake no nobody noone but except certainly definitely surely absolutely like never opposite "
    "reverse contrary converse round around both either not kidding joking isn't isnt doesn't wasn't aren't none "
    "nothing doesnt"
)
_FALSE = word_set("false untrue wrong incorrect mistaken inaccurate nonsense mistake myth error lie true correct right")
_TRUTH = word_set(
    "false wrong untrue incorrect mistaken myth myths misunderstanding misunderstandings misconception misconceptions"
)
_PRONOUNS = word_set("it they he she we you i")
_OWN_SUBJECT = word_set("how whether if when where whose which who why what")
_PARTS = _OWN_SUBJECT | word_set(
    ", and or but because since so while whereas as than then although though until unless that"
)
_LISTING = word_set(", and or as than")
_DETERMINERS = word_set("the a an this these those my your his her its our their each every it they he she we you i")
_WITHIN = word_set("of in for on from with at")
_AT_FIRST = frozenset(("not", "never", "none"))
_AFTER_FIRST = word_set("really at quite all sure much exactly so a what enough many more less fewer any")
BRIEF = 3
"""Words of an item, at most, in a list without a verb, of which an opening "not" denies but the first."""
_AFTER_NO = word_set("every for if when in needed necessary required essential possible")
_GOES_ON = frozenset(("because", "since", "so"))


def on_truth(words: list[str]) -> bool:
    """Whether a question or its answer is itself about what is false, so that an answer may well end in "is wrong"."""
    return not _TRUTH.isdisjoint(words)


def denied(
    text: Text, language: Language, has_use_for: frozenset[str], of_truth: bool, answers_no: bool
) -> list[str] | None:
    """The words of an answer that it denies as a whole; None where it does not.

    `has_use_for`: words that the rubric itself looks for. `of_truth`: see `on_truth`. `answers_no`: whether the right
    answer is a no.
    """
    if not _speaks(text, language):
        return None
    words = text.words
    if tuple(words[-3:]) in _LEFT_OPEN:
        return words[:-3]
    found = _BEFORE.match(" ".join(words[:SHORT]))
    if found:
        return words[len(found.group().split()) :]
    if has_use_for.isdisjoint(("not", "never")) and _not_at_first(text, language, answers_no):
        return words[1:]
    return None if of_truth else _false_at_last(text, language, has_use_for)


def _false_at_last(text: Text, language: Language, has_use_for: frozenset[str]) -> list[str] | None:
    """What stands before "... is wrong" at the end, where that is said of all of it."""
    words, many = text.words, len(text)
    begin = text.begins[-1]
    end = " ".join(words[max(begin, many - SHORT) :])
    found = _PREDICATE.search(end) or (_PREDICATE_BECAUSE.search(end) if many <= SHORT else None)
    if found is None or not (_FALSE & has_use_for).isdisjoint(found.group().split()):
        return None
    before = words[: max(begin, many - SHORT)] + end[: found.start()].split()
    if not begin and _SAYING.match(" ".join(words[:4])):
        return before
    of_me = begin and "my" in words[begin:]  # "My first answer was wrong."
    return before if not of_me and _whole(before, begin, text, language) else None


def _whole(before: list[str], begin: int, text: Text, language: Language) -> bool:
    """Whether what stands before "... is wrong" is a sentence by itself, rather than the one thing that is wrong."""
    start = len(before)
    parted = ""
    while start > begin and not parted:
        comma = start < len(before) and text.clause[start] != text.clause[start - 1]
        if comma or before[start - 1] in _PARTS:
            parted = "," if comma else before[start - 1]
        else:
            start -= 1
    part = before[start:]
    if not part or (parted == "that" and (start == begin + 1 or text.clause[start - 2] != text.clause[start - 1])):
        return False
    if not language.auxiliaries.isdisjoint(part) or (part[0] in _PRONOUNS and len(part) > 1):
        return True
    if parted in _OWN_SUBJECT or (begin and not parted and part[0].endswith("ing")):
        return False
    if not begin and (not parted or (parted in _LISTING and part[0] not in _DETERMINERS)):
        return True
    if parted != "that" and text.lists >= LISTED and language.auxiliaries.isdisjoint(before):
        return True
    return len(part) >= (LONG if _WITHIN.isdisjoint(part) else LONGER)


def _speaks(text: Text, language: Language) -> bool:
    return language.retractions and not _TELLING.isdisjoint(text.words)


def _not_at_first(text: Text, language: Language, answers_no: bool) -> bool:
    """A bare "not" before the whole of a first sentence that does not go on with "but" or the like."""
    words = text.words
    if words[0] not in _AT_FIRST or len(words) < 2 or (words[0] == "none") != (words[1] == "of"):
        return False
    if words[1] in language.after_not or words[1] in _AFTER_FIRST or (answers_no and words[1] in _AFTER_NO):
        return False
    first = words[: text.bounds(0)[1]]
    return (language.breaks - _GOES_ON).isdisjoint(first) and not _lists(text, language)


def _lists(text: Text, language: Language) -> bool:
    """Whether a first sentence is a list of brief things without a verb: "not enough data, slow computers"."""
    end = text.bounds(0)[1]
    items = len(set(text.clause[:end]))
    verbs = language.auxiliaries | language.subjects
    return items > 1 and end <= BRIEF * items and verbs.isdisjoint(text.words[:end])
