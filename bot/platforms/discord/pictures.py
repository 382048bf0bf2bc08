"""Pictures that people attach: looked at from outside before a byte is read, and read with the library alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import discord

from bot.vision import pictures
from bot.vision.pictures import PictureRefused
from cogs.messages import Picture
from study.texts import _


def claimed(attached: Mapping[str, Any]) -> str:
    """The media type that Discord gives, without its parameters."""
    return str(attached.get("content_type", "")).split(";")[0]


async def taken(interaction: discord.Interaction[Any], attached: Mapping[str, Any]) -> Picture:
    """The picture's bytes, after its size and kind were looked at."""
    kind = claimed(attached)
    if kind not in pictures.MEDIA_TYPES:
        raise PictureRefused(pictures.not_a_picture(attached["filename"]))
    if attached["size"] > pictures.MOST_BYTES:
        raise PictureRefused(pictures.too_large())
    file = discord.Attachment(data=attached, state=interaction._state)  # type: ignore[arg-type]
    try:
        read = await asyncio.wait_for(file.read(), 30)
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError):
        raise PictureRefused(_("I could not fetch that picture from Discord. Please send it again.")) from None
    return Picture(read, attached["filename"], kind, attached.get("description") or "")
