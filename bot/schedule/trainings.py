"""Tells in a channel how far a training is: one message, edited as it goes, until it is published or ended."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.clock import Clock
from bot.log_once import LogOnce
from bot.platforms.base import CannotTell, Messenger, OutgoingMessage, SendLater, SendRefused, SendUnknown
from bot.platforms.text import render_text
from bot.schedule.languages import GroupLanguage, english
from cogs.announcing import TRAININGS, Announcement
from cogs.messages import Reply
from cogs.services import ClassifierError, Trainer
from cogs.training import shown
from store import Store
from study.texts import use_language

log = logging.getLogger(__name__)

EVERY: Final = 10.0
"""Seconds between two looks, and so between two edits: platforms let nobody change a message much more often."""
FOLLOWED: Final = timedelta(days=7)
"""A model that waits so long to be published is not asked about any more; its message stays as it is."""


class TrainingNews:
    """The messages of one process. Each is posted once, like all others: in doubt it is looked for first."""

    def __init__(
        self,
        store: Store,
        trainer: Trainer | None,
        platforms: Mapping[str, Messenger],
        clock: Clock,
        *,
        language: GroupLanguage = english,
    ) -> None:
        self._store, self._trainer, self._platforms = store, trainer, platforms
        self._clock, self._language = clock, language
        self._not_before: dict[str, datetime] = {}
        self._log_once = LogOnce(log)

    async def tick(self) -> None:
        """Bring every message up to date."""
        if self._trainer is None:
            return
        now = self._clock.now()
        for text in (await self._store.facts.under(TRAININGS)).values():
            one = Announcement.read(text)
            platform = self._platforms.get(one.place.platform)
            if platform is None or now < self._not_before.get(one.key, now):
                continue
            try:
                await self._follow(platform, one, self._trainer)
            except ClassifierError as error:
                self._log_once.failed(one.model, error, f"how far {one.model} has learned cannot be told")
            else:
                self._log_once.recovered(one.model, f"how far {one.model} has learned can be told again")

    async def _follow(self, platform: Messenger, one: Announcement, trainer: Trainer) -> None:
        """One message, as it should stand now; it is let go once nothing more can come of it."""
        group = await self._store.groups.at(one.place)
        if group is None:
            await self._let_go(one)
            return
        found = await trainer.training(one.model)
        use_language(await self._language(group.id))
        reply = shown(found)
        said = hashlib.sha256(render_text(reply).encode()).hexdigest()[:16]
        if said != one.said:
            try:
                one = replace(one, message_id=await self._said(platform, one, reply), said=said)
            except (SendRefused, CannotTell) as refused:
                log.info("how far %s has learned is told no more in %s: %s", one.model, one.place.channel, refused)
                await self._let_go(one)
                return
            except (SendLater, SendUnknown, TimeoutError) as later:
                wait = timedelta(seconds=getattr(later, "seconds", EVERY))
                self._not_before[one.key] = self._clock.now() + wait
                return
            await self._store.facts.set(one.fact, one.written())
        if found.state not in ("running", "done") or self._clock.now() - one.since > FOLLOWED:
            await self._let_go(one)

    async def _said(self, platform: Messenger, one: Announcement, reply: Reply) -> str:
        """Post it or edit it; the id of the message. Raises as the platform does."""
        outgoing = OutgoingMessage(one.key, one.place, reply)
        if not one.message_id and one.sending:
            one = replace(one, message_id=await platform.find(outgoing, one.since - timedelta(minutes=1)) or "")
        if one.message_id:
            await platform.edit(outgoing, one.message_id)
            return one.message_id
        await self._store.facts.set(one.fact, replace(one, sending=True).written())
        return await platform.send(outgoing)

    async def _let_go(self, one: Announcement) -> None:
        self._not_before.pop(one.key, None)
        await self._store.facts.set(one.fact, "")
