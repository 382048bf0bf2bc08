"""The live line of an open page: tells it what changed since it last heard, and nothing that it knows."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial

from aiohttp import web

from bot.platforms.browser.auth import Auth, Known, number
from bot.platforms.browser.limits import TOO_MANY_PAGES, Held
from bot.platforms.browser.live import Hub
from bot.platforms.browser.members import from_here
from bot.platforms.browser.view import View, Viewer, below
from store import SINCE, Message, Page, PagePerson
from study.texts import _

PAGE = 40
"""How many messages a page shows at a time, with what stands under them."""
LINES = 100
"""So many pages one person may have open."""
SESSION_ENDED = 4401
"""The code with which an open page is told to let go and ask who it is."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What an open page knows: the last change, who belongs here, and who is here now."""

    rev: int = 0
    people: str = ""
    here: frozenset[str] | None = None
    letters_read: int = 0


class Lines:
    """The open pages' lines. What is the same for several of them is looked up and rendered once."""

    def __init__(self, auth: Auth, page: Page, view: View, hub: Hub, clock: Callable[[], datetime]) -> None:
        self._auth, self._page, self._view, self._hub, self._clock = auth, page, view, hub, clock
        self._lines = Held(LINES)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """What changes, as it changes."""
        if not from_here(request):
            raise web.HTTPForbidden(text=_("That request came from another site."))
        viewer = await self._auth.viewer(request)
        with self._lines.one(viewer.member.id, _(TOO_MANY_PAGES)):
            return await self._open(request, viewer)

    async def _open(self, request: web.Request, viewer: Viewer) -> web.WebSocketResponse:
        # Compression would take a quarter of a megabyte for every line, and what is told is short.
        socket = web.WebSocketResponse(heartbeat=25, max_msg_size=4096, compress=False, timeout=1)
        await socket.prepare(request)
        heard = Heard(number(request.query.get("rev")) or 0, request.query.get("people", ""))
        known = Known(self._auth, request, viewer)
        with self._hub.page(viewer.member.id) as changed:
            closed = asyncio.create_task(_until_closed(socket))
            try:
                while not (self._hub.closing or closed.done()):
                    changed.clear()
                    if not await known.still():
                        await socket.close(code=SESSION_ENDED)
                        break
                    zone = await self._hub.moment.once(
                        ("zone", viewer.channel), partial(self._auth.zone, viewer.channel)
                    )
                    viewer = replace(viewer, zone=zone)
                    news, heard = await self._news(viewer, heard)
                    with suppress(ConnectionError):
                        await socket.send_str(news)
                    waiting = asyncio.create_task(changed.wait())
                    await asyncio.wait({waiting, closed}, return_when=asyncio.FIRST_COMPLETED)
                    waiting.cancel()
            finally:
                closed.cancel()
                await asyncio.wait({closed})
                with suppress(ConnectionError):
                    await socket.close()
        return socket

    async def _news(self, viewer: Viewer, heard: Heard) -> tuple[str, Heard]:
        """What is told now, and what the page knows then; made once for all pages of a member that know the same."""
        told, heard = await self._hub.moment.once(("news", viewer, heard), partial(self._changed, viewer, heard))
        return json.dumps({"now": self._clock().isoformat()} | told), heard

    async def _changed(self, viewer: Viewer, heard: Heard) -> tuple[dict[str, object], Heard]:
        moment, messages = self._hub.moment, self._page.messages

        async def since() -> list[Message]:
            return await messages.since(viewer.channel, heard.rev)

        changes = await moment.once((viewer.channel, heard.rev), since)
        mine = [one for one in changes if one.seen_by(viewer.member.id)]
        people = await moment.once("people", self._page.people.all)
        here, version = self._hub.here(), people_version(people)
        told: dict[str, object] = {"zone": str(viewer.zone)}
        rev = changes[-1].rev if changes else heard.rev
        if len(changes) < SINCE:
            told["entries"] = self._view.as_json(await self._in_place(mine), viewer)
        else:
            rev = await messages.rev()
            found = await messages.page(viewer.channel, viewer.member.id, None, PAGE)
            told |= {"anew": self._view.entries(found, viewer), "more": more(found), "rev": rev, "entries": []}
        if version != heard.people:
            told |= {"people": self._view.people(people, here, viewer), "version": version}
        elif heard.here is None:
            told["here"] = sorted(here)
        elif here != heard.here:
            told |= {"came": sorted(here - heard.here), "went": sorted(heard.here - here)}
        read = self._hub.letters_read[viewer.member.id]
        if heard.here is None or read != heard.letters_read or any(one.is_letter for one in mine):
            told["inbox"] = asdict(await messages.letters(viewer.channel, viewer.member.id))
        return told, Heard(rev, version, here, read)

    async def _in_place(self, messages: Sequence[Message]) -> list[Message]:
        """Messages as they stand in their threads."""
        log, moment = self._page.messages, self._hub.moment
        placed = []
        for one in messages:
            above = None
            if one.anchor is not None and one.reader is None and one.author is None:
                above = await moment.once(("above", one.anchor), partial(log.message, one.anchor))
            placed.append(below(one, above))
        return placed


def people_version(people: Sequence[PagePerson]) -> str:
    """Stands for who belongs here and how they are called: a page that has it need not be told of them."""
    return hashlib.sha256(repr([(one.id, one.name, one.organiser) for one in people]).encode()).hexdigest()[:16]


def more(shown: Sequence[Message]) -> bool:
    """Whether earlier messages may stand before these."""
    return sum(one.anchor is None for one in shown) == PAGE


async def _until_closed(socket: web.WebSocketResponse) -> None:
    """Nobody says anything on an open page's line: whatever comes ends it."""
    await socket.receive()
