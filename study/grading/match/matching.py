"""The kinds of point, compiled: each looks at a reading of an answer and says how much of it is there, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Protocol

from study.grading import rubric as form
from study.grading.language.language import Language
from study.grading.language.numbers import UNITS, close
from study.grading.language.text import Text
from study.grading.match.formulas import finder
from study.grading.match.patterns import NEAR, Found, Phrase, Reading, Vocabulary, find, number_phrase, phrase_of

Search = Callable[[str], tuple[int, int] | None]

UNNAMED = 24
"""Words up to which the right sides of pairs, all there and in order, need no left sides."""
VARIANTS = 32
"""Ways of writing one alternative that synonyms may make."""


@dataclass(slots=True)
class Judged:
    """How much of a point an answer has: `share` 0 to 1, the words for it, the words that deny it, what is missing."""

    share: float
    positions: tuple[int, ...] = ()
    denied: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()
    swapped: bool = False
    counted: str = ""


NOTHING = Judged(0.0)


class Matcher(Protocol):
    """What looks for one thing in an answer."""

    def find(self, reading: Reading) -> list[Found]:
        """Every place where it stands."""
        ...

    def judge(self, reading: Reading) -> Judged:
        """How much of it is there."""
        ...


def places(matcher: object, reading: Reading) -> set[int]:
    """Every word of an answer that speaks of what is looked for, counted or not."""
    if isinstance(matcher, _SeveralMatcher):
        return {place for one in matcher.of for place in places(one, reading)}
    if isinstance(matcher, _PairMatcher):
        return {place for side in matcher.sides for one in side for place in places(one, reading)}
    find: Callable[[Reading], list[Found]] | None = getattr(matcher, "find", None)
    return {place for found in find(reading) for place in found.positions} if find else set()


class _Places:
    """What matches at places: it is there when some place affirms it."""

    def find(self, reading: Reading) -> list[Found]:
        raise NotImplementedError

    def judge(self, reading: Reading) -> Judged:
        found = self.find(reading)
        if not found:
            return NOTHING
        best: Found | None = None
        denied: list[int] = []
        for one in found:
            if not one.affirmed:
                denied += one.positions
            elif best is None or (len(one.positions), -one.first) > (len(best.positions), -best.first):
                best = one
        if best is None:
            return Judged(0.0, (), tuple(denied))
        return Judged(1.0, best.positions, tuple(denied))


@dataclass(slots=True)
class _PhrasesMatcher(_Places):
    """One alternative with all the ways synonyms write it; each way is groups that stand near one another."""

    ways: list[list[Phrase]]
    heed: bool

    def find(self, reading: Reading) -> list[Found]:
        out: list[Found] = []
        for groups in self.ways:
            if len(groups) == 1:
                out.extend(find(groups[0], reading, self.heed))
            else:
                parts = [find(group, reading, self.heed) for group in groups]
                if all(parts):
                    out.extend(_together(parts, reading, NEAR, ordered=False))
        return out


@dataclass(slots=True)
class _AnyMatcher(_Places):
    """Alternatives. Of written ones only those are looked at whose rarest word the answer has."""

    of: list[Matcher]
    _by_rarest: dict[int, list[int]] = field(init=False)
    _always: list[int] = field(init=False)
    _unwritten: list[Matcher] = field(init=False)

    def __post_init__(self) -> None:
        ways = [
            (i, [number for phrase in groups for number in phrase.elements])
            for i, one in enumerate(self.of)
            if isinstance(one, _PhrasesMatcher)
            for groups in one.ways
        ]
        often = Counter(number for _, elements in ways for number in elements)
        self._by_rarest = {}
        for i, elements in ways:
            of = self._by_rarest.setdefault(min(elements, key=often.__getitem__), [])
            if i not in of:
                of.append(i)
        self._always = [i for i, one in enumerate(self.of) if not isinstance(one, _PhrasesMatcher)]
        self._unwritten = [self.of[i] for i in self._always]

    def _worth_looking(self, reading: Reading) -> list[Matcher]:
        by_rarest = self._by_rarest
        hits = by_rarest.keys() & reading.at.keys()
        if reading.alike:
            hits |= by_rarest.keys() & reading.alike.keys()
        if not hits:
            return self._unwritten
        picked = {i for number in hits for i in by_rarest[number]}
        picked.update(self._always)
        return [self.of[i] for i in sorted(picked)]

    def find(self, reading: Reading) -> list[Found]:
        return [found for one in self._worth_looking(reading) for found in one.find(reading)]

    def judge(self, reading: Reading) -> Judged:
        known = reading.judged.get(id(self))
        if known is None:
            known = reading.judged[id(self)] = self._judge(reading)
        return known

    def _judge(self, reading: Reading) -> Judged:
        best = NOTHING
        denied: tuple[int, ...] = ()
        for one in self._worth_looking(reading):
            judged = one.judge(reading)
            if judged.share > best.share or (
                judged.share == best.share and len(judged.positions) > len(best.positions)
            ):
                best = judged
            denied += judged.denied
        return Judged(best.share, best.positions, denied, best.missing if best.share else (), best.swapped)


@dataclass(slots=True)
class _TogetherMatcher(_Places):
    """All parts within a distance, perhaps in order."""

    parts: list[Matcher]
    within: int
    ordered: bool

    def find(self, reading: Reading) -> list[Found]:
        parts: list[list[Found]] = []
        for part in self.parts:
            parts.append(part.find(reading))
            if not parts[-1]:
                return []
        return _together(parts, reading, self.within, self.ordered)


_Span = tuple[int, int, Found]
"""Where something was found, counted in the words that distances count: from, to."""


def _together(parts: list[list[Found]], reading: Reading, within: int, ordered: bool) -> list[Found]:
    rank, last = reading.rank, len(reading.rank) - 1
    spans = [[(rank[min(one.first, last)], rank[min(one.last, last)], one) for one in part[:40]] for part in parts]
    out: list[Found] = []
    for start in spans[0]:
        path = [start]
        for others in spans[1:]:
            nearest = _nearest(path, others, within, ordered)
            if nearest is None:
                break
            path.append(nearest)
        else:
            positions = tuple(p for _, _, one in path for p in one.positions)
            out.append(Found(min(positions), max(positions), positions, all(one.affirmed for _, _, one in path)))
    return out


def _nearest(path: list[_Span], others: list[_Span], within: int, ordered: bool) -> _Span | None:
    """The nearest of the others that stands apart from the path's words, affirmed ones first."""
    best: _Span | None = None
    least = (True, within + 1)
    for span in others:
        begin, end, one = span
        apart = within + 1
        for first, last, _ in path:
            between = (begin if begin > first else first) - (end if end < last else last)
            if between < apart:
                apart = between
        key = (not one.affirmed, max(apart, 0))
        if apart > within or (best is not None and key >= least):
            continue
        if ordered and one.first <= path[-1][2].last:
            continue
        if any(not set(one.positions).isdisjoint(been.positions) for _, _, been in path):
            continue
        best, least = span, key
    return best


