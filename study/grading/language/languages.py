"""The languages that have tables, by their tags: a new one is a file in `tables` and its name here."""

from __future__ import annotations

from study.grading.language.language import Language
from study.grading.language.tables import de, en, es, fr, pt

LANGUAGES: dict[str, Language] = {one.LANGUAGE.tag: one.LANGUAGE for one in (en, de, es, fr, pt)}
_PLAIN = Language(tag="und", latin=False)


def language_of(tag: str) -> Language:
    """The tables for a BCP 47 tag; a language without tables is matched word by word, with no endings forgiven."""
    return LANGUAGES.get(tag.replace("_", "-").split("-")[0].lower(), _PLAIN)
