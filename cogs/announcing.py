"""A message that tells how far a training is, and goes on telling: what is kept of it between two looks."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from study.group import Place

TRAININGS: Final = "training:"
"""What begins the facts about such messages; the model's name follows."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """One message: of which model, where, since when, and what it said last, as a digest.

    `key` is its own for ever; `sending` says that it was about to be sent, `message_id` that it was.
    """

    model: str
    place: Place
    since: datetime
    key: str
    sending: bool = False
    message_id: str = ""
    said: str = ""

    @classmethod
    def begun(cls, model: str, place: Place, at: datetime) -> Announcement:
        """One that nobody has read yet."""
        return cls(model, place, at, secrets.token_hex(12))

    @property
    def fact(self) -> str:
        """The name of the fact that it is kept as."""
        return f"{TRAININGS}{self.model}"

    def written(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self) | {"since": self.since.isoformat()})

    @classmethod
    def read(cls, text: str) -> Announcement:
        """As it was kept."""
        kept = json.loads(text)
        return cls(**kept | {"place": Place(**kept["place"]), "since": datetime.fromisoformat(kept["since"])})
