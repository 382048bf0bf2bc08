"""Where somebody is signed in on the page, and the way to end what they do not know or no longer use."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from cogs.declare import Action, Cog
from cogs.messages import ActionId, Ask, Block, BulletList, Button, Entry, Reply, Text, say, strong
from cogs.services import Services
from cogs.times import time_text
from store import PageSession
from study.texts import _, n_, noop

MOST = 10
"""So many browsers are listed, those used last."""

_PROGRAMS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_MACHINES = (
    ("Android", "Android"), ("iPhone", noop("an iPhone")), ("iPad", noop("an iPad")), ("Windows", "Windows"),
    ("Mac OS X", noop("a Mac")), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def called(browser: str) -> str:
    """A browser by the words people know it by, from what it says of itself."""
    program = next((name for sign, name in _PROGRAMS if sign in browser), "")
    machine = next((name for sign, name in _MACHINES if sign in browser), "")
    if program:
        return _("{program} on {machine}", program=program, machine=_(machine)) if machine else program
    return re.split(r"[/ (]", browser.strip(), maxsplit=1)[0] or _("An unknown browser")


async def shown(ask: Ask, services: Services, zone: str) -> tuple[list[Block], list[Button]]:
    """The browsers in which whoever asks on the page is signed in; nothing elsewhere."""
    # Sessions live by the machine's clock, which a demonstration's may be ahead of.
    sessions = services.store.page.sessions
    found = await sessions.of(ask.person.id, datetime.now(UTC)) if ask.session else ()
    if not found:
        return [], []
    entries = tuple(Entry(Text(*_line(one, ask.session, zone))) for one in found[:MOST])
    others = len(found) - 1
    told = _("Signed in here")
    if others:
        told = n_("Signed in here and in {count} other browser", "Signed in here and in {count} other browsers", others)
    buttons = [Button(_("Sign out elsewhere"), ActionId("signed_in.elsewhere"), "danger")] if others else []
    return [Text(strong(told)), BulletList(entries)], buttons


def _line(one: PageSession, here: str, zone: str) -> tuple[str, ...]:
    used = _("this one") if one.hash == here else _("last used {day}", day=time_text(one.seen, zone))
    since = {"browser": called(one.browser), "day": time_text(one.begun, zone), "used": used}
    if one.notified:
        return (_("{browser}, since {day}: {used}; you are told there", **since),)
    return (_("{browser}, since {day}: {used}", **since),)


async def elsewhere(ask: Ask, services: Services) -> Reply:
    """Every other browser is signed out, also where the page stands open."""
    if not ask.session:
        return say(_("This can be done on the page alone."), tone="notice")
    gone = await services.store.page.sessions.end_others(ask.person.id, ask.session)
    if not gone:
        return say(_("You were signed in here alone."), tone="good")
    told = n_("You are signed out of {count} other browser.", "You are signed out of {count} other browsers.", gone)
    return say(told, _("Whoever used them needs your recovery code or a new link to come back."), tone="good")


cog = Cog(
    "signed_in",
    noop("Where you are signed in"),
    commands=(),
    actions=(Action("signed_in.elsewhere", elsewhere),),
)
