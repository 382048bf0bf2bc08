"""People: they join guilds, type commands, press buttons, fill in forms, and see only what Discord would show them."""

from __future__ import annotations

import asyncio
import mimetypes
import re
from dataclasses import dataclass
from typing import Any

from tests.counterparts.discord.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL_SUBMIT,
    Interaction,
    _clean,
)
from tests.counterparts.discord.server import Counterpart
from tests.counterparts.discord.shapes import (
    attachment_shape,
    channel_shape,
    guild_shape,
    member_shape,
    role_shape,
    stamp,
    user_shape,
    walk,
)
from tests.counterparts.discord.world import (
    EPHEMERAL,
    MANAGE_GUILD,
    WHAT_PEOPLE_MAY,
    Channel,
    Guild,
    Member,
    Role,
    User,
)

OPTION_TYPES = {3: str, 4: int, 11: bytes}

DIRECT = 1
"""The kind of a channel that is a conversation of two."""


class NotAnswered(AssertionError):
    """ "The application did not respond": what a person reads when the bot was too slow or silent."""


class NotPossible(AssertionError):
    """Discord's own surface would not let a person do this."""


@dataclass
class Shown:
    """A message as a person sees it."""

    message: dict[str, Any]
    interaction: Interaction | None = None

    @property
    def id(self) -> int:
        return int(self.message["id"])

    @property
    def private(self) -> bool:
        return bool(self.message["flags"] & EPHEMERAL)

    @property
    def raw(self) -> str:
        """All text, as markdown."""
        texts = [c["content"] for c in walk(self.message["components"]) if c["type"] == 10]
        return "\n".join([self.message["content"], *texts]).strip()

    @property
    def text(self) -> str:
        """All text as it is read: escapes resolved, marks of bold and small print gone."""
        shown = re.sub(r"(?m)^(#{1,3}|-#) ", "", self.raw)
        shown = re.sub(r"(?<!\\)\*\*", "", shown)
        return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", shown)

    @property
    def buttons(self) -> dict[str, dict[str, Any]]:
        return {c["label"]: c for c in walk(self.message["components"]) if c["type"] == 2}

    @property
    def pictures(self) -> list[dict[str, Any]]:
        return [i for c in walk(self.message["components"]) if c["type"] == 12 for i in c["items"]]


@dataclass
class Sheet:
    """A form as a person sees it."""

    modal: dict[str, Any]
    interaction: Interaction

    @property
    def title(self) -> str:
        return str(self.modal["title"])

    @property
    def text(self) -> str:
        return "\n".join(c["content"] for c in walk(self.modal["components"]) if c["type"] == 10)

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        return {c["component"]["custom_id"]: c["component"] for c in self.modal["components"] if c["type"] == 18}

    @property
    def labels(self) -> list[str]:
        return [c["label"] for c in self.modal["components"] if c["type"] == 18]


__all__ = ["NotAnswered", "NotPossible", "Place", "Sheet", "Shown", "Someone", "channel_shape", "role_shape"]


