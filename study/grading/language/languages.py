"""The languages that have tables, by their tags: a file that is put into `tables` is found."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from study.grading.language import tables
from study.grading.language.language import Language

LANGUAGES: dict[str, Language] = {
    found.name: import_module(f"{tables.__name__}.{found.name}").LANGUAGE
    for found in pkgutil.iter_modules(tables.__path__)
}
_PLAIN = Language(tag="und", latin=False)


def language_of(tag: str) -> Language:
    """The tables for a BCP 47 tag; a language without tables is matched word by word, with no endings forgiven."""
    return LANGUAGES.get(tag.replace("_", "-").split("-")[0].lower(), _PLAIN)
