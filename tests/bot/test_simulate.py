"""A simulated cohort: the same seed lives the same weeks, and the weeks are whole."""

from bot.simulate import simulate, told


async def test_the_same_seed_gives_the_same_cohort_and_another_gives_another():
    first, again, other = await simulate(2, 6, 1), await simulate(2, 6, 1), await simulate(2, 6, 2)
    assert first == again != other


async def test_every_week_is_posted_and_closed_and_people_score():
    tally = await simulate(3, 8, 7)
    assert tally.missed == 0 and tally.posts >= 3 * 2 * 3
    assert 0 < tally.edits < tally.posts, "the last rounds are still open"
    assert tally.answers == sum(tally.verdicts.values()) > 0 and 0 < tally.mean_score < 1
    assert tally.leaders[0][0] == 1 and "3 weeks, 8 members" in told(tally, 1.0)
