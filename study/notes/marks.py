"""How people mark questions and answers: the words and signs, in the languages of the groups seen so far."""

# ruff: noqa: RUF001 - signs and letters as people type them

from __future__ import annotations

import re
from unicodedata import category

_QUESTION_WORDS = (
    r"ques|question|quiz\ question|frage|pregunta|domanda|pergunta|questão|vraag|fråga|spørgsmål|spørsmål|kysymys"
    r"|pytanie|otázka|soru|câu\ hỏi|pertanyaan|вопрос|питання|ερώτηση|سؤال|السؤال|سوال|שאלה|प्रश्न|질문|문제"
)
_ANSWER_WORDS = (
    r"answers?|solution|antwort|lösung|réponse|respuesta|solución|risposta|soluzione|resposta|solução|antwoord|oplossing"
    r"|svar|lösning|vastaus|odpowiedź|odpověď|cevap|trả\ lời|đáp\ án|jawaban|ответ|відповідь|απάντηση"
    r"|جواب|الجواب|إجابة|الإجابة|پاسخ|תשובה|उत्तर|정답|답"
)
_BEFORE_ANSWER = "my|sample|model|the|correct|right|richtige|korrekte|bonne|juste|juiste|правильный|правильна"
_AFTER_ANSWER = "is|correcta|correcte|corretta|correta|exacta|الصحيحة|الصحيح"
_SIGN = r"(?:[:：)\]]+|\.+[)\]]?(?!\w)|\s[-–—]+\s|[–—]\s)"
QUESTION = re.compile(
    rf"""[\s*_]*[(\[]?(?:
        (?:Q|q|س|(?i:{_QUESTION_WORDS}))
            \s*(?:\#|[Nn][or]\.?)?\s*(?P<number>\d{{1,3}})?\s*{_SIGN}
      | (?:问题|问|問題|問|質問|题目)\s*(?P<han>\d{{1,3}})?\s*[：:、.．)]
      | (?i:q|{_QUESTION_WORDS})\s*(?P<whole>\d{{1,3}})\s*$
      | Q\.?(?P<close>\d{{1,3}})\s+(?=\w.*\?\s*$)
    )[\s*_]*""",
    re.VERBOSE,
)
GERMAN_QUESTION = re.compile(r"[\s*_]*F\s*(?P<number>\d{1,3})?\s*:[\s*_]*")
ANSWER = re.compile(
    rf"""[\s*_]*[(\[]?(?:
        (?:A|Ans|ج|(?i:(?:(?:{_BEFORE_ANSWER})\ )?(?:{_ANSWER_WORDS})(?:\ (?:{_AFTER_ANSWER}))?))
            \s*\d{{0,3}}\s*{_SIGN}
      | (?:ans|a)\s*:\s
      | (?i:(?:the\ )?(?:correct|right)\ (?:answer|option)\ is)\s
      | (?:正确答案|答案|答え|答|回答|解答|正解|参考答案)\s*\d{{0,3}}\s*[：:、.．)]
      | (?i:(?:(?:{_BEFORE_ANSWER})\ )?(?:{_ANSWER_WORDS})|答案|答え|解答|正解
          |(?:click|tap|toggle|spoiler|reveal)
            (?:\ (?:to|the|here|for|me|reveal|see|show|expand|view|answers?|solutions?))*
          |(?:show|see|view|my|the)(?:\ (?:the|my|me))?\ (?:answers?|solutions?)|show)\s*$
    )[\s*_]*""",
    re.VERBOSE,
)
NUMBER = re.compile(r"[\s*_]*[(\[]?(?P<number>\d{1,3})(?:[.)\]、．）]|\)\.)\s*(?=\D|$)")
EXPLANATION = re.compile(
    r"[\s*_]*(?i:explanation|rationale|erklärung|begründung|explication|explicación|spiegazione|explicação|uitleg"
    r"|пояснение|解析|解释|解説|해설|شرح)\s*[:：][\s*_]*"
)
CHOICES = re.compile(
    r"[\s*_]*(?i:choices|options|possible answers|answer options|auswahl|optionen|antwortmöglichkeiten|choix|opciones|"
    r"opções|opzioni|opties|alternativ|варианты)[\s*_]*[:：][\s*_]*"
)

