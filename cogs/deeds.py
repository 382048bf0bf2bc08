"""What organisers did, from the audit trail, in words of the reader's language.

A line is kept as the name of what was done and its values, so it reads in any language, also one that an older version
wrote. What this version has no words for is told as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from cogs.asked import group_of
from cogs.messages import Ask, BulletList, Card, Entry, Name, Reply, Text, say, strong
from cogs.pace import AFTERWARDS, PACES
from cogs.rules import RULES
from cogs.services import Services
from cogs.slots import slots_text
from cogs.times import time_text
from store import AuditEntry
from study.group import Slot
from study.texts import _, moment_text, noop, percent_text

REMEMBERED = 15

DEEDS: dict[str, str] = {
    "group set up": noop("set the group up: {course}, {zone}"),
    "paused": noop("paused the group"),
    "resumed": noop("resumed the group"),
    "skipped": noop("left out the turn of {slot}"),
    "channel moved": noop("moved the group to {to}"),
    "mention changed": noop("has {role} mentioned at the weekly post"),
    "nobody mentioned": noop("has nobody mentioned at the weekly post"),
    "organiser added": noop("made {name} an organiser"),
    "organiser removed": noop("took the organiser's rights from {name}"),
    "member removed": noop("removed {name} from the group"),
    "meeting arranged": noop("arranged a meeting: {at}"),
    "meeting called off": noop("called off the meeting of {at}"),
    "message sent again": noop("had message {message} sent again"),
    "message settled": noop("settled message {message}"),
    "message reported": noop("reported message {message} of {name}"),
    "message hidden": noop("hid message {message} of {name}"),
    "message shown again": noop("showed message {message} of {name} again"),
    "message let be": noop("left message {message} of {name} as it is"),
    "objection settled": noop("ruled on answer {answer}: {score}"),
    "objection settled anew": noop("ruled on answer {answer}: {score} instead of {was}"),
    "words added": noop("added words to a point: mark {mark}"),
    "mark taken back": noop("took mark {mark} back"),
    "best answer picked": noop("had answer {answer} shown"),
    "best answer not picked": noop("had answer {answer} not shown"),
    "question answered": noop("answered a member's question ({question})"),
    "question set aside": noop("set a member's question aside ({question})"),
    "answer added": noop("added answer {entry} to what the group knows"),
    "answer removed": noop("removed answer {entry} from what the group knows"),
    "question taken": noop("took proposed question {proposal} into the course"),
    "question declined": noop("declined proposed question {proposal}"),
}
"""Each deed by its name in the trail, with the values that are kept of it; who did it stands before."""

SETTINGS: dict[str, str] = {
    "name": noop("Name"),
    "course": noop("Course"),
    "zone": noop("Time zone"),
    "slots": noop("Every week"),
    "items_per_slot": noop("Questions each time"),
    "attempts": noop("Attempts"),
    "share": noop("Questions to remember, once three weeks are over"),
}
"""What a changed setting is called, but for those with a few choices."""


async def history(ask: Ask, services: Services) -> Reply:
    """`/group history`: what organisers changed, newest first."""
    group, _course = await group_of(ask, services)
    deeds = await services.store.audit.entries(group.id, REMEMBERED + 1)
    if not deeds:
        return say(_("Nothing was changed here yet."))
    lines = [
        Entry(
            Text(strong(time_text(deed.at, group.zone)), " · ", Name(deed.by or _("the bot")), f" · {deed_text(deed)}")
        )
        for deed in deeds[:REMEMBERED]
    ]
    older = ""
    if len(deeds) > REMEMBERED:
        older = _("Only the newest are shown; studybot groups history lists all.")
    title = _("What was changed")
    return Reply(title, (Card(title, (BulletList(tuple(lines)),), footer=older),))


def deed_text(deed: AuditEntry) -> str:
    """A line of the audit trail in words, without who and when."""
    detail = deed.detail
    if deed.action == "group changed":
        changes = [_change(name, str(value)) for name, value in detail.items()]
        return _("changed the group: {changes}", changes=", ".join(changes))
    words = DEEDS.get(_as_told(deed), "")
    try:
        return _(words, **{name: _value(name, value) for name, value in detail.items()}) if words else _plainly(deed)
    except KeyError:  # an older version kept other values
        return _plainly(deed)


def _as_told(deed: AuditEntry) -> str:
    """The name in `DEEDS`: some deeds are told in one of two ways, by what is kept of them."""
    match deed.action:
        case "mention changed" if deed.detail.get("role") == "nobody":
            return "nobody mentioned"
        case "objection settled" if deed.detail.get("was") is not None:
            return "objection settled anew"
        case "best answer picked" if not deed.detail.get("shown", True):
            return "best answer not picked"
    return deed.action


def _plainly(deed: AuditEntry) -> str:
    detail = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in deed.detail.items() if value is not None)
    return f"{deed.action}: {detail}" if detail else deed.action


def _value(name: str, value: object) -> str:
    match name, value:
        case ("slot" | "at", str()):
            return moment_text(datetime.fromisoformat(value))
        case ("score" | "was", float() | int()):
            return percent_text(float(value))
    return str(value)


def _slots(kept: str) -> str:
    """Weekly times, which are kept as "0 18:00:00, 3 19:30:00"."""
    slots = [
        Slot(int(day), time.fromisoformat(at)) for day, _space, at in (one.partition(" ") for one in kept.split(", "))
    ]
    return slots_text(slots)


CHOICES: dict[str, tuple[str, Mapping[Any, str]]] = {
    **{rule.field: (rule.title, {str(one.kept): one.meaning for one in rule.choices}) for rule in RULES},
    "pace": (noop("Pace"), PACES),
    "afterwards": (noop("After the course"), AFTERWARDS),
}
"""What a setting with a few choices is called, and how each of its values is told."""

_SAID: dict[str, Callable[[str], str]] = {"slots": _slots, "share": lambda value: percent_text(float(value))}


def _change(name: str, value: str) -> str:
    """A setting and what it was changed to, in the words in which an organiser chose it."""
    title = CHOICES[name][0] if name in CHOICES else SETTINGS.get(name, name)
    try:
        said = _(CHOICES[name][1][value]) if name in CHOICES else _SAID.get(name, str)(value)
    except (KeyError, ValueError):  # an older version knew another value
        said = value
    return f"{_(title)}: {said}"
