"""How people mark questions, answers and sections: the words and signs, in the languages of the groups seen so far."""

# ruff: noqa: RUF001 - the full-width signs are meant: Chinese notes have them

from __future__ import annotations

import re
from typing import Literal

Section = Literal["", "questions", "prompts", "recap", "other"]

QUESTION = re.compile(
    r"""[\s*_]*[(\[]?(?:
        (?:Q|q|(?i:ques|question|frage|pregunta|domanda|quiz\ question))
            \s*(?:\#|[Nn][or]\.?)?\s*(?P<number>\d{1,3})?\s*(?:[:：)\]]+|\.+[)\]]?(?!\w)|\s[-–—]+\s|[–—]\s)
      | (?:问题|问|問題|問|質問|题目)\s*(?P<han>\d{1,3})?\s*[：:、.．)]
      | (?i:q|question|frage)\s*(?P<whole>\d{1,3})\s*$
      | Q(?P<close>\d{1,3})\s+(?=\w.*\?\s*$)
    )[\s*_]*""",
    re.VERBOSE,
)
GERMAN_QUESTION = re.compile(r"[\s*_]*F\s*(?P<number>\d{1,3})?\s*:[\s*_]*")
ANSWER = re.compile(
    r"""[\s*_]*[(\[]?(?:
        (?:A|Ans|(?i:answers?|antwort|lösung|solution|réponse|respuesta|risposta|(?:my|sample|model)\ answer))
            \s*\d{0,3}\s*(?:[:：)\]]+|\.+[)\]]?(?!\w)|\s[-–—]+\s|[–—]\s)
      | (?:ans|a)\s*:\s
      | (?:答案|答|回答|解答|参考答案)\s*\d{0,3}\s*[：:、.．)]
      | (?i:answers?|antwort|lösung|solution|réponse|respuesta
          |(?:click|tap|toggle|spoiler|reveal)
            (?:\ (?:to|the|here|for|me|reveal|see|show|expand|view|answers?|solutions?))*
          |(?:show|see|view|my|the)(?:\ (?:the|my|me))?\ (?:answers?|solutions?))\s*$
    )[\s*_]*""",
    re.VERBOSE,
)
NUMBER = re.compile(r"[\s*_]*[(\[]?(?P<number>\d{1,3})(?:[.)\]、．）]|\)\.)\s*(?=\D|$)")
OPTION_A = re.compile(r"\s*\(?[Aa][.)]\s")
OPTION_B = re.compile(r"\s*\(?[Bb][.)]\s")

_ASKING = re.compile(
    r"""(?:what|why|how|when|where|which|who|whom|whose|is|are|was|were|do|does|did|can|could|should|would|will|has|have|
    name|list|describe|explain|define|draw|sketch|write|give|provide|complete|open|follow|compare|contrast|discuss|state|
    show|calculate|compute|find|implement|try|create|identify|summari[sz]e|outline|prove|derive|true\ or\ false|choose|
    select|fill|tell|mention|suggest|justify|research|plot|train|run|read|use|look|think|consider|modify|rewrite|print|
    was|wie|warum|wieso|weshalb|wer|wo|wann|welche[rsnm]?|womit|wozu|nenne[n]?|erkläre[n]?|beschreibe[n]?|zeichne[n]?|
    vergleiche[n]?|definiere[n]?|begründe[n]?|gib|geben|zähle|
    qu['’]est-ce|pourquoi|comment|quel(?:le)?s?|citez|expliquez|qué|por\ qué|cómo|cuál(?:es)?|explica|define)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_ASKING_HAN = re.compile(r"什么|甚麼|为什么|為什麼|如何|怎么|怎样|哪|吗[？?。]?$|^请|^解释|^说明|^列出|^描述|とは|なぜ")
_CLOSERS = " \t\"'”’»)]*_}"


def asks(text: str) -> bool:
    """Whether the text ends as a question does."""
    return text.rstrip(_CLOSERS).endswith(("?", "？"))


def holds_question(text: str) -> bool:
    """Whether a question mark stands anywhere in the text."""
    return "?" in text or "？" in text


def is_likely_question(text: str) -> bool:
    """Whether a numbered text reads as something to answer: it asks, or tells the reader to do something."""
    text = text.lstrip(" \"'“‘(*_")
    return (
        holds_question(text)
        or _ASKING.match(text) is not None
        or _ASKING_HAN.search(text) is not None
        or "____" in text
    )


def begins_as_question(text: str) -> bool:
    """Whether the text opens with a word of asking or telling."""
    text = text.lstrip(" \"'“‘(*_")
    return _ASKING.match(text) is not None or _ASKING_HAN.search(text) is not None


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
    r"(?:what )?(?:i|we)(?:['’]ve)? learn(?:ed|t)?|learnings?|lessons learn(?:ed|t)|highlights|tl;?dr|"
    r"in short|wrap-?up|"
    r"learning log|zusammenfassung|rückblick|wichtigste[sn]?|gelernt\w*|résumé|resumen)\b"
    r"|总结|小结|回顾|要点",
    re.IGNORECASE,
)


def section_of(title: str) -> Section:
    """What a section of that title holds; empty where the title does not say."""
    title = re.sub(r"^[\W\d_]+|[\s:：.]+$", "", title)
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
    bare = re.sub(r"[\s:：]+$", "", text)
    if not words or len(words) > 5 or asks(text) or text.endswith((".", "!", ",", ";")):
        return False
    return section_of(bare) == "other" or (
        section_of(bare) != "" and len(words) <= 4 and (text.endswith((":", "：")) or bare.istitle())
    )
