"""How nearly an answer says what a reference says, judged by words: what a drafted rubric goes by."""

from __future__ import annotations

from study.grading.language import Language
from study.grading.text import Text
from study.grading.typing_errors import forgiven


class Likeness:
    """One reference sentence or answer, read once, against which many answers are measured."""

    def __init__(self, reference: str, question: str, language: Language) -> None:
        self.language = language
        self.text = Text(reference, language)
        asked = set(Text(question, language).stems)
        stop = language.stop
        self.weights: dict[str, float] = {}
        for word, root in zip(self.text.words, self.text.stems, strict=True):
            if word not in stop:
                self.weights[root] = 0.25 if root in asked else 1.0
        if not self.weights:
            self.weights = dict.fromkeys(self.text.stems, 1.0)
        self.total = sum(self.weights.values())

    def measure(self, text: Text) -> tuple[float, tuple[int, ...]]:
        """The share of the reference that the text covers, and with which words."""
        if not self.total:
            return 0.0, ()
        covered: dict[str, int] = {}
        for i, root in enumerate(text.stems):
            if root in self.weights:
                covered.setdefault(root, i)
        missing = [root for root in self.weights if root not in covered]
        if missing:
            for i, root in enumerate(text.stems):
                if root not in self.weights and len(root) > 3:
                    for other in missing:
                        if other not in covered and forgiven(root, other):
                            covered[other] = i
                            break
        return sum(self.weights[root] for root in covered) / self.total, tuple(sorted(covered.values()))
