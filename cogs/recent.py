"""Pictures that were just looked at, in memory only and not for long: for "Why?" and "It is really …"."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cogs.messages import Person, Picture

ModelKind = Literal["single-label", "multi-label", "regression", "segmentation"]
LIFE = timedelta(minutes=15)
MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Look:
    """A picture, who showed it, and what the model of this `kind` said, as a correction would say it.

    `labels` are the model's, or the names of its numbers.
    """

    picture: Picture
    person: Person
    model: str
    label: str
    labels: tuple[str, ...]
    at: datetime
    kind: ModelKind = "single-label"


class RecentLooks:
    """The latest looks by a token; the oldest go first when they are too many, and all after a quarter of an hour."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._looks: OrderedDict[str, Look] = OrderedDict()
        self._most_bytes = most_bytes
        self._bytes = 0

    def keep(self, look: Look) -> str:
        """Keep a look for a while; the token finds it again."""
        token = secrets.token_urlsafe(9)
        self._looks[token] = look
        self._bytes += len(look.picture.data)
        while self._looks and (self._bytes > self._most_bytes or self._old(next(iter(self._looks.values())), look.at)):
            _, gone = self._looks.popitem(last=False)
            self._bytes -= len(gone.picture.data)
        return token

    def recall(self, token: str, at: datetime) -> Look | None:
        """The look of that token, unless it is gone."""
        look = self._looks.get(token)
        return None if look is None or self._old(look, at) else look

    def _old(self, look: Look, at: datetime) -> bool:
        return at - look.at > LIFE
