import asyncio
import contextlib

import pytest

from store import NoAttemptsLeft, RoundClosed, StoreError
from store.errors import DatabaseBusy
from study.calendar import monday
from study.marking import Mark
from study.standings import rank
from tests.store.school import FRIDAY, WEEK, a_group, a_member, a_round, an_answer


@pytest.fixture
async def school(store):
    group = await a_group(store)
    _, posts = await a_round(store, group)
    return store, group, posts, await a_member(store, group)


async def test_an_answer_is_kept_raw_with_its_verdict(school):
    store, group, (_, post), ann = school
    text = "20% = ½ * “wild” <b>\u202e 🐢\n\n"
    answer, fresh = await an_answer(store, post, ann, text=text)
    assert fresh
    assert await store.answers.get(answer.id) == answer
    assert (answer.text, answer.item, answer.rubric_version, answer.ordinal) == (text, "q1", "v1", 1)
    assert (await store.privacy.export(ann.id))["answers"][0]["feedback"] == {"missed": ["an idea"]}
    assert await store.answers.of_group(group.id) == (answer,)


async def test_the_same_event_again_gives_back_what_was_kept(school):
    store, _, (_, post), ann = school
    first, _ = await an_answer(store, post, ann, 0.5, key="event-1")
    again, fresh = await an_answer(store, post, ann, 1.0, key="event-1")
    assert (again, fresh) == (first, False)
    assert await store.answers.attempts(post.id, ann.id) == (first,)


async def test_redelivery_after_the_round_closed_still_gives_back_what_was_kept(school):
    store, _, (_, post), ann = school
    first, _ = await an_answer(store, post, ann, key="event-1")
    await store.rounds.close_due(FRIDAY + WEEK)
    assert await an_answer(store, post, ann, key="event-1", at=FRIDAY + 2 * WEEK) == (first, False)


async def test_tries_are_counted_and_then_refused_without_loss(school):
    store, _, (_, post), ann = school
    for score in (0.2, 1.0, 0.4):
        await an_answer(store, post, ann, score)
    with pytest.raises(NoAttemptsLeft, match="3 attempts"):
        await an_answer(store, post, ann, 0.9)
    given = await store.answers.attempts(post.id, ann.id)
    assert [answer.ordinal for answer in given] == [1, 2, 3]
    assert [answer.score for answer in await store.answers.best(post.id)] == [1.0]


async def test_whoever_gets_no_turn_within_two_seconds_is_told_and_may_press_again(school):
    store, _, (_, post), ann = school
    loop = asyncio.get_running_loop()
    async with contextlib.AsyncExitStack() as others:
        for _ in range(1 if store.database.is_sqlite else 5):
            await others.enter_async_context(store.database.writing())
        begun = loop.time()
        with pytest.raises(StoreError, match="nothing was saved: please try again"):
            await an_answer(store, post, ann, key="press")
        assert loop.time() - begun > 1.9
    assert (await an_answer(store, post, ann, key="press"))[1]


async def test_a_hundred_presses_at_once_are_three_tries(school):
    store, _, (_, post), ann = school

    async def press(key):
        while True:
            with contextlib.suppress(DatabaseBusy):  # "try again", says the sentence, and so people do
                return await an_answer(store, post, ann, 0.1, key=key)

    done = await asyncio.gather(*(press(f"press-{n}") for n in range(100)), return_exceptions=True)
    assert sum(isinstance(one, NoAttemptsLeft) for one in done) == 97
    assert [answer.ordinal for answer in await store.answers.attempts(post.id, ann.id)] == [1, 2, 3]


async def test_one_event_delivered_twenty_times_at_once_is_one_answer(school):
    store, _, (_, post), ann = school
    done = await asyncio.gather(*(an_answer(store, post, ann, key="one-event") for _ in range(20)))
    assert len({answer.id for answer, _ in done}) == 1
    assert sum(fresh for _, fresh in done) == 1


async def test_a_closed_round_takes_no_answer_by_state_or_by_clock(school):
    store, _, (_, post), ann = school
    with pytest.raises(RoundClosed):
        await an_answer(store, post, ann, at=FRIDAY + WEEK)
    await store.rounds.close_due(FRIDAY + WEEK)
    with pytest.raises(RoundClosed):
        await an_answer(store, post, ann)
    assert await store.answers.attempts(post.id, ann.id) == ()


async def test_what_does_not_exist_is_said_in_a_sentence(store):
    for asked in (
        store.groups.get(9),
        store.posts.get(9),
        store.answers.get(9),
        store.privacy.export(9),
    ):
        with pytest.raises(StoreError, match=r"\.$"):
            await asked


