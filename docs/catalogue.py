"""The catalogues of texts in step with the code: what was added stands in them untranslated, what is gone is left out.

`python docs/generate.py` writes them. A new language is a new file beside `study/texts/de.po`, made like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bot", "cogs", "store", "study")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/static/**.js", "javascript")]
KEYWORDS = {"_": None, "lazy": None, "noop": None, "n_": (1, 2), "n_lazy": (1, 2)} | {
    "p_": ((1, "c"), 2),
    "np_": ((1, "c"), 2),
}
"""What marks a text in the code, and which of its arguments are the text: see study/texts."""


def extracted() -> Catalog:
    """Every text of the code, with the files that it stands in."""
    texts = Catalog()
    for room in ROOMS:
        for name, line, message, _, context in sorted(_found(room), key=lambda found: (found[0], found[1])):
            # Within a file, texts are in order; where they stand exactly would change with each line above them.
            texts.add(message, locations=[(f"{room}/{name}", line)], context=context)
    return texts


def _found(room: str) -> Iterator[tuple]:
    return extract_from_dir(ROOT / room, METHODS, keywords=KEYWORDS, options_map={"**.html": {"trimmed": "true"}})


def catalogue(path: Path) -> str:
    """A catalogue as it should stand: every text of the code, with the translations that it has."""
    with path.open("rb") as file:
        texts = read_po(file, locale=path.stem)
    texts.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    made = BytesIO()
    write_po(made, texts, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    # The version of what wrote it is no news, and is not the same on every machine.
    return re.sub(r'"Generated-By: .*\n', "", made.getvalue().decode())
