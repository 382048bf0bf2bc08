"""A mark may be words for one point; what an older program kept are whole answers, and it never sees the words."""

import pytest
from sqlalchemy import create_engine, text

from store import NotFound, Store
from store.database.migration import move, sync_url
from study.marking import Mark
from tests.store.school import FRIDAY, a_group, a_member, a_round


async def ruled(store):
    """A group with one answer that was ruled right; its dispute."""
    group = await a_group(store)
    _, (_, post) = await a_round(store, group)
    ann = await a_member(store, group)
    answer, _ = await store.answers.record(post.id, ann.id, "so blue", Mark(0, 0, 1, "refuse", "v"), key="k", at=FRIDAY)
    dispute = await store.disputes.file(answer.id, "", "d", FRIDAY)
    return await store.disputes.settle(dispute.id, 1.0, "Olga", FRIDAY)


async def test_words_for_a_point_are_kept_once_beside_the_answer_until_they_are_taken_back(store):
    dispute = await ruled(store)
    added = await store.rulings.add_words(dispute.id, "it is blue", "so blue", "Olga", FRIDAY)
    assert (added.point, added.answer, added.score) == ("it is blue", "so blue", 1.0)
    assert await store.rulings.add_words(dispute.id, "it is blue", "so blue", "Otto", FRIDAY) is None
    assert [one.point for one in await store.rulings.of(added.question)] == ["", "it is blue"]
    assert await store.rulings.withdraw(added.id, "Olga", FRIDAY) == added
    assert await store.rulings.add_words(dispute.id, "it is blue", "so blue", "Otto", FRIDAY) is not None
    with pytest.raises(NotFound):
        await store.rulings.add_words(99, "it is blue", "so blue", "Otto", FRIDAY)


async def test_older_marks_stay_whole_answers_and_an_older_program_never_sees_words(database_url):
    store = await Store.open(database_url)
    dispute = await ruled(store)
    await store.rulings.add_words(dispute.id, "it is blue", "blue", "Olga", FRIDAY)
    await store.close()
    move(database_url, "0031")
    engine = create_engine(sync_url(database_url))
    with engine.connect() as db:
        assert db.execute(text("SELECT answer FROM marks")).scalars().all() == ["so blue"]
    engine.dispose()
    move(database_url, "head")
    store = await Store.open(database_url)
    assert [(one.answer, one.point) for one in await store.rulings.of_group(dispute.group_id)] == [("so blue", "")]
    await store.close()
