"""The library's own client, as it comes, listening for what concerns a study group and nothing else."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.platforms.discord.errors import DiscordError
from bot.platforms.line_state import HELD_SECONDS, UPS, LineState

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards this process owns, of how many in all."""

    ids: tuple[int, ...]
    count: int

    @classmethod
    def parse(cls, text: str) -> Shards | None:
        """`0,1/4` means shards 0 and 1 of 4; empty means all of as many as Discord wants. Raises DiscordError."""
        if not text.strip():
            return None
        try:
            ids, _, count = text.partition("/")
            made = cls(tuple(int(one) for one in ids.split(",")), int(count))
        except ValueError:
            raise DiscordError("STUDYBOT_SHARDS must look like 0,1/4: shards 0 and 1 of 4.") from None
        if made.count < 1 or not all(0 <= one < made.count for one in made.ids) or len(set(made.ids)) != len(made.ids):
            raise DiscordError(f"STUDYBOT_SHARDS: shards count from 0 to {max(made.count, 1) - 1}, each once.")
        return made


def line_trouble(state: LineState) -> DiscordError | None:
    """What is wrong with the lines, for whoever runs the bot; None while a reconnect may still mend it.

    Each shard serves its own servers, so one that does not hold is enough.
    """
    if down := state.down():
        which = f" by shard {', '.join(map(str, down))}" if down != [0] else ""
        return DiscordError(
            f"Discord's gateway cannot be reached{which}, so nobody can use the bot there: check the line and "
            "https://discordstatus.com; it goes on by itself as soon as it can."
        )
    if state.flapping():
        return DiscordError(
            f"Discord's gateway took the line up {UPS} times within minutes and dropped it again: see "
            "that no other program runs with this DISCORD_TOKEN and STUDYBOT_SHARDS, check the line "
            f"and https://discordstatus.com. All is well once it has held for {HELD_SECONDS / 60:.0f} minutes."
        )
    return None


def intents() -> discord.Intents:
    """Guilds and bans: no intent here needs to be asked for."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.moderation = True
    return wanted


def point_at(api_url: str, gateway_url: str) -> None:
    """Where REST and the gateway are; the library keeps both on its classes, so for the whole process."""
    if api_url:
        Route.BASE = api_url.rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


def _options(ready_seconds: float) -> dict[str, Any]:
    return {
        "intents": intents(),
        "allowed_mentions": discord.AllowedMentions.none(),
        "max_messages": None,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "chunk_guilds_at_startup": False,
        "max_ratelimit_timeout": 30.0,
        "guild_ready_timeout": ready_seconds,
    }


class _Listening(discord.Client):
    """Hands every event to its listeners; holds no cache of members or messages."""

    listeners: list[Any]

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """The library's dispatch, and the listeners' own `on_…` beside it."""
        super().dispatch(event, *args, **kwargs)
        for listener in self.listeners:
            heard = getattr(listener, f"on_{event}", None)
            if heard is not None:
                self._schedule_event(heard, f"on_{event}", *args, **kwargs)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """A listener broke: say so once, and serve on."""
        log.exception("%s failed", event_method)


class OneShard(_Listening):
    """One line to the gateway. Unlike the sharded client, it resumes even after the gateway was out of reach."""

    def __init__(self, shards: Shards, ready_seconds: float) -> None:
        self.listeners = []
        super().__init__(shard_id=shards.ids[0], shard_count=shards.count, **_options(ready_seconds))


class ManyShards(_Listening, discord.AutoShardedClient):
    """Several lines to the gateway in one process."""

    def __init__(self, shards: Shards, ready_seconds: float) -> None:
        self.listeners = []
        super().__init__(shard_ids=list(shards.ids), shard_count=shards.count, **_options(ready_seconds))


Client = OneShard | ManyShards


async def logged_in(token: str, shards: Shards | None, ready_seconds: float) -> Client:
    """A client that Discord knows, for the shards that were set or as many as Discord wants."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody here misses voice
    made = _client(shards or Shards((0,), 1), ready_seconds)
    try:
        await made.login(token)
        if shards is None:
            wanted, _, _ = await made.http.get_bot_gateway()
            if wanted > 1:
                await made.close()
                made = _client(Shards(tuple(range(wanted)), wanted), ready_seconds)
                await made.login(token)
    except BaseException:
        await made.close()
        raise
    return made


def _client(shards: Shards, ready_seconds: float) -> Client:
    return OneShard(shards, ready_seconds) if len(shards.ids) == 1 else ManyShards(shards, ready_seconds)