@dataclass(slots=True)
class _SeveralMatcher:
    """So many of these, each once, one place for one of them only."""

    count: int
    of: list[Matcher]
    names: tuple[str, ...]
    together: bool

    def find(self, reading: Reading) -> list[Found]:
        judged = self.judge(reading)
        if judged.share < 1:
            return []
        return [Found(min(judged.positions), max(judged.positions), judged.positions, True)]

    def judge(self, reading: Reading) -> Judged:
        taken: set[int] = set()
        denied: list[int] = []
        missing: list[str] = []
        hits = 0.0
        for one, name in zip(self.of, self.names, strict=True):
            judged = one.judge(reading)
            if judged.share < 1 and isinstance(one, _Places):
                judged = Judged(0.0, (), judged.denied)
            if judged.share and taken.issuperset(judged.positions):
                fresh = [f for f in one.find(reading) if f.affirmed and not taken.issuperset(f.positions)]
                judged = Judged(1.0, fresh[0].positions) if fresh else NOTHING
            if judged.share:
                hits += judged.share
                taken.update(judged.positions)
            else:
                missing.append(name)
                denied.extend(judged.denied)
        share = min(1.0, hits / self.count)
        if self.together and share < 1:
            share = 0.0
        # Where any of many will do, naming those not given would hand out the answer: the count says enough.
        lacking = tuple(missing) if share < 1 and self.count >= len(self.of) else ()
        counted = f"{hits:g} of {self.count}"
        return Judged(share, tuple(sorted(taken)), tuple(denied) if not hits else (), lacking, counted=counted)


