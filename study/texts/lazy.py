"""Texts that have their words only when they are read: in the language of whoever reads them, whoever said them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from study.texts.catalogue import _, n_

_MARK = '{"text": '


@dataclass(frozen=True, slots=True)
class LazyText:
    """A text of the catalogues with what fills it in; `str` has it in the language that is spoken then.

    With `many` it is a text for a count, as of `n_`. A text that no catalogue knows (another program's words, what an
    older version kept) stands as it is.
    """

    text: str = ""
    given: tuple[tuple[str, LazyText | str | int | float], ...] = ()
    many: str = ""

    def __str__(self) -> str:
        values = dict(self.given)
        if self.many:
            return n_(self.text, self.many, int(str(values["count"])), **values)
        return _(self.text, **values) if self.text else ""

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def kept(self) -> str:
        """As a line of text, always the same for the same: the text alone where nothing fills it in, else JSON."""
        if not (self.given or self.many or self.text.startswith(_MARK)):
            return self.text
        return json.dumps(_written(self), ensure_ascii=False)

    @classmethod
    def of(cls, kept: str) -> LazyText:
        """What was kept so."""
        return _read(json.loads(kept)) if kept.startswith(_MARK) else cls(kept)


def lazy(text: str, /, **given: LazyText | str | float) -> LazyText:
    """As `_`, for whoever reads it later."""
    return LazyText(text, tuple(given.items()))


def n_lazy(one: str, many: str, count: int, /, **given: LazyText | str | float) -> LazyText:
    """As `n_`, for whoever reads it later."""
    return LazyText(one, (("count", count), *given.items()), many)


EMPTY = LazyText()


def _written(what: LazyText) -> dict[str, object]:
    given = {name: _written(value) if isinstance(value, LazyText) else value for name, value in what.given}
    return {"text": what.text, **({"many": what.many} if what.many else {}), "given": given}


def _read(body: Mapping[str, object]) -> LazyText:
    given = body["given"]
    assert isinstance(given, dict)
    values = ((name, _read(value) if isinstance(value, dict) else value) for name, value in given.items())
    return LazyText(str(body["text"]), tuple(values), str(body.get("many", "")))
