"""Who looks on while the store works, so that its turns and what comes of them can be counted; by itself nobody."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Literal

Turn = Literal["read", "write"]


class Watch:
    """Called by the store; whoever wants to know derives from it. Nothing here may raise or take long."""

    def turn(self, kind: Turn) -> AbstractContextManager[None]:
        """Around every turn at the database. What is raised in it has been made a StoreError where it can be."""
        return nullcontext()

    def answered(self, verdict: str) -> None:
        """An answer is kept; the same event again is none."""

    def settled(self, platform: str, kind: str, state: str, reason: str, waited: float) -> None:
        """A delivery that was claimed is put down in a state, so many seconds after it was made."""
