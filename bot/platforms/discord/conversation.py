"""What people do on Discord, taken to the dispatcher and answered: commands, buttons, forms, completion.

Everything is followed by what the event itself says (a command's name, a button's id), never by a view held in memory,
so that buttons and forms work after a restart and on a message a year old. Discord wants an answer within 3 seconds:
the acknowledgement goes first, private or public as the declaration says, except where the answer is a form.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Any

import aiohttp
import discord

from bot.platforms.discord import commands, limits
from bot.platforms.discord.cards import render
from bot.platforms.discord.errors import CLOSED, NEEDED, is_dead
from bot.platforms.discord.forms import chosen, filled, render_form
from bot.platforms.discord.inbox import Kept
from bot.platforms.discord.pictures import claimed, taken
from bot.platforms.host import Host
from bot.platforms.inbox import Inbox
from bot.platforms.own_words import with_own_words
from bot.telemetry.events import event_id
from bot.vision import pictures
from bot.vision.pictures import PictureRefused
from cogs.declare import Action, Command, Option
from cogs.messages import ActionId, Ask, Form, Person, Picture, Reply, Value, say
from study.group import Place
from study.texts import EMPTY, LazyText, _, lazy, use_language

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]
Kind = discord.InteractionType

FORM_SECONDS = 2.3
GRADED_AT_ONCE = 8
"""Sent forms worked on side by side: more of them at once would keep the next acknowledgement waiting."""
QUIET_SECONDS = 1.0
"""Work waits while acknowledgements are under way, but no longer than this."""
SUGGEST_SECONDS = 2.3


class Conversation:
    """Takes each interaction to the dispatcher and brings the answer back."""

    def __init__(self, host: Host, inbox: Inbox[Kept], platform: str) -> None:
        self._dispatcher, self._now, self._inbox, self._platform = host.dispatcher, host.clock.now, inbox, platform
        self._intake = host.intake
        self._commands = {command.name: command for command in commands.each(host.cogs)}
        self._actions = {action.name: action for cog in host.cogs for action in cog.actions}
        self._within = commands.called_within(host.cogs)
        self._menus = {
            command.on_picture[: limits.COMMAND_NAME]: command
            for command in self._commands.values()
            if command.on_picture
        }
        self._in_hand: set[asyncio.Task[Any]] = set()
        self._acknowledging = 0
        self._quiet = asyncio.Event()
        self._places = asyncio.Semaphore(GRADED_AT_ONCE)
        self.on_organiser: Callable[[Ask], None] = lambda _: None

    async def heard(self, interaction: Interaction) -> None:
        """Answer one interaction. Whoever is gone is let go without a noise; anything else is logged."""
        task = asyncio.current_task()
        assert task is not None
        self._in_hand.add(task)
        try:
            with event_id():
                await self._heard(interaction)
        finally:
            self._in_hand.discard(task)

    async def _heard(self, interaction: Interaction) -> None:
        use_language(str(interaction.locale))
        try:
            match interaction.type:
                case Kind.application_command:
                    await self._command(interaction)
                case Kind.component:
                    await self._press(interaction)
                case Kind.modal_submit:
                    await self._sent(interaction)
                case Kind.autocomplete:
                    await self._suggest(interaction)
                case _:
                    pass
        except discord.HTTPException as error:
            if is_dead(error):
                log.info("interaction %s can no longer be answered (%s)", interaction.id, error.code or error.status)
            else:
                log.warning("interaction %s could not be answered: %s", interaction.id, error)
        except (aiohttp.ClientError, OSError) as error:
            log.warning("interaction %s could not be answered: the line broke (%s)", interaction.id, error)
        except Exception:
            log.exception("interaction %s could not be answered", interaction.id)
            with suppress(discord.DiscordException, aiohttp.ClientError, OSError):
                await self._sorry(interaction)

    async def settle(self, seconds: float) -> None:
        """Wait for what is in hand, so long and no longer."""
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=seconds)

    # --- the kinds of interaction

    async def _command(self, interaction: Interaction) -> None:
        data: Any = interaction.data or {}
        if data.get("type") == commands.MESSAGE_MENU:
            command = self._menus.get(data["name"])
            used = commands.Typed(command.name if command else data["name"], {}, {})
        else:
            used = commands.typed(data, self._within)
            command = self._commands.get(used.name)
        private = _alone(interaction, command)
        ask = self._ask(interaction, dict(used.values))
        kept = self._keep(interaction, ask, command) if command and not used.files else None
        await self._acknowledge(interaction, kept, private=private)
        shown = bool(used.files) or data.get("type") == commands.MESSAGE_MENU
        try:
            async with self._in_turn(ask, shown):
                options = {**ask.options, **await self._pictures(interaction, data, used, command)}
                reply = await self._commanded(used.name, command, _with(ask, options))
                await self._answer(interaction, reply, kept, private=private)
        except PictureRefused as refused:
            await self._answer(interaction, _refused(refused), kept, private=private)

    async def _commanded(self, name: str, command: Command | None, asked: Ask) -> Reply:
        if command and command.organiser and await self._dispatcher.organises(asked):
            self.on_organiser(asked)
        reply = await self._dispatcher.command(name, asked)
        if reply.failed and command:
            reply = with_own_words(reply, (asked.text(option.name) for option in _written(command)))
        return reply

    def _in_turn(self, ask: Ask, shown: bool) -> AbstractAsyncContextManager[None]:
        """A place for a picture that somebody showed, held until it is answered."""
        return self._intake.place(f"{ask.place.workspace}/{ask.person.id}") if shown else nullcontext()

    async def _press(self, interaction: Interaction) -> None:
        data: Any = interaction.data or {}
        press = data["custom_id"]
        action = self._actions.get(ActionId.parse(press).name)
        ask = self._ask(interaction, {"choice": data["values"][0]} if data.get("values") else {})
        if action is not None and action.opens_form:
            await self._open(interaction, press, ask, action)
            return
        message, private = interaction.message, _alone(interaction, action)
        if action is not None and action.replaces and message is not None and message.flags.ephemeral:
            await interaction.response.defer()
        else:
            await interaction.response.defer(ephemeral=private, thinking=True)
        answer = await self._dispatcher.press(press, ask)
        await self._answer(interaction, _never_form(answer), private=private)

    async def _open(self, interaction: Interaction, press: str, ask: Ask, action: Action) -> None:
        """A form cannot follow an acknowledgement: it is the acknowledgement."""
        try:
            answer = await asyncio.wait_for(self._dispatcher.press(press, ask), FORM_SECONDS)
        except TimeoutError:
            answer = say(_("That took too long to open. Please press the button again."), tone="notice")
        if isinstance(answer, Form):
            await interaction.response.send_modal(render_form(answer))
            return
        layout = render(answer)
        await interaction.response.send_message(
            view=layout.view, files=layout.files, ephemeral=_alone(interaction, action)
        )

    async def _sent(self, interaction: Interaction) -> None:
        data: Any = interaction.data or {}
        press = data["custom_id"]
        action = self._actions.get(ActionId.parse(press).name)
        values, files = filled(data["components"])
        private = _alone(interaction, action)
        ask = self._ask(
            interaction, {**values, **chosen(data, may_mention=interaction.app_permissions.mention_everyone)}
        )
        kept = None if files else _kept(interaction, ask, press=press)
        await self._acknowledge(interaction, kept, private=private)
        try:
            async with self._in_turn(ask, bool(files)):
                pictures = {name: await self._read(interaction, data, file) for name, file in files.items()}
                async with nullcontext() if pictures else self._places:
                    reply = _never_form(await self._dispatcher.press(press, _with(ask, {**ask.options, **pictures})))
                if reply.faults or reply.failed:
                    reply = with_own_words(reply, values.values())
                await self._answer(interaction, reply, kept, private=private)
        except PictureRefused as refused:
            await self._answer(interaction, with_own_words(_refused(refused), values.values()), kept, private=private)

    async def _suggest(self, interaction: Interaction) -> None:
        data: Any = interaction.data or {}
        used = commands.typed(data, self._within)
        ask = self._ask(interaction, dict(used.values))
        text = str(used.values.get(used.focused, ""))
        try:
            offered = await asyncio.wait_for(
                self._dispatcher.suggest(used.name, used.focused, text, ask), SUGGEST_SECONDS
            )
        except TimeoutError:
            offered = ()
        await interaction.response.autocomplete(
            [discord.app_commands.Choice(name=c["name"], value=c["value"]) for c in commands.choices(offered)]
        )

    # --- what they share

    async def _acknowledge(self, interaction: Interaction, kept: Kept | None, *, private: bool) -> None:
        """Say that it arrived; work begins once whoever came at the same moment has been told so too."""
        self._acknowledging += 1
        self._quiet.clear()
        try:
            if kept is not None:
                try:
                    await self._inbox.keep(kept.key, kept)
                except OSError as error:
                    log.error("what was written cannot be kept over a crash: %s", error)
            await interaction.response.defer(ephemeral=private, thinking=True)
        except discord.HTTPException:
            if kept is not None:
                self._inbox.done(kept.key)
            raise
        finally:
            self._acknowledging -= 1
            if not self._acknowledging:
                self._quiet.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._quiet.wait(), QUIET_SECONDS)

    async def _answer(
        self, interaction: Interaction, reply: Reply, kept: Kept | None = None, *, private: bool = True
    ) -> None:
        """Put the reply in the place of the acknowledgement; what is no answer for everybody is told to one alone."""
        layout = render(reply)
        if private or reply.taken:
            await interaction.edit_original_response(view=layout.view, attachments=layout.files)
        else:
            await interaction.delete_original_response()
            await interaction.followup.send(view=layout.view, files=layout.files, ephemeral=True)
        if kept is not None:
            self._inbox.done(kept.key)

    async def _sorry(self, interaction: Interaction) -> None:
        """Better than a spinner that turns for ever."""
        layout = render(
            say(_("Something broke on our side. Please try again; if it happens again, tell an organiser."))
        )
        if interaction.response.is_done():
            await interaction.edit_original_response(view=layout.view, attachments=[])
        elif interaction.type is not Kind.autocomplete:
            await interaction.response.send_message(view=layout.view, ephemeral=True)

    def _ask(self, interaction: Interaction, options: Mapping[str, Value]) -> Ask:
        user, channel = interaction.user, interaction.channel
        rights, here = interaction.permissions, _in_guild(interaction)
        person = Person(
            self._platform,
            str(user.id),
            user.display_name,
            organiser=here and (rights.manage_guild or rights.administrator),
            language=str(interaction.locale),
            roles=tuple(str(role.id) for role in user.roles) if here and isinstance(user, discord.Member) else (),
        )
        # A thread under a post belongs to its channel: that is where the group reads.
        where = channel.parent if isinstance(channel, discord.Thread) and channel.parent else channel
        place = Place(
            self._platform,
            str(interaction.guild_id) if here else "",
            str(where.id if where else interaction.channel_id or ""),
            getattr(where, "name", None) or "",
        )
        key = str(interaction.id)
        may, apart = hindrance(interaction.app_permissions, place), None if here else place
        return Ask(
            person,
            place,
            self._now(),
            key,
            options,
            hindrance=may,
            unsuited=unsuited(channel if here else None),
            apart=apart,
        )

    def _keep(self, interaction: Interaction, ask: Ask, command: Command) -> Kept | None:
        """Only what somebody wrote is worth keeping over a crash; a question can be asked again."""
        wrote = any(option.required for option in _written(command))
        return _kept(interaction, ask, command=command.name) if wrote else None

    async def _pictures(
        self, interaction: Interaction, data: Mapping[str, Any], used: commands.Typed, command: Command | None
    ) -> dict[str, Value]:
        if data.get("type") != commands.MESSAGE_MENU:
            return {name: await self._read(interaction, data, file) for name, file in used.files.items()}
        message: Mapping[str, Any] = next(iter(data.get("resolved", {}).get("messages", {}).values()), {})
        for attached in message.get("attachments", ()):
            if claimed(attached) in pictures.MEDIA_TYPES and command is not None:
                return {commands.picture_option(command): await taken(interaction, attached)}
        raise PictureRefused(_("This message holds no picture that I can look at: {kinds}.", kinds=pictures.names()))

    async def _read(self, interaction: Interaction, data: Mapping[str, Any], file: str) -> Picture:
        return await taken(interaction, data["resolved"]["attachments"][file])


def _in_guild(interaction: Interaction) -> bool:
    """Whether it comes from a server that invited the bot, and not from somebody who took it along to one."""
    return interaction.guild_id is not None and (
        interaction.is_guild_integration() or not interaction.is_user_integration()
    )


def _alone(interaction: Interaction, wanted: Command | Action | None) -> bool:
    """Whether only who asks may read the answer: among people who are no group of the bot's, always."""
    elsewhere = not _in_guild(interaction) and not interaction.context.dm_channel
    return elsewhere or wanted is None or wanted.private


