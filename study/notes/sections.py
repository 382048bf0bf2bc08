"""What the sections of a note hold, told by their titles in the languages of the groups seen so far."""

# ruff: noqa: RUF001 - the full-width colon is meant: Chinese notes have it

from __future__ import annotations

import re
from typing import Literal

from study.notes.marks import asks

Section = Literal["", "questions", "prompts", "recap", "other"]

_SIGNS = re.compile(r"^[\W\d_]+")
_ENDS = " \t\n\r\f\v\u00a0:："
_OTHER = re.compile(
    r"(?:further |extra |additional |useful |more |other |suggested |recommended |quick )*"
    r"(?:references?|bibliography|works cited|citations?|sources?|resources?|links?|readings?|reading list|materials?|"
    r"credits?|"
    r"acknowledge?ments?|licen[cs]e|table of contents|contents|toc|footnotes|see also|extras?|extra for .*|"
    r"linked references|unlinked references|backlinks|related(?: .*)?|about(?: .*)?|attachments?|tags|"
    r"changelog|prerequisites?|set-?up|installation|homework|assignments?|to-? ?dos?(?: .*)?|"
    r"next (?:week|steps|time)(?: .*)?|action items|appendix|videos?|"
    r"literatur(?:verzeichnis)?|quellen|weiterführendes|verweise|danksagung|inhalt(?:sverzeichnis)?|hausaufgaben|"
    r"références|bibliographie|referencias|"
    r"参考(?:文献|资料)?|参考文献|致谢|目录|链接|延伸阅读)",
    re.IGNORECASE,
)
_PROMPTS = re.compile(
    r"\b(?:discussions?|discuss|prompts?|talking points|food for thought|to think about|reflections?|open questions|"
    r"ice-?breakers?|diskussion\w*|denkanstöße|gesprächs\w*)\b|讨论|思考",
    re.IGNORECASE,
)
_QUESTIONS = re.compile(
    r"\b(?:questions?|questionn?aires?|quiz(?:zes)?|q\s?(?:&|and|\+|/)\s?a\w*|faqs?|exercises?|self-?tests?|"
    r"review|test yourself|"
    r"check your understanding|flash-?cards?|fragen|fragebogen|übungen|aufgaben|preguntas|exercices)\b"
    r"|问答|习题|问题|测验|练习",
    re.IGNORECASE,
)
_RECAP = re.compile(
    r"\b(?:re-?caps?|summary|summaries|summari[sz]ing|take-?aways?|key (?:points|ideas|concepts|terms|insights)|"
    r"(?:what )?(?:i|we)(?:['’]ve)? learn(?:ed|t)?|"
    r"(?:my |our |key |main )learnings?|learnings|lessons learn(?:ed|t)|highlights|tl;?dr|"
    r"in short|wrap-?up|"
    r"learning log|zusammenfassung|rückblick|wichtigste[sn]?|gelernt\w*|résumé|resumen)\b"
    r"|总结|小结|回顾|要点",
    re.IGNORECASE,
)


def section_of(title: str) -> Section:
    """What a section of that title holds; empty where the title does not say."""
    title = _SIGNS.sub("", title).rstrip(_ENDS + ".")
    if _OTHER.fullmatch(title):
        return "other"
    if _PROMPTS.search(title):
        return "prompts"
    if _QUESTIONS.search(title):
        return "questions"
    return "recap" if _RECAP.search(title) else ""


def names_section(text: str) -> bool:
    """Whether a line of its own, though no heading to Markdown, can only be a section's title."""
    words = text.split()
    bare = text.rstrip(_ENDS)
    if not words or len(words) > 5 or asks(text) or text.endswith((".", "!", ",", ";")):
        return False
    return section_of(bare) == "other" or (
        section_of(bare) != "" and len(words) <= 4 and (text.endswith((":", "：")) or bare.istitle())
    )
