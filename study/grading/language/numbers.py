"""Numbers by value: 20%, 0.2, one fifth, "1 in 5" and twenty percent are one number; 100 ms is 0.1 s."""

from __future__ import annotations

import re
from dataclasses import dataclass

from study.grading.language.language import Language
from study.grading.language.text import Text

UNITS: dict[str, tuple[str, float]] = {}
for _kind, _scales in {
    "time": {
        "ns nanosecond nanoseconds": 1e-9,
        "us \u00b5s \u03bcs microsecond microseconds": 1e-6,
        "ms millisecond milliseconds msec": 1e-3,
        "s sec secs second seconds": 1.0,
        "min mins minute minutes": 60.0,
        "h hr hrs hour hours": 3600.0,
        "day days": 86400.0,
        "week weeks": 604800.0,
    },
    "length": {
        "nm nanometer nanometers": 1e-9,
        "\u00b5m \u03bcm micrometer micrometers": 1e-6,
        "mm millimeter millimeters millimetre millimetres": 1e-3,
        "cm centimeter centimeters centimetre centimetres": 1e-2,
        "m meter meters metre metres": 1.0,
        "km kilometer kilometers kilometre kilometres": 1e3,
        "inch inches": 0.0254,
        "ft foot feet": 0.3048,
        "mile miles": 1609.344,
    },
    "mass": {
        "mg milligram milligrams": 1e-6,
        "g gram grams": 1e-3,
        "kg kilogram kilograms": 1.0,
    },
    "data": {
        "bit bits": 0.125,
        "b byte bytes": 1.0,
        "kb kilobyte kilobytes": 1e3,
        "mb megabyte megabytes": 1e6,
        "gb gigabyte gigabytes": 1e9,
        "tb terabyte terabytes": 1e12,
        "kib": 1024.0,
        "mib": 1024.0**2,
        "gib": 1024.0**3,
    },
    "pixels": {"px pixel pixels": 1.0, "megapixel megapixels mp": 1e6},
    "voltage": {"mv millivolt millivolts": 1e-3, "v volt volts": 1.0},
    "frequency": {"hz hertz": 1.0, "khz": 1e3, "mhz": 1e6, "ghz": 1e9},
    "degrees": {"\u00b0c celsius": 1.0, "degree degrees": 1.0},
}.items():
    for _names, _scale in _scales.items():
        for _name in _names.split():
            UNITS[_name] = (_kind, _scale)

_DIGITS = re.compile(r"^(?P<n>\d*[.,]?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?)(?P<unit>%|[a-z\u00b5\u03bc]{0,4})$")
MANY = 200
"""Numbers of a text that are read."""

_GROUPED = re.compile(r"^\d{1,3}(,\d{3})+(\.\d+)?$")
_GROUPED_DOTS = re.compile(r"^\d{1,3}(\.\d{3})+(,\d+)?$")
_MAGNITUDES = {"k": 1e3, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "hundred": 100.0}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it stands in a text, in base units where it carries a unit, with the words that said it."""

    value: float
    dimension: str
    first: int
    last: int


def value_of(digits: str, comma_decimal: bool = False) -> float | None:
    """What written digits mean; thousands may be grouped, and a comma may be a decimal sign."""
    if comma_decimal and _GROUPED_DOTS.match(digits) and "," in digits:
        digits = digits.replace(".", "").replace(",", ".")
    elif _GROUPED.match(digits) and not comma_decimal:
        digits = digits.replace(",", "")
    elif digits.count(",") == 1 and "." not in digits:
        digits = digits.replace(",", ".")
    else:
        digits = digits.replace(",", "")
    try:
        value = float(digits)
    except ValueError:
        return None
    return value if abs(value) < 1e300 else None


def number_of(value: object) -> float | None:
    """The number that an author wrote, in digits or as a number; None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e300 else None
    return value_of(value.strip()) if isinstance(value, str) else None


def short(value: float) -> float | int:
    """A number as an author would write it: 1 and not 1.0."""
    return int(value) if value == int(value) else value


