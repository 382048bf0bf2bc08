"""Each event may come one to ten times, in any order, over a day: the store ends as if each had come once."""

import asyncio
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from store import NoAttemptsLeft, RoundClosed, Store
from study.marking import Mark
from tests.store.school import FRIDAY, WEEK, a_group, a_member, a_round

MINUTE = timedelta(minutes=1)
scores = st.sampled_from([0, 0.25, 0.5, 1])


class Redelivery(RuleBasedStateMachine):
    """A model of one post and three people beside the store."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.at = FRIDAY
        self.events = {}  # key -> (person, score): everything that was ever sent
        self.kept = {}  # key -> what the store said when it kept it
        self.open = True
        self.do(self.begin())

    def do(self, work):
        return self.loop.run_until_complete(work)

    async def begin(self):
        self.store = await Store.open("sqlite://")
        self.group = await a_group(self.store)
        self.round, (_, self.post) = await a_round(self.store, self.group)
        self.people = [await a_member(self.store, self.group, name) for name in ("ann", "bob", "cleo")]

    async def deliver(self, key):
        person, score = self.events[key]
        return await self.store.answers.record(
            self.post.id,
            self.people[person].id,
            f"answer {key}",
            Mark(score, score, 1, "partial", "v"),
            key=key,
            at=self.at,
        )

    def expected(self, key):
        """What the model says of this delivery: kept before, kept now, or refused."""
        if key in self.kept:
            return "before"
        if not self.open:
            return RoundClosed
        person = self.events[key][0]
        return NoAttemptsLeft if sum(self.events[other][0] == person for other in self.kept) >= 3 else "now"

    def check(self, key):
        expected = self.expected(key)
        try:
            answer, fresh = self.do(self.deliver(key))
        except (RoundClosed, NoAttemptsLeft) as refused:
            assert type(refused) is expected
            return
        assert fresh == (expected == "now")
        assert answer == self.kept.setdefault(key, answer)

    @rule(person=st.integers(0, 2), score=scores)
    def somebody_answers(self, person, score):
        key = f"event-{len(self.events)}"
        self.events[key] = (person, score)
        self.check(key)

    @rule(data=st.data(), times=st.integers(1, 10), hours=st.integers(0, 24))
    def events_come_again(self, data, times, hours):
        self.at = min(self.at + timedelta(hours=hours), FRIDAY + timedelta(days=6))
        for key in data.draw(st.permutations(sorted(self.events))):
            for _ in range(times):
                self.check(key)

    @rule(person=st.integers(0, 2), score=scores, times=st.integers(2, 10))
    def one_event_comes_many_times_at_once(self, person, score, times):
        key = f"event-{len(self.events)}"
        self.events[key] = (person, score)
        expected = self.expected(key)

        async def all_at_once():
            return await asyncio.gather(*(self.deliver(key) for _ in range(times)), return_exceptions=True)

        done = self.do(all_at_once())
        if isinstance(expected, str):
            assert sum(fresh for _, fresh in done) == 1
            assert len({answer.id for answer, _ in done}) == 1
            self.kept[key] = done[0][0]
        else:
            assert all(type(one) is expected for one in done)

    @rule()
    def the_round_closes(self):
        self.do(self.store.rounds.close_due(FRIDAY + WEEK))
        self.open = False

    @invariant()
    def one_row_for_each_event_that_was_kept(self):
        rows = self.do(self.store.answers.of_group(self.group.id))
        assert sorted(row.text for row in rows) == sorted(f"answer {key}" for key in self.kept)
        for number, person in enumerate(self.people):
            own = [row for row in rows if row.member_id == person.id]
            assert [row.ordinal for row in own] == list(range(1, len(own) + 1))
            best = max((self.events[key][1] for key in self.kept if self.events[key][0] == number), default=None)
            total = {
                one.member_id: one.points
                for one in self.do(self.store.scores.totals(self.group.id, None, self.at + MINUTE))
            }
            assert total.get(person.id) == (None if best is None else 10 * best)

    def teardown(self):
        self.do(self.store.close())
        self.loop.close()


TestRedelivery = Redelivery.TestCase
TestRedelivery.settings = settings(
    max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
