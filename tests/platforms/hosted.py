"""The bot around a platform that is tried by itself: facts in memory, a clock to move, and ears for what it notices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.channel_events import Author
from bot.platforms.host import Host
from cogs.asked import NoGroup
from cogs.evidence import Evidence
from store import SignInTable, Subject


class Facts(dict):
    """What is remembered between starts."""

    async def get(self, key):
        return dict.get(self, key)

    async def set(self, key, value):
        self[key] = value
        if not value:
            del self[key]

    async def under(self, prefix):
        return {key.removeprefix(prefix): value for key, value in self.items() if key.startswith(prefix)}


class Codes:
    """Codes that are good once, and for ten minutes."""

    def __init__(self):
        self._issued = {}

    async def issue(self, purpose, at, subject=None):
        code = f"{purpose}{len(self._issued)}"
        self._issued[code] = (at, subject or Subject())
        return code

    async def redeem(self, purpose, code, at):
        good = await self.holder(purpose, code, at)
        self._issued.pop(code, None)
        return good

    async def end(self, purpose, code):
        self._issued.pop(code, None)

    async def holder(self, purpose, code, at):
        issued, subject = self._issued.get(code, (None, None))
        good = code.startswith(purpose) and issued is not None and at - issued < timedelta(minutes=10)
        return subject if good else None


class Clock:
    """The real time, moved when a test says so."""

    def __init__(self):
        self.ahead = timedelta()

    def now(self):
        return datetime.now(UTC) + self.ahead

    async def advance(self, days):
        self.ahead += timedelta(days=days)


class Channels:
    """Writes down what happened; nobody reads anywhere unless a test says so."""

    def __init__(self):
        self.heard = []
        self.channels = set()
        self.zone = "Europe/Berlin"
        self.followers = ()

    async def reading(self, platform, workspace):
        return self.channels

    async def homes(self, platform, workspace, person):
        return ()

    async def only_home(self, platform, workspace):
        return None

    async def organisers(self, place, kind="person"):
        return ()

    async def organises(self, place, account):
        return False

    async def author(self, group_id, member_id):
        return Author(f"member {member_id}", "tea", tuple(self.followers))

    async def followers_elsewhere(self, course, platform, workspace):
        return self.followers

    async def zone_at(self, place):
        return self.zone

    async def language_of(self, account):
        return ""

    def __getattr__(self, name):
        async def note(*said):
            self.heard.append((name, *(part() if callable(part) else part for part in said)))

        return note


class NoPage:
    """For platforms that have no use for it."""


async def nothing(place, page=None):
    """No group reads anywhere."""


def signing_in(page):
    """Signing in on that page."""
    return SignInTable(page._database, page.workspace)


async def no_evidence(where, course, item):
    """Nobody has answered anything."""
    return Evidence()


async def no_page_of_ones_own(ask, page):
    """Nobody belongs to a group."""
    raise NoGroup


async def none_settled(proposal, item, word, by):
    """Nothing was proposed."""
    return False


def host_of(*parts, evidence=no_evidence, bench=None):
    """A host of its first parts, for platforms that show no overview and no pages of one's own."""
    return Host(*parts, nothing, nothing, no_page_of_ones_own, evidence, none_settled, bench)


def hosted(
    dispatcher, cogs, data, *, clock=None, facts=None, channels=None, page=None, bench=None, evidence=no_evidence
):
    """A host for a platform."""
    facts = Facts() if facts is None else facts
    return host_of(
        *(dispatcher, cogs, clock or Clock(), facts, Codes(), channels or Channels()),
        *(page or NoPage(), page and signing_in(page), data),
        evidence=evidence,
        bench=bench,
    )
