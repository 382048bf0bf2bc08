"""What a form brings: text fields and files, read with limits so that no upload can fill the memory."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web

from bot.vision import pictures
from cogs.messages import Picture
from study.texts import _, noop

TEXT_BYTES = 2 * 1024 * 1024
SECONDS = 120.0
"""How long a form may take to arrive; a picture of the largest size does so over a slow phone."""
TOO_SLOW = noop("That took too long to arrive, so nothing was kept; try again, or send a smaller picture.")
TOO_LARGE = noop("That is more than {most} MB, so nothing was kept; choose a smaller file, or fewer.")
TOO_LONG = noop("That is more text than one message can hold; keep it under two million characters.")


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of a form; pictures apart, and all files in the order in which they came."""

    texts: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    files: tuple[Picture, ...] = ()

    def get(self, name: str) -> str:
        """A text field, or nothing."""
        return self.texts.get(name, "")


def refuse_large(request: web.Request, most: int = pictures.MOST_BYTES + TEXT_BYTES) -> None:
    """Turn away what says itself that it is too large. Raises HTTPRequestEntityTooLarge."""
    if (request.content_length or 0) > most:
        raise _too_large(request, _(TOO_LARGE, most=pictures.MOST_BYTES >> 20))


async def read(request: web.Request) -> Sent:
    """The form of a request. Raises HTTPRequestEntityTooLarge before reading what is too large, HTTPBadRequest."""
    refuse_large(request)
    try:
        async with asyncio.timeout(SECONDS):
            return await _read(request)
    except TimeoutError as slow:
        raise web.HTTPRequestTimeout(text=_(TOO_SLOW), headers={"Connection": "close"}) from slow


async def _read(request: web.Request) -> Sent:
    if request.content_type == "application/x-www-form-urlencoded":
        posted = await request.post()
        return Sent({name: value for name, value in posted.items() if isinstance(value, str)})
    if request.content_type != "multipart/form-data":
        raise web.HTTPBadRequest(text=_("That was not a form of this page; reload the page and try again."))
    texts, shown, files = dict[str, str](), dict[str, Picture](), list[Picture]()
    left, room = TEXT_BYTES, pictures.MOST_BYTES
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or not part.name:
                raise ValueError("a part without a name")
            if part.filename is None:
                data = await _bytes(request, part, left, _(TOO_LONG))
                left -= len(data)
                texts[part.name] = data.decode("utf-8", "replace")
            elif data := await _bytes(request, part, room, _(TOO_LARGE, most=pictures.MOST_BYTES >> 20)):
                room -= len(data)
                kind = pictures.kind_of(data) or "application/octet-stream"
                shown[part.name] = Picture(data, part.filename[:120] or "picture", kind)
                files.append(shown[part.name])
    except (ValueError, AssertionError) as broken:
        raise web.HTTPBadRequest(text=_("That form arrived broken; reload the page and try again.")) from broken
    return Sent(texts, shown, tuple(files))


async def _bytes(request: web.Request, part: BodyPartReader, limit: int, sentence: str) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        data += chunk
        if len(data) > limit:
            raise _too_large(request, sentence)
    return bytes(data)


def _too_large(request: web.Request, sentence: str) -> web.HTTPException:
    return web.HTTPRequestEntityTooLarge(
        pictures.MOST_BYTES, request.content_length or 0, text=sentence, headers={"Connection": "close"}
    )
