"""Records that nobody reads again go after their time; what anything follows from stays."""

from datetime import timedelta

from sqlalchemy import func, insert, select, update

from bot.clock import ManualClock
from bot.schedule.housekeeping import Housekeeping
from store import Letter, Store, Subject, retention
from store.audit import AuditEntry, add_entry
from store.database import tables as t
from store.retention import EXPIRING, LASTING, RECORDS
from tests.store.school import FRIDAY, a_group, a_member, a_round, an_answer, derived_rows, write_to

DAY = timedelta(days=1)
d = t.deliveries


def test_every_table_is_purged_or_has_a_reason_to_stay():
    purged = {table for table, _ in RECORDS} | set(EXPIRING)
    assert purged | set(LASTING) == set(t.metadata.tables.values())
    assert not purged & set(LASTING)


async def count(store, table, *where):
    async with store.database.reading() as db:
        return (await db.execute(select(func.count()).select_from(table).where(*where))).scalar_one()


async def a_year_ago(store):
    """A group with an answered round, its posts and their edits sent, letters in every state, notices and changes."""
    group = await a_group(store)
    _, (_, item) = await a_round(store, group)
    ann, ben = await a_member(store, group), await a_member(store, group, "ben")
    await an_answer(store, item, ann, 0.5)
    for name, member in (("old", ann), ("waits", ben)):
        await write_to(store, Letter("nudge", name, group.id, member.id, 0, FRIDAY))
    async with store.database.writing() as db:
        await db.execute(update(d).where(d.c.member_id != ben.id).values(state="sent", sent_at=FRIDAY, message_id="m"))
        await db.execute(update(d).where(d.c.member_id.is_(None)).values(state="sent", sent_at=FRIDAY, message_id="m"))
        sent = (await db.execute(select(d).where(d.c.post_id == item.id))).first()
        edit = {**sent._mapping, "key": "edit", "kind": "edit", "state": "sent"}
        del edit["id"]
        await db.execute(insert(d).values(edit))
        for n in range(3):
            await add_entry(db, group.id, AuditEntry("olga", "paused", {}, FRIDAY + n * DAY))
            notice = {"group_id": group.id, "text": f"notice {n}", "at": FRIDAY, "not_before": FRIDAY}
            await db.execute(insert(t.notices).values(**notice, told_at=FRIDAY if n != 1 else None))
    return group, item, ann


async def test_old_records_go_in_small_turns_and_nothing_follows_from_them(store: Store, monkeypatch):
    monkeypatch.setattr(retention, "TURN", 1)
    group, _, ann = await a_year_ago(store)
    before, sums = await store.privacy.export(ann.id), await derived_rows(store)
    assert await store.retention.purge(FRIDAY + 2 * DAY) == 6  # an edit, a letter, a notice, three changes
    assert await store.retention.purge(FRIDAY + 2 * DAY) == 0
    assert await count(store, t.audit) == 1
    assert [await count(store, t.notices, t.notices.c.text == f"notice {n}") for n in range(3)] == [0, 1, 1]
    assert await count(store, d, d.c.kind == "edit") == 0
    left = await store.deliveries.find(group.id)
    assert sorted((one.kind, one.state) for one in left) == [("nudge", "pending"), ("post", "sent"), ("post", "sent")]
    assert {one.message_id for one in left if one.kind == "post"} == {"m"}
    after = await store.privacy.export(ann.id)
    assert {**before, "deliveries": []} == after and await derived_rows(store) == sums


async def test_housekeeping_keeps_records_for_as_long_as_the_setting_says(store: Store):
    await a_year_ago(store)
    await store.codes.issue("join", FRIDAY, Subject())
    clock = ManualClock(FRIDAY + 100 * DAY)
    await Housekeeping(store, clock).tick()
    assert await count(store, t.codes) == 0 and await count(store, t.audit) == 4
    clock.move(DAY)
    await Housekeeping(store, clock, records_days=100).tick()
    assert await count(store, t.audit) == 2 and await count(store, d, d.c.kind == "edit") == 0


async def test_what_has_expired_goes_whatever_it_was(store: Store):
    ann = await store.page.people.join("Ann", "", FRIDAY)
    await store.page.sessions.begin("secret", ann.id, "Firefox", FRIDAY)
    await store.page.people.invite(FRIDAY)
    await store.codes.issue("join", FRIDAY, Subject())
    assert await store.retention.forget_expired(FRIDAY) == 0
    assert await store.retention.forget_expired(FRIDAY + 100 * DAY) == 3
    assert await store.page.people.get(ann.id) is not None