def unsuited(channel: object) -> str:
    """Why no group could read in a channel of this kind; empty where one could."""
    if isinstance(channel, discord.Thread):
        if isinstance(channel.parent, discord.ForumChannel):
            return _(
                "A group reads in a text channel, and this is a post in a forum: make a text channel for the group, "
                "and ask there."
            )
        if channel.parent is None:
            return _("A group reads in a channel, and this is a thread: ask in its channel.")
        return _(
            "A group reads in a channel, and this is a thread: ask in #{channel} itself.", channel=channel.parent.name
        )
    if isinstance(channel, discord.TextChannel):
        return ""
    return _("A group reads in a channel of a server: ask in a text channel there.")


def hindrance(may: discord.Permissions, place: Place) -> LazyText:
    """Why the bot may not post where it is asked; empty where it may."""
    needed = (("View Channel", may.view_channel), ("Send Messages", may.send_messages))
    lacking = [name for name, held in needed if not held]
    if not place.workspace or not lacking:
        return EMPTY
    rights = lazy(NEEDED) if len(lacking) == len(needed) else lacking[0]
    return lazy(CLOSED, channel=f"#{place.name}" if place.name else lazy("this channel"), rights=rights)


def _refused(error: PictureRefused) -> Reply:
    return replace(say(str(error), tone="notice"), alone=True)


def _written(command: Command) -> list[Option]:
    """The options into which people write words of their own."""
    return [one for one in command.options if one.kind == "text" and not one.suggest and not one.choices]


def _never_form(answer: Reply | Form) -> Reply:
    if isinstance(answer, Form):
        log.error("the form %r came from an action that does not declare opens_form", answer.title)
        return say(_("This form cannot be opened here. Tell whoever runs the bot."), tone="bad")
    return answer


def _with(ask: Ask, options: Mapping[str, Value]) -> Ask:
    return replace(ask, options=options)


def _kept(interaction: Interaction, ask: Ask, *, press: str = "", command: str = "") -> Kept:
    return Kept(
        str(interaction.id),
        interaction.token,
        ask,
        press=press,
        command=command,
    )
