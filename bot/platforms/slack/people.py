"""Who is asking: names, zones and rights as Slack has them, remembered for a few minutes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.remembered import Remembered
from bot.platforms.slack.rendering.limits import Json
from bot.platforms.text import literal
from cogs.messages import Chosen, Person

log = logging.getLogger(__name__)

REMEMBERED = 300.0
RIGHTS_REMEMBERED = 30.0
PATIENCE = 1.0
READERS_REMEMBERED = 120.0
MOST = 10_000
PAGE = 1000
"""Members of a channel that are read at once."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of a person. `home` is the workspace they belong to, which in shared channels may be another."""

    id: str
    name: str
    zone: str = ""
    language: str = ""
    admin: bool = False
    guest: bool = False
    gone: bool = False
    bot: bool = False
    home: str = ""
    unsure: bool = False
    """Whether Slack could not be asked: such a profile is not remembered."""


def profile_of(user: Json) -> Profile:
    """A user object as a profile. People are called by the name they chose to display."""
    shown = user.get("profile") or {}
    name = shown.get("display_name") or shown.get("real_name") or user.get("real_name") or user.get("name") or ""
    guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger"))
    return Profile(
        id=str(user.get("id", "")),
        name=literal(str(name)).strip()[:80] or "Somebody",
        zone=str(user.get("tz") or ""),
        language=str(user.get("locale", "")),
        admin=bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")) and not guest,
        guest=guest,
        gone=bool(user.get("deleted")),
        bot=bool(user.get("is_bot")) or user.get("id") == "USLACKBOT",
        home=str(user.get("team_id") or ""),
    )


class People:
    """Profiles by workspace and user, who is in which user group, and who reads in which private channel."""

    def __init__(self) -> None:
        self._known: Remembered[tuple[str, str], Profile] = Remembered(MOST)
        self._readers: Remembered[tuple[str, str], bool] = Remembered(MOST, READERS_REMEMBERED)

    async def profile(
        self, client: AsyncWebClient, team: str, user: str, *, called: str = "", fresh: bool = False
    ) -> Profile:
        """Who this is. When Slack cannot say in time: the name that came with the event, and no rights."""
        known = self._known.get((team, user))
        if recent := self._known.get((team, user), within=RIGHTS_REMEMBERED if fresh else REMEMBERED):
            return recent
        try:
            answer = await asyncio.wait_for(client.users_info(user=user, include_locale=True), PATIENCE)
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            log.warning("users.info of %s: %s", user, error)
            if known is not None:
                return replace(known, admin=False, unsure=True) if fresh else known
            return Profile(user, literal(called).strip()[:80] or "Somebody", unsure=True)
        found = profile_of(answer["user"])
        self._known.put((team, user), found)
        return found

    async def reads(self, client: AsyncWebClient, channel: str, user: str, *, unsure: bool) -> bool:
        """Whether somebody may read in a channel: in a public one everybody may. `unsure` where Slack does not say."""
        if (known := self._readers.get((channel, user))) is not None:
            return known
        try:
            async with asyncio.timeout(PATIENCE):
                told = (await client.conversations_info(channel=channel))["channel"]
                found = not told.get("is_private") or await _among(client, channel, user)
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            log.warning("whether %s is in %s: %s", user, channel, error)
            return unsure
        self._readers.put((channel, user), found)
        return found

    async def in_groups(self, client: AsyncWebClient, user: str, groups: Sequence[str]) -> tuple[str, ...]:
        """Those of these user groups that somebody is in, as far as Slack says so in time."""
        try:
            async with asyncio.timeout(PATIENCE):
                told = [await client.usergroups_users_list(usergroup=group) for group in groups]
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            log.warning("the user groups of %s: %s", user, error)
            return ()
        return tuple(group for group, answer in zip(groups, told, strict=True) if user in (answer.get("users") or ()))

    async def groups(self, client: AsyncWebClient, typed: str) -> list[Chosen]:
        """The workspace's user groups with these letters in their names; none where the app may not see them."""
        try:
            answer = await asyncio.wait_for(client.usergroups_list(), PATIENCE)
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            log.warning("the user groups of a workspace: %s", error)
            return []
        found = [
            Chosen(str(one["id"]), literal(str(one.get("name") or one.get("handle") or one["id"])))
            for one in answer.get("usergroups") or []
        ]
        return [one for one in found if typed.casefold() in one.name.casefold()]

    def language(self, team: str, user: str) -> str:
        """The language last told of somebody; empty where nobody asked lately."""
        known = self._known.get((team, user))
        return known.language if known else ""

    async def person(
        self,
        client: AsyncWebClient,
        team: str,
        user: str,
        *,
        installer: str = "",
        called: str = "",
        fresh: bool = False,
    ) -> Person:
        """The person as features know them. Guests and people of other workspaces start no group and hold no rights."""
        found = await self.profile(client, team, user, called=called, fresh=fresh)
        own = not found.home or found.home == team or team.startswith("E")
        member = own and not found.guest and not found.gone
        organiser = member and (found.admin or (bool(installer) and installer == user))
        begins, unsure = member and not found.unsure, found.unsure
        return Person("slack", user, found.name, organiser, found.zone, found.language, begins=begins, unsure=unsure)


async def _among(client: AsyncWebClient, channel: str, user: str) -> bool:
    """Whether somebody is among a channel's members, however many these are."""
    cursor: str | None = None
    while True:
        answer = await client.conversations_members(channel=channel, limit=PAGE, cursor=cursor)
        if user in (answer.get("members") or ()):
            return True
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "") or None
        if cursor is None:
            return False
