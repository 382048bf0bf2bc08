"""What a group is spoken to in, as those ask who write to it by the clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from study.texts import ENGLISH

GroupLanguage = Callable[[int], Awaitable[str]]
"""The language of a group, by its id."""


async def english(group_id: int) -> str:
    """English, whichever group it is."""
    return ENGLISH
