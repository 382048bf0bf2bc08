"""How much one person or address may ask of the page at a time: enough for people, and an end for everything else."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from itertools import islice

from aiohttp import web

from study.texts import _, noop

TOO_FAST = noop("That was a lot at once. Wait a few seconds and send it again; what you wrote is still here.")
TOO_MANY_JOIN = noop("Many people have come in from where you are just now. Wait a minute and try again.")
TOO_MANY_ASKED = noop("Very much was asked from where you are just now. Wait a few seconds and reload the page.")
TOO_MUCH_AT_ONCE = noop(
    "Very much is arriving just now, so this was not taken; it is still here. Send it again in a minute."
)
TOO_MANY_PAGES = noop("You have very many pages open; close some, and this one comes alive.")

FULL = noop(
    "The {most} MB that this page keeps for one person are full, so this was not kept. Answering goes on as before; "
    "delete messages of yours, or ask whoever runs the bot for more room."
)
COUNTED_AGAIN, FULL_COUNTED_AGAIN = 600.0, 10.0
"""After so many seconds what is kept of somebody is counted again; sooner where that is all they may, for they may have
deleted some."""
MOST_COUNTED = 1_000
PATIENCE = 60.0
"""How many seconds what somebody sends waits for room."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Buckets:
    """Token buckets, one for each who asks: `most` at once, and `per_second` from then on."""

    def __init__(self, most: float, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._rate, self._clock = most, per_second, clock
        self._left: dict[Hashable, tuple[float, float]] = {}  # by when they last asked

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._left)

    def take(self, who: Hashable) -> bool:
        """Whether they may, just now."""
        now = self._clock()
        left, at = self._left.pop(who, (self._most, now))
        left = min(self._most, left + (now - at) * self._rate)
        self._left[who] = (left - 1 if left >= 1 else left, now)
        self._forget(now)
        return left >= 1

    def _forget(self, now: float) -> None:
        """Whoever has not asked for so long that their bucket is full again needs none."""
        full_again = now - self._most / self._rate
        for who, (_left, at) in list(islice(self._left.items(), 2)):
            if at < full_again:
                del self._left[who]


class Held:
    """What each who asks holds open, `most` at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: Counter[Hashable] = Counter()

    @contextmanager
    def one(self, who: Hashable, refusal: str) -> Iterator[None]:
        """One more for as long as this lasts. Raises HTTPTooManyRequests."""
        if self._held[who] >= self._most:
            raise web.HTTPTooManyRequests(text=refusal)
        self._held[who] += 1
        try:
            yield
        finally:
            self._held[who] -= 1
            if not self._held[who]:
                del self._held[who]


class Room:
    """Bytes that may be on their way and in hand at once: so many of everybody, of one address and of one person."""

    def __init__(self, everybody: int, address: int, person: int) -> None:
        self._most = {"everybody": everybody, "address": address, "person": person}
        self._held: Counter[tuple[str, str]] = Counter()
        self._freed = asyncio.Condition()

    @asynccontextmanager
    async def hold(self, size: int, address: str, person: str) -> AsyncIterator[None]:
        """Hold so many as long as this lasts; waits in turn for a while. Raises HTTPServiceUnavailable."""
        mine = [("everybody", ""), ("address", address), *([("person", person)] if person else [])]
        try:
            async with asyncio.timeout(PATIENCE), self._freed:
                await self._freed.wait_for(lambda: all(self._held[one] + size <= self._most[one[0]] for one in mine))
                self._held.update(dict.fromkeys(mine, size))
        except TimeoutError:
            closing = {"Connection": "close", "Retry-After": "60"}
            raise web.HTTPServiceUnavailable(text=_(TOO_MUCH_AT_ONCE), headers=closing) from None
        try:
            yield
        finally:
            self._held -= Counter(dict.fromkeys(mine, size))
            async with self._freed:
                self._freed.notify_all()


class Quota:
    """What is kept of one person, so many bytes at most. What was counted is believed for a while, and added to."""

    def __init__(
        self, most: int, kept_of: Callable[[str], Awaitable[int]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._kept_of, self._clock = most, kept_of, clock
        self._known: dict[str, tuple[float, int]] = {}

    async def fault(self, person: str, size: int) -> str:
        """Take up so many bytes more; a sentence where they have no room."""
        if not self._most:
            return ""
        at, kept = self._known.pop(person, (self._clock() - COUNTED_AGAIN, 0))
        age = self._clock() - at
        if age >= COUNTED_AGAIN or (kept + size > self._most and age >= FULL_COUNTED_AGAIN):
            at, kept = self._clock(), await self._kept_of(person)
        full = kept + size > self._most
        self._known[person] = at, kept if full else kept + size
        while len(self._known) > MOST_COUNTED:
            del self._known[next(iter(self._known))]
        return _(FULL, most=self._most >> 20) if full else ""


class Proxies:
    """The proxies before the page. What a request says of where it came from is believed from them alone."""

    def __init__(self, networks: Sequence[Network] = ()) -> None:
        self._networks = tuple(networks)

    def address(self, request: web.Request) -> str:
        """Who asks: the nearest address that is no proxy of ours; of IPv6 the network, for one person has all of it."""
        told = request.headers.get("X-Forwarded-For", "").split(",")
        chain = [request.remote or "", *(each.strip() for each in reversed(told) if each.strip())]
        found = next((each for each in chain if not self.ours(each)), chain[-1])
        try:
            known = ipaddress.ip_address(found)
        except ValueError:
            return request.remote or ""
        return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else found

    def encrypted(self, request: web.Request) -> bool:
        """Whether the person's own connection is encrypted, as a proxy of ours says."""
        return request.headers.get("X-Forwarded-Proto") == "https" and self.ours(request.remote or "")

    def user(self, request: web.Request, header: str) -> str:
        """Who somebody is, as a proxy of ours says in that header; nothing where it does not, or says two things."""
        told = request.headers.getall(header, [])
        return told[0].strip() if len(told) == 1 and self.ours(request.remote or "") else ""

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._networks)

    def ours(self, address: str) -> bool:
        """Whether a proxy of ours has that address."""
        try:
            known = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(known in network for network in self._networks)


def networks(listed: str) -> tuple[Network, ...]:
    """Addresses and networks, separated by commas. Raises ValueError."""
    return tuple(ipaddress.ip_network(each.strip()) for each in listed.split(",") if each.strip())


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
