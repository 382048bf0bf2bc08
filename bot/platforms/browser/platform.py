"""The browser as a platform: it serves the page, and is itself the server that keeps the channel's messages."""

from __future__ import annotations

import errno
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from bot.errors import PlatformError
from bot.listening import Listener
from bot.platforms.base import OutgoingMessage, PrivateMessage, SendRefused, Unreachable, Worded
from bot.platforms.browser.conversation import Conversation
from bot.platforms.browser.limits import Proxies, is_loopback
from bot.platforms.browser.live import Hub, Watch
from bot.platforms.browser.push.devices import Devices
from bot.platforms.browser.serialisation import written
from bot.platforms.browser.signin.ways import Ways, private
from bot.platforms.browser.site import Site, Wiring
from bot.platforms.browser.view import View
from bot.platforms.host import Host
from cogs.evidence import Evidence
from store import Draft, PagePerson, StoreError
from study.group import Account, Place
from study.texts import language, lazy, using_language

log = logging.getLogger(__name__)

FORMER_LOG = "browser.sqlite3"
"""Where the page kept its talk before it had a place in the database."""


NOBODY_YET = "Nobody is organiser there yet; this link makes whoever opens it one, once and within a week:"


class BrowserError(PlatformError):
    """The page cannot be served; the message is a sentence that says what to do."""


