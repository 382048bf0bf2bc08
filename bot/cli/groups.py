"""`studybot groups`: what whoever runs the bot may see and settle of every group, also while it runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from bot.cli.own_answers import write_table
from bot.cli.sentences import in_words
from bot.settings import read_settings
from cogs.declare import too_long
from cogs.deeds import deed_text
from cogs.oversight import why
from cogs.rules import RULES, changes, described
from cogs.times import time_text
from store import Delivery, Store, StoreError
from study.calendar import next_slots
from study.group import Account, Channel, Group, Organiser, OrganiserKind, Place

groups_app = typer.Typer(
    help="Groups: what they follow, what was changed, and messages nobody is sure of.",
    no_args_is_help=True,
    add_completion=False,
)

MOST_NAME = 100
"""So long a name is anywhere on Discord or Slack."""
BY = "the command line"
"""Who the history names for what is done here."""

GroupId = Annotated[int, typer.Argument(help="The group's number, as studybot groups list shows it.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Line = tuple[str, Mapping[str, Any]]


def _with_store(work: Callable[[Store], Awaitable[Sequence[Line]]], *, as_json: bool = False) -> None:
    """Do the work on the database that the settings name, beside a running bot, and print its lines."""

    async def done() -> Sequence[Line]:
        store = await Store.open(read_settings().database, shared=True)
        try:
            return await work(store)
        finally:
            await store.close()

    with in_words():
        for words, fields in asyncio.run(done()):
            typer.echo(json.dumps(fields, ensure_ascii=False, default=str) if as_json else words)


@groups_app.command("move")
def move_group(
    group: GroupId,
    channel: Annotated[str, typer.Argument(help="The id of the channel where it shall read, on the same server.")],
) -> None:
    """Let a group read in another channel of its server, with its members, points and history."""

    async def work(store: Store) -> Sequence[Line]:
        channels = await store.channels.of_group(group)
        old = next((one for one in channels if one.trouble), channels[0] if len(channels) == 1 else None)
        if old is None:
            raise StoreError("This group reads in several channels and none is lost: say /group move in the new one.")
        place = Place(old.platform, old.workspace, channel)
        await store.channels.move(old.id, place, datetime.now(UTC), BY)
        return [(f"Group {group} reads in {channel} now; what is open is posted there.", {"group": group})]

    _with_store(work)


@groups_app.command("list")
def list_groups(as_json: AsJson = False) -> None:
    """List the groups: course, time zone, channels, next post, and what needs a decision."""

    async def work(store: Store) -> Sequence[Line]:
        found: list[Line] = []
        for group in await store.groups.all():
            channels = [
                f"{one.platform} {one.name or one.external_id}" for one in await store.channels.of_group(group.id)
            ]
            waiting = len(await store.deliveries.unsettled(group.id))
            fields = {
                "group": group.id,
                "name": group.name,
                "course": group.course,
                "zone": group.zone,
                "channels": channels,
                "next": _next(group),
                "messages": waiting,
            }
            asks = f"; messages to look at: {waiting}" if waiting else ""
            where = ", ".join(channels) or "no channel"
            found.append(
                (f"{group.id}  {group.name} ({group.course}, {where}); next post: {_next(group)}{asks}", fields)
            )
        return found or [("There is no group yet.", {})]

    _with_store(work, as_json=as_json)


def _next(group: Group) -> str:
    ahead = [] if group.paused else next_slots(group, datetime.now(UTC), 1)
    return time_text(ahead[0].at, group.zone) if ahead else "paused" if group.paused else "no weekly time"


@groups_app.command()
def history(
    group: GroupId,
    limit: Annotated[int, typer.Option(min=1, help="How many lines, newest first.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show what organisers changed in a group, newest first."""

    async def work(store: Store) -> Sequence[Line]:
        zone = (await store.groups.get(group)).zone
        return [
            (f"{time_text(deed.at, zone)}  {deed.by or 'the bot'}  {deed_text(deed)}", asdict(deed))
            for deed in await store.audit.entries(group, limit)
        ]

    _with_store(work, as_json=as_json)


@groups_app.command()
def messages(as_json: AsJson = False) -> None:
    """List the messages of all groups that may not have arrived (unknown) or were given up (dead)."""

    async def work(store: Store) -> Sequence[Line]:
        zones = {group.id: group.zone for group in await store.groups.all()}
        found = [
            (_line(one, zones[one.group_id]), _fields(one)) for one in await store.deliveries.unsettled(limit=1000)
        ]
        return found or ([] if as_json else [("No delivery problems.", {})])

    _with_store(work, as_json=as_json)


def _line(one: Delivery, zone: str) -> str:
    where = f"{one.channel.platform} {one.channel.name or one.channel.external_id}"
    return f"{one.id}  {one.state}  group {one.group_id}, {where}, {time_text(one.created, zone)}: {why(one)}"


def _fields(one: Delivery) -> dict[str, Any]:
    return {
        "message": one.id,
        "state": one.state,
        "group": one.group_id,
        "platform": one.channel.platform,
        "channel": one.channel.external_id,
        "due": one.created,
        "reason": one.problem and one.problem.reason,
        "detail": one.problem and str(one.problem.detail),
    }


