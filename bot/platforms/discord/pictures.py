"""Pictures that people attach: looked at from outside before a byte is read, and read with the library alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import discord

from cogs.messages import Picture

MAX_PICTURE = 10 * 1024 * 1024
PICTURES = {"image/jpeg", "image/png", "image/webp", "image/gif"}


class Unusable(Exception):
    """A picture cannot be taken; the message is a sentence for the person."""


def kind_of(attached: Mapping[str, Any]) -> str:
    """The media type, without its parameters."""
    return str(attached.get("content_type", "")).split(";")[0]


async def taken(interaction: discord.Interaction[Any], attached: Mapping[str, Any]) -> Picture:
    """The picture's bytes, after its size and kind were looked at."""
    kind = kind_of(attached)
    if kind not in PICTURES:
        raise Unusable("That is not a picture I can look at. Give me a JPEG, PNG, WebP or GIF.")
    if attached["size"] > MAX_PICTURE:
        raise Unusable("That picture is too large. Give me one of at most 10 MB.")
    file = discord.Attachment(data=attached, state=interaction._state)  # type: ignore[arg-type]
    try:
        read = await asyncio.wait_for(file.read(), 30)
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError):
        raise Unusable("I could not fetch that picture from Discord. Please send it again.") from None
    return Picture(read, attached["filename"], kind, attached.get("description") or "")
