"""The addresses by which a browser becomes a device on which its person is told, and ceases to be one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from aiohttp import web

from bot.platforms.browser.auth import Auth
from bot.platforms.browser.push.devices import Devices
from bot.platforms.browser.view import HERE, Viewer
from store import PageSessions, session_hash
from study.texts import _


@dataclass(frozen=True, slots=True)
class Switch:
    """What the page needs to offer it: the key to subscribe for, whether they are told here, and where to say so."""

    key: str
    on: bool
    address: str


class DevicePages:
    """The switch on a member's own page, and what shows messages when no page is open."""

    def __init__(self, auth: Auth, devices: Devices, sessions: PageSessions) -> None:
        self._auth, self._devices, self._sessions = auth, devices, sessions

    def routes(self) -> list[web.RouteDef]:
        """The addresses. A worker serves the folder that it lies in, so this one lies at the top."""
        return [web.get("/worker.js", self.worker), web.post("/c/{channel}/device", self.tell)]

    async def worker(self, request: web.Request) -> web.FileResponse:
        """The script that a browser keeps for us."""
        return web.FileResponse(HERE / "static" / "worker.js", headers={"Cache-Control": "no-cache"})

    async def switch(self, viewer: Viewer) -> Switch | None:
        """The switch as it stands for one person in this browser; none where nobody is told on devices."""
        key = await self._devices.key()
        if not key:
            return None
        mine = session_hash(viewer.session.secret)
        sessions = await self._sessions.of(viewer.member.id, datetime.now(UTC))
        on = any(one.notified for one in sessions if one.hash == mine)
        return Switch(key, on, f"/c/{quote(viewer.channel)}/device")

    async def tell(self, request: web.Request) -> web.Response:
        """A person is told on this browser from now on; without an address, no more."""
        viewer, sent = await self._auth.sent(request)
        address = None
        if endpoint := sent.get("endpoint"):
            address = self._devices.address(endpoint, sent.get("key"), sent.get("secret"))
            if address is None:
                raise web.HTTPUnprocessableEntity(text=_("This browser is told by a service that is not known here."))
        if not await self._sessions.set_device(viewer.session.secret, viewer.member.id, address):
            raise web.HTTPForbidden(text=_("You are not signed in any more; reload the page and choose a name."))
        return web.json_response({"told": address is not None})
