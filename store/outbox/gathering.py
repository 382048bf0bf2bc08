"""Marks that are to be kept while another is being kept wait for it, and are kept together in the next transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Mark = TypeVar("Mark")


class Gathering(Generic[Mark]):
    """One way to keep marks, many in one transaction, asked for one at a time by many at once.

    `keep` says of each mark whether it was kept; where it raises, none was, and everybody who waits hears why.
    """

    def __init__(self, keep: Callable[[Sequence[Mark]], Awaitable[Sequence[bool]]]) -> None:
        self._keep = keep
        self._waiting: list[tuple[Mark, asyncio.Future[bool]]] = []
        self._keeping: asyncio.Task[None] | None = None

    async def add(self, mark: Mark) -> bool:
        """Have a mark kept; whether it was. Whoever is cancelled while waiting does not know."""
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((mark, kept))
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._work())
        return await kept

    async def _work(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            try:
                results = await self._keep([mark for mark, _ in together])
            except Exception as error:
                for _, kept in together:
                    if not kept.done():
                        kept.set_exception(error)
            else:
                for (_, kept), result in zip(together, results, strict=True):
                    if not kept.done():
                        kept.set_result(result)
        self._keeping = None
