"""The dispatcher: finds the feature a person means, checks their rights, and turns every failure into a sentence."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import replace

from rapidfuzz import process

from bot.telemetry import metrics
from cogs import own
from cogs.asked import OrganisersOnly, RightsUnknown, language_of, leads, organises
from cogs.declare import Action, Cog, Command
from cogs.errors import CogsError
from cogs.messages import ActionId, Ask, Choice, CommandRef, Form, Refusal, Reply, Span, say, spans
from cogs.services import Belongs, Services
from store import NotFound, Owned, StoreError
from store.errors import DatabaseError
from study.group import Account, Place
from study.texts import _, has_language, use_language

log = logging.getLogger(__name__)

MAX_CHOICES = 25


class Dispatcher:
    """What platforms hand people's wishes to. It never raises: a feature that breaks is logged and answered for."""

    def __init__(self, cogs: Sequence[Cog], services: Services) -> None:
        self._services = services
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, Action] = {}
        for cog in cogs:
            for command in cog.commands:
                if self._commands.setdefault(command.name, command) is not command:
                    raise ValueError(f"two commands are named {command.name}")
            for action in cog.actions:
                if self._actions.setdefault(action.name, action) is not action:
                    raise ValueError(f"two actions are named {action.name}")

    def asks_who_belongs(self, platform: str, belongs: Belongs) -> None:
        """From now on ask the platform whether somebody who is nowhere near is still where their group reads."""
        self._services.belongs[platform] = belongs

    async def still_in(self, place: Place, person: str) -> bool:
        """Whether somebody, by the platform's own id, may still be told what is said at a place of their platform."""
        return await own.still_in(place, person, self._services)

    async def command(self, name: str, ask: Ask) -> Reply:
        """Run a command."""
        known = name if name in self._commands else "unknown"
        with metrics.event(ask.person.platform, "command", known) as outcome:
            reply = await self._command(name, ask)
            outcome(reply)
        return reply

    async def press(self, press_id: str, ask: Ask) -> Reply | Form:
        """Follow a button or take in a form."""
        press = ActionId.parse(press_id)
        known = press.name if press.name in self._actions else "unknown"
        with metrics.event(ask.person.platform, "press", known) as outcome:
            reply = await self._press(press, ask)
            outcome(reply)
        return reply

    async def _command(self, name: str, ask: Ask) -> Reply:
        command = self._commands.get(name)
        await self._use_language(ask, private=command is None or command.private)
        if command is None:
            near = process.extractOne(name, list(self._commands), score_cutoff=60)
            meant = spans(_("Did you mean {command}?"), command=CommandRef(near[0])) if near else _listed()
            return _alone(say(_("There is no command /{name}.", name=name), *meant, tone="notice"))
        missing = [option.name for option in command.options if option.required and option.name not in ask.options]
        reply = await self._answered(self._commanded(command, missing, ask), f"/{name}")
        assert isinstance(reply, Reply)
        return reply

    async def _press(self, press: ActionId, ask: Ask) -> Reply | Form:
        action = self._actions.get(press.name)
        await self._use_language(ask, private=action is None or action.private)
        if action is None:
            return say(_("This button belongs to a part of the bot that is gone."), *_listed(), tone="notice")
        return await self._answered(self._pressed(action, replace(ask, args=press.args)), press.name)

    async def suggest(self, command: str, option: str, typed: str, ask: Ask) -> Sequence[Choice]:
        """Complete what is being typed; an empty list where nothing fits or anything fails."""
        known = self._commands.get(command)
        wanted = next((o for o in known.options if o.name == option), None) if known else None
        if wanted is None:
            return ()
        await self._use_language(ask, private=True)
        if wanted.suggest is None:
            named = (replace(choice, label=_(choice.label)) for choice in wanted.choices)
            return tuple(choice for choice in named if typed.casefold() in choice.label.casefold())[:MAX_CHOICES]
        try:
            ask = await self._meant(known, ask) if known else ask
            return tuple(await wanted.suggest(ask, self._services, typed))[:MAX_CHOICES]
        except Refusal:
            return ()
        except Exception:
            log.exception("no suggestions for /%s %s", command, option)
            return ()

    async def _use_language(self, ask: Ask, *, private: bool) -> None:
        """Speak the person's language to them alone, and the group's where all will read it or theirs is not known."""
        own = ask.person.language
        if private and has_language(own):
            use_language(own)
            return
        try:
            group = await self._services.store.groups.at(ask.place)
        except Exception as error:  # whatever is asked next fails likewise, and is answered for
            log.debug("no group to speak the language of: %r", error)
            group = None
        use_language(language_of(group, self._services) if group else "", own)

    async def organises(self, ask: Ask) -> bool:
        """Whether whoever asks is an organiser where they ask; False where that cannot be found out just now."""
        try:
            group = await self._services.store.groups.at(ask.place)
            return ask.person.organiser or (group is not None and await organises(ask, group, self._services))
        except StoreError:
            return False

    async def _commanded(self, command: Command, missing: Sequence[str], ask: Ask) -> Reply:
        asked = await self._permitted(command, await self._meant(command, ask), command.name)
        if missing:
            needed = _("/{name} also needs: {options}.", name=command.name, options=", ".join(missing))
            return _alone(say(needed, tone="notice"))
        return await command.handle(asked, self._services)

    async def _meant(self, command: Command, ask: Ask) -> Ask:
        """The ask as made in the group that is meant, where it was asked in none. Raises a Refusal that says how."""
        if ask.apart is None or command.begins or await self._services.store.groups.at(ask.place) is not None:
            return ask
        try:
            return await own.meant(ask, self._services, command=command.name if command.of_group else "")
        except own.NoneOfYours:
            if command.anywhere:
                raise
            return ask

    async def _permitted(self, wanted: Command | Action, ask: Ask, command: str = "") -> Ask:
        """The ask with the rights that its group gives.

        Raises OrganisersOnly or RightsUnknown where they do not reach, and Refusal where a group is to begin in a place
        that suits none.
        """
        person = ask.person
        if wanted.begins and ask.unsuited and await self._services.store.groups.at(ask.place) is None:
            raise Refusal(ask.unsuited)
        if not wanted.organiser or person.organiser:
            return ask
        group = await self._services.store.groups.at(ask.place)
        if group is None and wanted.begins and (person.begins or leads(ask, self._services)):
            return ask
        if group is None or not await organises(ask, group, self._services):
            raise RightsUnknown if person.unsure else OrganisersOnly(command)
        return replace(ask, person=replace(person, organiser=True, listed=True))

    async def _pressed(self, action: Action, ask: Ask) -> Reply | Form:
        """The action's answer. Raises NotFound where the button names what the group asked in does not own."""
        if len(ask.args) < len(action.takes):
            raise NotFound("button")
        if not any(wanted != "word" for wanted in action.takes):
            ask = await self._permitted(action, await self._pressed_apart(action, ask))
        subject = 0
        for wanted, given in zip(action.takes, ask.args, strict=False):
            if wanted != "word":
                ask, subject = await self._owned(ask, wanted, given)
        if subject:  # a button that names what a group owns may be pressed elsewhere: the rights are those at its home
            ask = await self._permitted(action, ask)
        return await action.handle(replace(ask, subject=subject), self._services)

    async def _pressed_apart(self, action: Action, ask: Ask) -> Ask:
        """The ask as made in the group of whoever pressed; of several, the one they chose."""
        choosing = action.name.startswith(f"{own.cog.name}.")
        if ask.apart is None or choosing or await self._services.store.groups.at(ask.place) is not None:
            return ask
        with suppress(own.NoneOfYours):
            return await own.meant(ask, self._services)
        return ask

    async def _owned(self, ask: Ask, wanted: Owned, given: str) -> tuple[Ask, int]:
        """The id of what a button names, and the ask as made where the group that owns it reads.

        Where no group reads are somebody's private messages: there a button is good for members of its group.
        """
        groups = self._services.store.groups
        try:
            return ask, await groups.owned(ask.place, wanted, given)
        except NotFound:
            account = Account(ask.person.platform, ask.place.workspace, ask.person.id)
            home = None if await groups.at(ask.place) else await groups.home(account, wanted, given)
            if home is None or not await own.still_in(home, ask.person.id, self._services):
                raise
            return await own.at_home(ask, home, self._services), await groups.owned(home, wanted, given)

    async def _answered(self, answer: Awaitable[Reply | Form], what: str) -> Reply | Form:
        try:
            return await answer
        except Refusal as refusal:
            return refusal.reply
        except DatabaseError as error:
            return replace(say(str(error), tone="notice"), failed=True)
        except (StoreError, CogsError) as error:
            return _alone(say(str(error), tone="notice"))
        except Exception as error:
            metrics.failed("event", error)
            log.exception("%s failed", what)
            broken = say(
                _(
                    "Something broke on our side and may not have been saved. Please press again: nothing counts "
                    "twice. If it happens again, tell whoever runs the bot."
                ),
                tone="bad",
            )
            return replace(broken, failed=True)


def _listed() -> tuple[Span, ...]:
    return spans(_("{help} lists what there is."), help=CommandRef("help"))


def _alone(reply: Reply) -> Reply:
    """Told to whoever asked alone."""
    return replace(reply, alone=True)
