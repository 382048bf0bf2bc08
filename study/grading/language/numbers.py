"""Numbers by value: 20%, 0.2, one fifth and "1 in 5" are one number; so are 10^-3 and 0.001; 100 ms is 0.1 s."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import compress

from study.grading.language.language import Language
from study.grading.language.remembered import Remembered
from study.grading.language.text import Text
from study.grading.language.units import DEGREES, UNITS, Unit

MANY = 200
"""Numbers of a text that are read."""
LARGEST = 1e300
"""What is larger is no number."""
CLOCK = "clock"
"""The dimension of times of the day, in minutes."""
_HIGHEST_POWER = 300
_LONGEST = 6
"""Words of a number or of what goes with it, at most."""

_DIGITS = re.compile(r"(?P<n>-?(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:e[+-]?\d+)?)(?P<unit>%|[a-z\u00b5\u03bc]{0,4})")
_TIME = re.compile(r"(\d{1,2}):(\d\d)")
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_GROUPED_BY_POINTS = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+(,\d+)?")
_GLUED = {"k": 1e3}
_NO_UNIT = Unit("", 1.0)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it stands in a text, in base units where it carries a unit, with the words that said it.

    `percent`: it was said in percent.
    """

    value: float
    dimension: str
    first: int
    last: int
    percent: bool = False

    def says(self, wanted: Quantity, within: float = 0.0) -> bool:
        """Whether this number says the same of the same. Shares say one another ("20%", "a fifth"); a whole number of
        percent and a whole number do not: "100% sure" is not "one"."""
        if self.dimension != wanted.dimension or not close(self.value, wanted.value, within):
            return False
        return self.percent == wanted.percent or not wanted.value or wanted.value != int(wanted.value)


def value_of(digits: str, comma_decimal: bool = False) -> float | None:
    """What written digits mean; thousands may be grouped, and a comma may be a decimal sign."""
    if comma_decimal and _GROUPED_BY_POINTS.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif not comma_decimal and _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "")
    elif digits.count(",") == 1 and "." not in digits:
        digits = digits.replace(",", ".")
    else:
        digits = digits.replace(",", "")
    try:
        value = float(digits)
    except ValueError:
        return None
    return value if abs(value) < LARGEST else None