class BrowserPlatform:
    """A page for people without Discord or Slack, and the quickest way to see the bot live.

    `push` names the push services by which people may be told on their devices. With `demo`, for this machine alone,
    organisers may move the clock and people join as someone else in another tab.
    Raises BrowserError where the page would be open to others unasked, or the `ways` onto it lead nowhere.
    """

    name = "browser"

    def __init__(
        self,
        host: Host,
        *,
        address: str = "127.0.0.1",
        port: int = 8321,
        demo: bool = False,
        ways: Ways | None = None,
        page_url: str = "",
        proxies: Proxies | None = None,
        push: Sequence[str] = (),
        most_kept: int = 0,
        channels: Sequence[str] = ("study-group",),
    ) -> None:
        self._host, self._address, self._port, self._channels = host, address, port, tuple(channels)
        self._page, self._clock, self._workspace = host.page, host.clock.now, host.page.workspace
        self._hub, self._view = Hub(), View(host.cogs)
        self._watch = Watch(host.page.messages, self._hub)
        self._devices = Devices(host.facts, host.page.sessions, push, page_url)
        self._conversation = Conversation(host, self.name, most_kept)
        self._demo, self._ways, self._first_link = demo, ways or Ways(), ""
        self._proxies, self._page_url = proxies or Proxies(), page_url
        if fault := self._ways.fault(address, page_url, self._proxies):
            raise BrowserError(fault)
        self.first_place = Place(self.name, self._workspace, self._channels[0], self._channels[0])
        self._listener: Listener | None = None

    @property
    def announcement(self) -> str:
        """The address to open, and while nobody is organiser the link that makes one."""
        told = f"The study group is at {self.url}  (Ctrl-C stops it)"
        return f"{told}\n{NOBODY_YET} {self._public}/{self._first_link}" if self._first_link else told

    @property
    def loopback(self) -> bool:
        """Whether the page listens on this machine's own address."""
        return is_loopback(self._address)

    @property
    def demonstrates(self) -> bool:
        """Whether this is a demonstration: never where others can reach it."""
        return self._demo and private(self._address, self._page_url)

    @property
    def url(self) -> str:
        """The address to open on this machine."""
        host = "127.0.0.1" if self._address in ("0.0.0.0", "", "::") else self._address  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}/"

    @property
    def _public(self) -> str:
        """The address at which people reach the page."""
        return self._page_url or self.url.rstrip("/")

    async def start(self) -> None:
        """Take in a message log of before, and bind the port. Raises BrowserError."""
        former = self._host.data / FORMER_LOG
        try:
            await self._page.take_in_log(former)
        except (StoreError, OSError) as error:
            raise BrowserError(
                f"The page's former message log {former} cannot be taken into the database ({error}); "
                "restore it from a backup, or move it aside to go on without it."
            ) from error
        wiring = Wiring(
            host=self._host,
            conversation=self._conversation,
            page=self._page,
            signing_in=self._host.signing_in,
            view=self._view,
            hub=self._hub,
            clock=self._clock,
            zone=self._zone_at,
            organises=self._organises,
            channels=self._channels,
            demo=self.demonstrates,
            advance=self._host.clock.advance,
            loopback=self.loopback,
            ways=self._ways,
            proxies=self._proxies,
            page_url=self._page_url,
            url=lambda: self._public,
            bench=self._host.bench,
            elsewhere=self._followed_elsewhere,
            codes=self._host.codes,
            author=self._host.channels.author,
            place=self._place,
            evidence=self._evidence,
            settle=self._host.settle,
            devices=self._devices,
        )
        site = Site(wiring).application()
        self._listener = Listener(site, self._address, self._port, believed=self._proxies.ours)
        try:
            await self._listener.start()
        except OSError as error:
            await self.stop()
            raise BrowserError(self._unbound(error)) from error
        self._port = self._listener.port
        await self._invite_first()
        self._watch.start()

    async def _invite_first(self) -> None:
        """Somebody must come in first: whoever started the bot reads the link by which its organiser does."""
        people = self._page.people
        if not self._ways.first_leads and not any(one.organiser for one in await people.all()):
            self._first_link = f"join?invitation={await people.invite(datetime.now(UTC), organiser=True)}"

    async def check(self) -> None:
        """Whoever can ask this machine can reach the bot."""

    async def stop(self) -> None:
        """Let every open page go, finish what is in hand."""
        await self._watch.stop()
        await self._hub.close(1)
        if self._listener is not None:
            await self._listener.stop()
            self._listener = None

    async def send(self, outgoing: OutgoingMessage) -> str:
        """Post into a channel of the page; the same key again is the same message."""
        self._known(outgoing.place)
        body, blobs = written(outgoing.message)
        anchor = await self._above(outgoing.under) if outgoing.under else None
        draft = Draft(f"post:{outgoing.key}", outgoing.place.channel, body, blobs, anchor=anchor)
        message = await self._page.messages.post(draft, self._clock())
        self._hub.wake()
        return str(message.id)

    async def edit(self, outgoing: OutgoingMessage, message_id: str) -> None:
        """Show a posted message differently, in every open page."""
        body, blobs = written(outgoing.message)
        known = message_id.isdigit() and await self._page.messages.edit(int(message_id), body, blobs, self._clock())
        if not known:
            raise SendRefused(lazy("That message is not on the page any more."), channel_lost=False)
        self._hub.wake()

    async def find(self, outgoing: OutgoingMessage, since: datetime) -> str | None:
        """The page always knows."""
        found = await self._page.messages.find(f"post:{outgoing.key}")
        return str(found) if found is not None else None

    async def tell_member(self, private: PrivateMessage) -> str:
        """A private message in the channel of the person's group; the same key again is the same message."""
        self._known(private.place)
        member = await self._page.people.get(private.person)
        if member is None:
            raise Unreachable(lazy("This person is not on the page any more."))
        body, blobs = written(private.message)
        draft = Draft(f"told:{private.key}", private.place.channel, body, blobs, reader=member.id)
        message = await self._page.messages.post(draft, self._clock())
        self._hub.wake()
        channel = quote(private.place.channel)
        await self._devices.tell(private, f"/c/{channel}?as={member.id}#m{message.id}")
        return str(message.id)

    async def find_private(self, private: PrivateMessage, since: datetime) -> str | None:
        """The page always knows."""
        found = await self._page.messages.find(f"told:{private.key}")
        return str(found) if found is not None else None

    async def tell_organiser(self, place: Place, message: Worded) -> bool:
        """A private message to every organiser of the page."""
        channel = place.channel if place.channel in self._channels else self._channels[0]
        organisers = [member for member in await self._page.people.all() if member.organiser]
        now = self._clock()
        for member in organisers:
            own = await self._host.channels.language_of(Account(self.name, self._workspace, member.id))
            with using_language(own, language()):
                words = message()
            body, blobs = written(words)
            key = f"note:{member.id}:{now.isoformat()}:{words.summary}"
            await self._page.messages.post(Draft(key, channel, body, blobs, reader=member.id), now)
        self._hub.wake()
        return bool(organisers)

    async def _above(self, message_id: str) -> int:
        """The message in whose thread something is said. Raises SendRefused where it is gone."""
        above = await self._page.messages.message(int(message_id)) if message_id.isdigit() else None
        if above is None:
            raise SendRefused(
                lazy("The message whose thread this belongs in is not on the page any more."), channel_lost=False
            )
        return above.id

    def _known(self, place: Place) -> None:
        if place.channel not in self._channels:
            there = ", ".join(self._channels)
            raise SendRefused(
                lazy("The page has no channel {channel}; it has {there}.", channel=place.channel, there=there)
            )

    def _place(self, channel: str) -> Place:
        return Place(self.name, self._workspace, channel, channel)

    async def _evidence(self, group: int | None, course: str, item: str) -> Evidence:
        places = [self._place(channel) for channel in self._channels]
        return await self._host.evidence(places if group is None else [group], course, item)

    async def _followed_elsewhere(self, course: str) -> Sequence[str]:
        return await self._host.channels.followers_elsewhere(course, self.name, self._workspace)

    async def _organises(self, person: PagePerson, channel: str) -> bool:
        return await self._host.channels.organises(self._place(channel), Account(self.name, self._workspace, person.id))

    async def _zone_at(self, channel: str) -> str:
        return await self._host.channels.zone_at(self._place(channel))

    def _unbound(self, error: OSError) -> str:
        if error.errno == errno.EADDRINUSE:
            return (
                f"Port {self._port} on {self._address} is in use, perhaps by another studybot; "
                "stop that one, or choose another port with STUDYBOT_PORT."
            )
        if error.errno in (errno.EACCES, errno.EPERM):
            return f"Port {self._port} may not be used by this account; choose one above 1023 with STUDYBOT_PORT."
        return f"The page cannot be served on {self._address}:{self._port} ({error.strerror}); check STUDYBOT_HOST."