class Someone:
    """A person in one guild."""

    def __init__(self, counterpart: Counterpart, guild: Guild, user: User, locale: str = "en-US") -> None:
        self._discord, self.guild, self.user, self.locale = counterpart, guild, user, locale
        self.channel: Channel = next(iter(guild.channels.values()))
        self.patience = 10.0
        self.shown_everything = False
        """Whether the guild's owner lets this person see commands that are hidden by default."""
        self.has_the_app = False
        """Whether this person added the application to their own account."""

    # --- where they go

    def alone(self) -> Someone:
        """The same person in their conversation with the bot."""
        return self._at(self._discord.world.direct(self.user))

    def visits(self, place: Place) -> Someone:
        """The same person in another guild, of which they become a member."""
        place.guild.members.setdefault(self.user.id, Member(self.user))
        return self._at(place.channel, place.guild)

    def with_friend(self, friend: Someone) -> Someone:
        """The same person in a conversation with somebody else, in which the bot has no part."""
        world = self._discord.world
        there = Channel(world.snowflake(), DIRECT, "", recipient=friend.user)
        world.channels[there.id] = there
        return self._at(there)

    def _at(self, channel: Channel, guild: Guild | None = None) -> Someone:
        other = Someone(self._discord, guild or self.guild, self.user, self.locale)
        other.channel, other.patience, other.has_the_app = channel, self.patience, self.has_the_app
        return other

    def leaves(self) -> None:
        """Leave the guild."""
        del self.guild.members[self.user.id]

    # --- what they do

    async def ask(self, line: str, **options: Any) -> Shown | Sheet:
        """Type a command; bytes (or (name, bytes)) are files."""
        words = line.removeprefix("/").split()
        command, leaf, nested = self._command(words, kind=1)
        resolved: dict[str, Any] = {}
        given = [
            self._option(option, options.pop(option["name"]), resolved) for option in leaf if option["name"] in options
        ]
        missing = [o["name"] for o in leaf if o.get("required") and o["name"] not in {g["name"] for g in given}]
        if options or missing:
            raise NotPossible(f"{line}: unknown {sorted(options)}, missing {missing}")
        data = self._data(command, nested(given), resolved)
        return await self._outcome(await self._tell(COMMAND, data))

    async def suggest(self, line: str, option: str, typed: str, **others: Any) -> list[dict[str, Any]]:
        """Look at what is offered while typing."""
        command, leaf, nested = self._command(line.removeprefix("/").split(), kind=1)
        known = next(o for o in leaf if o["name"] == option)
        if not known.get("autocomplete"):
            raise NotPossible(f"{option} completes nothing")
        given = [{"name": n, "type": 3, "value": v} for n, v in others.items()]
        given.append({"name": option, "type": 3, "value": typed, "focused": True})
        found = await self._tell(AUTOCOMPLETE, self._data(command, nested(given), {}))
        await self._until(found, lambda: found.choices is not None)
        assert found.choices is not None
        return found.choices

    async def use(self, message: Shown, label: str) -> Shown | Sheet:
        """Choose a command of a message's own menu."""
        command, _, _ = self._command([label], kind=3)
        data = self._data(command, [], {"messages": {str(message.id): _clean(message.message)}})
        data["target_id"] = str(message.id)
        del data["options"]
        return await self._outcome(await self._tell(COMMAND, data))

    async def click(self, message: Shown, label: str) -> Shown | Sheet:
        """Press a button."""
        button = message.buttons.get(label)
        if button is None or button.get("disabled"):
            raise NotPossible(f"no button {label!r}; there are {list(message.buttons)}")
        return await self.press(message, button["custom_id"])

    async def press(self, message: Shown, custom_id: str) -> Shown | Sheet:
        """Press a button by its id, on a message however old."""
        message.message.pop("_touched", None)
        found = await self._tell(COMPONENT, {"custom_id": custom_id, "component_type": 2, "id": 1}, message.message)
        return await self._outcome(found)

    async def submit(self, sheet: Sheet, **values: Any) -> Shown | Sheet:
        """Send a form; fields left out are sent as Discord sends untouched ones."""
        resolved: dict[str, Any] = {}
        components = []
        for at, label in enumerate(c for c in sheet.modal["components"]):
            if label["type"] == 10:
                components.append({"type": 10, "id": at + 1})
                continue
            components.append(
                {"type": 18, "id": at + 1, "component": self._filled(label["component"], values, resolved, at + 20)}
            )
        if values:
            raise NotPossible(f"the form has no {sorted(values)}")
        data: dict[str, Any] = {"custom_id": sheet.modal["custom_id"], "components": components}
        if resolved:
            data["resolved"] = resolved
        found = await self._tell(MODAL_SUBMIT, data, sheet.interaction.source)
        return await self._outcome(found)

    def say(self, text: str = "", *pictures: tuple[str, bytes]) -> Shown:
        """Write into the channel."""
        world = self._discord.world
        made = world.snowflake()
        message = {
            "id": str(made),
            "type": 0,
            "channel_id": str(self.channel.id),
            "author": user_shape(self.user),
            "content": text,
            "timestamp": stamp(made),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [self._upload(name, data) for name, data in pictures],
            "embeds": [],
            "pinned": False,
            "flags": 0,
            "components": [],
        }
        self.channel.messages[made] = message
        return Shown(message)

    def sees(self) -> list[Shown]:
        """The channel, oldest first."""
        return [Shown(message) for message in self.channel.shown()]

    def inbox(self) -> list[Shown]:
        """What the bot wrote to them alone."""
        return [Shown(message) for message in self._discord.world.direct(self.user).shown()]

    # --- how Discord carries it

    def _command(self, words: list[str], *, kind: int) -> Any:
        world = self._discord.world
        known = [*world.commands.get(0, []), *world.commands.get(self.guild.id, [])]
        known = [command for command in known if self._offered(command)]
        command = next((c for c in known if c["type"] == kind and c["name"] == words[0]), None)
        if command is None:
            raise NotPossible(f"no command {words}; there are {[c['name'] for c in known]}")
        needed = command.get("default_member_permissions")
        if needed is not None and not self.shown_everything and not self.guild.permissions(self.user) & int(needed):
            raise NotPossible(f"/{words[0]} is hidden from this person")
        leaf, path = command.get("options") or [], []
        for word in words[1:]:
            inner = next((o for o in leaf if o["type"] in (1, 2) and o["name"] == word), None)
            if inner is None:
                raise NotPossible(f"no subcommand {word}")
            path.append(inner)
            leaf = inner.get("options") or []

        def nested(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
            for inner in reversed(path):
                given = [{"name": inner["name"], "type": inner["type"], "options": given}]
            return given

        return command, leaf, nested

    @property
    def _context(self) -> int:
        """A guild (0), the conversation with the bot (1), or one without it (2)."""
        if self.channel.kind != DIRECT:
            return 0
        return 1 if self.channel is self._discord.world.direct(self.user) else 2

    def _owners(self) -> dict[str, str]:
        """Whose installations of the application reach here, as Discord tells it: the guild's, the person's."""
        there = self._context
        seated = there == 0 and self._discord.world.bot.id in self.guild.members
        owners = {"0": str(self.guild.id)} if seated and "applications.commands" in self.guild.scopes else {}
        if there == 1:
            owners["0"] = "0"
        if self.has_the_app:
            owners["1"] = str(self.user.id)
        return owners

    def _offered(self, command: dict[str, Any]) -> bool:
        """Whether the client offers a command here: it is made for such a place, and an installation brings it."""
        contexts, kinds = command.get("contexts") or [0, 1, 2], command.get("integration_types") or [0]
        return self._context in contexts and any(int(kind) in kinds for kind in self._owners())

    def _option(self, option: dict[str, Any], value: Any, resolved: dict[str, Any]) -> dict[str, Any]:
        if option["type"] == 11:
            name, data = value if isinstance(value, tuple) else ("picture.png", value)
            attached = self._upload(name, data)
            resolved.setdefault("attachments", {})[attached["id"]] = attached
            value = attached["id"]
        elif not isinstance(value, OPTION_TYPES[option["type"]]):
            raise NotPossible(f"{option['name']} does not take {value!r}")
        if option.get("choices") and value not in [c["value"] for c in option["choices"]]:
            raise NotPossible(f"{value!r} is not offered for {option['name']}")
        if isinstance(value, str) and len(value) > option.get("max_length", 6000):
            raise NotPossible(f"{option['name']} is too long")
        return {"name": option["name"], "type": option["type"], "value": value}

    def _filled(
        self, field: dict[str, Any], values: dict[str, Any], resolved: dict[str, Any], at: int
    ) -> dict[str, Any]:
        name, required = field["custom_id"], field.get("required", True)
        filled: dict[str, Any] = {"type": field["type"], "id": at, "custom_id": name}
        if field["type"] == 4:
            value = values.pop(name, field.get("value") or "")
            if len(value) > field.get("max_length", 4000) or (required and not value):
                raise NotPossible(f"{name} does not take this text of {len(value)} characters")
            return filled | {"value": value}
        if field["type"] == 3:
            chosen = values.pop(name, None) or next((o["value"] for o in field["options"] if o.get("default")), None)
            if chosen is None and required:
                raise NotPossible(f"{name} must be chosen")
            if chosen is not None and chosen not in [o["value"] for o in field["options"]]:
                raise NotPossible(f"{chosen!r} is not offered for {name}")
            return filled | {"values": [chosen] if chosen is not None else []}
        if field["type"] in (21, 22):
            return filled | self._tapped(field, values.pop(name, None))
        if field["type"] in (5, 6):
            picked = values.pop(name, None)
            return filled | {"values": self._picked(field["type"], picked, resolved) if picked is not None else []}
        value = values.pop(name, None)
        if value is None and required:
            raise NotPossible(f"{name} must be given")
        if value is None:
            return filled | {"values": []}
        file_name, data = value if isinstance(value, tuple) else ("picture.png", value)
        attached = self._upload(file_name, data)
        resolved.setdefault("attachments", {})[attached["id"]] = attached
        return filled | {"values": [attached["id"]]}

    def _tapped(self, field: dict[str, Any], tapped: str | list[str] | None) -> dict[str, Any]:
        """What is tapped of options: one, or with boxes to tick any number; untouched, what was marked before."""
        offered = [option["value"] for option in field["options"]]
        before = [option["value"] for option in field["options"] if option.get("default")]
        picked = before if tapped is None else [tapped] if isinstance(tapped, str) else tapped
        if not set(picked) <= set(offered):
            raise NotPossible(f"{picked!r} is not offered for {field['custom_id']}")
        given = field.get("min_values")
        least = (1 if given is None else given) if field.get("required", True) else 0
        most = 1 if field["type"] == 21 else field.get("max_values") or len(offered)
        if not least <= len(picked) <= most:
            raise NotPossible(f"{len(picked)} of {field['custom_id']} are picked")
        return {"values": picked} if field["type"] == 22 else {"value": next(iter(picked), None)}

    def _picked(self, kind: int, picked: Someone | Role, resolved: dict[str, Any]) -> list[str]:
        """Somebody, or a role, of the guild, told with what the application may want to know of them."""
        if kind == 6:
            assert isinstance(picked, Role)
            resolved.setdefault("roles", {})[str(picked.id)] = role_shape(picked, 1)
            return [str(picked.id)]
        assert isinstance(picked, Someone)
        who = str(picked.user.id)
        shape = member_shape(self.guild, self.guild.members[picked.user.id])
        resolved.setdefault("users", {})[who] = user_shape(picked.user)
        kept = {k: v for k, v in shape.items() if k not in ("user", "deaf", "mute", "banner")}
        may = str(self.guild.permissions(picked.user, self.channel))
        resolved.setdefault("members", {})[who] = kept | {"permissions": may}
        return [who]

    def _upload(self, name: str, data: bytes) -> dict[str, Any]:
        world = self._discord.world
        key = world.snowflake()
        world.files[str(key)] = (name, data)
        made = attachment_shape(key, name, data, self._discord._file_url(self.channel.id, key, name))
        made["content_type"] = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return made

    def _data(self, command: dict[str, Any], options: list[Any], resolved: dict[str, Any]) -> dict[str, Any]:
        data = {"id": command["id"], "name": command["name"], "type": command["type"], "options": options}
        if resolved:
            data["resolved"] = resolved
        return data

    async def _tell(self, kind: int, data: dict[str, Any], source: dict[str, Any] | None = None) -> Interaction:
        discord, world = self._discord, self._discord.world
        channel = self._where(source)
        guild = self.guild if channel.kind != DIRECT else None
        found = discord.interactions.begin(kind, self.user, guild, channel)
        found.source = source
        payload = {
            "id": str(found.id),
            "application_id": str(world.application_id),
            "type": kind,
            "data": data,
            "token": found.token,
            "version": 1,
            "channel_id": str(channel.id),
            "locale": self.locale,
            "entitlements": [],
            "attachment_size_limit": 10 * 1024 * 1024,
            **(self._in_guild(guild, channel) if guild else self._in_private(channel)),
        }
        if source is not None:
            payload["message"] = _clean(source)
        found.payload = payload
        seated = guild is not None and world.bot.id in guild.members
        world.emit("INTERACTION_CREATE", payload, guild.id if guild and seated else None)
        return found

    def _where(self, source: dict[str, Any] | None) -> Channel:
        """A button of a private message is pressed there."""
        there = self._discord.world.channels.get(int(source["channel_id"])) if source else None
        return there if there is not None and there.kind == DIRECT else self.channel

    def _in_guild(self, guild: Guild, channel: Channel) -> dict[str, Any]:
        world, may = self._discord.world, str(guild.permissions(self.user, channel))
        shape = {k: v for k, v in member_shape(guild, guild.members[self.user.id]).items() if k != "banner"}
        return {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "features": [], "locale": guild.locale},
            "guild_locale": guild.locale,
            "channel": {**channel_shape(channel, world), "permissions": may},
            "member": {**shape, "permissions": may},
            "app_permissions": str(guild.permissions(world.bot, channel)),
            "authorizing_integration_owners": self._owners(),
            "context": 0,
        }

    def _in_private(self, channel: Channel) -> dict[str, Any]:
        may = str(WHAT_PEOPLE_MAY)
        return {
            "channel": {**channel_shape(channel, self._discord.world), "permissions": may},
            "user": user_shape(self.user),
            "app_permissions": may,
            "authorizing_integration_owners": self._owners(),
            "context": self._context,
        }

    async def _until(self, found: Interaction, done: Any) -> None:
        loop = asyncio.get_running_loop()
        started, deadline = loop.time(), self._discord.interactions.deadline
        while not done():
            waited = loop.time() - started
            left = (deadline if found.answer is None else self.patience) - waited
            if left <= 0:
                raise NotAnswered("The application did not respond" if found.answer is None else "still thinking …")
            found.changed.clear()
            try:
                await asyncio.wait_for(found.changed.wait(), left)
            except TimeoutError:
                continue

    async def _outcome(self, found: Interaction) -> Shown | Sheet:
        await self._until(found, lambda: found.settled)
        if found.modal is not None:
            return Sheet(found.modal, found)
        seen = found.followups[-1] if found.followups else found.original
        if seen is None:
            raise NotAnswered("the answer was deleted")
        return Shown(seen, found)


