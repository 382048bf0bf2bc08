"""What happens to a group's places outside its commands, and what platforms ask about them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from store import Home, NotFound, Store, organiser_seen
from study.group import Account, Group, OrganiserKind, Place
from study.texts import LazyText, _, lazy, noop

REMOVED = noop("The bot was removed from here. Invite it again to go on.")


@dataclass(frozen=True, slots=True)
class Author:
    """An organiser who may change their group's course, and the other groups that follow it."""

    name: str
    course: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """A member where they last took part: their account there, and where their group reads."""

    name: str
    zone: str
    language: str
    account: Account
    place: Place


class ChannelEvents:
    """Keeps what a platform notices: channels lost and found, guilds left, people banned.

    Each may be told more than once of the same thing.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def reading(self, platform: str, workspace: str) -> tuple[str, ...]:
        """The channels in which groups read, by the platform's own ids."""
        return tuple(channel.external_id for channel in await self._store.channels.in_workspace(platform, workspace))

    async def zone_at(self, place: Place) -> str:
        """The IANA zone of the group that reads there; UTC where none does."""
        group = await self._store.groups.at(place)
        return group.zone if group else "UTC"

    async def homes(self, platform: str, workspace: str, person: str) -> Sequence[Home]:
        """The groups of a person's own there, the chosen one first."""
        return await self._store.groups.homes(Account(platform, workspace, person))

    async def only_home(self, platform: str, workspace: str) -> Home | None:
        """The one group that reads there; None where there are several, or none."""
        channels = await self._store.channels.in_workspace(platform, workspace)
        if len(channels) != 1:
            return None
        (only,) = channels
        place = Place(platform, workspace, only.external_id, only.name)
        return Home(only.group_id, (await self._store.groups.get(only.group_id)).name, place, chosen=False)

    async def choose(self, place: Place, person: str, at: datetime) -> None:
        """Remember that a person means the group of theirs that reads there, wherever they ask outside of any."""
        group = await self._store.groups.at(place)
        if group is not None:
            with suppress(NotFound):
                await self._store.members.choose(group.id, Account(place.platform, place.workspace, person), at)

    async def organisers(self, place: Place, kind: OrganiserKind = "person") -> tuple[str, ...]:
        """The people, or the roles, that the group reading at a place made organisers, by the platform's own ids."""
        return tuple(one.account.id for one in await self._store.organisers.at(place) if one.kind == kind)

    async def organises(self, place: Place, account: Account) -> bool:
        """Whether the group that reads at a place named whoever has this account an organiser."""
        group = await self._store.groups.at(place)
        return group is not None and await self._store.organisers.includes(group.id, account)

    async def author(self, group_id: int, member_id: int) -> Author | None:
        """Who came to change a group's course, which course, and who else follows it; None where they are gone."""
        try:
            member, group = await self._store.members.get(member_id), await self._store.groups.get(group_id)
        except NotFound:
            return None
        others = [one for one in await self._store.groups.all() if one.course == group.course and one.id != group.id]
        return Author(member.name, group.course, tuple([await self._called(one, group) for one in others]))

    async def _called(self, other: Group, by: Group) -> str:
        """What a group is called before one of another: strangers do not hear its name."""
        theirs, ours = [
            {(channel.platform, channel.workspace) for channel in await self._store.channels.of_group(one.id)}
            for one in (other, by)
        ]
        return other.name if theirs & ours else _("Another group")

    async def language_of(self, account: Account) -> str:
        """What somebody was last seen to read, as a member of any group there; empty where nobody knows."""
        for channel in await self._store.channels.in_workspace(account.platform, account.workspace):
            member = await self._store.members.find(channel.group_id, account)
            if member is not None and member.language:
                return member.language
        return ""

    async def seat(self, group_id: int, member_id: int) -> Seat | None:
        """Where a member of a group takes part; None where they are gone, or their group reads nowhere."""
        try:
            member = await self._store.members.get(member_id)
        except NotFound:
            return None
        found = await self._store.members.seat(member_id)
        if found is None or member.group_id != group_id:
            return None
        return Seat(member.name, member.zone, member.language, *found)

    async def followers_elsewhere(self, course: str, platform: str, workspace: str) -> tuple[str, ...]:
        """The names of groups that follow a course and read nowhere in that workspace."""
        here = {channel.group_id for channel in await self._store.channels.in_workspace(platform, workspace)}
        groups = await self._store.groups.all()
        return tuple(group.name for group in groups if group.course == course and group.id not in here)

    async def channel_lost(self, place: Place, reason: LazyText, at: datetime) -> None:
        """Post nothing there any more, and have the organiser told why, once."""
        for channel in await self._store.channels.in_workspace(place.platform, place.workspace):
            if channel.external_id == place.channel:
                await self._store.channels.mark_lost(channel.id, reason, at)

    async def channel_back(self, place: Place) -> None:
        """Post there again. What is on its way there may be refused for a reason that is over: that is no loss."""
        for channel in await self._store.channels.in_workspace(place.platform, place.workspace):
            if channel.external_id != place.channel:
                continue
            if channel.trouble or await self._store.deliveries.under_way(channel.id):
                await self._store.channels.mark_found(channel.id)

    async def channel_renamed(self, place: Place) -> None:
        """Call the channel what it is called now."""
        await self._store.channels.rename(place)

    async def workspace_left(self, platform: str, workspace: str) -> None:
        """Post nothing in a guild or team that removed the bot; what its groups did is kept."""
        for channel in await self._store.channels.in_workspace(platform, workspace):
            await self._store.channels.mark_lost(channel.id, lazy(REMOVED))
        await self._store.facts.set_under(organiser_seen(platform, workspace), {})

    async def workspace_back(self, platform: str, workspace: str) -> None:
        """Post again in a guild or team that has the bot again."""
        for channel in await self._store.channels.in_workspace(platform, workspace):
            await self._store.channels.mark_found(channel.id)

    async def person_banned(self, platform: str, workspace: str, person: str) -> None:
        """Take a banned person off the leaderboards there; their answers stay theirs."""
        for channel in await self._store.channels.in_workspace(platform, workspace):
            member = await self._store.members.find(channel.group_id, Account(platform, workspace, person))
            if member is not None:
                await self._store.members.hide(member.id, True)
