"""What a form brings: text fields and files, read with limits so that no upload can fill the memory."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web

from bot.platforms.browser.limits import Room
from bot.vision import pictures
from cogs.messages import BETWEEN, Picture, Value
from study.texts import _, noop

FIELD = "field."
"""What the names of a form's own fields begin with; a field of several boxes comes once for each that is ticked."""
TEXT_BYTES = 2 * 1024 * 1024
FORM_BYTES = pictures.MOST_BYTES + TEXT_BYTES
SMALL = 64 * 1024
"""A form up to so large waits for nobody's pictures; a stranger's is never larger."""
SECONDS = 120.0
"""How long a form may take to arrive; a picture of the largest size does so over a slow phone."""
MOST_PARTS = 2_000
"""Fields of the largest form; each costs more to read than its few bytes."""
HELD = web.RequestKey("HELD", AsyncExitStack)
"""What a request holds until it is answered."""
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


class Intake:
    """Reads forms. What is large waits for room, so that no crowd of senders fills the memory.

    Room is given back when the request is answered: `HELD` holds it until then.
    """

    def __init__(self) -> None:
        self._room = Room(everybody=6 * FORM_BYTES, address=4 * FORM_BYTES, person=2 * FORM_BYTES)

    async def read(self, request: web.Request, address: str, person: str) -> Sent:
        """A form of somebody known. Raises HTTPRequestEntityTooLarge, HTTPServiceUnavailable, HTTPBadRequest."""
        size = FORM_BYTES if request.content_length is None else request.content_length
        if size > SMALL:
            await request[HELD].enter_async_context(self._room.hold(size, address, person))
        return await _arrived(request, TEXT_BYTES, pictures.MOST_BYTES)


async def small(request: web.Request) -> Sent:
    """A stranger's form, without files. Raises HTTPRequestEntityTooLarge, HTTPBadRequest."""
    refuse_large(request, SMALL)
    return await _arrived(request, SMALL, 0)


def refuse_large(request: web.Request, most: int = FORM_BYTES) -> None:
    """Turn away what says itself that it is too large. Raises HTTPRequestEntityTooLarge."""
    if (request.content_length or 0) > most:
        raise _too_large(request, _(TOO_LARGE, most=pictures.MOST_BYTES >> 20))


async def _arrived(request: web.Request, texts: int, files: int) -> Sent:
    try:
        async with asyncio.timeout(SECONDS):
            return await _read(request, texts, files)
    except TimeoutError as slow:
        raise web.HTTPRequestTimeout(text=_(TOO_SLOW), headers={"Connection": "close"}) from slow


async def _read(request: web.Request, left: int, room: int) -> Sent:
    if request.content_type == "application/x-www-form-urlencoded":
        try:
            posted = await request.clone(client_max_size=left).post()
        except web.HTTPRequestEntityTooLarge as large:
            raise _too_large(request, _(TOO_LONG)) from large
        return Sent({name: value for name, value in posted.items() if isinstance(value, str)})
    if request.content_type != "multipart/form-data":
        raise web.HTTPBadRequest(text=_("That was not a form of this page; reload the page and try again."))
    texts, shown, files = dict[str, list[str]](), dict[str, Picture](), list[Picture]()
    try:
        number = 0
        async for part in await request.multipart():
            number += 1
            if not isinstance(part, BodyPartReader) or not part.name or number > MOST_PARTS:
                raise ValueError("a part without a name, or one too many")
            if part.filename is None:
                data = await _bytes(request, part, left, _(TOO_LONG))
                left -= len(data)
                texts.setdefault(part.name, []).append(data.decode("utf-8", "replace"))
            elif data := await _bytes(request, part, room, _(TOO_LARGE, most=pictures.MOST_BYTES >> 20)):
                room -= len(data)
                kind = pictures.kind_of(data) or "application/octet-stream"
                shown[part.name] = Picture(data, part.filename[:120] or "picture", kind)
                files.append(shown[part.name])
    except (ValueError, AssertionError) as broken:
        raise web.HTTPBadRequest(text=_("That form arrived broken; reload the page and try again.")) from broken
    return Sent({name: _one(name, many) for name, many in texts.items()}, shown, tuple(files))


def _one(name: str, many: Sequence[str]) -> str:
    return BETWEEN.join(many) if name.startswith(FIELD) else many[-1]


def own(every: Mapping[str, Value]) -> dict[str, Value]:
    """What a form's own fields hold, by their names."""
    return {name.removeprefix(FIELD): value for name, value in every.items() if name.startswith(FIELD)}


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
