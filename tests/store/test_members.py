import asyncio
import json
from datetime import timedelta

import pytest

from store import RubricUse, StoreError, Subject
from store.members.nudges import NudgeWishes
from study.group import Account
from tests.store.school import FRIDAY, WEEK, a_group, a_member, a_round, an_answer, derived_rows


async def test_a_person_is_one_member_and_keeps_their_newest_name(store):
    group = await a_group(store)
    ann = await a_member(store, group)
    renamed = await store.members.meet(group.id, Account("browser", "w", "ann"), "Anna", FRIDAY)
    assert renamed.id == ann.id
    assert [member.name for member in await store.members.of_group(group.id)] == ["Anna"]
    assert await store.members.find(group.id, Account("browser", "w", "nobody")) is None


async def test_met_ten_times_at_once_they_are_still_one(store):
    group = await a_group(store)
    met = await asyncio.gather(*(a_member(store, group) for _ in range(10)))
    assert len({member.id for member in met}) == 1
    assert len(await store.members.of_group(group.id)) == 1


async def test_two_selves_become_one_with_all_their_answers(store):
    group = await a_group(store)
    _, (recap, post) = await a_round(store, group)
    ann = await a_member(store, group)
    other = await a_member(store, group, "annie", "discord")
    await an_answer(store, post, ann, 0.4, at=FRIDAY)
    await an_answer(store, post, other, 1.0, at=FRIDAY - timedelta(hours=1))
    await an_answer(store, recap, other, 0.5)
    code = await store.codes.issue("link", FRIDAY, Subject(group.id, ann.id))
    linked = await store.members.link(
        code.lower().replace("-", " "), group.id, Account("discord", "w", "annie"), FRIDAY
    )
    assert linked == ann
    assert await store.members.of_group(group.id) == (ann,)
    assert [(one.score, one.ordinal) for one in await store.answers.attempts(post.id, ann.id)] == [(1.0, 1), (0.4, 2)]
    (total,) = await store.scores.totals(group.id, None, FRIDAY + WEEK)
    assert (total.points, total.answered) == (15.0, 2)
    derived = await derived_rows(store)
    await store.scores.rebuild()
    assert await derived_rows(store) == derived


async def test_a_code_works_once_within_ten_minutes_and_in_its_own_group(store):
    group, elsewhere = await a_group(store), await a_group(store, channel="d")
    ann = await a_member(store, group)
    late = FRIDAY + timedelta(minutes=10)
    for code, where, at in (
        ("WRONG-123", group, FRIDAY),
        (await store.codes.issue("link", FRIDAY, Subject(group.id, ann.id)), group, late),
        (await store.codes.issue("link", FRIDAY, Subject(group.id, ann.id)), elsewhere, FRIDAY),
    ):
        with pytest.raises(StoreError, match="used up"):
            await store.members.link(code, where.id, Account("discord", "w", "x"), at)
    code = await store.codes.issue("link", FRIDAY, Subject(group.id, ann.id))
    await store.members.link(code, group.id, Account("discord", "w", "x"), FRIDAY)
    with pytest.raises(StoreError, match="used up"):
        await store.members.link(code, group.id, Account("slack", "w", "y"), FRIDAY)


async def test_export_holds_everything_and_is_json(store):
    group = await a_group(store)
    _, (_, post) = await a_round(store, group)
    ann, bob = await a_member(store, group), await a_member(store, group, "bob")
    answer, _ = await an_answer(store, post, ann, text="my own words")
    await an_answer(store, post, bob, text="somebody else's")
    await store.disputes.file(answer.id, "but I meant it", "k", FRIDAY)
    told = json.dumps(await store.privacy.export(ann.id))
    for word in ("my own words", "but I meant it", "Ann", "browser", "an idea", "Readers"):
        assert word in told
    assert "somebody" not in told


async def test_forgetting_leaves_bare_counts_or_nothing_as_the_group_wishes(store):
    for channel, keeps, answered in (("c", True, 2), ("d", False, 1)):
        group = await a_group(store, channel=channel)
        await store.groups.change(group.id, at=FRIDAY, keep_counts=keeps)
        _, (_, post) = await a_round(store, group)
        ann, bob = await a_member(store, group), await a_member(store, group, "bob")
        answer, _ = await an_answer(store, post, ann, 0.2, text="my own words")
        await an_answer(store, post, bob, 0.4)
        await store.disputes.file(answer.id, "words", "k", FRIDAY)
        await store.privacy.erase(ann.id, FRIDAY)
        assert (await store.answers.count(post.id)).answered == answered
        assert [member.name for member in await store.members.of_group(group.id)] == ["Bob"]
        assert [total.name for total in await store.scores.totals(group.id, None, FRIDAY + WEEK)] == ["Bob"]
        assert await store.disputes.open(group.id) == ()
        with pytest.raises(StoreError):
            await store.privacy.export(ann.id)
        anew = await a_member(store, group)
        assert anew.id != ann.id
        assert await store.answers.attempts(post.id, anew.id) == ()


async def test_purging_clears_old_words_and_keeps_scores(store):
    group = await a_group(store)
    _, (recap, post) = await a_round(store, group)
    ann = await a_member(store, group)
    old, _ = await an_answer(store, post, ann, 0.5, at=FRIDAY)
    new, _ = await an_answer(store, recap, ann, 0.5, at=FRIDAY + timedelta(days=3))
    assert await store.privacy.clear_words(FRIDAY + timedelta(days=1)) == 1
    assert (await store.answers.get(old.id)).text == ""
    assert (await store.answers.get(old.id)).score == 0.5
    assert (await store.answers.get(new.id)).text == new.text
    assert await store.regrading.answers(RubricUse("fastbook", 1, "q1", "v1")) == ()


@pytest.mark.parametrize("code_from", ["browser", "slack"])
async def test_linking_forgets_no_wish_whichever_account_is_kept(store, code_from):
    """Hidden on one is hidden; no reminders on one is none; the later reminder counts for the week's rest."""
    group = await a_group(store)
    here, there = await a_member(store, group), await a_member(store, group, platform="slack")
    await store.members.hide(there.id, True)
    await store.nudges.set_wanted(here.id, False)
    await store.nudges.rest(there.id, FRIDAY)
    await store.nudges.rest(here.id, FRIDAY - WEEK)
    first, other = (here, "slack") if code_from == "browser" else (there, "browser")
    code = await store.codes.issue("link", FRIDAY, Subject(group.id, first.id))
    linked = await store.members.link(code, group.id, Account(other, "w", "ann"), FRIDAY)
    assert linked.id == first.id and linked.hidden
    assert await store.members.get(first.id) == linked
    assert await store.nudges.wishes(first.id) == NudgeWishes(False, "", FRIDAY)
