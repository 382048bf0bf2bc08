"""Where phrases stand in an answer, and what stands near what."""

from __future__ import annotations

from collections.abc import Sequence

from study.grading.match.judged import Found
from study.grading.match.phrases import Phrase
from study.grading.match.reading import Reading

PHRASE_GAP = 3
"""Words, stop words not counted, that may stand between two words of a phrase."""
NEAR = 8
"""Words, stop words not counted, within which `near` holds."""
MANY = 40
"""Occurrences of one thing that are looked at."""

_NONE: dict[int, list[int]] = {}


def find(phrase: Phrase, reading: Reading, heed: bool, alike: bool) -> list[Found]:
    """Every place where a phrase stands in an answer. `heed`: whether a "not" matters; `alike`: whether words of
    general English that mean nearly the same will do for phrases of several words, and two words in the other order
    that only touch."""
    if len(phrase.elements) == 1:
        places = reading.at.get(phrase.elements[0], ())[:MANY]
        if not heed or phrase.negator or not (reading.denies or phrase.denies):
            return [Found(place, place, (place,), True) for place in places]
        return [_found((place,), phrase, reading, heed) for place in places]
    of_several = _places(phrase, reading, reading.alike if alike else _NONE)
    out: list[Found] = []
    for start in of_several[0] if of_several else ():
        path = _path(start, of_several, reading, phrase)
        if path is None and len(of_several) == 2 and not phrase.beside[1]:
            path = _other_way_round(start, of_several[1], reading, phrase, alike)
        if path is not None:
            out.append(_found(path, phrase, reading, heed))
    return out


def _places(phrase: Phrase, reading: Reading, alike: dict[int, list[int]]) -> list[list[int]]:
    """Where each word of a phrase stands; nothing, where one of them does not."""
    at = reading.at
    places: list[list[int]] = []
    for number in phrase.elements:
        here = at.get(number)
        if alike and number in alike:
            here = sorted((*(here or ()), *alike[number]))
        if not here:
            return []
        places.append(here if len(here) <= MANY else here[:MANY])
    return places


def _path(start: int, places: list[list[int]], reading: Reading, phrase: Phrase) -> tuple[int, ...] | None:
    path = [start]
    for here, beside in zip(places[1:], phrase.beside[1:], strict=True):
        step = _next(here, path[-1], reading, beside)
        if step is None:
            return None
        path.append(step)
    return tuple(path)


def _next(here: list[int], last: int, reading: Reading, beside: bool) -> int | None:
    place = next((place for place in here if place > last), None)
    if place is None:
        return None
    if beside:
        return place if place == last + 1 else None
    rank, sentence = reading.rank, reading.text.sentence
    near = rank[place] - rank[last] <= PHRASE_GAP + 1 and sentence[place] == sentence[last]
    return place if near else None


def _other_way_round(
    start: int, others: list[int], reading: Reading, phrase: Phrase, alike: bool
) -> tuple[int, int] | None:
    """Two words in the other order, small words between: "the set for validation"; with `alike`, also without these."""
    rank, text = reading.rank, reading.text
    near = (p for p in others if p < start and rank[start] - rank[p] <= 1 and text.sentence[p] == text.sentence[start])
    place = next((p for p in near if alike or (start - p > 1 and text.clause[p] == text.clause[start])), None)
    if place is None or (phrase.denies and not reading.with_not[place]):
        return None
    return place, start


def _found(path: tuple[int, ...], phrase: Phrase, reading: Reading, heed: bool) -> Found:
    first, last = (path[0], path[-1]) if path[0] <= path[-1] else (path[-1], path[0])
    affirmed = not heed or phrase.negator or not (reading.denies or phrase.denies) or _affirmed(path, phrase, reading)
    return Found(first, last, path, affirmed)


def _affirmed(path: tuple[int, ...], phrase: Phrase, reading: Reading) -> bool:
    """Whether an answer says what stands there, rather than its opposite."""
    if phrase.denies:
        return any(reading.with_not[p] for p, denied in zip(path, phrase.denied, strict=True) if denied)
    return not any(map(reading.negated.__getitem__, path))


_Span = tuple[int, int, Found]
"""Where something was found, counted in the words that distances count: from, to."""


def together(parts: Sequence[list[Found]], reading: Reading, within: int, ordered: bool) -> list[Found]:
    """Where something of each part stands within so many words of something of another, perhaps in order."""
    rank, last = reading.rank, len(reading.rank) - 1
    spans = [[(rank[min(one.first, last)], rank[min(one.last, last)], one) for one in part[:MANY]] for part in parts]
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
