"""How far a piece of work is, as a value: whoever shows it makes the sentence, in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

Stage = Literal[
    "starting",
    "opening",
    "drawing",
    "averaging",
    "rate",
    "head",
    "learning",
    "measuring",
    "asking",
    "comparing",
    "done",
]

_WORDS: Final[dict[Stage, str]] = {
    "starting": "starting",
    "opening": "opening every picture once",
    "drawing": "drawing pictures",
    "averaging": "taking the mean pictures",
    "rate": "looking for a learning rate",
    "head": "training the head",
    "learning": "training",
    "measuring": "measuring it on what was held back",
    "asking": "asking the model",
    "comparing": "asking both models",
    "done": "done",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the work and the `share` of it that is done, 0 to 1. Of stages in epochs: which one, of how many."""

    stage: Stage
    share: float = 0.0
    epoch: int = 0
    of_epochs: int = 0

    @classmethod
    def of_epoch(cls, stage: Stage, epoch: int, of_epochs: int, part: float) -> Step:
        """So much (`part`) of an epoch, which is counted from 0."""
        return cls(stage, min(1.0, (epoch + part) / of_epochs), epoch + 1, of_epochs)

    def __str__(self) -> str:
        """The stage in words, for the command line."""
        words = _WORDS[self.stage]
        return f"{words}, epoch {self.epoch} of {self.of_epochs}" if self.of_epochs else words


Progress = Callable[[Step], None]


def no_progress(_step: Step) -> None:
    """For whoever does not care."""
