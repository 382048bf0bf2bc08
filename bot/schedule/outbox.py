"""Sends what the store says is due, each message once: claimed, composed, committed as sending, sent, and remembered.

A message whose fate is not known is looked up on its platform before anything is sent again; where the platform cannot
tell, the group's own choice decides between perhaps never and perhaps twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from bot.clock import Clock
from bot.platforms.base import CannotTell, DeliveryError, Messenger, SendLater, SendRefused, SendUnknown, Unreachable
from bot.schedule import calls
from bot.schedule.languages import GroupLanguage, english
from bot.telemetry import metrics
from cogs.errors import CogsError
from cogs.messages import CommandRef, Reply, say, spans
from store import EDITS, DatabaseBusy, Delivery, Lease, LeaseLost, Notice, Problem, Store, StoreError
from study.texts import EMPTY, LazyText, _, lazy, noop, use_language

log = logging.getLogger(__name__)

LONGEST_WAIT = 300.0
BUSY_PAUSES = (0.2, 0.4, 0.8, 1.6)
"""Seconds until a busy database is asked again; together with its own patience they end long before a lease does."""
NOTICE_RETRY = 600.0
ADVICE = noop("{status} shows how the group stands, {help} what you can do.")


class Outbox:
    """The sender of one process. Any number of processes may share a Postgres; each sends for its own platforms.

    A post that could not be sent within `late_after` is given up and told, never sent late by surprise; a private
    message is late once it has expired. What `compose` has no words for any more is not sent. What becomes of a private
    message is nobody else's business. `language`: a group's own, for organisers of whom nobody knows what they read.
    """

    def __init__(
        self,
        store: Store,
        platforms: Mapping[str, Messenger],
        compose: Callable[[Delivery], Awaitable[Reply | None]],
        clock: Clock,
        late_after: timedelta,
        *,
        language: GroupLanguage = english,
        lease_seconds: float = 60.0,
        send_seconds: float = 30.0,
        settle_seconds: float = 10.0,
        at_once: int = 32,
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._compose = compose
        self._language = language
        self._clock = clock
        self._lease_seconds = lease_seconds
        self._send_seconds = send_seconds
        self._settle = settle_seconds
        self._late_after = late_after
        self._at_once = at_once
        self._unmarked: dict[int, tuple[Delivery, str]] = {}

    async def run_once(self) -> None:
        """Send everything that is due. Cancelled, what is under way is looked up at the next start."""
        running: set[asyncio.Task[None]] = set()
        try:
            await self._mark_again()
            while True:
                claimed: tuple[Delivery, ...] = ()
                if len(running) <= self._at_once:  # the next are made ready while these are on their way
                    claimed = await self._claim()
                    running |= {asyncio.create_task(self._channel(list(part))) for part in _by_channel(claimed)}
                if not running:
                    break
                if not claimed or len(running) > self._at_once:
                    done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        task.result()
            await self._tell()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _claim(self) -> tuple[Delivery, ...]:
        owner = await self._store.presence.owner()
        settle = timedelta(seconds=self._settle)
        lease = Lease(owner, timedelta(seconds=self._lease_seconds), settle, self._at_once)
        return await self._store.deliveries.claim(lease, self._clock.now(), tuple(self._platforms))

    async def _channel(self, deliveries: list[Delivery]) -> None:
        """One channel's or person's messages, in order; when it asks for patience, the rest wait as well."""
        for n, delivery in enumerate(deliveries):
            try:
                wait_until = await self._retrying(delivery)
            except LeaseLost:
                continue
            except StoreError as error:
                log.warning("delivery %s: %s", delivery.id, error)
                return
            if wait_until is not None:
                for rest in deliveries[n + 1 :]:
                    try:
                        await self._store.deliveries.retry_at(rest, wait_until, Problem("waiting"), called=False)
                    except LeaseLost:
                        continue
                return

    async def _retrying(self, delivery: Delivery) -> datetime | None:
        """As `_deliver`; a database that is busy is asked again, for whoever gives up now keeps the lease for nothing.

        Where the call was made, or may have been, the delivery is no longer *leased*: the second try ends in LeaseLost.
        """
        for pause in BUSY_PAUSES:
            try:
                return await self._deliver(delivery)
            except DatabaseBusy:
                await asyncio.sleep(pause)
        return await self._deliver(delivery)

    async def _deliver(self, delivery: Delivery) -> datetime | None:
        """Send one message; the time until which its channel must wait, if it must."""
        deliveries, now = self._store.deliveries, self._clock.now()
        platform = self._platforms[delivery.channel.platform]
        if _has_no_original(delivery):
            await deliveries.mark_dead(delivery, Problem("nothing_to_edit"), now)
            return None
        if not calls.possible(platform, delivery):
            await deliveries.mark_dead(delivery, Problem("withdrawn"), now)
            return None
        try:
            message = await self._compose(delivery)
        except Exception as error:
            log.exception("delivery %s could not be composed", delivery.id)
            why = LazyText(str(error)) if isinstance(error, StoreError | CogsError) else EMPTY
            return await self._again(delivery, Problem("not_composed", why))
        if message is None:
            await deliveries.mark_dead(delivery, Problem("withdrawn"), now)
            return None
        claimed = delivery
        if delivery.doubt and delivery.kind not in EDITS:
            found = await self._look_up(platform, message, delivery)
            if found is None:
                return None
            delivery = found
        if self._late(delivery, now):
            await self._give_up(delivery, now)
            return None
        ping = await self._store.channels.claim_ping(claimed, now)
        await deliveries.mark_sending(delivery, now)
        try:
            with metrics.sending(delivery.channel.platform):
                async with asyncio.timeout(self._send_seconds):
                    message_id = await calls.send(platform, delivery, message, ping)
        except SendRefused as error:
            await self._refused(delivery, error)
            return None
        except SendLater as error:
            until = self._clock.now() + timedelta(seconds=error.seconds)
            await deliveries.retry_at(replace(delivery, doubt=False), until, Problem("later", error.reason))
            return until
        except Exception as error:
            if not isinstance(error, SendUnknown | TimeoutError):
                log.exception("delivery %s: the platform failed in a way of its own", delivery.id)
            again = self._clock.now() + timedelta(seconds=self._wait(delivery.attempts))
            await deliveries.mark_unknown(delivery, Problem("no_answer", _reason(error)), again, now)
            return again
        await self._mark_sent(delivery, message_id)
        return None

    async def _look_up(self, platform: Messenger, message: Reply, delivery: Delivery) -> Delivery | None:
        """Settle a message in doubt; the delivery to send after all, None if there is nothing more to do now."""
        deliveries, now = self._store.deliveries, self._clock.now()
        if delivery.channel.trouble and delivery.recipient is None:  # it is asked about once its channel is found
            lost = Problem("channel_lost", delivery.channel.trouble)
            await deliveries.mark_dead(delivery, lost, now, channel_lost=True)
            return None
        since = (delivery.sending_at or delivery.created) - timedelta(minutes=1)
        try:
            async with asyncio.timeout(self._send_seconds):
                message_id = await calls.find(platform, delivery, message, since)
        except CannotTell as error:
            if delivery.on_doubt == "at-least-once":
                return replace(delivery, doubt=False)
            if delivery.recipient is not None:
                await deliveries.mark_dead(delivery, Problem("cannot_tell", error.reason), now)
                return None
            notice = _unknown(delivery, error.reason)
            await deliveries.mark_unknown(delivery, Problem("cannot_tell", error.reason), None, now, notice=notice)
            return None
        except SendRefused as error:
            await self._refused(delivery, error)
            return None
        except SendLater as error:
            until = now + timedelta(seconds=error.seconds)
            await deliveries.retry_at(delivery, until, Problem("later", error.reason))
            return None
        except Exception as error:
            log.warning("delivery %s could not be looked up: %r", delivery.id, error)
            await self._again(delivery, Problem("no_answer", _reason(error)))
            return None
        if message_id is None:
            sure = replace(delivery, doubt=False)
            if (
                delivery.meeting_id and await self._compose(sure) is None
            ):  # called off meanwhile, and nobody was told of it
                await deliveries.mark_dead(sure, Problem("withdrawn"), now)
                return None
            return sure
        await self._mark_sent(delivery, message_id)
        return None

    async def _mark_sent(self, delivery: Delivery, message_id: str) -> None:
        """Keep the message id; where the database is away just now, remember to do it."""
        try:
            await self._store.deliveries.mark_sent(delivery, message_id, self._clock.now())
        except LeaseLost:
            raise
        except StoreError:
            self._unmarked[delivery.id] = (delivery, message_id)
            raise

    async def _mark_again(self) -> None:
        for key, (delivery, message_id) in list(self._unmarked.items()):
            try:
                await self._store.deliveries.mark_sent(delivery, message_id, self._clock.now())
            except LeaseLost:
                log.warning("delivery %s was settled by another", key)
            del self._unmarked[key]

    async def _again(self, delivery: Delivery, problem: Problem) -> datetime | None:
        now = self._clock.now()
        if self._late(delivery, now) and not delivery.doubt:
            await self._give_up(delivery, now, problem.detail)
            return None
        again = now + timedelta(seconds=self._wait(delivery.attempts))
        await self._store.deliveries.retry_at(delivery, again, problem)
        return again

    async def _refused(self, delivery: Delivery, error: SendRefused) -> None:
        """The platform will not have it; an edit that is refused is no news, unless its channel is lost."""
        if isinstance(error, Unreachable):
            await self._store.deliveries.mark_unreachable(delivery, error.reason)
            return
        if delivery.recipient is not None:
            await self._store.deliveries.mark_dead(delivery, Problem("refused", error.reason), self._clock.now())
            sentence = lazy("Nobody can be written to in private: {why}", why=error.reason)
            await self._store.notices.add(delivery.group_id, sentence, self._clock.now())
            return
        problem = Problem("channel_lost" if error.channel_lost else "refused", error.reason)
        if delivery.kind in ("thread", "event", "pin") and not error.channel_lost:
            # A thread for each question, week after week, an event or a pin: why there is none is told once.
            known = await self._store.deliveries.refused_before(delivery, problem.detail)
            await self._store.deliveries.mark_dead(
                delivery, problem, self._clock.now(), notice=EMPTY if known else error.reason
            )
            return
        notice = error.reason if delivery.kind not in EDITS or error.channel_lost else EMPTY
        await self._store.deliveries.mark_dead(
            delivery, problem, self._clock.now(), notice=notice, channel_lost=error.channel_lost
        )

    async def _give_up(self, delivery: Delivery, now: datetime, why: LazyText | None = None) -> None:
        """A post of long ago surprises people: it is not sent unless the organiser wants it after all."""
        before = delivery.problem.detail if delivery.problem else None
        reason = why or before or lazy("the platform could not be reached")
        if delivery.kind == "thread":  # it belongs to the hour in which its round closed
            await self._store.deliveries.mark_dead(delivery, Problem("withdrawn", reason), now)
            return
        if delivery.recipient is not None:
            await self._store.deliveries.mark_dead(delivery, Problem("too_late", reason), now)
            return
        where, hours = _where(delivery), f"{self._late_after.total_seconds() / 3600:g}"
        if delivery.expires:
            notice = lazy("A message to {where} was given up once its time was over: {why}", where=where, why=reason)
        else:
            given_up = noop("A message to {where} was given up after {hours} hours: {why}")
            notice = lazy(given_up, where=where, hours=hours, why=reason)
        await self._store.deliveries.mark_dead(delivery, Problem("too_late", reason), now, notice=notice)

    def _late(self, delivery: Delivery, now: datetime) -> bool:
        if delivery.recipient is not None:
            return delivery.expires is not None and now > delivery.expires
        if delivery.kind in EDITS or self._clock.travelled:
            return False
        return now - delivery.created > self._late_after or bool(delivery.expires and now > delivery.expires)

    def _wait(self, attempts: int) -> float:
        return float(min(LONGEST_WAIT, max(self._settle, 2.0 ** min(attempts, 10))))

    async def _tell(self) -> None:
        """Tell organisers what they should know; whoever cannot be told now is told later."""
        now = self._clock.now()
        for notice in await self._store.notices.claim(now, NOTICE_RETRY):
            use_language(await self._language(notice.group_id))
            for channel in await self._store.channels.of_group(notice.group_id):
                platform = self._platforms.get(channel.platform)
                if platform is None:
                    continue
                try:
                    async with asyncio.timeout(self._send_seconds):
                        reached = await platform.tell_organiser(channel.place, partial(_notice_reply, notice))
                except Exception as error:
                    log.warning("the organiser of group %s could not be told: %r", notice.group_id, error)
                    continue
                if reached:
                    await self._store.notices.mark_delivered(notice.id, now)
                    break


def _notice_reply(notice: Notice) -> Reply:
    advice = spans(_(ADVICE), status=CommandRef("group status"), help=CommandRef("help"))
    return say(str(notice.text), *advice, tone="notice")


def _has_no_original(delivery: Delivery) -> bool:
    """Whether it changes, or is said under, a message that was never posted."""
    return (delivery.kind in EDITS and not delivery.message_id) or (delivery.kind == "thread" and not delivery.under)


def _by_channel(deliveries: Iterable[Delivery]) -> Iterable[Iterable[Delivery]]:
    ordered = sorted(deliveries, key=lambda delivery: (*_reader(delivery), delivery.id))
    return [list(part) for _, part in groupby(ordered, key=_reader)]


def _reader(delivery: Delivery) -> tuple[int, str]:
    return delivery.channel.id, delivery.recipient.person if delivery.recipient else ""


def _where(delivery: Delivery) -> str:
    return delivery.channel.name or delivery.channel.external_id


def _reason(error: Exception) -> LazyText:
    return error.reason if isinstance(error, DeliveryError) else LazyText(str(error))


def _unknown(delivery: Delivery, why: LazyText) -> LazyText:
    return lazy(
        "A message to {where} may or may not have been posted, and {platform} cannot tell ({why}). Look into the "
        "channel, then settle it.",
        where=_where(delivery),
        platform=delivery.channel.platform,
        why=why or lazy("it gave no reason"),
    )
