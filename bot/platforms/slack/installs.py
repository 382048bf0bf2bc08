"""Which workspaces have the app, with their tokens encrypted at rest, and the states of installations begun."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cryptography.fernet import Fernet, InvalidToken
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

log = logging.getLogger(__name__)

STATE_MINUTES = 10
TEAMS = "slack.installs"


class Keep(Protocol):
    """What is asked of the store: small facts by name, and events that happen once."""

    async def get_meta(self, key: str) -> str | None:
        """The fact kept under this key."""

    async def set_meta(self, key: str, value: str) -> None:
        """Keep a fact, in place of what was kept."""

    async def seen(self, key: str, at: datetime) -> bool:
        """Whether this was seen before; from now on it was. Of many who ask at once, one is told no."""


class MemoryKeep:
    """Remembers until the process ends: enough for one's own workspace, where the token comes from the settings."""

    def __init__(self) -> None:
        self._facts: dict[str, str] = {}
        self._seen: set[str] = set()

    async def get_meta(self, key: str) -> str | None:
        """The fact kept under this key."""
        return self._facts.get(key)

    async def set_meta(self, key: str, value: str) -> None:
        """Keep a fact."""
        self._facts[key] = value

    async def seen(self, key: str, at: datetime) -> bool:
        """Whether this was seen before."""
        before = key in self._seen
        self._seen.add(key)
        return before


class KeyFault(Exception):
    """A key cannot be used, or is missing; the message is a sentence for the operator."""


class Locker:
    """Encrypts what is kept. Each ciphertext names its key, so that keys can be changed one after another.

    The first key encrypts; the others only decrypt what was kept under them before.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise KeyFault("Set STUDYBOT_SECRET_KEY: without a key, Slack tokens cannot be kept safely.")
        self._keys: dict[str, Fernet] = {}
        for key in keys:
            made = _fernet(key)
            self._keys.setdefault(key_id(key), made)
        self._first = key_id(keys[0])
        self._sealing = hashlib.sha256(b"studybot seal\0" + keys[0].encode()).digest()

    def lock(self, text: str) -> str:
        """The text, encrypted with the first key."""
        return f"{self._first}:{self._keys[self._first].encrypt(text.encode()).decode()}"

    def unlock(self, locked: str) -> str:
        """The text again. Raises KeyFault when its key is gone or it was changed."""
        name, _, token = locked.partition(":")
        key = self._keys.get(name)
        if key is None:
            raise KeyFault(f"The key {name} that encrypted a Slack token is missing: add it to STUDYBOT_SECRET_KEY.")
        try:
            return key.decrypt(token.encode()).decode()
        except InvalidToken:
            raise KeyFault("A kept Slack token was changed and cannot be read: install the app again.") from None

    def seal(self, text: str) -> str:
        """What only this bot can write under the text."""
        return hmac.new(self._sealing, text.encode(), hashlib.sha256).hexdigest()

    def old(self, locked: str) -> bool:
        """Whether this was encrypted with another key than the first."""
        return locked.partition(":")[0] != self._first


def key_id(key: str) -> str:
    """A key's public name."""
    return hashlib.sha256(b"studybot key id\0" + key.encode()).hexdigest()[:8]


def _fernet(key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        # not in Fernet's own form: any long passphrase serves, stretched once into a key
        if len(key) < 16:
            raise KeyFault("STUDYBOT_SECRET_KEY is too short: use at least 16 characters, at random.") from None
        return Fernet(base64.urlsafe_b64encode(hashlib.scrypt(key.encode(), salt=b"studybot", n=2**14, r=8, p=1)[:32]))


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
        self, keep: Keep, locker: Locker, *, installed: Callable[[str], Awaitable[None]] | None = None
    ) -> None:
        self._keep = keep
        self._locker = locker
        self._installed = installed
        self._known: dict[str, Install] = {}

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
        await self._keep.set_meta(_name(install.team), self._locker.lock(json.dumps(asdict(install))))
        self._known[install.team] = install
        teams = await self.teams()
        if install.team not in teams:
            await self._keep.set_meta(TEAMS, json.dumps([*teams, install.team]))

    async def find(self, team: str, enterprise: str = "") -> Install | None:
        """The installation of a workspace, or of the organisation it belongs to."""
        for own in (team, enterprise):
            if own and (found := await self._find(own)) is not None:
                return found
        return None

    async def _find(self, team: str) -> Install | None:
        if team in self._known:
            return self._known[team]
        locked = await self._keep.get_meta(_name(team))
        if not locked:
            return None
        kept = json.loads(self._locker.unlock(locked))
        install = Install(**{**kept, "scopes": tuple(kept["scopes"])})
        if install.team != team:
            raise KeyFault("A kept Slack token belongs to another workspace: install the app again.")
        if self._locker.old(locked):
            await self.save(install)
        self._known[team] = install
        return install

    def doubt(self, team: str) -> None:
        """Slack refused the token: ask the store again next time, for another process may have renewed it."""
        self._known.pop(team, None)

    async def forget(self, team: str) -> None:
        """Delete a workspace's token."""
        self._known.pop(team, None)
        await self._keep.set_meta(_name(team), "")
        await self._keep.set_meta(TEAMS, json.dumps([one for one in await self.teams() if one != team]))

    async def teams(self) -> list[str]:
        """Every workspace that has the app."""
        kept: list[str] = json.loads(await self._keep.get_meta(TEAMS) or "[]")
        return kept

    async def rotate(self) -> int:
        """Encrypt everything anew that was kept under an older key; how many that were."""
        turned = 0
        for team in await self.teams():
            locked = await self._keep.get_meta(_name(team))
            if locked and self._locker.old(locked):
                await self._keep.set_meta(_name(team), self._locker.lock(self._locker.unlock(locked)))
                turned += 1
        return turned

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
    return f"slack.install:{team}"


class States(AsyncOAuthStateStore):
    """The states of installations begun: each is good once, and for ten minutes.

    A state says itself until when it is good, under a seal; only its use is remembered.
    """

    def __init__(self, keep: Keep, locker: Locker, now: Callable[[], datetime]) -> None:
        self._keep = keep
        self._locker = locker
        self._now = now

    @property
    def logger(self) -> logging.Logger:
        """Where this store logs."""
        return log

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """A new state."""
        until = self._now() + timedelta(minutes=STATE_MINUTES)
        made = f"{secrets.token_urlsafe(24)}.{int(until.timestamp())}"
        return f"{made}.{self._locker.seal(made)}"

    async def async_consume(self, state: str) -> bool:
        """Whether the state was issued here, not long ago and not used before; it cannot be used again."""
        made, _, seal = (state or "").rpartition(".")
        if not made or not secrets.compare_digest(seal.encode(), self._locker.seal(made).encode()):
            return False
        now = self._now()
        if int(made.rpartition(".")[2]) <= now.timestamp():
            return False
        return not await self._keep.seen(f"slack.state:{hashlib.sha256(made.encode()).hexdigest()}", now)