def number_of(value: object) -> float | None:
    """The number that an author wrote, in digits or as a number; None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < LARGEST else None
    return value_of(value.strip()) if isinstance(value, str) else None


def amount_of(written: str, language: Language) -> float | None:
    """The number that an author wrote in whatever form ("10000", "½", "10^-3"); None where it is none."""
    value = value_of(written)
    if value is not None:
        return value
    text = Text(written, language)
    found = quantities(text, language)
    whole = len(found) == 1 and found[0].last - found[0].first + 1 == len(text)
    return found[0].value if whole and not found[0].dimension else None


def short(value: float) -> float | int:
    """A number as an author would write it: 1 and not 1.0."""
    return int(value) if value == int(value) else value


def quantities(text: Text, language: Language) -> list[Quantity]:
    """The numbers of the text, left to right, each read as far as it goes; the first MANY of them."""
    read = _Reader(text, language)
    found: list[Quantity] = []
    after = 0
    for i in compress(range(len(text)), map(_numeric(language).__getitem__, text.words)):
        one = read.quantity(i) if i >= after else None
        if one is not None:
            found.append(one)
            after = one.last + 1
            if len(found) >= MANY:
                break
    return found


def only_value(text: Text, language: Language) -> Quantity | None:
    """The one number that a text is, small words aside; None where it says anything else."""
    found = quantities(text, language)
    if len(found) != 1:
        return None
    others = [*text.words[: found[0].first], *text.words[found[0].last + 1 :]]
    return found[0] if language.stop.issuperset(others) else None


@cache
def _numeric(language: Language) -> Remembered[bool]:
    """Whether a word by itself speaks of a number, or may begin one."""
    spelled = language.numbers.keys() | language.multipliers.keys() | language.fractions.keys() | language.minus
    spelled |= {words[0] for words in language.number_phrases}
    return Remembered(lambda word: word[0].isdigit() or word[:1] in (".", "-") or word in spelled)


class _Reader:
    """Reads the numbers of one text. Each method reads from a place on, and gives None where there is no such thing."""

    def __init__(self, text: Text, language: Language) -> None:
        self.text, self.language = text, language
        self.words = text.words

    def quantity(self, i: int) -> Quantity | None:
        """A number with all that belongs to it."""
        if self.words[i] in self.language.minus:
            return self._negative(i)
        time = self._time(i)
        if time is not None:
            return time
        plain = self._cardinal(i)
        if plain is None:
            return None
        if self.words[i][0].isdigit() and self._minus_before(i):
            plain = replace(plain, value=-plain.value)
        if plain.dimension:
            return plain
        whole = self._power(plain) or self._fraction(plain) or plain
        return self._below_zero(self._measured(whole))

    def _word(self, i: int) -> str:
        return self.words[i] if i < len(self.words) else ""

    def _phrase(self, i: int, phrases: frozenset[tuple[str, ...]]) -> int:
        """How many words from a place on are one of these phrases."""
        return max((len(one) for one in phrases if tuple(self.words[i : i + len(one)]) == one), default=0)

    def _minus_before(self, i: int) -> bool:
        """Whether a minus is written before digits that a unit is glued to: "-5ms"."""
        if "-" not in self.text.plain:
            return False
        start = self.text.starts[i]
        before = self.text.plain[max(0, start - 2) : start].rjust(2)
        return before[1] == "-" and not before[0].isalnum() and before[0] not in ")]%.-"

    def _negative(self, i: int) -> Quantity | None:
        """ "Minus one"; no subtraction ("two minus one"), and nothing that only looks alike ("at least ten")."""
        before = self.words[i - 1] if i and self.text.clause[i - 1] == self.text.clause[i] else ""
        subtracted = before and (len(before) == 1 or before[0].isdigit() or before in self.language.numbers)
        following = self._word(i + 1)
        if subtracted or before in self.language.not_minus_after or not following:
            return None
        if self.text.clause[i + 1] != self.text.clause[i] or following in self.language.minus:
            return None
        one = self.quantity(i + 1) if _numeric(self.language)[following] else None
        return replace(one, value=-one.value, first=i) if one is not None else None

    def _time(self, i: int) -> Quantity | None:
        """A time of the day."""
        found = _TIME.fullmatch(self.words[i])
        after = self._word(i + 1)
        half = self.language.half_days.get(after)
        if found is not None:
            hours, minutes = int(found[1]), int(found[2])
        elif half is not None and self.words[i].isdigit() and 1 <= int(self.words[i]) <= 12:
            hours, minutes = int(self.words[i]), 0
        else:
            return None
        if half is not None and hours <= 12:
            hours = hours % 12 + half
        return Quantity(hours * 60 + minutes, CLOCK, i, i + (half is not None))

    def _cardinal(self, i: int) -> Quantity | None:
        """A number in digits or words, without what follows it."""
        word = self.words[i]
        digits = _DIGITS.fullmatch(word)
        if digits:
            return self._in_digits(i, digits["n"], digits["unit"])
        if word in self.language.fractions:
            return self._times_large(i, self.language.fractions[word])
        return self._in_words(i)

    def _in_digits(self, i: int, digits: str, unit: str) -> Quantity | None:
        value = value_of(digits, self.language.decimal_comma)
        if value is None:
            return None
        if unit == "%":
            return Quantity(value / 100, "", i, i, percent=True)
        if unit in _GLUED:
            return Quantity(value * _GLUED[unit], "", i, i)
        if unit in UNITS and len(unit) > 1:
            return Quantity(UNITS[unit].base(value), UNITS[unit].dimension, i, i)
        if unit:
            return None
        return self._times(Quantity(value, "", i, i))

    def _times(self, one: Quantity) -> Quantity:
        """A number with the "million" or the like that follows it."""
        large = self.language.multipliers.get(self._word(one.last + 1))
        return replace(one, value=one.value * large, last=one.last + 1) if large else one

    def _times_large(self, i: int, share: float) -> Quantity:
        """ "Half a million": a fraction, or of a large number that many."""
        article = self._word(i + 1) in self.language.articles
        large = self.language.multipliers.get(self._word(i + 1 + article))
        return Quantity(share * large, "", i, i + 1 + article) if large else Quantity(share, "", i, i)

    def _in_words(self, i: int) -> Quantity | None:
        """ "Two hundred and five thousand"."""
        sum_of = _Sum()
        last = i - 1
        at = i
        while at - i <= 2 * _LONGEST and self._word(at) and self.text.clause[at] == self.text.clause[i]:
            value, size = self._spelled(at)
            if sum_of.takes(value, self.language.multipliers.get(self.words[at])):
                at += size
                last = at - 1
            elif last == at - 1 and last >= i and self._joins(at, sum_of):
                at += 1
            else:
                break
        return Quantity(sum_of.value, "", i, last) if last >= i else None

    def _spelled(self, i: int) -> tuple[float | None, int]:
        """A number below a hundred that is written in one word or several, and how many they are."""
        phrases = self.language.number_phrases
        for size in range(min(4, len(self.words) - i), 1, -1) if phrases else ():
            value = phrases.get(tuple(self.words[i : i + size]))
            if value is not None:
                return value, size
        return self.language.numbers.get(self.words[i]), 1

    def _joins(self, i: int, sum_of: _Sum) -> bool:
        """Whether an "and" here goes on with the number: "two hundred and five", "treinta y cinco"."""
        value, _ = self._spelled(i + 1) if i + 1 < len(self.words) else (None, 1)
        if value is None or self.words[i] not in self.language.and_words:
            return False
        return sum_of.round or (self.language.tens_and_units and sum_of.fits(value))

    def _power(self, base: Quantity) -> Quantity | None:
        """ "10^-3", "ten to the power of minus three", "2 * 10^4", "3 squared"."""
        times = self._next_factor(base)
        if times is not None:
            ten = self._cardinal(times)
            power = self._power(ten) if ten is not None and ten.value == 10 else None
            return replace(power, value=base.value * power.value, first=base.first) if power else None
        after = base.last + 1
        known = self.language.powers.get(self._word(after))
        if known is not None:
            return _raised(base, known, after)
        raised = "^" in self.text.plain or "**" in self.text.plain
        if raised and after < len(self.words) and self.text.between(base.last) in ("^", "**"):
            return self._raised_by(base, after)
        length = self._phrase(after, self.language.to_the_power)
        return self._raised_by(base, after + length) if length else None

    def _next_factor(self, base: Quantity) -> int | None:
        after = base.last + 1
        if after >= len(self.words):
            return None
        if self._word(after) in self.language.times:
            return after + 1 if after + 1 < len(self.words) and self.words[after + 1] == "10" else None
        return after if self.words[after] == "10" and self.text.between(base.last) in ("*", "x") else None

    def _raised_by(self, base: Quantity, i: int) -> Quantity | None:
        minus = self._word(i) in self.language.minus
        exponent = self._cardinal(i + minus) if i + minus < len(self.words) else None
        if exponent is None or exponent.dimension:
            return None
        return _raised(base, -exponent.value if minus else exponent.value, exponent.last)

    def _fraction(self, one: Quantity) -> Quantity | None:
        """ "3/4", "1 1/2", "two and a half", "three quarters", "1 in 5"."""
        after = one.last + 1
        if after >= len(self.words):
            return None
        if self.words[after][0].isdigit() and self.text.between(one.last) == "/":
            under = self._cardinal(after)
            return replace(one, value=one.value / under.value, last=under.last) if under and under.value else None
        share = self.language.fractions.get(self.words[after])
        if share is not None and 0 < abs(one.value) < 20 and not self.text.between(one.last).strip("-"):
            return replace(one, value=one.value * share, last=after)
        return self._mixed(one) or self._one_in(one)

    def _mixed(self, one: Quantity) -> Quantity | None:
        """A whole number and a fraction: "1 1/2", "two and a half"."""
        if one.value != int(one.value):
            return None
        after = one.last + 1
        joined = self._word(after) in self.language.and_words
        article = self._word(after + joined) in self.language.articles
        i = after + joined + article
        if i >= len(self.words) or self.text.sentence[i] != self.text.sentence[one.last]:
            return None
        part = self._proper_fraction(i, joined)
        if part is None:
            return None
        value = one.value + (part.value if one.value >= 0 else -part.value)
        return self._times(replace(one, value=value, last=part.last))

    def _proper_fraction(self, i: int, joined: bool) -> Quantity | None:
        """A share below one that may follow a whole number."""
        share = self.language.fractions.get(self.words[i])
        if share is not None and joined:
            return Quantity(share, "", i, i)
        part = self._cardinal(i) if _numeric(self.language)[self.words[i]] else None
        if part is None or part.dimension or part.last + 1 >= len(self.words) or part.value != int(part.value):
            return None
        if not joined and (self.text.between(i - 1) or self.text.between(part.last) != "/"):
            return None
        whole = self._fraction(part)
        return whole if whole is not None and 0 < whole.value < 1 else None

    def _one_in(self, one: Quantity) -> Quantity | None:
        """ "1 in 5", "one out of five"."""
        after = one.last + 1
        i = after + self._phrase(after, self.language.out_of)
        if i == after or i >= len(self.words) or self.words[i] in self.language.fractions:
            return None
        of = self._cardinal(i) if _numeric(self.language)[self.words[i]] else None
        if of is None or of.dimension or of.value <= one.value:
            return None
        return replace(one, value=one.value / of.value, last=of.last)

    def _measured(self, one: Quantity) -> Quantity:
        """A number with its percent sign or unit."""
        after = one.last + 1
        length = self._phrase(after, self.language.percent)
        if length:
            return replace(one, value=one.value / 100, last=one.last + length, percent=True)
        unit = UNITS.get(self._word(after))
        if unit is None or self.text.sentence[after] != self.text.sentence[one.last]:
            return one
        if self.text.between(one.last).strip("-"):
            return one
        scale = UNITS.get(self._word(after + 1), _NO_UNIT) if unit == DEGREES else _NO_UNIT
        if scale.dimension == "temperature":
            return replace(one, value=scale.base(one.value), dimension=scale.dimension, last=after + 1)
        return replace(one, value=unit.base(one.value), dimension=unit.dimension, last=after)

    def _below_zero(self, one: Quantity) -> Quantity:
        length = self._phrase(one.last + 1, self.language.below_zero)
        return replace(one, value=-one.value, last=one.last + length) if length else one


class _Sum:
    """A number in words so far: thousands are closed, hundreds gather tens, tens gather units."""

    def __init__(self) -> None:
        self.closed = self.gathered = 0.0
        self.begins = True

    @property
    def value(self) -> float:
        return self.closed + self.gathered

    @property
    def round(self) -> bool:
        """Whether tens or units may follow an "and": after hundreds and thousands."""
        return self.value >= 100 and not self.gathered % 100

    def fits(self, value: float) -> bool:
        """Whether a number below a hundred goes on with what is gathered: units after tens, both after hundreds."""
        if self.begins or (self.gathered and not self.gathered % 100):
            return True
        return 0 < value < 10 and self.gathered % 100 >= 20 and not self.gathered % 10

    def takes(self, value: float | None, large: float | None) -> bool:
        """Add a number below a hundred, or multiply by a larger one, where it goes on with the rest."""
        if large is not None and large >= 1000:
            self.closed, self.gathered, self.begins = self.closed + (self.gathered or 1) * large, 0.0, True
        elif large is not None and (self.gathered < large or not self.gathered):
            self.gathered, self.begins = (self.gathered or 1) * large, False
        elif value is not None and self.fits(value):
            self.gathered, self.begins = self.gathered + value, False
        else:
            return False
        return True


def _raised(base: Quantity, exponent: float, last: int) -> Quantity | None:
    try:
        value = float(base.value**exponent) if abs(exponent) <= _HIGHEST_POWER else LARGEST
    except (OverflowError, ZeroDivisionError, TypeError):
        return None
    return replace(base, value=value, last=last) if abs(value) < LARGEST else None


def close(a: float, b: float, within: float = 0.0) -> bool:
    """Whether two values are one number: equal but for rounding in the last digits, or within the tolerance."""
    return (
        abs(a - b) <= within + 1e-9 * max(1.0, abs(a), abs(b))
        if within
        else abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1e-6)
    )
