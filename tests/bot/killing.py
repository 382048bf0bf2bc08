"""Kills the bot again and again and compares what it remembers with what the world saw.

A fork server: everything is imported once, and each life of the bot is a forked process that runs the real store,
rounds and outbox until SIGKILL takes it at a drawn point among all the points that commits, calls and replies pass.
"""

import asyncio
import contextlib
import os
import random
import signal
import sys
import time as real
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta

import aiohttp
from sqlalchemy import update

from bot.clock import Clock, ManualClock
from bot.platforms.base import SendUnknown
from bot.schedule.meetings import Meetings
from bot.schedule.outbox import Outbox
from bot.schedule.rounds import RoundScheduler
from store import EDITS, Arranged, Letter, NewRound, Store, StoreError
from store.database.tables import rounds
from study import calendar
from study.agenda import Planned
from study.group import Account, Place, Slot, Turn
from study.marking import Mark
from tests.bot.channelbook import MONDAY, a_course, compose
from tests.store.school import derived_rows, write_to

DAILY = tuple(Slot(day, time(18)) for day in range(7))
HOUR = timedelta(hours=1)
YEAR = timedelta(days=365)


class Points:
    """Counts the points passed; at the one drawn it says which kind it was and dies there."""

    def __init__(self, die_at, tell):
        self.left, self._tell = die_at, tell

    def __call__(self, kind):
        self.left -= 1
        if self.left == 0:
            self.die(kind)

    def die(self, kind):
        os.write(self._tell, f"{kind}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)

    def within(self, kind, seconds):
        """Perhaps die a little later, while the call is under way."""
        self.left -= 1
        if self.left == 0:
            asyncio.get_running_loop().call_later(seconds, self.die, kind)


class Distant:
    """The counterpart, as the bot sees it."""

    name = "browser"

    def __init__(self, http, port, points, chance):
        self._http, self._url, self._points, self._chance = http, f"http://127.0.0.1:{port}", points, chance

    async def _call(self, path, said):
        self._points("before a call")
        self._points.within("during a call", self._chance.random() * 0.004)
        try:
            async with self._http.post(f"{self._url}/{path}", json=said) as answer:
                if answer.status >= 500:
                    raise SendUnknown(f"answered {answer.status}")
                done = await answer.json()
                self._points("after a reply")
                return done
        except aiohttp.ClientError as error:
            raise SendUnknown(str(error)) from error

    async def send(self, outgoing):
        return (await self._call("send", {"key": outgoing.key}))["id"]

    async def edit(self, outgoing, message_id):
        await self._call("edit", {"id": message_id})

    async def find(self, outgoing, since):
        self._points("before a look-up")
        async with self._http.get(f"{self._url}/find", params={"key": outgoing.key}) as answer:
            return (await answer.json())["id"]

    async def add_event(self, outgoing):
        return (await self._call("send", {"key": outgoing.key}))["id"]

    async def change_event(self, outgoing, event_id):
        await self._call("edit", {"id": event_id})

    async def find_event(self, outgoing):
        return await self.find(outgoing, None)

    async def tell_member(self, private):
        return (await self._call("send", {"key": private.key}))["id"]

    async def find_private(self, private, since):
        return await self.find(private, since)

    async def tell_organiser(self, place, message):
        return True


def watched(store, points):
    """Every writing transaction passes a point before it begins, before it commits and after it has."""
    writing = store.database.writing

    @asynccontextmanager
    async def counted():
        points("before a transaction")
        async with writing() as db:
            yield db
            points("before a commit")
        points("after a commit")

    store.database.writing = counted


@asynccontextmanager
async def spine(url, port, points, clock, chance, **outbox):
    store = await Store.open(url, pool_size=4)
    watched(store, points)
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
            rounds = RoundScheduler(store, {"fastbook": a_course(weeks=60, items=30)}, clock, YEAR)
            platform = Distant(http, port, points, chance)
            yield rounds, Outbox(store, {"browser": platform}, compose, clock, YEAR, **outbox), store
    finally:
        await store.close()


async def closing(store, now):
    """Let all that is open close by the next hour, not only in a week."""
    async with store.database.writing() as db:
        await db.execute(update(rounds).where(rounds.c.state == "open").values(closes=now))


async def a_life(url, port, points, start, hours, chance, *, letters=True):
    """Hours of the bot's time, hour by hour; at their ends all that is open closes, with a thread under each of it.

    With `letters` a member of each group is written to every hour. Each group meets every week, and is told of it.
    """
    clock = ManualClock(start)
    async with spine(url, port, points, clock, chance) as (scheduler, outbox, store):
        meetings = Meetings(store, clock)
        members = [member for group in await store.groups.all() for member in await store.members.of_group(group.id)]
        for _ in range(hours):
            await scheduler.tick()
            await meetings.tick()
            for member in members if letters else ():
                name = f"nudge {clock.now().isoformat()}"
                await write_to(store, Letter("nudge", name, member.group_id, member.id, 0, clock.now()))
            await outbox.run_once()
            await closing(store, clock.now())
            clock.move(HOUR)


async def answering(url, points, ledger, life):
    """People answer, twenty at a time; each acknowledged answer is written down outside before the next is given."""
    store = await Store.open(url, pool_size=10)
    watched(store, points)
    (group,) = await store.groups.all()
    posts = await store.posts.open(group.id)

    async def person(n):
        member = await store.members.meet(group.id, Account("browser", "w", f"p{n}"), f"P {n}", MONDAY)
        for count in range(10**6):
            key = f"{life}-{n}-{count}"
            text = f"answer {key}"
            with contextlib.suppress(StoreError):  # "not saved, try again": told, and so not in the ledger
                await store.answers.record(
                    posts[count % len(posts)].id,
                    member.id,
                    text,
                    Mark(count % 5 / 4, 1, 4, "partial", "v"),
                    key=key,
                    at=MONDAY,
                )
                os.write(ledger, f"{key}\n".encode())

    await asyncio.gather(*(person(n) for n in range(20)))


def forked(life):
    """Run a coroutine in a forked process; its process id."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    try:
        asyncio.run(life())
        os._exit(0)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)


def ended(child):
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def kill_posts(url, port, kills, seed, groups=3):
    """The bot posts through its weeks and is killed so many times; what became of everything."""
    chance = random.Random(seed)
    reader, tell = os.pipe()

    async def set_up():
        store = await Store.open(url)
        for n in range(groups):
            group = await store.groups.set_up(
                Place("browser", "w", f"c{n}", f"c{n}"),
                name="G",
                course="fastbook",
                zone="Europe/Berlin",
                slots=DAILY,
                at=MONDAY,
            )
            await store.members.meet(group.id, Account("browser", "w", f"p{n}"), f"P {n}", MONDAY)
            starts = MONDAY + 3 * HOUR
            turn = Turn(starts.replace(tzinfo=None).isoformat(), starts)
            await store.meetings.arrange(group.id, Arranged(turn, True, ""), MONDAY)
        await store.close()

    assert ended(forked(set_up)) == 0
    start, deaths, lives, failures = MONDAY, 0, 0, 0
    while deaths < kills:
        lives += 1
        points = Points(chance.randint(1, 70), tell)
        own = random.Random(chance.random())
        code = ended(forked(lambda p=points, s=start, o=own: a_life(url, port, p, s, 8, o)))
        deaths += code == -signal.SIGKILL
        failures += code not in (0, -signal.SIGKILL)
        start += chance.randint(1, 5) * HOUR
    end = start.replace(hour=19) + 24 * HOUR
    never = Points(10**9, tell)
    quiet = ended(forked(lambda: a_life(url, port, never, end, 12, random.Random(1), letters=False)))
    os.close(tell)
    with os.fdopen(reader) as told:
        kinds = Counter(line.strip() for line in told)
    return {
        "lives": lives, "kills": deaths, "failures": failures + (quiet != 0), "kinds": dict(kinds),
        "until": (end + 11 * HOUR).isoformat(),
    }  # fmt: skip


async def compared(url, seen, until):
    """The store against the world: what is lost, what is doubled, what is still open."""
    store = await Store.open(url)
    try:
        deliveries = await store.deliveries.find(limit=10**7)
        # A meeting that nobody could be told of before it was over is told to nobody.
        over = {one.meeting_id for one in deliveries if one.problem and one.problem.reason in ("too_late", "withdrawn")}
        deliveries = [one for one in deliveries if one.state != "dead" or one.meeting_id not in over]
        posts = [one for one in deliveries if one.kind not in EDITS]
        lost = {one.key for one in posts} - set(seen["posts"])
        missing = 0
        for group in await store.groups.all():
            turns = calendar.turns(DAILY, group.zone, MONDAY, datetime.fromisoformat(until), None)
            made = {
                round_.slot for round_ in await store.rounds.of_group(group.id) if round_.state in ("open", "closed")
            }
            missing += len({turn.slot for turn in turns} - made)
        return {
            "posted": len(seen["posts"]),
            "threads": sum(one.kind == "thread" for one in posts),
            "meetings": sum(one.kind in ("meeting", "event") for one in posts),
            "doubled": len(seen["posts"]) - len(set(seen["posts"])),
            "lost": len(lost) + missing,
            "strange": len(set(seen["posts"]) - {one.key for one in posts}),
            "unsettled": sum(one.state != "sent" for one in deliveries),
            "wrong ids": sum(seen["posts"][int(one.message_id) - 1] != one.key for one in posts if one.message_id),
        }
    finally:
        await store.close()


def kill_answers(url, wanted, seed, kills):
    """People answer while the bot is killed; the keys they were told are kept, and how many kills it took."""
    chance = random.Random(seed)
    read, ledger = os.pipe()
    os.set_blocking(read, False)
    tell = os.open(os.devnull, os.O_WRONLY)
    known, deaths, life, rest = set(), 0, 0, b""

    async def set_up():
        store = await Store.open(url)
        group = await store.groups.set_up(
            Place("browser", "w", "c", "c"), name="G", course="fastbook", zone="UTC", slots=DAILY, at=MONDAY
        )
        await store.groups.change(group.id, at=MONDAY, attempts=10**6)
        posts = [Planned("item", f"q{n}", 1) for n in range(40)]
        await store.rounds.open(group.id, NewRound("s", "fastbook", 1, MONDAY, MONDAY + timedelta(days=7), posts))
        await store.close()

    assert ended(forked(set_up)) == 0
    while len(known) < wanted or deaths < kills:
        life += 1
        points = Points(chance.randint(50, max(100, int(8 * wanted / max(1, kills)))), tell)
        child = forked(lambda p=points, n=life: answering(url, p, ledger, n))
        over = None
        while over is None:
            done, status = os.waitpid(child, os.WNOHANG)
            over = status if done else None
            with contextlib.suppress(BlockingIOError):
                while part := os.read(read, 1 << 16):
                    rest += part
            real.sleep(0.002)
        with contextlib.suppress(BlockingIOError):
            while part := os.read(read, 1 << 16):
                rest += part
        *whole, rest = rest.split(b"\n")
        known.update(key.decode() for key in whole)
        deaths += os.waitstatus_to_exitcode(over) == -signal.SIGKILL
    return known, deaths


async def kept(url, known):
    """How many acknowledged answers the store does not have, and whether the standings are what the answers say."""
    store = await Store.open(url)
    try:
        (group,) = await store.groups.all()
        answers = await store.answers.of_group(group.id)
        texts = {answer.text for answer in answers}
        derived = await derived_rows(store)
        await store.scores.rebuild()
        return {
            "acknowledged": len(known),
            "lost": sum(f"answer {key}" not in texts for key in known),
            "stored": len(answers),
            "doubled": len(answers) - len(texts),
            "standings follow": await derived_rows(store) == derived,
        }
    finally:
        await store.close()


def share(url, port, processes, groups, seed, pauses, kills, lease=1.0):
    """Processes share one Postgres, in real time; some are stopped past their lease, some killed and replaced."""
    chance = random.Random(seed)
    tell = os.open(os.devnull, os.O_WRONLY)
    begin = datetime.now(UTC)

    async def set_up():
        store = await Store.open(url)
        for n in range(groups):
            group = await store.groups.set_up(
                Place("browser", "w", f"c{n}", f"c{n}"), name="G", course="fastbook", zone="UTC", slots=(), at=begin
            )
            posts = [Planned("recap", "", 1), Planned("item", "w1q0", 1)]
            await store.rounds.open(group.id, NewRound("s", "fastbook", 1, begin, begin + timedelta(days=7), posts))
        await store.close()

    async def a_process(skew):
        clock = Clock(None, timedelta(seconds=skew))
        points = Points(10**9, tell)
        async with spine(
            url, port, points, clock, random.Random(seed), lease_seconds=lease, settle_seconds=0.5, send_seconds=30
        ) as (_, outbox, store):
            while True:
                with contextlib.suppress(StoreError):
                    await outbox.run_once()
                    if {one.state for one in await store.deliveries.find(limit=10**6)} == {"sent"}:
                        return
                await asyncio.sleep(0.02)

    assert ended(forked(set_up)) == 0
    # Clocks that disagree by up to half a lease; a demonstrator's clock is not meant here.
    skews = [(chance.random() - 0.5) * lease for _ in range(processes)]
    alive = {forked(lambda s=skew: a_process(s)) for skew in skews}
    for n in range(pauses + kills):
        real.sleep(0.1 + chance.random() * 0.2)
        if not alive:
            break
        child = chance.choice(sorted(alive))
        if n % (pauses + kills) < pauses:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGSTOP)
                real.sleep(lease * (1.2 + chance.random()))
                os.kill(child, signal.SIGCONT)
        else:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            ended(child)
            alive.discard(child)
            alive.add(forked(lambda: a_process(0)))
    codes = []
    deadline = real.monotonic() + 120
    for child in alive:
        while real.monotonic() < deadline:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                codes.append(os.waitstatus_to_exitcode(status))
                break
            real.sleep(0.02)
        else:
            os.kill(child, signal.SIGKILL)
            codes.append(ended(child))
    return codes