@dataclass(slots=True)
class _PairMatcher:
    """Left sides with their own right sides. What goes with what is read from which stands beside which."""

    sides: list[tuple[Matcher, Matcher]]
    names: tuple[str, ...]

    def find(self, reading: Reading) -> list[Found]:
        judged = self.judge(reading)
        if judged.share < 1:
            return []
        return [Found(min(judged.positions), max(judged.positions), judged.positions, True)]

    def judge(self, reading: Reading) -> Judged:
        lefts = sorted((f.first, k, f.positions) for k, (left, _) in enumerate(self.sides) for f in left.find(reading))
        heads = {p for _, _, positions in lefts for p in positions}
        rights = sorted(
            (f.first, k, f.positions)
            for k, (_, right) in enumerate(self.sides)
            for f in right.find(reading)
            if f.affirmed and not heads.issuperset(f.positions)
        )
        if not rights:
            return Judged(0.0, missing=self.names)
        owned = self._owned(lefts, rights, reading)
        good: dict[int, tuple[int, ...]] = {}
        bad: set[int] = set()
        for owner, side, positions in owned:
            if owner == side:
                good.setdefault(side, positions)
            elif owner >= 0:
                bad.add(owner)
        joined = [owner == side for owner, side, _ in owned if owner >= 0]
        if bad == set(good) == set(range(len(self.sides))) and sum(a != b for a, b in pairwise(joined)) == 1:
            return Judged(0.0, (), (), self.names, swapped=True)
        bad -= set(good)
        share = max(0, len(good) - len(bad)) / len(self.sides)
        missing = tuple(name for k, name in enumerate(self.names) if k not in good)
        used = tuple(sorted({p for positions in good.values() for p in positions}))
        return Judged(share, used, (), missing if share < 1 else (), swapped=bool(bad) and not good)

    def _owned(
        self,
        lefts: list[tuple[int, int, tuple[int, ...]]],
        rights: list[tuple[int, int, tuple[int, ...]]],
        reading: Reading,
    ) -> list[tuple[int, int, tuple[int, ...]]]:
        order = range(len(self.sides))
        firsts = [next((at for at, k, _ in rights if k == side), -1) for side in order]
        if not lefts:
            told = min(firsts) >= 0 and firsts == sorted(firsts) and len(reading.text) <= UNNAMED
            return [(k, k, positions) for _, k, positions in rights] if told else []
        sides_said = [k for _, k, _ in lefts]
        apart = lefts[-1][0] < rights[0][0] or rights[-1][0] < lefts[0][0]
        if apart and len(sides_said) > 1 and len(set(sides_said)) == len(sides_said):
            heard: list[int] = []
            for _, k, _ in rights:
                if k not in heard:
                    heard.append(k)
            if len(heard) == len(sides_said):
                owner_of = dict(zip(heard, sides_said, strict=True))
                return [(owner_of[k], k, positions) for _, k, positions in rights]
        after = rights[0][0] < lefts[0][0]
        out: list[tuple[int, int, tuple[int, ...]]] = []
        for at, k, positions in rights:
            if after:
                owner = next((side for place, side, _ in lefts if place > at), lefts[-1][1])
            else:
                owner = next((side for place, side, _ in reversed(lefts) if place < at), -1)
                if owner != k and _other(at, lefts, reading) and len(self.sides) == 2:
                    owner = k
            out.append((owner, k, positions))
        return out


def _other(at: int, lefts: list[tuple[int, int, tuple[int, ...]]], reading: Reading) -> bool:
    start = max((place for place, _, _ in lefts if place < at), default=-1)
    return any(word in reading.language.others for word in reading.text.words[start + 1 : at])


@dataclass(slots=True)
class _SaysMatcher(_Places):
    """A yes or a no: said outright where a sentence opens, or, for a no, by denying in the first sentence."""

    yes: bool
    about: Matcher | None

    def find(self, reading: Reading) -> list[Found]:
        text, language = reading.text, reading.language
        out: list[Found] = []
        opening = -1
        denies = -1
        for i, word in enumerate(text.words):
            if i == 0 or text.sentence[i] != text.sentence[i - 1]:
                opening = i
            if i - opening <= 1 and (word in language.yes or word in language.no):
                said_yes = word in language.yes and not reading.turned[i]
                out.append(Found(i, i, (i,), said_yes == self.yes))
            if denies < 0 and word in language.negators and text.sentence[i] == 0:
                denies = i
        if self.about is not None:
            out.extend(self.about.find(reading))
        if not out and denies >= 0:
            out.append(Found(denies, denies, (denies,), not self.yes))
        return out


@dataclass(slots=True)
class _NumberMatcher(_Places):
    """A number by value, with its tolerance and unit."""

    value: float
    within: float
    kind: str

    def find(self, reading: Reading) -> list[Found]:
        turned = reading.turned
        return [
            Found(one.first, one.last, tuple(range(one.first, one.last + 1)), not turned[one.first])
            for one in reading.quantities()
            if one.kind == self.kind and close(one.value, self.value, self.within)
        ]


@dataclass(slots=True)
class _PlainMatcher(_Places):
    """What is looked for in the letters themselves: a formula or a regular expression."""

    search: Search

    def find(self, reading: Reading) -> list[Found]:
        place = self.search(reading.text.plain)
        if place is None:
            return []
        text = reading.text
        inside = tuple(i for i in range(len(text)) if text.starts[i] < place[1] and text.ends[i] > place[0])
        inside = inside or ((0,) if len(text) else ())
        return [Found(inside[0], inside[-1], inside, True)] if inside else []


