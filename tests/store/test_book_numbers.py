"""What was answered in chapter 4 stands under its question, whatever number that has, going down and up again."""

import asyncio
from datetime import timedelta

from sqlalchemy import create_engine, text

from store import NewRound, Store, migrate
from store.database.migration import move, sync_url
from study.agenda import Planned
from study.marking import Mark
from tests.store.school import FRIDAY, WEEK, a_group, a_member, an_answer
from tests.store.test_schema import empty_url

__all__ = ["empty_url"]

NOW = {  # week, item, and what that was called before, in week 4
    3: {"ch04-q01": "ch04-q01", "ch04-sample": "ch04-q02", "ch04-q05": "ch04-q08", "ch04-q07": "ch04-q10"},
    4: {"ch04-q18": "ch04-q17", "ch04-q23": "ch04-q18", "ch04-q08": "ch04-later-q08"},
}
NOW[3] |= {"ch04-tensors": "ch04-q05", "ch04-q10": "ch04-q13", "ch04-q02": "ch04-later-q02"}
WAS = NOW[3] | NOW[4] | {"": ""}
KEPT = (
    "SELECT a.text, a.item, p.item, p.kind, p.week, r.week FROM answers a JOIN posts p ON p.id = a.post_id"
    " JOIN rounds r ON r.id = p.round_id WHERE r.course = 'fastbook' ORDER BY a.id",
    "SELECT answer, item, week FROM marks WHERE course = 'fastbook' ORDER BY id",
    "SELECT text, item FROM practice ORDER BY id",
)
ELSEWHERE = KEPT[0].replace("= 'fastbook'", "<> 'fastbook'")


def kept(url, *queries):
    engine = create_engine(sync_url(url))
    with engine.connect() as connection:
        found = [[tuple(row) for row in connection.execute(text(query))] for query in queries]
    engine.dispose()
    return found


async def lived_through(url):
    """A group that has answered, disputed and practised in both weeks, and once followed another course."""
    await migrate(url)
    store = await Store.open(url)
    group = await a_group(store)
    ann = await a_member(store, group)
    for course, week in (("fastbook", 3), ("fastbook", 4), ("tea", 4)):
        opens = FRIDAY + week * WEEK + timedelta(days=len(course))
        planned = [Planned("recap", "", week), *(Planned("item", item, week) for item in NOW[week])]
        made = await store.rounds.open(group.id, NewRound(f"{opens}", course, week, opens, opens + WEEK, planned))
        for post in await store.posts.of_round(made.id):
            answer, _ = await an_answer(store, post, ann, at=opens, text=post.item or f"recap {week}")
            dispute = await store.disputes.file(answer.id, "", f"d{answer.id}", opens)
            await store.disputes.settle(dispute.id, 1.0, "Ben", opens)
    for item in WAS:
        await store.practice.record(ann, item, item, Mark(1, 1, 1, "accept", "v", {}), key=item, at=FRIDAY)
    await store.close()


async def test_answers_stay_with_their_questions_when_these_get_the_numbers_of_the_book(empty_url):
    await lived_through(empty_url)
    now = kept(empty_url, *KEPT, ELSEWHERE)
    await asyncio.to_thread(move, empty_url, "0009")
    answers, marks, practice, elsewhere = kept(empty_url, *KEPT, ELSEWHERE)
    assert all(item == posted == WAS[said] for said, item, posted, kind, *_ in answers if kind == "item")
    assert {said: week for said, _, _, kind, week, _ in answers if kind == "recap"} == {"recap 3": 4, "recap 4": 104}
    assert {said: week for said, item, week in marks if not item} == {"recap 3": 4, "recap 4": 104}
    assert all(item == WAS[said] for said, item, _ in marks if item) and len(marks) == len(answers)
    assert all(item == WAS[said] for said, item in practice) and len(practice) == len(WAS)
    assert {(week, opened) for *_, kind, week, opened in answers if kind == "recap"} == {(4, 4), (104, 4)}
    assert elsewhere == now[-1] != []
    await asyncio.to_thread(move, empty_url)
    assert kept(empty_url, *KEPT, ELSEWHERE) == now
