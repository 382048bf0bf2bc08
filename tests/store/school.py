"""The smallest group that has something to answer, for the store's tests."""

import asyncio
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select, text, update

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


COPIED = (
    *(t.groups, t.slots, t.channels, t.members, t.identities),
    *(t.rounds, t.posts, t.deliveries, t.answers, t.best, t.tallies),
)
OWN = ("external_id", "key")
"""What no two groups have alike."""


async def groups_alike(store, groups):
    """As many groups as wanted, each with everything that the first one has, written five hundred at a time."""
    async with store.database.writing() as db:
        kept = {table: (await db.execute(select(table))).mappings().all() for table in COPIED}
        for start in range(1, groups, 500):
            for table, rows in kept.items():
                numbers = range(start, min(start + 500, groups))
                if rows:
                    await db.execute(
                        table.insert(), [_copy(table, dict(row), n, kept) for n in numbers for row in rows]
                    )
        if not store.database.is_sqlite:
            for table, rows in kept.items():
                if "id" in table.c:
                    last = groups * len(rows)
                    await db.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})"))


def _copy(table, row, n, kept):
    """A row for the n-th group after the first: every number in it leads to that group's own rows."""
    for column in table.c:
        of = table if column.name == "id" else next((key.column.table for key in column.foreign_keys), None)
        if of is not None and row[column.name] is not None:
            row[column.name] += n * len(kept[of])
        elif column.name in OWN:
            row[column.name] += f"-{n * len(kept[t.groups])}"
    return row
