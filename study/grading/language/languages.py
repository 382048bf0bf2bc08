"""The languages that have tables, by their tags: a file that is put into `tables` is found."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from study.grading.language import tables
from study.grading.language.language import Language

LANGUAGES: dict[str, Language] = {
    found.name: import_module(f"{tables.__name__}.{found.name}").LANGUAGE
    for found in pkgutil.iter_modules(tables.__path__)
}
_POINT = frozenset(
    [
        "bn",
        "cy",
        "fil",
        "ga",
        "gu",
        "he",
        "hi",
        "ja",
        "km",
        "kn",
        "ko",
        "ml",
        "mr",
        "ms",
        "mt",
        "my",
        "ne",
        "pa",
        "si",
        "sw",
        "ta",
        "te",
        "th",
        "ur",
        "zh",
    ]
)
"""Languages without tables that write decimals after a point, as the Unicode locale data have it."""


def language_of(tag: str) -> Language:
    """The tables for a BCP 47 tag; a language without tables is matched word by word, with no endings forgiven."""
    short = tag.replace("_", "-").split("-")[0].lower()
    return LANGUAGES.get(short) or _without_tables(short not in _POINT)


@cache
def _without_tables(decimal_comma: bool) -> Language:
    return Language(tag="und", latin=False, decimal_comma=decimal_comma)