def numeric(word: str, language: Language) -> bool:
    """Whether a word by itself speaks of a number."""
    return word[:1].isdigit() or word[:1] == "." or word in language.numbers or word in language.fractions


def quantities(text: Text, language: Language) -> list[Quantity]:
    """The numbers of the text, left to right, each read as far as it goes; the first MANY of them."""
    words = text.words
    found: list[Quantity] = []
    i, n = 0, len(words)
    while i < n and len(found) < MANY:
        one = _read(text, i, language) if numeric(words[i], language) else None
        if one is None:
            i += 1
            continue
        found.append(one)
        i = one.last + 1
    return found


def _read(text: Text, i: int, language: Language) -> Quantity | None:
    words = text.words
    value, last, kind = _cardinal(text, i, language)
    if value is None:
        return None
    start = text.starts[i]
    before = text.plain[max(0, start - 2) : start]
    if before.endswith("-") and not before[:1].isalnum() and words[i][:1].isdigit():
        value = -value
    after = words[last + 1] if last + 1 < len(words) else ""
    between = text.plain[text.ends[last] : text.starts[last + 1]] if after else ""
    if kind == "" and after in language.fractions and value and value < 20 and last + 1 > i and not between.strip(" -"):
        return Quantity(value * language.fractions[after], "", i, last + 1)
    if kind == "" and after and after[:1].isdigit() and between.strip() == "/":
        other, end, _ = _cardinal(text, last + 1, language)
        if other:
            return Quantity(value / other, "", i, end)
    if kind == "" and after in ("in", "of", "out") and last + 2 < len(words):
        j = last + 2 + (after == "out" and words[last + 2] == "of" and last + 3 < len(words))
        if numeric(words[j], language) and words[j] not in language.fractions and (after != "of" or j > last + 2):
            other, end, unit = _cardinal(text, j, language)
            if other and unit == "" and value < other:
                return Quantity(value / other, "", i, end)
    if kind == "" and after:
        two = f"{after} {words[last + 2]}" if last + 2 < len(words) else ""
        if after in language.percent:
            return Quantity(value / 100, "", i, last + 1)
        if two in language.percent:
            return Quantity(value / 100, "", i, last + 2)
        if after in UNITS and not between.strip(" -") and text.sentence[last] == text.sentence[last + 1]:
            name, scale = UNITS[after]
            return Quantity(value * scale, name, i, last + 1)
    return Quantity(value, kind, i, last)


def _cardinal(text: Text, i: int, language: Language) -> tuple[float | None, int, str]:
    words = text.words
    word = words[i]
    digits = _DIGITS.match(word)
    if digits:
        value = value_of(digits["n"], language.decimal_comma)
        unit = digits["unit"]
        if value is None:
            return None, i, ""
        if unit == "%":
            return value / 100, i, ""
        if unit in _MAGNITUDES:
            return value * _MAGNITUDES[unit], i, ""
        if unit in UNITS and len(unit) > 1:
            name, scale = UNITS[unit]
            return value * scale, i, name
        if unit:
            return None, i, ""
        if i + 1 < len(words) and words[i + 1] in _MAGNITUDES and words[i + 1] != "k":
            return value * _MAGNITUDES[words[i + 1]], i + 1, ""
        return value, i, ""
    if word in language.fractions:
        return language.fractions[word], i, ""
    if word not in language.numbers:
        return None, i, ""
    value = float(language.numbers[word])
    last = i
    while last + 1 < len(words) and last - i < 6:
        step = language.numbers.get(words[last + 1])
        if step is None or text.clause[last + 1] != text.clause[i]:
            break
        if step >= 100 and value < step:
            value *= step
        elif value >= 20 and step < 10 and value % 10 == 0:
            value += step
        else:
            break
        last += 1
    return value, last, ""


def close(a: float, b: float, within: float = 0.0) -> bool:
    """Whether two values are one number: equal but for rounding in the last digits, or within the tolerance."""
    return (
        abs(a - b) <= within + 1e-9 * max(1.0, abs(a), abs(b))
        if within
        else abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1e-6)
    )
