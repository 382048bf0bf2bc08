"""Reminders as a conversation: who answered before is told of what is open, once, until they say that it is enough."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from bot.app import _composed
from bot.clock import ManualClock
from bot.platforms.text import render_text
from bot.schedule.nudges import Nudges
from bot.schedule.outbox import Outbox
from cogs.messages import Person
from cogs.nudge import reminder
from store import NewRound
from store.database import tables
from study.agenda import Planned
from study.nudge import awake
from tests.bot.channelbook import Channelbook
from tests.cogs.conversation import ANA, BEN, COURSE, MONDAY, ORGANISER, conversation, item

DAY = timedelta(days=1)


class Weeks:
    """A group that lives through hours, with the mail that its members get."""

    def __init__(self, talk):
        self.talk, self.clock = talk, ManualClock(MONDAY)
        self.book = Channelbook("test")
        self.nudges = Nudges(talk.store, self.clock)
        compose = partial(_composed, talk.services, self.clock)
        self.outbox = Outbox(talk.store, {"test": self.book}, compose, self.clock, timedelta(hours=12))

    async def pass_time(self, time, *, outbox=True):
        end = self.clock.now() + time
        while self.clock.now() < end:
            self.clock.move(timedelta(hours=1))
            self.talk.now = self.clock.now()
            await self.nudges.tick()
            if outbox:
                await self.outbox.run_once()

    async def until_queued(self):
        """Until a reminder is on its way and not yet sent."""
        while not any(one.kind == "nudge" for one in await self.talk.store.deliveries.find()):
            await self.pass_time(timedelta(hours=1), outbox=False)

    def mail(self):
        return [person for _, _, person in self.book.letters]


@pytest.fixture
async def weeks(store):
    made = Weeks(await conversation(store))
    await made.talk.open_round()
    await made.talk.answer(ANA, 1, "blue")
    await made.talk.say(BEN, "me")  # has never answered
    await store.rounds.close_due(MONDAY + 7 * DAY)
    made.clock.move(7 * DAY)
    made.talk.now = made.talk.rounds.now = made.clock.now()
    await made.talk.open_round()
    return made


async def test_who_answered_before_is_reminded_once_and_nobody_else(weeks):
    await weeks.pass_time(6 * DAY)
    assert weeks.mail() == ["ana"]
    (_,) = [one for one in await weeks.talk.store.deliveries.find() if one.kind == "nudge"]


async def test_a_reminder_that_does_not_list_all_that_is_open_says_so(weeks):
    asked = tuple(item(n, f"What is {n}?", "It.", {"it": ["it"]}) for n in range(11, 15))
    weeks.talk.services.courses[COURSE.id] = replace(COURSE, weeks=(replace(COURSE.weeks[0], items=asked),))
    posts = [Planned("item", one.id, 1) for one in asked]
    now = weeks.talk.now = weeks.clock.now() + 7 * DAY
    await weeks.talk.store.rounds.close_due(now)
    for count, more in ((4, "1 more stands in the group's channel."), (3, "")):
        await weeks.talk.store.rounds.open(1, NewRound(str(count), COURSE.id, 1, now, now + 7 * DAY, posts[:count]))
        group = await weeks.talk.store.groups.get(1)
        (ana,) = [one for one in await weeks.talk.store.members.of_group(1) if one.name == "Ana"]
        told = render_text(await reminder(ana, group, weeks.talk.services, now))
        assert f"{count} questions are still open" in told and ("more" in told) == bool(more) and more in told
        await weeks.talk.store.rounds.close_due(now + 7 * DAY)


async def test_whoever_answers_for_the_first_time_is_reminded_of_the_rest(weeks):
    await weeks.talk.answer(BEN, 1, "blue")
    await weeks.pass_time(6 * DAY)
    assert sorted(weeks.mail()) == ["ana", "ben"]


async def test_whoever_has_just_answered_for_the_first_time_is_left_in_peace_for_a_day(weeks):
    await weeks.pass_time(5 * DAY + timedelta(hours=2))
    await weeks.talk.answer(BEN, 1, "blue")
    await weeks.pass_time(timedelta(hours=22))
    assert weeks.mail() == ["ana"]
    await weeks.pass_time(timedelta(hours=4))
    assert weeks.mail() == ["ana", "ben"]


async def test_who_answered_everything_hears_nothing(weeks):
    for number in (1, 2):
        await weeks.talk.answer(ANA, number, "blue")
    await weeks.pass_time(6 * DAY)
    assert weeks.mail() == []


@pytest.mark.parametrize("how", ["never", "rest"])
async def test_a_change_of_mind_stops_what_is_already_queued(weeks, how):
    await weeks.until_queued()
    await weeks.talk.press(ANA, f"nudge.{how}:1")
    await weeks.pass_time(6 * DAY)
    assert weeks.mail() == []


async def test_a_group_may_wish_for_none(weeks):
    told = await weeks.talk.say(ORGANISER, "group rules", nudges="off")
    assert "nobody is reminded" in told
    await weeks.pass_time(6 * DAY)
    assert weeks.mail() == []
    assert "off for the whole group" in await weeks.talk.say(ANA, "me")


async def test_me_shows_and_changes_it(weeks):
    assert "once a week at most" in await weeks.talk.say(ANA, "me")
    assert "no reminders any more" in await weeks.talk.press(ANA, "nudge.never:1")
    assert "Reminders: none" in await weeks.talk.say(ANA, "me")
    assert "reminded once a week" in await weeks.talk.press(ANA, "nudge.again:1")


async def test_a_queued_reminder_does_not_go_out_at_night(weeks):
    await weeks.until_queued()
    while awake(weeks.clock.now(), "Europe/Berlin"):
        weeks.clock.move(timedelta(hours=1))
    await weeks.outbox.run_once()
    assert weeks.mail() == []


async def test_one_zone_that_nobody_knows_stops_nobody_elses_reminder(weeks, caplog):
    """A zone may have left the machine's list since it was kept; its member is looked at again the next day."""
    ben = update(tables.members).where(tables.members.c.name == "Ben")
    async with weeks.talk.store.database.writing() as db:
        await db.execute(ben.values(zone="Mars/Olympus", nudge_at=weeks.clock.now()))
    await weeks.pass_time(5 * DAY + timedelta(hours=12))
    assert weeks.mail() == ["ana"]
    assert caplog.text.count("cannot be reminded") == 1
    async with weeks.talk.store.database.writing() as db:
        await db.execute(ben.values(zone=""))
    await weeks.pass_time(DAY)
    assert weeks.mail() == ["ana", "ben"]


def test_a_persons_zone_is_one_that_is_known_here():
    assert [Person("slack", "u", "Ana", zone=zone).zone for zone in ("Asia/Tokyo", "Mars/Olympus", "../etc", "")] == [
        "Asia/Tokyo",
        "",
        "",
        "",
    ]
