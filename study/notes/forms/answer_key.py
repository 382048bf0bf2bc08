"""Answer keys: a section at the end that says the answers by the numbers of the questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from study.notes.markdown.block import Block
from study.notes.questions.collector import Collector
from study.notes.questions.plain import plain

_TITLE = re.compile(
    r"[\W_]*(?i:answer key|(?:correct )?answers|solutions|key|lösungen|lösungsschlüssel|antworten|réponses|corrigés?"
    r"|respuestas|soluciones|risposte|soluzioni|respostas|gabarito|antwoorden|svar|odpowiedzi|ответы|الأجوبة|الإجابات"
    r"|参考答案|答案|解答|정답)[\W_]*"
)
_TITLED = re.compile(rf"{_TITLE.pattern}(?=\d)")
_ENTRY = re.compile(r"\s*(?:(?i:q|question|frage)\s*)?(?P<number>\d{1,3})(?:\s*[.):\-–—=])?\s*(?P<said>\S.*)")  # noqa: RUF001
_SHORT_ENTRY = re.compile(r"(?P<number>\d{1,3})(?:\s*[.):\-–—=])?\s*(?P<said>[A-Ha-h])\b")  # noqa: RUF001


class AnswerKey:
    """Reads answer keys, and gives the questions before them their answers."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector

    def read(self, title: str, blocks: Sequence[Block]) -> bool:
        """Whether these blocks, under this title, are the answers to questions that have none yet."""
        titled = _TITLED.match(title)
        if titled is not None:
            said = {int(each["number"]): each["said"] for each in _SHORT_ENTRY.finditer(title, titled.end())}
            return self.collector.answer_by_number(said)
        return _TITLE.fullmatch(title) is not None and self.collector.answer_by_number(dict(_entries(blocks)))


def _entries(blocks: Sequence[Block]) -> Iterator[tuple[int, str]]:
    """Numbers with what is said beside them: items of numbered lists, or lines that begin with a number."""
    for block in blocks:
        if block.kind == "item" and block.own_number is not None:
            yield block.own_number, plain(block.blocks)
        elif block.kind in ("text", "item"):
            for line in block.first_lines:
                short = list(_SHORT_ENTRY.finditer(line.raw))
                if len(short) > 1:
                    yield from ((int(each["number"]), each["said"]) for each in short)
                elif (entry := _ENTRY.match(line.text)) is not None:
                    yield int(entry["number"]), entry["said"]