@groups_app.command()
def settle(
    message: Annotated[int, typer.Argument(help="The message's number, as studybot groups messages shows it.")],
    word: Annotated[Literal["there", "again"], typer.Argument(help="there: let it be; again: send it now.")],
) -> None:
    """Say that a message is there (or is not wanted any more), or have it sent again."""

    async def work(store: Store) -> Sequence[Line]:
        if not await store.deliveries.resolve(message, word == "again", datetime.now(UTC), BY):
            return [(f"Message {message} is settled already, or there is none.", {})]
        return [("It is sent as soon as the bot runs." if word == "again" else "It stays as it is.", {})]

    _with_store(work)


@groups_app.command()
def organisers(
    group: GroupId,
    add: Annotated[str, typer.Option(help="The id of a person, or with --role of a role, to name an organiser.")] = "",
    remove: Annotated[str, typer.Option(help="The id of one who shall be an organiser no longer.")] = "",
    role: Annotated[bool, typer.Option(help="The id is that of a Discord role or a Slack user group.")] = False,
    name: Annotated[str, typer.Option(help="What they are called.")] = "",
    platform: Annotated[str, typer.Option(help="Where the id is from, if the group reads on several.")] = "",
    as_json: AsJson = False,
) -> None:
    """List whom a group named its organisers, beside its platform's administrators; name one, or one no longer."""

    async def work(store: Store) -> Sequence[Line]:
        now = datetime.now(UTC)
        kind: OrganiserKind = "role" if role else "person"
        if fault := too_long(name, MOST_NAME):
            raise StoreError(fault)
        if add:
            home = await _workspace(store, group, platform)
            account = Account(home.platform, home.workspace, add)
            await store.organisers.add(group, Organiser(kind, account, name or add), now, BY)
        found = await store.organisers.of_group(group)
        gone = [one for one in found if one.account.id == remove and platform in ("", one.account.platform)]
        if remove and not gone:
            raise StoreError(f"No organiser of this group has the id {remove}.")
        for one in gone:
            await store.organisers.remove(group, one, now, BY, last=True)
        kept = await store.organisers.of_group(group)
        lines: list[Line] = [
            (f"{one.account.id}  {one.name} ({one.kind}, {one.account.platform})", asdict(one)) for one in kept
        ]
        return lines or ([] if as_json else [("Nobody: only its platform's administrators organise it.", {})])

    _with_store(work, as_json=as_json)


async def _workspace(store: Store, group: int, platform: str) -> Channel:
    """A channel of the only server or workspace that is meant."""
    found = [one for one in await store.channels.of_group(group) if platform in ("", one.platform)]
    if len({(one.platform, one.workspace) for one in found}) != 1:
        raise StoreError("Say with --platform where the id is from: discord, slack or browser.")
    return found[0]


@groups_app.command()
def table(
    exports: Annotated[list[Path], typer.Argument(help="What members had from /privacy export and handed over.")],
    into: Annotated[Path, typer.Option(help="The table to write, as CSV.")] = Path("history.csv"),
) -> None:
    """Turn what members handed over of their own into a table: a model learns from it who finds which question hard."""
    with in_words():
        count, names = write_table(exports, into)
    typer.echo(f"{into} has {count} first tries, with the names of those who made them and none of their words.")
    for name, path in names.items():
        typer.echo(f"  {name}: {path}")


@groups_app.command()
def rules(
    group: GroupId,
    rule: Annotated[str, typer.Argument(help="The rule that changes: " + ", ".join(r.name for r in RULES) + ".")] = "",
    choice: Annotated[str, typer.Argument(help="What it becomes; leave it out to see the choices.")] = "",
) -> None:
    """Show a group's rules, or change one: posts nobody is sure of, kept counts, reminders, language and more."""

    async def work(store: Store) -> Sequence[Line]:
        known = [one for one in RULES if one.name == rule]
        if rule and not known:
            raise StoreError(f"There is no rule {rule}; there are: {', '.join(one.name for one in RULES)}.")
        changed = changes({rule: choice})
        if choice and not changed:
            raise StoreError(f"{rule} may be one of: {', '.join(one.value for one in known[0].choices)}.")
        now = datetime.now(UTC)
        kept = await (store.groups.change(group, at=now, by=BY, **changed) if changed else store.groups.get(group))
        if known and not changed:
            return [
                (f"{one.value}: {one.meaning}{' (now)' * (one == r.now(kept))}", {}) for r in known for one in r.choices
            ]
        return [
            (f"{one.name}: {title} - {words}.", {}) for one, (title, words) in zip(RULES, described(kept), strict=True)
        ]

    _with_store(work)


@groups_app.command()
def invite(
    name: Annotated[str, typer.Argument(help="Who comes back, by name; leave it out for somebody new.")] = "",
    organiser: Annotated[bool, typer.Option(help="They are an organiser from now on.")] = False,
) -> None:
    """Make a link to the browser page for somebody who lost their way in, or somebody new; good once and for a week."""

    async def work(store: Store) -> Sequence[Line]:
        people = store.page.people
        person = await people.named(name) if name else None
        if name and person is None:
            there = ", ".join(one.name for one in await people.all()) or "nobody yet"
            return [(f"There is nobody called {name} on the page; there are: {there}.", {})]
        if person is not None and organiser:
            await people.appoint(person.id, True)
        secret = await people.invite(datetime.now(UTC), person_id=person.id if person else None, organiser=organiser)
        return [(f"Give them the page's address with this at its end: /join?invitation={secret}", {})]

    _with_store(work)
