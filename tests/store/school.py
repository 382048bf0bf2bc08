"""The smallest group that has something to answer, for the store's tests."""

import asyncio
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select, update

from store import NewRound
from store.database import tables as t
from store.outbox.delivery import enqueue_letter
from study.agenda import Planned
from study.group import Account, Place, Slot
from study.marking import Mark

FRIDAY = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
FRIDAYS = (Slot(4, time(18)),)


async def lost_channel(store, group_id=1):
    """The channel of a group, once it is lost: what a platform tells is kept a moment later."""
    for _ in range(3000):
        (channel,) = await store.channels.of_group(group_id)
        if channel.trouble:
            return channel
        await asyncio.sleep(0.02)
    raise AssertionError("it is not lost")


async def a_group(store, channel="c", at=FRIDAY, slots=FRIDAYS, zone="Europe/Berlin"):
    return await store.groups.set_up(
        Place("browser", "w", channel, "general"), name="Readers", course="fastbook", zone=zone, slots=slots, at=at
    )


ASKED = (Planned("recap", "", 1), Planned("item", "q1", 1))


async def a_round(store, group, slot="2026-11-20T18:00:00", posts=ASKED, opens=FRIDAY):
    round_ = await store.rounds.open(group.id, NewRound(slot, group.course, 1, opens, opens + WEEK, posts))
    return round_, await store.posts.of_round(round_.id)


async def close_early(store, round_id, at):
    """A round's time is over already, and it is closed."""
    async with store.database.writing() as db:
        await db.execute(update(t.rounds).where(t.rounds.c.id == round_id).values(closes=at))
    await store.rounds.close_due(at)


async def derived_rows(store):
    """Every derived row, to compare before and after a rebuild."""
    b, y = t.best, t.tallies
    async with store.database.reading() as db:
        best = (await db.execute(select(b.c.post_id, b.c.member_id, b.c.answer_id, b.c.cents))).all()
        sums = select(y.c.group_id, y.c.month, y.c.member_id, y.c.cents, y.c.answered).where(y.c.answered > 0)
        return sorted(map(tuple, [*best, *(await db.execute(sums)).all()]))


async def a_member(store, group, who="ann", platform="browser", at=FRIDAY):
    return await store.members.meet(group.id, Account(platform, "w", who), who.title(), at)


async def an_answer(store, post, member, score=0.5, key=None, at=FRIDAY, text="an answer", version="v1"):
    return await store.answers.record(
        post.id,
        member.id,
        text,
        Mark(
            score,
            2 * score,
            2,
            "accept" if score == 1 else "partial" if score else "refuse",
            version,
            {"missed": ["an idea"]},
        ),
        key=key or f"{member.id}-{post.id}-{score}-{at}",
        at=at,
    )


async def erased(store, person):
    """Somebody of the page deletes all that is kept of them."""
    group = await a_group(store)
    member = await store.members.meet(group.id, Account("browser", store.page.workspace, person.id), "?", FRIDAY)
    await store.privacy.erase(member.id, FRIDAY)


async def write_to(store, letter):
    """Have a member written to in private; False where nobody can."""
    async with store.database.writing() as db:
        return await enqueue_letter(db, store.installation, letter)