@dataclass(slots=True)
class Builder:
    """Compiles matches over one shared vocabulary; `alike`: see `Phrase`."""

    language: Language
    synonyms: tuple[tuple[str, ...], ...]
    alike: bool = True
    vocabulary: Vocabulary = field(init=False)
    _sets: list[list[tuple[str, ...]]] = field(init=False)
    _names: tuple[tuple[str, str], ...] = field(init=False)
    _made: dict[tuple[form.Match, bool, bool], Matcher] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.vocabulary = Vocabulary(self.language)
        self._sets = [[tuple(Text(one, self.language).stems) for one in group] for group in self.synonyms]
        self._names = tuple(
            (" ".join(Text(long, self.language).words), min(group, key=len).lower())
            for group in self.synonyms
            for long in sorted(group, key=len, reverse=True)
            if long != min(group, key=len)
        )

    def literal(self) -> Builder:
        """A builder over the same vocabulary, for what counts in its own words only."""
        other = Builder(self.language, self.synonyms, alike=False)
        other.vocabulary = self.vocabulary
        return other

    def match(self, match: form.Match, typos: bool, heed: bool) -> Matcher:
        """One match, compiled. Raises ValueError, in words for its author, where it cannot be looked for."""
        if isinstance(match, form.Words):
            return self.words(match.text, typos, heed)
        if isinstance(match, form.AnyOf):
            known = self._made.get((match, typos, heed))
            if known is None:
                known = _AnyMatcher([self.match(one, typos, heed) for one in match.of])
                self._made[match, typos, heed] = known
            return known
        if isinstance(match, form.Several):
            return _SeveralMatcher(
                match.count, [self.match(one, typos, heed) for one in match.of], match.names, match.together
            )
        if isinstance(match, form.Together):
            return _TogetherMatcher([self.match(one, typos, heed) for one in match.parts], match.within, match.ordered)
        if isinstance(match, form.Pair):
            return _PairMatcher(
                [(self.match(left, typos, False), self.match(right, typos, heed)) for left, right in match.sides],
                match.names,
            )
        if isinstance(match, form.Says):
            return _SaysMatcher(match.yes, self.match(match.about, typos, heed) if match.about else None)
        if isinstance(match, form.Number):
            kind, scale = UNITS.get(match.unit.lower(), ("", 1.0)) if match.unit not in ("", "%") else ("", 1.0)
            scale = 0.01 if match.unit == "%" else scale
            return _NumberMatcher(match.value * scale, match.within * scale, kind)
        if isinstance(match, form.Formula):
            return _PlainMatcher(finder(match.text.lower(), self._names))
        if isinstance(match, form.Regex):
            return _PlainMatcher(regex(match.text))
        return _AnyMatcher([])

    def words(self, text: str, typos: bool, heed: bool) -> _PhrasesMatcher:
        """One written alternative in every way that the synonyms write it."""
        ways: list[list[Phrase]] = []
        for variant in self._variants(text):
            groups: list[Phrase] = []
            for part in _split_near(variant):
                phrase = (None if '"' in part else number_phrase(part, self.vocabulary, typos)) or phrase_of(
                    part, self.vocabulary, typos
                )
                if phrase is None:
                    raise ValueError("there is no word in it")
                groups.append(replace(phrase, alike=self.alike))
            ways.append(groups)
            if len(groups) == 1 and " " in variant and '"' not in variant and "*" not in variant:
                joined = Text(variant, self.language).words
                if len(joined) == 2 and all(word.isalpha() and word not in self.language.stop for word in joined):
                    one = phrase_of("".join(joined), self.vocabulary, typos)
                    if one is not None:
                        ways.append([one])
        return _PhrasesMatcher(ways, heed)

    def _variants(self, text: str) -> list[str]:
        out = [text]
        if not self._sets or '"' in text:
            return out
        for group, written in zip(self._sets, self.synonyms, strict=True):
            for variant in list(out):
                pieces = variant.split()
                roots = [Text(piece, self.language).stems for piece in pieces]
                flat = [stems[0] if len(stems) == 1 else "\0" for stems in roots]
                for member in group:
                    size = len(member)
                    for start in range(len(flat) - size + 1):
                        if tuple(flat[start : start + size]) == member and member:
                            for other in written:
                                new = " ".join([*pieces[:start], other, *pieces[start + size :]])
                                if new.lower() not in {one.lower() for one in out} and len(out) < VARIANTS:
                                    out.append(new)
        return out


def _split_near(text: str) -> list[str]:
    parts: list[list[str]] = [[]]
    for word in text.split():
        if word == "near":
            parts.append([])
        else:
            parts[-1].append(word)
    return [" ".join(part) for part in parts]


def regex(text: str) -> Search:
    """A search by regular expression on RE2, whose time is linear whatever the pattern."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    options.never_capture = True
    compiled = re2.compile(text, options)

    def search(plain: str) -> tuple[int, int] | None:
        found = compiled.search(plain.encode() if plain.isascii() else plain)
        return (found.start(), found.end()) if found and found.end() > found.start() else None

    return search
