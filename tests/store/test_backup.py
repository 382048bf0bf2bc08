import asyncio
import sqlite3
from datetime import timedelta

import pytest

from store import Store, StoreError
from store.backup import ID_GAP, backup, restore
from tests.bot.channelbook import Spine
from tests.store.school import FRIDAY, WEEK, a_group, a_member, a_round, an_answer


async def test_a_backup_taken_while_people_answer_is_whole(database_url, tmp_path):
    store = await Store.open(database_url)
    group = await a_group(store)
    _, (_, post) = await a_round(store, group)
    people = [await a_member(store, group, f"p{n}") for n in range(20)]
    answering = asyncio.gather(*(an_answer(store, post, member, 0.5) for member in people))
    await backup(database_url, tmp_path / "copy")
    await answering
    with sqlite3.connect(tmp_path / "copy") as copy:
        kept = copy.execute("SELECT count(*) FROM answers").fetchone()[0]
        assert copy.execute("SELECT count(*) FROM best").fetchone()[0] == kept
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()
    with pytest.raises(StoreError, match="exists already"):
        await backup(database_url, tmp_path / "copy")
    await store.close()


async def test_what_was_there_is_there_again_and_ids_go_on_far_above(database_url, tmp_path):
    store = await Store.open(database_url)
    group = await a_group(store)
    _, (_, post) = await a_round(store, group)
    ann = await a_member(store, group)
    answer, _ = await an_answer(store, post, ann, 1.0)
    await backup(database_url, tmp_path / "copy")
    await an_answer(store, post, ann, 0.1, key="later")
    install = store.installation
    await store.close()

    await restore(database_url, tmp_path / "copy", FRIDAY)
    store = await Store.open(database_url)
    assert await store.answers.of_group(group.id) == (answer,)
    assert await store.groups.all() == (group,)
    assert store.installation == install
    again, _ = await an_answer(store, post, ann, 0.2, key="new")
    assert again.id > ID_GAP
    await store.close()


async def test_restoring_is_refused_while_a_bot_runs_and_changes_nothing(database_url, tmp_path):
    store = await Store.open(database_url)
    group = await a_group(store)
    await backup(database_url, tmp_path / "copy")
    await a_member(store, group)
    with pytest.raises(StoreError, match=r"stop (it|every one of them) first"):
        await restore(database_url, tmp_path / "copy")
    assert len(await store.members.of_group(group.id)) == 1
    await store.close()


async def test_what_is_no_backup_is_refused(database_url, tmp_path):
    (tmp_path / "letter").write_text("Dear all")
    for name, said in (("letter", "not a backup"), ("nowhere", "no file")):
        with pytest.raises(StoreError, match=said):
            await restore(database_url, tmp_path / name)


async def test_after_a_restore_nothing_is_posted_again_and_nothing_is_lost(database_url, tmp_path):
    store = await Store.open(database_url)
    spine = Spine(store)
    group = await spine.group()
    await spine.pass_time(12)
    await backup(database_url, tmp_path / "copy")
    await spine.pass_time(2 * 7 * 24)
    posted = list(spine.platform.posts)
    assert len(posted) == 12
    await store.close()

    await restore(database_url, tmp_path / "copy", spine.clock.now())
    store = await Store.open(database_url)
    again = Spine(store, spine.platform, start=spine.clock.now())
    await again.tick()
    await again.pass_time(1, step=1)
    assert spine.platform.posts == posted
    rounds = await store.rounds.of_group(group.id)
    assert [(one.slot[:10], one.state) for one in rounds] == [
        ("2026-01-05", "closed"), ("2026-01-12", "closed"), ("2026-01-19", "open"),
    ]  # fmt: skip
    assert {one.state for one in await store.deliveries.find()} == {"sent"}
    # and the messages found again were edited, for their buttons named posts that are lost
    newest = await store.posts.of_round(rounds[-1].id)
    assert newest[0].id > ID_GAP
    assert {f"edit of post {post.id}" for post in newest} <= {summary for _, summary in spine.platform.edits}
    await again.pass_time(7 * 24)
    assert (len(spine.platform.posts), spine.platform.doubles) == (17, 0)
    await store.close()


async def test_a_message_on_its_way_at_the_backup_is_looked_up_not_sent_again(database_url, tmp_path):
    store = await Store.open(database_url)
    spine = Spine(store)
    await spine.group()
    spine.clock.move(timedelta(hours=10))
    await spine.rounds.tick()
    await backup(database_url, tmp_path / "copy")  # all four are pending in it
    await spine.outbox.run_once()
    await store.close()
    await restore(database_url, tmp_path / "copy", spine.clock.now())
    store = await Store.open(database_url)
    again = Spine(store, spine.platform, start=spine.clock.now())
    await again.pass_time(1, step=1)
    assert (len(spine.platform.posts), spine.platform.doubles) == (4, 0)
    assert {one.state for one in await store.deliveries.find()} == {"sent"}
    await store.close()


async def test_who_was_forgotten_stays_forgotten_and_who_came_back_stays(database_url, tmp_path):
    store = await Store.open(database_url)
    group = await a_group(store)
    ann, bob = await a_member(store, group), await a_member(store, group, "bob")
    await store.privacy.erase(bob.id, FRIDAY)
    back = await a_member(store, group, "bob", at=FRIDAY + timedelta(hours=1))
    await backup(database_url, tmp_path / "copy")
    await store.privacy.erase(ann.id, FRIDAY + WEEK)
    await store.close()
    await restore(database_url, tmp_path / "copy", FRIDAY + WEEK)
    store = await Store.open(database_url)
    assert await store.members.of_group(group.id) == (back,)
    await store.close()


async def test_a_damaged_database_is_put_right_by_its_backup(migrated_sqlite, tmp_path):
    path = tmp_path / "data.sqlite3"
    path.write_bytes(migrated_sqlite.read_bytes())
    url = f"sqlite:///{path}"
    store = await Store.open(url)
    group = await a_group(store)
    await store.close()
    await backup(url, tmp_path / "copy")
    path.write_bytes(b"\0" * 5000)
    with pytest.raises(StoreError, match="restore FILE"):
        await Store.open(url)
    await restore(url, tmp_path / "copy")
    store = await Store.open(url)
    assert [one.id for one in await store.groups.all()] == [group.id]
    await store.close()


async def test_a_backup_moves_a_group_from_sqlite_to_postgres(
    migrated_sqlite, postgres_server, migrated_postgres, tmp_path
):
    path = tmp_path / "data.sqlite3"
    path.write_bytes(migrated_sqlite.read_bytes())
    store = await Store.open(f"sqlite:///{path}")
    group = await a_group(store)
    _, (_, post) = await a_round(store, group)
    answer, _ = await an_answer(store, post, await a_member(store, group), 0.5)
    await store.close()
    await backup(f"sqlite:///{path}", tmp_path / "copy")
    url = postgres_server.fresh(migrated_postgres)
    await restore(url, tmp_path / "copy", FRIDAY)
    store = await Store.open(url)
    assert await store.groups.all() == (group,)
    assert await store.answers.of_group(group.id) == (answer,)
    assert (await store.scores.totals(group.id, None, FRIDAY + WEEK))[0].points == 5
    await store.close()
    postgres_server.drop(url)