class Place:
    """A guild to study in, with ways to change it as its owner would."""

    def __init__(self, counterpart: Counterpart, name: str = "Study hall", *, joined: bool = True) -> None:
        self.discord, world = counterpart, counterpart.world
        owner = world.user("Olga Owner")
        self.guild = world.guild(name, owner, joined=joined)
        self.owner = Someone(counterpart, self.guild, owner)
        self.channel = self.owner.channel

    def person(self, name: str, *, nick: str | None = None, organiser: bool = False, locale: str = "en-US") -> Someone:
        """A new member."""
        world, guild = self.discord.world, self.guild
        user = world.user(name)
        guild.members[user.id] = Member(user, nick)
        if organiser:
            role = Role(world.snowflake(), "organisers", MANAGE_GUILD)
            guild.roles[role.id] = role
            guild.members[user.id].roles.append(role.id)
        return Someone(self.discord, guild, user, locale)

    def role(self, name: str, *holders: Someone, permissions: int = 0) -> Role:
        """A new role, held by these people."""
        world, guild = self.discord.world, self.guild
        made = guild.roles[world.snowflake()] = Role(world.snowflake(), name, permissions)
        guild.roles = {one.id: one for one in guild.roles.values()}
        for holder in holders:
            guild.members[holder.user.id].roles.append(made.id)
        world.emit("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": role_shape(made, 1)}, guild.id)
        return made

    def invite_bot(self, **options: Any) -> None:
        """Follow the invite link."""
        self.discord.world.seat_bot(self.guild, **options)
        shape = guild_shape(self.guild, self.discord.world)
        del shape["unavailable"]
        self.discord.world.emit("GUILD_CREATE", shape, self.guild.id)

    def remove_bot(self) -> None:
        """Show the bot the door."""
        del self.guild.members[self.discord.world.bot.id]
        self.discord.world.emit("GUILD_DELETE", {"id": str(self.guild.id)}, self.guild.id)

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel."""
        self.guild.channels.pop(channel.id)
        self.discord.world.channels.pop(channel.id)
        self.discord.world.emit("CHANNEL_DELETE", channel_shape(channel, self.discord.world), self.guild.id)

    def restrict_bot(self, channel: Channel, *denied: int) -> None:
        """Take rights away in one channel."""
        deny = 0
        for bit in denied:
            deny |= bit
        channel.overwrites[self.discord.world.bot.id] = (0, deny)
        self.discord.world.emit("CHANNEL_UPDATE", channel_shape(channel, self.discord.world), self.guild.id)

    def restrict(self, channel: Channel, denied: int) -> None:
        """Take rights away from everybody in one channel."""
        channel.overwrites[self.guild.id] = (0, denied)
        self.discord.world.emit("CHANNEL_UPDATE", channel_shape(channel, self.discord.world), self.guild.id)

    def role_for_bot(self, permissions: int) -> Role:
        """Give the bot one more role."""
        world = self.discord.world
        role = Role(world.snowflake(), "posters", permissions)
        self.guild.roles[role.id] = role
        world.emit("GUILD_ROLE_CREATE", {"guild_id": str(self.guild.id), "role": role_shape(role, 1)}, self.guild.id)
        self.guild.members[world.bot.id].roles.append(role.id)
        self._bot_changed()
        return role

    def take_role_from_bot(self, role: Role) -> None:
        """Take a role away from the bot again."""
        self.guild.members[self.discord.world.bot.id].roles.remove(role.id)
        self._bot_changed()

    def _bot_changed(self) -> None:
        world = self.discord.world
        told = {"guild_id": str(self.guild.id), **member_shape(self.guild, self.guild.members[world.bot.id])}
        world.emit("GUILD_MEMBER_UPDATE", told, self.guild.id)

    def ban(self, someone: Someone) -> None:
        """Ban a member."""
        self.guild.members.pop(someone.user.id, None)
        told = {"guild_id": str(self.guild.id), "user": user_shape(someone.user)}
        self.discord.world.emit("GUILD_BAN_ADD", told, self.guild.id)

    def add_channel(self, name: str, kind: int = 0) -> Channel:
        """Make a channel."""
        world = self.discord.world
        made = world.channel(self.guild, name, kind)
        world.emit("CHANNEL_CREATE", channel_shape(made, world), self.guild.id)
        return made

    def posts(self, channel: Channel | None = None) -> list[Shown]:
        """The bot's messages in a channel, the first one if none is named."""
        me = str(self.discord.world.bot.id)
        return [Shown(m) for m in (channel or self.channel).shown() if m["author"]["id"] == me]
