"""A mended rubric grades again what the old one graded, and the leaderboard follows."""

from dataclasses import replace

import pytest

from bot.schedule.regrading import Regrading, regrade
from cogs.marking import mark_again
from tests.cogs.conversation import ANA, BEN, COURSE, ORGANISER, item
from tests.cogs.test_appeals import letters


def mended():
    week = COURSE.weeks[0]
    sky = item(1, "Which colour is the sky?", "It is blue.", {"it is blue": ["blue", "azure", "cerulean"]})
    return {COURSE.id: replace(COURSE, weeks=(replace(week, items=(sky, *week.items[1:])),))}


async def regraded(talk, courses):
    return await regrade(replace(talk.services, courses=courses), talk.now)


async def test_an_answer_refused_wrongly_counts_once_the_rubric_knows_its_word(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "cerulean")
    await talk.answer(BEN, 1, "blue")
    assert await regrade(talk.services, talk.now) == 0
    assert await regraded(talk, mended()) == 2
    assert (await talk.say(ANA, "leaderboard")).count("10 points") == 2
    assert await regraded(talk, mended()) == 0


async def test_what_an_organiser_ruled_stays(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "cerulean")
    await talk.press(ANA, "quiz.disputed:1", why="it is a blue")
    await talk.press(ORGANISER, "group.settle:1:half")
    await regraded(talk, mended())
    assert "5 points" in await talk.say(ANA, "leaderboard")


async def test_whoever_has_another_mark_is_told_once_and_of_many_answers_in_one_letter(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "cerulean")
    await talk.answer(BEN, 1, "blue")
    await regraded(talk, mended())
    changed = "Your answer has another mark now, because its marking was changed."
    assert await letters(talk) == [(ANA.id, changed)]
    await regraded(talk, mended())
    assert len(await letters(talk)) == 1
    await talk.answer(BEN, 1, "cerulean")
    await talk.answer(BEN, 2, "nothing that fits")
    week = COURSE.weeks[0]
    others = [item(n, "Which?", "That.", {"that": [word]}) for n, word in ((1, "never"), (2, "nothing"))]
    await regraded(talk, {COURSE.id: replace(COURSE, weeks=(replace(week, items=(*others, *week.items[2:])),))})
    told = [said for person, said in await letters(talk) if person == BEN.id]
    assert told == ["Several of your answers have other marks now, because their marking was changed. This one most:"]


async def test_a_crash_while_answers_are_graded_again_loses_no_letter(talk, monkeypatch):
    """Stopped after each person's marks were kept, and begun anew: whoever's mark changed has heard of it."""
    await talk.open_round()
    for person in (ANA, BEN):
        await talk.answer(person, 1, "cerulean")
    kept, regrading = type(talk.store.regrading).regrade, talk.store.regrading

    async def then_power_cut(*given):
        await kept(*given)
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(type(regrading), "regrade", then_power_cut)
        for _ in (ANA, BEN):
            with pytest.raises(ConnectionError):
                await regraded(talk, mended())
    assert await regraded(talk, mended()) == 0
    assert sorted(person for person, _ in await letters(talk)) == [ANA.id, BEN.id]


async def test_recaps_are_graded_again_too(talk):
    await talk.open_round()
    await talk.press(ANA, "recap.send:1", recap="light comes in many lengths of wave")
    week = COURSE.weeks[0]
    rubric = item(9, "?", "Light has wavelengths.", {"light": ["wavelength*", "lengths of wave"]}).rubric
    course = replace(COURSE, weeks=(replace(week, recap=replace(week.recap, rubric=rubric)),))
    assert await regraded(talk, {COURSE.id: course}) == 1
    assert "10 points" in await talk.say(ANA, "leaderboard")


class Packs:
    """Packs that were mended before the second look; the first grading after it fails."""

    looks, broken = 0, True

    async def refresh(self):
        self.looks += 1

    @property
    def revision(self):
        return self.looks >= 2

    def get(self, course):
        if self.looks < 2:
            return COURSE
        if self.broken:
            self.broken = False
            raise OSError("the disk is away")
        return mended()[course]


async def test_packs_mended_while_the_bot_runs_grade_again_however_often_that_fails_first(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "cerulean")
    packs = Packs()
    regrading = Regrading(replace(talk.services, courses=packs), packs, lambda: talk.now)
    await regrading.tick()
    assert "10 points" not in await talk.say(ANA, "leaderboard")
    with pytest.raises(OSError, match="away"):
        await regrading.tick()
    await regrading.tick()
    assert "10 points" in await talk.say(ANA, "leaderboard")


async def test_what_a_ruling_taught_reaches_everybody_after_a_crash(talk, monkeypatch):
    """The ruling is kept before others are graded by it: an end in between is made up for at the next start."""
    await talk.open_round()
    for person in (ANA, BEN):
        await talk.answer(person, 1, "cerulean")
    await talk.press(ANA, "quiz.disputed:1", why="it is a blue")

    async def power_cut(*_):
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr("cogs.appeals.regrade_question", power_cut)
        await talk.press(ORGANISER, "group.settle:1:full:all")
    assert [one.score for one in await talk.store.answers.of_group(1)] == [1.0, 0.0]
    await regrade(talk.services, talk.now)
    assert [one.score for one in await talk.store.answers.of_group(1)] == [1.0, 1.0]
    assert await regrade(talk.services, talk.now) == 0


async def test_one_answer_that_cannot_be_graded_keeps_no_other_from_it(talk, monkeypatch, caplog):
    await talk.open_round()
    await talk.answer(ANA, 1, "cerulean")
    await talk.answer(BEN, 1, "azure, I think")

    async def cannot(by, one, services):
        if one.text == "cerulean":
            raise RecursionError("too deep")
        return await mark_again(by, one, services)

    with monkeypatch.context() as patched:
        patched.setattr("bot.schedule.regrading.mark_again", cannot)
        assert await regraded(talk, mended()) == 1
    assert "could not be graded again" in caplog.text
    assert [one.score for one in await talk.store.answers.of_group(1)] == [0.0, 1.0]
    assert await regraded(talk, mended()) == 1