async def test_the_group_can_be_told_how_it_did(school):
    store, group, (_, post), ann = school
    bob = await a_member(store, group, "bob")
    await an_answer(store, post, ann, 0.2)
    await an_answer(store, post, ann, 0.8)
    await an_answer(store, post, bob, 0.4)
    count = await store.answers.count(post.id)
    assert (count.answered, count.mean) == (2, pytest.approx(0.6))
    recall = await store.answers.recall(group.id)
    assert [(member, item, score) for member, item, score, _ in recall] == [
        (ann.id, "q1", 0.2),
        (ann.id, "q1", 0.8),
        (bob.id, "q1", 0.4),
    ]
    (result,) = await store.participation.results(group.id, "fastbook", None, FRIDAY + WEEK)
    assert (result.item, result.answered, result.missed, result.mean) == ("q1", 2, 1, pytest.approx(0.6))
    assert await store.participation.results(group.id, "fastbook", FRIDAY + WEEK, FRIDAY + 2 * WEEK) == ()
    assert await store.participation.weeks(group.id, "fastbook") == {monday(FRIDAY.date()): {ann.id, bob.id}}


async def test_a_mended_rubric_regrades_everyone_and_the_standings_follow(school):
    store, group, (_, post), ann = school
    answer, _ = await an_answer(store, post, ann, 0.2)
    (use,) = await store.regrading.rubrics_used()
    (found,) = await store.regrading.answers(use)
    assert found == answer
    (mended,) = await store.regrading.regrade({answer.id: Mark(1, 2, 2, "accept", "v2")}, FRIDAY)
    assert (mended.score, mended.rubric_version, mended.text) == (1, "v2", answer.text)
    (place,) = rank(await store.scores.totals(group.id, None, FRIDAY + WEEK))
    assert place.points == 10


async def test_an_objection_is_settled_once_and_outlives_a_regrading(school):
    store, group, (_, post), ann = school
    answer, _ = await an_answer(store, post, ann, 0.2)
    made = await store.disputes.file(answer.id, "I said it", "event-7", FRIDAY)
    assert await store.disputes.file(answer.id, "I said it", "event-7", FRIDAY) == made
    assert await store.disputes.file(answer.id, "again!", "event-8", FRIDAY) == made
    assert await store.disputes.open(group.id) == (made,)
    assert made.member == ann
    settled = await store.disputes.settle(made.id, 1.0, "boss", FRIDAY)
    assert (settled.state, settled.answer.score, settled.answer.points) == ("settled", 1.0, 2.0)
    assert await store.disputes.settle(made.id, 0.0, "boss", FRIDAY) is None
    await store.regrading.regrade({answer.id: Mark(0, 0, 2, "refuse", "v2")}, FRIDAY)
    assert (await store.answers.get(answer.id)).score == 1.0
    (place,) = rank(await store.scores.totals(group.id, None, FRIDAY + WEEK))
    assert place.points == 10
    deed = (await store.audit.entries(group.id))[0]
    assert (deed.action, deed.detail["was"], deed.detail["score"]) == ("objection settled", 0.2, 1.0)


async def test_an_objection_waits_with_or_without_words_until_the_answer_has_full_marks(school):
    store, group, (_, post), ann = school
    answer, _ = await an_answer(store, post, ann, 0.2)
    made = await store.disputes.file(answer.id, "", "event-7", FRIDAY)
    await store.regrading.regrade({answer.id: Mark(0.6, 1.2, 2, "partial", "v2")}, FRIDAY)
    (waiting,) = await store.disputes.open(group.id)
    assert waiting.id == made.id
    await store.regrading.regrade({answer.id: Mark(1, 2, 2, "accept", "v3")}, FRIDAY)
    assert await store.disputes.open(group.id) == ()
    assert (await store.disputes.get(made.id)).score is None  # nobody ruled


async def test_practice_is_remembered_but_not_counted(school):
    store, group, (_, post), ann = school
    await an_answer(store, post, ann, 0.2)
    for _ in range(2):
        await store.practice.record(ann, "q1", "better", Mark(1, 2, 2, "accept", "v1"), key="p1", at=FRIDAY + WEEK)
    assert await store.practice.history(ann.id) == (("q1", 0.2, FRIDAY), ("q1", 1.0, FRIDAY + WEEK))
    (place,) = rank(await store.scores.totals(group.id, None, FRIDAY + 2 * WEEK))
    assert place.points == 2