_TELLING = r"""
    name|list|describe|explain|define|draw|sketch|give|compare|contrast|discuss|state|calculate|compute|identify|
    summari[sz]e|outline|prove|derive|justify|distinguish|differentiate|illustrate|translate|characteri[sz]e|
    nenne[n]?|erkläre[n]?|erläutere|erläutern\ sie|beschreibe[n]?|zeichne[n]?|skizziere|vergleiche[n]?|definiere[n]?|
    begründe[n]?|gib|geben\ sie|zähle|zählen\ sie|berechne[n]?|übersetze[n]?|unterscheide|charakterisiere|ordne|
    citez|expliquez|décrivez|comparez|définissez|nommez|énumérez|donnez|
    explica|define|nombra|enumera|describe|compara|menciona|spiega|elenca|descrivi|confronta|explique|descreva|defina"""
_ASKING = re.compile(
    rf"""(?:what|why|how|when|where|which|who|whom|whose|is|are|was|were|do|does|did|can|could|should|would|will|has|have|
    {_TELLING}|write|provide|complete|open|follow|show|find|implement|try|create|true\ or\ false|choose|
    select|fill|tell|mention|suggest|research|plot|train|run|read|use|look|think|consider|modify|rewrite|print|geben|
    was|wie|warum|wieso|weshalb|wer|wo|wann|welche[rsnm]?|womit|wozu|
    qu['’]est-ce|pourquoi|comment|quel(?:le)?s?|qué|por\ qué|cómo|cuál(?:es)?)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_TELLS = re.compile(rf"(?:{_TELLING})\s+\S", re.VERBOSE | re.IGNORECASE)
_ASKING_HAN = re.compile(r"什么|甚麼|为什么|為什麼|如何|怎么|怎样|哪|吗[？?。]?$|^请|^解释|^说明|^列出|^描述|とは|なぜ")
QUESTION_SIGNS = ("?", "？", "؟", "\u037e", "՞", "⸮")
"""Question marks: of Europe, China, Arabic, Greek, Armenian and old prints."""
_CLOSERS = frozenset(" \t\"'”’»)]*_}")
_PICTURES = frozenset(("So", "Sk", "Cf", "Mn"))
"""The categories of which emoji are made: symbols, their colours, what joins and varies them."""


def asks(text: str) -> bool:
    """Whether the text ends as a question does; stars, faces and whatever else rates a question may follow."""
    end = len(text)
    while end and (text[end - 1] in _CLOSERS or category(text[end - 1]) in _PICTURES):
        end -= 1
    return text.endswith(QUESTION_SIGNS, 0, end)


def holds_question(text: str) -> bool:
    """Whether a question mark stands anywhere in the text."""
    return any(sign in text for sign in QUESTION_SIGNS)


def is_likely_question(text: str) -> bool:
    """Whether a numbered text reads as something to answer: it asks, or tells the reader to do something."""
    text = text.lstrip(" \"'“‘(*_")
    return (
        holds_question(text)
        or _ASKING.match(text) is not None
        or _ASKING_HAN.search(text) is not None
        or "____" in text
    )


def tells(text: str) -> bool:
    """Whether the text is an exercise set in one sentence without a question mark: “Name two kings of Rome”."""
    return _TELLS.match(text.lstrip(" \"'“‘(*_")) is not None and not text.rstrip().endswith((":", "："))


def begins_as_question(text: str) -> bool:
    """Whether the text opens with a word of asking or telling."""
    text = text.lstrip(" \"'“‘(*_")
    return _ASKING.match(text) is not None or _ASKING_HAN.search(text) is not None
