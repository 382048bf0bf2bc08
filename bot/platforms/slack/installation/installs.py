"""Which workspaces have the app, with their tokens encrypted at rest, and the states of installations begun."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.platforms.host import KeyValueStore, OneTimeCodes
from bot.platforms.remembered import Remembered
from bot.platforms.slack.installation.cipher import Cipher, CipherError

log = logging.getLogger(__name__)

MOST = 1000
"""So many workspaces' tokens are at hand; others are read from the store."""
INSTALLS = "slack.install:"
"""The facts under which tokens are kept, each by its workspace."""


@dataclass(frozen=True, slots=True)
class Install:
    """One workspace's installation: its token, the bot's own ids, who installed it, and what was granted."""

    team: str
    token: str
    bot_user: str
    bot: str = ""
    installer: str = ""
    scopes: tuple[str, ...] = ()
    enterprise: str = ""
    name: str = ""

    @property
    def history(self) -> bool:
        """Whether messages may be read back."""
        return "channels:history" in self.scopes or "groups:history" in self.scopes


class Installs(AsyncInstallationStore):
    """Installations, one for each workspace (or one for an organisation), as bolt's OAuth flow saves and finds them."""

    def __init__(
        self, facts: KeyValueStore, cipher: Cipher, *, installed: Callable[[str], Awaitable[None]] | None = None
    ) -> None:
        self._facts = facts
        self._cipher = cipher
        self._installed = installed
        self._known: Remembered[str, Install] = Remembered(MOST)

    @property
    def logger(self) -> logging.Logger:
        """Where this store logs."""
        return log

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation that OAuth has just finished."""
        team = installation.team_id or installation.enterprise_id or ""
        scopes = installation.bot_scopes or ()
        await self.save(
            Install(
                team=team,
                token=installation.bot_token or "",
                bot_user=installation.bot_user_id or "",
                bot=installation.bot_id or "",
                installer=installation.user_id or "",
                scopes=tuple(scopes.split(",") if isinstance(scopes, str) else scopes),
                enterprise=installation.enterprise_id or "",
                name=installation.team_name or installation.enterprise_name or "",
            )
        )
        if self._installed is not None:
            await self._installed(team)

    async def save(self, install: Install) -> None:
        """Keep an installation in the place of an earlier one."""
        await self._facts.set(_name(install.team), self._cipher.encrypt(json.dumps(asdict(install))))
        self._known.put(install.team, install)

    async def find(self, team: str, enterprise: str = "") -> Install | None:
        """The installation of a workspace, or of the organisation it belongs to."""
        for own in (team, enterprise):
            if own and (found := await self._find(own)) is not None:
                return found
        return None

    async def _find(self, team: str) -> Install | None:
        if known := self._known.get(team):
            return known
        locked = await self._facts.get(_name(team))
        if not locked:
            return None
        kept = json.loads(self._cipher.decrypt(locked))
        install = Install(**{**kept, "scopes": tuple(kept["scopes"])})
        if install.team != team:
            raise CipherError("A kept Slack token belongs to another workspace: install the app again.")
        if self._cipher.outdated(locked):
            await self.save(install)
        self._known.put(team, install)
        return install

    def doubt(self, team: str) -> None:
        """Slack refused the token: ask the store again next time, for another process may have renewed it."""
        self._known.forget(team)

    async def forget(self, team: str) -> None:
        """Delete a workspace's token."""
        self._known.forget(team)
        await self._facts.set(_name(team), "")

    async def rotate(self) -> int:
        """Encrypt everything anew that was kept under an older key; how many that were."""
        renewed = 0
        for team, locked in (await self._facts.under(INSTALLS)).items():
            if locked and self._cipher.outdated(locked):
                await self._facts.set(_name(team), self._cipher.encrypt(self._cipher.decrypt(locked)))
                renewed += 1
        return renewed

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Bolt's way of asking."""
        found = await self.find(team_id or "", enterprise_id or "")
        if found is None:
            return None
        return Bot(
            team_id=found.team,
            bot_token=found.token,
            bot_id=found.bot,
            bot_user_id=found.bot_user,
            bot_scopes=list(found.scopes),
            installed_at=0.0,
        )

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Bolt's way of forgetting."""
        await self.forget(team_id or enterprise_id or "")

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Only bot tokens are kept, so one person's revocation changes nothing."""

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Bolt's way of forgetting a workspace."""
        await self.forget(team_id or enterprise_id or "")


def _name(team: str) -> str:
    return f"{INSTALLS}{team}"


class States(AsyncOAuthStateStore):
    """The states of installations begun: each is good once, and for ten minutes."""

    def __init__(self, codes: OneTimeCodes, now: Callable[[], datetime]) -> None:
        self._codes = codes
        self._now = now

    @property
    def logger(self) -> logging.Logger:
        """Where this store logs."""
        return log

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """A new state."""
        return await self._codes.issue("slack-install", self._now())

    async def async_consume(self, state: str) -> bool:
        """Whether the state was issued here, not long ago and not used before; it cannot be used again."""
        return await self._codes.redeem("slack-install", state or "", self._now()) is not None
