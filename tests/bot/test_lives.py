"""Whatever happens to the line and the rights for up to six hours: nothing is lost, doubled or falsely told."""

import asyncio

from hypothesis import example, given, settings
from hypothesis import strategies as st

from store import Store
from tests.bot.channelbook import a_course
from tests.bot.lives import KINDS, MOST, Life, Trouble

troubles = st.builds(Trouble, st.sampled_from(KINDS), st.integers(0, 7200), st.integers(1, MOST))


async def lived(weeks):
    store = await Store.open("sqlite://")
    try:
        life = Life(store, a_course(weeks=len(weeks) + 1))
        await life.begin()
        for week in weeks:
            await life.week(week)
        await life.week([])
        return await life.found()
    finally:
        await store.close()


@settings(max_examples=5, deadline=None)
@given(st.lists(st.lists(troubles, max_size=3), min_size=1, max_size=2))
@example([[Trouble(kind, 3000, MOST)] for kind in ("right", "unclear")])
def test_weeks_of_outages_and_rights_that_come_and_go_lose_double_and_invent_nothing(weeks):
    found = asyncio.run(lived(weeks))
    assert (found["lost"], found["doubled"], found["slots twice"]) == (0, 0, 0), found
    assert set(found["messages"]) == {"sent"}, found
    assert "missed" not in found["rounds"], found
    assert found["notices"] <= found["closings"], found
