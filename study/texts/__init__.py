"""What people read, in their language: English stands in the code, each other language in a file beside this one.

`de.po` is German. A text in the code is written `_("…")`, is looked up in the language that its reader speaks, and is
filled in with named values. Who asks is spoken to in their own language, a group in its own: see `use_language`.
What is kept for somebody to read later is `lazy("…")`: it has its words only when it is read.
"""

from study.texts.catalogue import (
    ENGLISH,
    _,
    has_language,
    language,
    language_for,
    languages,
    n_,
    noop,
    np_,
    p_,
    texts_in,
    use_language,
    using_language,
)
from study.texts.lazy import EMPTY, LazyText, lazy, n_lazy
from study.texts.writing import (
    day_text,
    joined,
    language_name,
    moment_text,
    number_text,
    own_name,
    percent_text,
    weekdays,
    written_as,
)

__all__ = [
    "EMPTY",
    "ENGLISH",
    "LazyText",
    "_",
    "day_text",
    "has_language",
    "joined",
    "language",
    "language_for",
    "language_name",
    "languages",
    "lazy",
    "moment_text",
    "n_",
    "n_lazy",
    "noop",
    "np_",
    "number_text",
    "own_name",
    "p_",
    "percent_text",
    "texts_in",
    "use_language",
    "using_language",
    "weekdays",
    "written_as",
]
