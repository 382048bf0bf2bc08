"""How people mark questions and answers: the words and signs, in the languages of the groups seen so far."""

# ruff: noqa: RUF001 - the full-width signs are meant: Chinese notes have them

from __future__ import annotations

import re

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
