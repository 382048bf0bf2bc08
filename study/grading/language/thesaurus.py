"""A language's general words, looked up by stem: which say nearly the same, and which the opposite."""

from __future__ import annotations

from functools import cache, cached_property

from study.grading.language.language import Language
from study.grading.language.remembered import Remembered
from study.grading.language.stems import stem

_NONE: frozenset[str] = frozenset()


@cache
def thesaurus_of(language: Language) -> Thesaurus:
    """The thesaurus of a language; it knows nothing where the language names no related words."""
    return Thesaurus(language)


class Thesaurus:
    """The related words of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.related = language.related
        self.knows = bool(language.related.same)
        self._longest = max(map(len, language.related.endings), default=0)
        self._families = Remembered(self._without_endings)

    def same(self, root: str) -> frozenset[str]:
        """The stems of words that say nearly what this one says."""
        return self._classes.get(root) or self._classes.get(self.family(root), _NONE)

    def family(self, root: str) -> str:
        """What is left of a stem without its endings: "evaporation" and "evaporate" are of one family."""
        return self._families[root]

    @cached_property
    def _classes(self) -> dict[str, frozenset[str]]:
        out: dict[str, set[str]] = {}
        for group in self.related.same.split("/"):
            roots = set(map(self._stem, group.split()))
            roots |= {self.family(root) for root in roots}
            for root in roots:
                out.setdefault(root, set()).update(roots - {root})
        for line in self.related.implied.strip().splitlines():
            said, meaning = line.split(":")
            root = self._stem(said)
            by = set(map(self._stem, meaning.split()))
            for one in (root, self.family(root)):
                out.setdefault(one, set()).update(by, map(self.family, by))
        return {root: frozenset(others) for root, others in out.items()}

    @cached_property
    def opposites(self) -> dict[str, frozenset[str]]:
        """For each stem the stems of its opposites."""
        out: dict[str, set[str]] = {}
        for pair in filter(str.strip, self.related.opposite.split("/")):
            a, b = map(self._stem, pair.split())
            out.setdefault(a, set()).add(b)
            out.setdefault(b, set()).add(a)
        return {root: frozenset(others) for root, others in out.items()}

    def _stem(self, word: str) -> str:
        return stem(word, self.language)

    def _without_endings(self, root: str) -> str:
        for ending in self.related.comparing:
            if root.endswith(ending) and len(root) - len(ending) >= 3:
                base = root[: -len(ending)]
                if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz":
                    return base[:-1]
                if len(base) >= 4 or ending != "er":
                    root = base
                break
        for _ in range(2):
            for length in range(min(self._longest, len(root) - 4), 0, -1):
                if root[-length:] in self.related.endings:
                    root = root[:-length]
                    break
            else:
                break
        return root
