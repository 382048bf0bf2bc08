"""Tables: parts of answers most of the time; questions with their answers where the head says so."""

from __future__ import annotations

from collections.abc import Sequence

from study.notes.markdown.block import Block
from study.notes.markdown.lines import Line, joined
from study.notes.questions.collector import Collector


class Tables:
    """Reads tables."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector

    def read(self, block: Block) -> None:
        """A table."""
        head = [joined(cell).strip(" :").lower() for cell in block.rows[0]] if block.rows else []
        asked, answered = _column(head, QUESTION_HEADS), _column(head, ANSWER_HEADS)
        if asked is None or answered is None:
            self.collector.add(block)
            return
        self.collector.close()
        counted = _column(head, _NUMBER_HEADS)
        for row in block.rows[1:]:
            if max(asked, answered) < len(row) and row[asked]:
                self.question(
                    row[asked], row[answered], joined(row[counted]).strip(". ") if counted is not None else ""
                )

    def question(self, asked: Sequence[Line], answered: Sequence[Line], number: str) -> None:
        """A row that asks and answers."""
        question = self.collector.begin("marked", asked[0], int(number) if number.isdecimal() else None, asked)
        question.answered = True
        if answered:
            question.blocks.append(Block("text", answered[0].number, tuple(answered)))
        self.collector.close()


def _column(head: Sequence[str], names: Sequence[str]) -> int | None:
    return next((index for index, cell in enumerate(head) if cell in names), None)


QUESTION_HEADS = (
    "question", "questions", "q", "prompt", "front", "term", "frage", "fragen", "vorderseite", "begriff",
    "pregunta", "preguntas", "pergunta", "domanda", "问题", "問題", "질문", "вопрос", "سؤال", "السؤال",
)  # fmt: skip
ANSWER_HEADS = (
    "answer", "answers", "a", "back", "definition", "solution", "antwort", "antworten", "rückseite", "lösung",
    "réponse", "respuesta", "respuestas", "resposta", "risposta", "答案", "回答", "答え", "답", "ответ",
    "جواب", "الجواب",
)  # fmt: skip
_NUMBER_HEADS = ("#", "no", "no.", "nr", "nr.", "number", "")
