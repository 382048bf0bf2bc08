"""The weeks of a group as its channel shows them: where one stands, what comes back, tasks, digests and the end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.platforms.text import render_text
from cogs.posts import compose
from store import NewRound
from study.agenda import Planned
from study.course import Item, Week
from tests.cogs.conversation import ANA, BEN, COURSE, MONDAY, ORGANISER, conversation

WEEK = timedelta(days=7)
TASK = Item("t-run", "Run the notebook once.", "It prints a number.", None, hint="Begin with the first cell.")
LONG = replace(COURSE, weeks=(*COURSE.weeks, Week(4, "Shapes", "", None, (TASK,))))


@pytest.fixture
async def talk(store):
    made = await conversation(store)
    made.services.courses[COURSE.id] = LONG
    return made


class Posted:
    """The posts of a round, as the channel shows them."""

    def __init__(self, talk, posts):
        self.talk, self.posts = talk, posts

    async def shown(self, kind="item"):
        post = next(post for post in self.posts if post.kind == kind)
        return render_text(await compose(post.id, self.talk.services))


async def opened(talk, *planned, week=1):
    slot = talk.now.replace(tzinfo=None).isoformat()
    made = await talk.store.rounds.open(1, NewRound(slot, "tiny", week, talk.now, talk.now + WEEK, planned))
    return Posted(talk, await talk.store.posts.of_round(made.id))


async def pass_week(talk):
    talk.now += WEEK
    await talk.store.rounds.close_due(talk.now)


async def test_a_question_says_where_it_stands_in_the_course(talk):
    here = await opened(talk, Planned("item", "t-q2", 1))
    assert "Week 1 of 2 · Colours · 2 of 2" in await here.shown()


async def test_what_comes_back_says_why_and_is_worth_no_points(talk):
    await opened(talk, Planned("item", "t-q1", 1))
    await talk.answer(ANA, 1, "It is blue.")
    await talk.answer(BEN, 1, "It is green.")
    await pass_week(talk)
    again = await opened(talk, Planned("item", "t-q1", 1, "memory"))
    shown = await again.shown()
    assert "Asked again, from week 1: 1 of 2 missed it last time." in shown
    assert "for your streak, not for points" in shown
    await talk.answer(BEN, 1, "It is blue.")
    totals = await talk.store.scores.totals(1, None, talk.now + WEEK)
    assert {one.name: (one.points, one.answered) for one in totals} == {"Ana": (10, 1), "Ben": (0, 2)}
    await talk.store.scores.rebuild()
    assert await talk.store.scores.totals(1, None, talk.now + WEEK) == totals


async def test_what_a_week_left_over_says_so(talk):
    here = await opened(talk, Planned("item", "t-q2", 1, "backlog"), week=4)
    assert "Left over from week 1." in await here.shown()


async def test_a_task_is_done_or_stuck_with_a_tap_and_counts_for_the_streak_alone(talk):
    here = await opened(talk, Planned("task", "t-run", 4), week=4)
    assert "Run the notebook once." in await here.shown("task")
    post = here.posts[0].id
    assert "Begin with the first cell." in await talk.press(ANA, f"task.stuck:{post}")
    for _ in range(4):
        assert "Well done" in await talk.press(ANA, f"task.done:{post}")
    assert "stuck" in (await talk.press(BEN, f"task.stuck:{post}")).casefold()
    assert "1 week in a row" in await talk.say(ANA, "me")
    assert "Nothing is open" in await talk.say(ANA, "quiz")
    await pass_week(talk)
    closed = await here.shown("task")
    assert "It prints a number." in closed and "Done: 1" in closed and "Stuck: 1" in closed


async def test_a_week_of_reading_alone_promises_and_asks_nothing(talk):
    bare = replace(COURSE.weeks[0], number=2, recap=None, items=(replace(COURSE.weeks[0].items[0], id="t-q9"),))
    talk.services.courses[COURSE.id] = replace(COURSE, weeks=(*COURSE.weeks, bare))
    here = await opened(talk, Planned("recap", "", 2), Planned("item", "t-q9", 2))
    assert "Reading: Chapter 1" in await here.shown("recap")
    assert "The next one opens Week 1 of 2" in await talk.say(ANA, "recap")
    assert "Archive · 1 question" in await talk.say(ANA, "archive")
    talk.now += timedelta(hours=1)
    await opened(talk, Planned("recap", "", 1))
    told = await talk.say(ANA, "recap")
    assert told.count("Week 1: Colours") == 1 and "Week 2" not in told
    talk.services.courses[COURSE.id] = replace(COURSE, weeks=(bare,))
    assert "This course asks for no recaps." in await talk.say(ANA, "recap")


async def test_every_recap_that_is_open_may_be_handed_in_from_anywhere(talk):
    first = COURSE.weeks[0]
    second = replace(first, number=2, title="Light")
    talk.services.courses[COURSE.id] = replace(COURSE, weeks=(first, second))
    await opened(talk, Planned("recap", "", 1), Planned("recap", "", 2))
    told = await talk.say(ANA, "recap")
    assert "Week 1: Colours" in told and "Week 2: Light" in told and told.count("[Hand in my recap]") == 2


async def test_a_digest_tells_what_the_week_came_to(talk):
    await opened(talk, Planned("item", "t-q1", 1), Planned("item", "t-q2", 1))
    for person, sky in ((ANA, "It is blue."), (BEN, "It is azure.")):
        await talk.answer(person, 1, sky)
        await talk.answer(person, 2, "Yellow and red.")
    await pass_week(talk)
    here = await opened(talk, Planned("digest"), Planned("task", "t-run", 4), week=4)
    shown = await here.shown("digest")
    assert "2 people took part, 4 questions answered." in shown
    assert "Hardest: Week 1 · Question 2, 50% on average." in shown
    assert "Known best: Week 1 · Question 1, 100% on average. Which colour is the sky?" in shown
    assert "[Practise the hardest]" in shown
    assert "Name the two colours" in await talk.press(ANA, "quiz.practise:t-q2")
    assert "Week 2 of 2, Shapes" in shown
    again = await opened_later(talk)
    assert "Nobody answered" in await again.shown("digest")


async def test_who_is_deleted_leaves_the_digests_that_stand(talk):
    earlier = await opened(talk, Planned("digest"))
    await pass_week(talk)
    await opened(talk, Planned("item", "t-q1", 1))
    await talk.answer(ANA, 1, "It is blue.")
    await pass_week(talk)
    here = await opened(talk, Planned("digest"))
    assert "Ana" in await here.shown("digest")
    await talk.press(ANA, "me.erase")
    assert "Ana" not in await here.shown("digest")
    edited = {one.post_id for one in await talk.store.deliveries.find() if one.kind == "edit"}
    assert here.posts[0].id in edited and earlier.posts[0].id not in edited


async def test_from_the_third_week_on_a_digest_draws_who_took_part(talk):
    for who in ((ANA, BEN), (ANA, BEN), (ANA,)):
        here = await opened(talk, Planned("digest"), Planned("item", "t-q1", 1))
        assert "by weeks" not in await here.shown("digest")
        for person in who:
            await talk.answer(person, 1, "It is blue.")
        await pass_week(talk)
    shown = await (await opened(talk, Planned("digest"))).shown("digest")
    drawn = shown.partition("Who took part, by weeks")[2].split("\n")[1:4]
    assert [line.split()[-3:] for line in drawn] == [["2", "of", "2"], ["2", "of", "2"], ["1", "of", "2"]]
    assert "█" in drawn[0]


async def opened_later(talk):
    await pass_week(talk)
    return await opened(talk, Planned("digest"), week=4)


async def test_the_end_thanks_everybody_and_the_organiser_chooses_what_comes_then(talk):
    await opened(talk, Planned("item", "t-q1", 1), Planned("item", "t-q2", 1))
    await talk.answer(ANA, 1, "It is blue.")
    await pass_week(talk)
    here = await opened(talk, Planned("end"), week=0)
    shown = await here.shown("end")
    assert "1 person took part" in shown and "Thank you" in shown
    assert "Ana" in shown and "[Next course]" in shown
    assert "brings back the questions that this group knows least" in shown
    assert "organiser" in (await talk.press(ANA, "digest.afterwards:rest")).casefold()
    assert "nothing more is posted" in await talk.press(ORGANISER, "digest.afterwards:rest")
    assert (await talk.store.groups.get(1)).afterwards == "rest"
    form = await talk.form(ORGANISER, "group.written")
    there = {field.name: field.value for field in form.fields}
    del there["course"]
    assert there == {"zone": "Europe/Berlin", "times": "Mon 18:00", "questions": "3", "name": "Study room"}


async def test_the_week_of_the_closing_words_costs_no_streak_for_nothing_is_asked_in_it(talk):
    for _ in range(2):
        await opened(talk, Planned("item", "t-q1", 1))
        await talk.answer(ANA, 1, "It is blue.")
        await pass_week(talk)
    await opened(talk, Planned("digest"), Planned("end"), week=0)
    await pass_week(talk)
    await opened(talk, Planned("item", "t-q2", 1, "memory"), week=0)
    assert "2 weeks in a row" in await talk.say(ANA, "me")
    assert "Your streak of 2 weeks waits for you" in await talk.say(ANA, "catchup")


async def test_nobody_leads_a_week_that_only_brought_questions_back(talk):
    await opened(talk, Planned("item", "t-q1", 1))
    for leads in (True, False):
        await talk.answer(ANA, 1, "It is blue.")
        await pass_week(talk)
        here = await opened(talk, Planned("digest"), Planned("item", "t-q1", 1, "memory"), week=0)
        shown = await here.shown("digest")
        assert "1 person took part" in shown and ("Last week's leaders" in shown) == leads


async def test_a_recap_is_promised_only_where_one_will_come(talk):
    assert "next one opens Week 1 of 2, Colours" in await talk.say(ANA, "recap")
    await opened(talk, Planned("recap", "", 1))
    await pass_week(talk)
    assert "every recap of this course was posted" in await talk.say(ANA, "recap")


async def test_a_closed_recap_keeps_what_to_talk_about(talk):
    here = await opened(talk, Planned("recap", "", 1))
    await pass_week(talk)
    closed = await here.shown("recap")
    assert "Which colour would you paint a school?" in closed and "Reading: Chapter 1" in closed
    assert "What did the chapter say about colours?" in closed


async def test_a_group_that_changes_its_course_keeps_its_open_questions_and_begins_anew(talk):
    other = replace(COURSE, id="other", weeks=COURSE.weeks)
    talk.services.courses["other"] = other
    here = await opened(talk, Planned("item", "t-q1", 1))
    await talk.store.groups.change(1, at=MONDAY, course="other")
    assert "Which colour is the sky?" in await here.shown()
    assert await talk.store.posts.past(1, "other") == ()


async def test_the_organiser_sees_how_long_the_course_takes_and_may_change_its_pace(talk):
    told = await talk.say(ORGANISER, "group pace")
    assert (
        "2 questions, 3 at a time, once a week: until 23 March 2026. With a second weekly time: until 16 March 2026."
        in told
    )
    await opened(talk, Planned("recap", "", 1), Planned("item", "t-q1", 1))
    assert "1 question, 3 at a time, once a week: until 23 March 2026." in await talk.say(ORGANISER, "group pace")
    told = await talk.say(ORGANISER, "group pace", pace="calendar", old="0", afterwards="rest")
    group = await talk.store.groups.get(1)
    assert (group.pace, group.share, group.afterwards) == ("calendar", 0.0, "rest")
    assert (
        "[Follow the questions]" in told and "[Old questions: One in three]" in told and "[Times and questions]" in told
    )
    assert "organisers" in await talk.press(ANA, "group.paced:afterwards:review")
    told = await talk.press(ORGANISER, "group.paced:afterwards:review")
    assert "[Afterwards: Rest]" in told and "[Old questions: None]" not in told
    group = await talk.store.groups.get(1)
    assert (group.pace, group.share, group.afterwards) == ("calendar", 0.0, "review")


async def test_a_course_that_would_take_years_is_told_with_a_pace_that_ends_it_in_months(talk):
    first = COURSE.weeks[0].items[0]
    weeks = tuple(
        Week(n, f"Week {n}", "", None, tuple(replace(first, id=f"w{n}-q{q}") for q in range(25))) for n in range(1, 9)
    )
    talk.services.courses[COURSE.id] = replace(COURSE, weeks=weeks)
    told = await talk.say(ORGANISER, "group pace")
    assert "200 questions, 3 at a time, once a week: until" in told
    assert "With 10 at a time, twice a week: until 1 June 2026." in told
