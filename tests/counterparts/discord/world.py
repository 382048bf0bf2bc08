"""What Discord knows: people, guilds, channels, messages, commands. Plain state, with the rights that guard it."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

EPOCH_MS = 1_420_070_400_000

VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
ADMINISTRATOR = 1 << 3
MANAGE_GUILD = 1 << 5
CREATE_PUBLIC_THREADS = 1 << 35
SEND_IN_THREADS = 1 << 38
CREATE_EVENTS = 1 << 44
SEND_MESSAGES_IN_THREADS = 1 << 38
PIN_MESSAGES = 1 << 51
EVERYTHING = (1 << 52) - 1
WHAT_PEOPLE_MAY = VIEW_CHANNEL | SEND_MESSAGES | READ_MESSAGE_HISTORY | ATTACH_FILES | CREATE_PUBLIC_THREADS | (1 << 31)
WHAT_THE_BOT_MAY = (
    VIEW_CHANNEL
    | SEND_MESSAGES
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | CREATE_PUBLIC_THREADS
    | SEND_IN_THREADS
    | CREATE_EVENTS
)

EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15


class ApiError(Exception):
    """A refusal, with Discord's own code and sentence."""

    def __init__(self, status: int, code: int, message: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status, self.code, self.message, self.errors = status, code, message, errors


@dataclass
class User:
    id: int
    username: str
    display: str
    bot: bool = False
    takes_messages: bool = True


@dataclass
class Role:
    id: int
    name: str
    permissions: int
    managed: bool = False


@dataclass
class Member:
    user: User
    nick: str | None = None
    roles: list[int] = field(default_factory=list)


@dataclass
class Channel:
    """A channel: of text (0), of news (5), a forum (15), a direct conversation (1) or a public thread (11)."""

    id: int
    kind: int
    name: str
    guild: Guild | None = None
    parent: Channel | None = None
    recipient: User | None = None
    overwrites: dict[int, tuple[int, int]] = field(default_factory=dict)
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)

    def shown(self) -> list[dict[str, Any]]:
        """The messages everybody sees, oldest first."""
        return [self.messages[key] for key in sorted(self.messages)]


@dataclass
class Guild:
    id: int
    name: str
    owner: User
    members: dict[int, Member] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    locale: str = "en-US"
    scopes: tuple[str, ...] = ("bot", "applications.commands")
    events: dict[int, dict[str, Any]] = field(default_factory=dict)

    def permissions(self, user: User, channel: Channel | None = None) -> int:
        """What the person may do, overwrites included, in the order Discord applies them."""
        if user.id == self.owner.id:
            return EVERYTHING
        member = self.members.get(user.id)
        if member is None:
            return 0
        held = self.roles[self.id].permissions
        for role in member.roles:
            held |= self.roles[role].permissions
        if held & ADMINISTRATOR:
            return EVERYTHING
        where = channel.parent if channel and channel.parent else channel
        if where is None:
            return held
        for layer in ([self.id], member.roles, [user.id]):
            found = [where.overwrites[key] for key in layer if key in where.overwrites]
            for _, deny in found:
                held &= ~deny
            for allow, _ in found:
                held |= allow
        return held if held & VIEW_CHANNEL else 0


class World:
    """Everything there is. `emit` hands an event to whoever listens at the gateway."""

    def __init__(self, application_name: str = "studybot") -> None:
        self._count = itertools.count(1)
        self.clock: Callable[[], float] = time.time
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.commands: dict[int, list[dict[str, Any]]] = {}
        self.nonces: dict[tuple[int, str], tuple[float, int, dict[str, Any]]] = {}
        self.nonce_window = 180.0
        self.emit: Callable[[str, dict[str, Any], int | None], None] = lambda *_: None
        self.bot = self.user(application_name, bot=True)
        self.application_id = self.bot.id
        # A token begins with the bot's id, and clients read it off there.
        self.token = base64.b64encode(str(self.bot.id).encode()).decode().rstrip("=") + ".Good00.token"
        self.developer = self.user("developer")

    def snowflake(self) -> int:
        """A new id, ordered by time."""
        return (int(self.clock() * 1000) - EPOCH_MS) << 22 | (next(self._count) & 0x3FFFFF)

    def user(self, name: str, *, bot: bool = False) -> User:
        """A new person (or bot)."""
        made = User(self.snowflake(), name.lower().replace(" ", "_"), name, bot)
        self.users[made.id] = made
        return made

    def guild(self, name: str, owner: User, *, bot_permissions: int = WHAT_THE_BOT_MAY, joined: bool = True) -> Guild:
        """A new guild with one text channel; the bot is in it already unless `joined` is False."""
        made = Guild(self.snowflake(), name, owner)
        made.roles[made.id] = Role(made.id, "@everyone", WHAT_PEOPLE_MAY)
        made.members[owner.id] = Member(owner)
        self.guilds[made.id] = made
        self.channel(made, "general")
        if joined:
            self.seat_bot(made, bot_permissions)
        return made

    def seat_bot(self, guild: Guild, permissions: int = WHAT_THE_BOT_MAY) -> None:
        """The bot's own managed role and its membership, as an invite link makes them."""
        role = Role(self.snowflake(), self.bot.username, permissions, managed=True)
        guild.roles[role.id] = role
        guild.members[self.bot.id] = Member(self.bot, roles=[role.id])

    def channel(self, guild: Guild, name: str, kind: int = 0) -> Channel:
        """A new channel."""
        made = Channel(self.snowflake(), kind, name, guild)
        guild.channels[made.id] = self.channels[made.id] = made
        return made

    def direct(self, user: User) -> Channel:
        """The direct conversation between the bot and a person."""
        for channel in self.channels.values():
            if channel.kind == 1 and channel.recipient is user:
                return channel
        made = Channel(self.snowflake(), 1, "", recipient=user)
        self.channels[made.id] = made
        return made

    def bot_guilds(self) -> Iterable[Guild]:
        """The guilds the bot is in."""
        return [guild for guild in self.guilds.values() if self.bot.id in guild.members]

    def bot_may(self, channel: Channel, *needed: int) -> None:
        """Refuse as Discord does where the bot lacks a right."""
        if channel.kind == 1:
            assert channel.recipient is not None
            if not channel.recipient.takes_messages:
                raise ApiError(403, 50007, "Cannot send messages to this user")
            return
        assert channel.guild is not None
        held = channel.guild.permissions(self.bot, channel)
        if not held & VIEW_CHANNEL:
            raise ApiError(403, 50001, "Missing Access")
        if any(not held & bit for bit in needed):
            raise ApiError(403, 50013, "Missing Permissions")
