"""Opening pictures in two lanes, so that nobody waits behind a heavy one: a few processes for most, one for the heavy.

The process for the heavy ones yields the processor to everything else. In each lane askers take turns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Final

from models.bundles.input_spec import PictureInput
from models.server.decoding.pool import Decoded, DecodePool
from models.server.decoding.weight import is_heavy

_HEAVY_NICENESS: Final = 10


class Decoding:
    """Both lanes; with `scaled`, large JPEGs are read at a fraction of their size where that is enough."""

    def __init__(self, decoders: int, *, scaled: bool = False) -> None:
        self._scaled = scaled
        self.light = DecodePool(decoders)
        self.heavy = DecodePool(1, niceness=_HEAVY_NICENESS)

    async def start(self) -> None:
        """Start the processes; returns once the first can open a picture: what is heavy waits for its own.

        Raises TimeoutError where none does in a minute.
        """
        self.heavy.start_soon()
        await self.light.start()

    async def stop(self) -> None:
        """End the processes."""
        await asyncio.gather(self.light.stop(), self.heavy.stop())

    async def decode(self, data: bytes, spec: PictureInput, asker: Hashable, most: int | None = None) -> Decoded:
        """The picture as an array, by one of the first `most` processes of the lane for most pictures.

        Raises PictureError with the status and sentence to answer with.
        """
        lane = self.heavy if is_heavy(data) else self.light
        return await lane.decode(data, spec, asker, scaled=self._scaled, most=most)

    async def pixels_only(self, data: bytes, asker: Hashable) -> bytes:
        """The picture's pixels alone, as PNG of bounded size. Raises PictureError."""
        return await self.heavy.pixels_only(data, asker)
