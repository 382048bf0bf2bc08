"""How sure the grader was stands with each answer; what an older program kept stays, and tells nothing of it."""

from datetime import UTC, datetime

from sqlalchemy import create_engine, text

from store import Store
from store.database.migration import move, sync_url
from study.marking import Mark
from tests.store.school import FRIDAY, a_group, a_member, a_round

OLD_ROWS = (
    "INSERT INTO groups (name, course, zone, items_per_slot, attempts, paused, created, seen_until, plan, keep_counts)"
    " VALUES ('G', 'c', 'UTC', 3, 3, false, '2026-01-05', '2026-01-05',"
    ' \'{"through"\\: "2026-01-04", "turns"\\: []}\', true)',
    "INSERT INTO members (group_id, name, hidden, created) VALUES (1, 'Ann', false, '2026-01-05')",
    "INSERT INTO rounds (group_id, slot, week, opens, closes, state, course)"
    " VALUES (1, 's', 1, '2026-01-05', '2026-01-06', 'open', 'c')",
    "INSERT INTO posts (round_id, group_id, kind, item, position, week) VALUES (1, 1, 'item', 'q1', 0, 1)",
    "INSERT INTO answers (post_id, group_id, member_id, item, text, key, score, points, possible, verdict,"
    " rubric_version, ordinal, at)"
    " VALUES (1, 1, 1, 'q1', 'words', 'k', 0.5, 1, 2, 'partial', 'v', 1, '2026-01-05 08\\:00\\:00')",
)


async def test_how_sure_the_grader_was_is_kept_and_older_answers_do_without(database_url):
    """What was kept before stays; how sure its grading was is not known, and no share of it is asked about."""
    move(database_url, "0029")
    engine = create_engine(sync_url(database_url))
    with engine.begin() as db:
        for row in OLD_ROWS:
            db.execute(text(row))
    move(database_url, "head")
    store = await Store.open(database_url)
    assert (await store.groups.get(1)).unsure == 0 and not (await store.groups.get(1)).pins
    assert (await store.answers.get(1)).text == "words"
    assert await store.answers.sureness(1, 500) == ()
    mark, later = Mark(0.5, 1, 2, "partial", "v", confidence=0.8), datetime(2026, 1, 5, 9, tzinfo=UTC)
    await store.regrading.regrade({1: mark}, later)
    ((confidence, at),) = await store.answers.sureness(1, 500)
    assert (confidence, at) == (0.8, datetime(2026, 1, 5, 8, tzinfo=UTC))
    await store.close()
    move(database_url, "0029")
    with engine.connect() as db:
        assert db.execute(text("SELECT text FROM answers")).scalar_one() == "words"
    engine.dispose()


async def test_what_was_ruled_on_stays_as_sure_as_it_was(store):
    """A ruling teaches its own words; were they certain then, the next answers would be asked about in their place."""
    group = await a_group(store)
    _, (_, post) = await a_round(store, group)
    ann = await a_member(store, group)
    unsure = Mark(0.5, 1, 2, "needs_review", "v1", confidence=0.5)
    answer, _ = await store.answers.record(post.id, ann.id, "words", unsure, key="k", at=FRIDAY)
    (waiting,) = await store.disputes.open(group.id)
    await store.disputes.settle(waiting.id, 1.0, "Olga", FRIDAY)
    await store.regrading.regrade({answer.id: Mark(1, 2, 2, "accept", "v2", confidence=1.0)}, FRIDAY)
    assert await store.answers.sureness(group.id, 500) == ((0.5, FRIDAY),)
