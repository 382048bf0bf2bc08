from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import NewRound, Store
from study.agenda import Planned
from study.standings import rank, window
from tests.store.school import FRIDAY, WEEK, a_group, a_member, a_round, an_answer, derived_rows

YEAR = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 400 * 24 * 60).map(lambda minutes: YEAR + timedelta(minutes=minutes))


async def test_the_best_try_counts_and_ties_share_a_rank(store):
    group = await a_group(store)
    _, (recap, post) = await a_round(store, group)
    ann, bob, cleo, dan = [await a_member(store, group, name) for name in ("ann", "bob", "cleo", "dan")]
    for member, first, second in ((ann, 0.2, 1.0), (bob, 1.0, 0.1), (cleo, 0.5, 0.0), (dan, 0.9, 0.9)):
        await an_answer(store, post, member, first, at=FRIDAY)
        await an_answer(store, post, member, second, at=FRIDAY + timedelta(hours=1))
    await an_answer(store, recap, cleo, 0.5)
    await store.members.hide(dan.id, True)
    places = rank(await store.scores.totals(group.id, None, FRIDAY + WEEK))
    shown = [(place.rank, place.name, place.points, place.answered) for place in places if not place.hidden]
    assert shown == [(1, "Ann", 10.0, 1), (1, "Bob", 10.0, 1), (1, "Cleo", 10.0, 2)]
    assert [(place.rank, place.name) for place in places if place.hidden] == [(4, "Dan")]


async def test_a_window_begins_on_the_groups_own_midnight(store):
    group = await a_group(store, zone="Pacific/Auckland")
    since, until = window("week", group.zone, FRIDAY)
    _, posts = await a_round(store, group, posts=[Planned("item", f"q{n}", 1) for n in range(4)], opens=FRIDAY - WEEK)
    await store.groups.change(group.id, at=FRIDAY, attempts=9)
    ann = await a_member(store, group)
    for post, at in zip(posts, (since - timedelta(seconds=1), since, until - timedelta(seconds=1)), strict=False):
        await an_answer(store, post, ann, 1.0, at=min(at, FRIDAY - timedelta(seconds=1)))
    (total,) = await store.scores.totals(group.id, since, until)
    assert total.answered == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from([0, 0.25, 0.3335, 0.5, 1]), moments),
        max_size=25,
    ),
    st.one_of(st.none(), moments),
    moments,
)
async def test_totals_are_the_sum_of_best_answers_over_any_window_and_rebuild_to_the_same(answers, since, until):
    store = await Store.open("sqlite://")
    try:
        group = await a_group(store, at=YEAR)
        await store.groups.change(group.id, at=YEAR, attempts=99)
        opens = YEAR - timedelta(days=1)
        round_ = await store.rounds.open(
            group.id,
            NewRound(
                "s", "fastbook", 1, opens, YEAR + timedelta(days=500), [Planned("item", f"q{n}", 1) for n in range(4)]
            ),
        )
        posts = await store.posts.of_round(round_.id)
        people = [await a_member(store, group, name) for name in ("ann", "bob", "cleo")]
        best = {}
        for n, (who, what, score, at) in enumerate(answers):
            await an_answer(store, posts[what], people[who], score, key=str(n), at=at)
            if (who, what) not in best or score > best[who, what][0]:
                best[who, what] = (score, at)
        expected = {}
        for (who, _), (score, at) in best.items():
            if (since is None or since <= at) and at < until:
                points, count = expected.get(people[who].id, (0, 0))
                expected[people[who].id] = (points + int(1000 * score + 0.5), count + 1)
        found = {
            one.member_id: (round(100 * one.points), one.answered)
            for one in await store.scores.totals(group.id, since, until)
        }
        assert found == expected
        derived = await derived_rows(store)
        await store.scores.rebuild()
        assert await derived_rows(store) == derived
    finally:
        await store.close()


async def test_a_rebuild_computes_the_same_on_both_databases(store):
    group = await a_group(store)
    _, posts = await a_round(store, group)
    for name in ("ann", "bob"):
        member = await a_member(store, group, name)
        for post in posts:
            await an_answer(store, post, member, 0.0625)
            await an_answer(store, post, member, 0.3335)
    derived = await derived_rows(store)
    assert derived
    await store.scores.rebuild()
    assert await derived_rows(store) == derived
