"""What is kept of something that somebody wrote on Discord, until it is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.platforms.inbox import Inbox
from cogs.messages import Ask, Person
from study.group import Place


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing somebody wrote, with the token by which it may be answered for 15 minutes."""

    key: str
    token: str
    ask: Ask
    press: str = ""
    command: str = ""


def inbox(folder: Path) -> Inbox[Kept]:
    """The inbox of a folder."""
    return Inbox(folder, _dump, _load)


def _dump(kept: Kept) -> dict[str, Any]:
    ask = kept.ask
    return {
        "key": kept.key,
        "token": kept.token,
        "press": kept.press,
        "command": kept.command,
        "at": ask.at.isoformat(),
        "person": [ask.person.platform, ask.person.id, ask.person.name, ask.person.organiser, ask.person.zone],
        "language": ask.person.language,
        "roles": ask.person.roles,
        "place": [ask.place.platform, ask.place.workspace, ask.place.channel, ask.place.name],
        "apart": ask.apart and [ask.apart.platform, ask.apart.workspace, ask.apart.channel, ask.apart.name],
        "options": {name: value for name, value in ask.options.items() if isinstance(value, str | int)},
    }


def _load(body: dict[str, Any]) -> Kept:
    at = datetime.fromisoformat(body["at"])
    more = {"roles": tuple(body.get("roles", ())), "language": body.get("language", "")}
    person = replace(Person(*body["person"]), **more)
    apart = Place(*body["apart"]) if body.get("apart") else None
    ask = Ask(person, Place(*body["place"]), at, body["key"], body["options"], apart=apart)
    return Kept(body["key"], body["token"], ask, body["press"], body["command"])
