"""Meetings as a conversation: planned, announced with an agenda that writes itself, moved, called off, held."""

from datetime import UTC, datetime, timedelta
from functools import partial

import icalendar
import pytest

from bot.app import _composed
from bot.clock import ManualClock
from bot.platforms.text import render_text
from bot.schedule.meetings import Meetings
from bot.schedule.outbox import Outbox
from cogs.messages import Ask
from tests.bot.channelbook import Channelbook
from tests.cogs.conversation import ANA, BEN, HERE, ORGANISER, conversation

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Calendar(Channelbook):
    """A platform with a calendar; it keeps what stands there, and what was posted."""

    def __init__(self):
        super().__init__()
        self.name, self.events, self.shown = "test", {}, {}

    async def send(self, outgoing):
        message_id = await super().send(outgoing)
        self.shown[message_id] = render_text(outgoing.message)
        return message_id

    async def edit(self, outgoing, message_id):
        await super().edit(outgoing, message_id)
        self.shown[message_id] = render_text(outgoing.message)

    async def add_event(self, outgoing):
        self.events[outgoing.key] = outgoing.event
        return outgoing.key

    async def change_event(self, outgoing, event_id):
        self.events[event_id] = outgoing.event

    async def find_event(self, outgoing):
        return outgoing.key if outgoing.key in self.events else None

    @property
    def agendas(self):
        return [text for text in self.shown.values() if "Meeting ·" in text]


class Hall:
    """The conversation with its clock: meetings and outbox do what is due when time passes."""

    def __init__(self, talk, platform):
        self.talk, self.platform, self.clock = talk, platform, ManualClock(talk.now)
        self.meetings = Meetings(talk.store, self.clock)
        compose = partial(_composed, talk.services, self.clock)
        self.outbox = Outbox(talk.store, {"test": platform}, compose, self.clock, timedelta(hours=24))

    async def until(self, at):
        """Pass the time, and stop wherever something is due."""
        while self.clock.now() < at:
            due = await self.talk.store.meetings.next_due()
            self.clock.move(min(due or at, at) - self.clock.now())
            self.talk.now = self.clock.now()
            await self.tick()

    async def tick(self):
        await self.talk.store.rounds.close_due(self.clock.now())
        await self.meetings.tick()
        await self.outbox.run_once()

    async def say(self, person, **options):
        said = await self.talk.say(person, "group meeting", **options)
        await self.tick()
        return said

    async def press(self, person, name, key=None):
        meeting = (await self.talk.store.meetings.coming(1)).id
        said = await self.talk.press(person, name.format(meeting), key)
        await self.tick()
        return said

    async def coming(self):
        return await self.talk.store.meetings.coming(1)


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


THURSDAY = at(5, 18)  # 19:00 in Berlin; the round opens on Monday the 2nd


@pytest.fixture
async def hall(store):
    talk = await conversation(store)
    await talk.open_round()
    return Hall(talk, Calendar())


async def answered(hall):
    """A week in which both answered and allow to be shown, and which is over."""
    for person, first, second in ((ANA, "It is a deep blue.", "yellow and cyan"), (BEN, "Azure.", "red and pink")):
        await hall.talk.answer(person, 1, first)
        await hall.talk.answer(person, 2, second)
        member = next(one for one in await hall.talk.store.members.of_group(1) if one.name == person.name)
        await hall.talk.press(person, f"sharing.set:{member.id}:yes")
    await hall.until(at(9, 18))


@on_one_database
async def test_a_meeting_is_announced_an_hour_before_with_what_there_is_to_talk_about(hall):
    await answered(hall)
    await hall.talk.say(BEN, "ask", question="Why do zebras have stripes?")
    assert "The meeting is planned." in await hall.say(ORGANISER, when="Thu 19:00", where="Room 5")
    (event,) = hall.platform.events.values()
    assert (event.starts, event.where, event.cancelled) == (at(12, 18), "Room 5", False)
    await hall.until(at(12, 16, 59))
    assert hall.platform.agendas == []
    await hall.until(at(12, 17))
    (agenda,) = hall.platform.agendas
    for part in (
        "Thursday 12 March, 19:00", "Room 5", "What split the group", "Name the two colours", "1 of 2 had it.",
        "Two answers to argue about", "Azure.", "It is a deep blue.", "Why do zebras have stripes?",
        "Which colour would you paint a school?", "Whose turn it is to lead: Ana",
    ):  # fmt: skip
        assert part in agenda, part
    assert "Ben asks" not in agenda


@on_one_database
async def test_people_say_whether_they_come_and_the_agenda_counts_them(hall):
    await hall.say(ORGANISER, when="Thu 19:00")
    await hall.until(at(5, 17))
    assert "You are in." in await hall.press(ANA, "meeting.in:{}", "same")
    await hall.press(ANA, "meeting.in:{}", "same")
    assert "1 in, 1 not this time." in await hall.press(BEN, "meeting.out:{}")
    assert "1 in, 1 not this time." in hall.platform.agendas[0]
    await hall.until(at(5, 19))
    (agenda,) = hall.platform.agendas
    assert "The meeting is over." in agenda and "/ask add" in agenda and "I'm in" not in agenda
    assert await hall.coming() is None


async def test_the_turn_to_lead_goes_round_and_may_be_passed_on(hall):
    await answered(hall)
    await hall.say(ORGANISER, when="Thu 19:00", repeat="weekly")
    names = {one.id: one.name for one in await hall.talk.store.members.of_group(1)}
    assert names[(await hall.coming()).leader] == "Ana"
    assert "Only whose turn it is" in await hall.press(BEN, "meeting.lead:{}")
    assert "the turn of Ben" in await hall.press(ANA, "meeting.lead:{}")
    assert "Nobody is left" in await hall.press(ORGANISER, "meeting.lead:{}")
    await hall.until(at(12, 19))
    assert names[(await hall.coming()).leader] == "Ana"
    await hall.until(at(19, 18))  # Berlin changes its clocks on the 29th
    await hall.until(at(19, 19))
    assert names[(await hall.coming()).leader] == "Ben"  # Ana has led by now
    assert "not this time" in await hall.press(BEN, "meeting.out:{}")
    assert names[(await hall.coming()).leader] == "Ana"


@on_one_database
async def test_a_weekly_meeting_keeps_its_time_on_the_wall_when_clocks_change(hall):
    await hall.say(ORGANISER, when="Thu 19:00", repeat="weekly")
    await hall.until(at(26, 19))
    assert (await hall.coming()).at == datetime(2026, 4, 2, 17, tzinfo=UTC)
    assert len(hall.platform.posts) == len(set(hall.platform.posts))
    starts = sorted(event.starts for event in hall.platform.events.values())
    assert starts == [at(5, 18), at(12, 18), at(19, 18), at(26, 18), datetime(2026, 4, 2, 17, tzinfo=UTC)]
    await hall.talk.store.groups.change(1, at=hall.clock.now(), zone="America/New_York")
    await hall.tick()
    assert (await hall.coming()).at == datetime(2026, 4, 2, 23, tzinfo=UTC)
    assert max(event.starts for event in hall.platform.events.values()) == datetime(2026, 4, 2, 23, tzinfo=UTC)


async def test_what_is_moved_or_called_off_after_its_agenda_says_so_there(hall):
    await hall.say(ORGANISER, when="Thu 19:00", repeat="weekly")
    await hall.until(at(5, 17))
    assert "The meeting is moved." in await hall.say(ORGANISER, when="Thu 18:30")
    assert "Thursday 5 March, 18:30" in hall.platform.agendas[0] and len(hall.platform.events) == 1
    await hall.say(ORGANISER, when="Fri 19:00")
    assert "The meeting was moved." in hall.platform.agendas[0]
    assert "The next one: Friday 6 March, 19:00" in hall.platform.agendas[0]
    assert [event.cancelled for event in hall.platform.events.values()] == [True, False]
    await hall.until(at(6, 17))
    assert len(hall.platform.agendas) == 2
    assert "This is the next one" in await hall.press(ORGANISER, "meeting.cancel:{}:once")
    assert "The meeting is called off." in hall.platform.agendas[1]
    assert (await hall.coming()).at == at(13, 18)
    assert "called off" in await hall.press(ORGANISER, "meeting.cancel:{}:all")
    assert await hall.coming() is None and all(event.cancelled for event in list(hall.platform.events.values())[2:])
    assert "No meeting is planned." in await hall.say(ORGANISER)


@on_one_database
async def test_a_pause_calls_off_and_going_on_plans_anew(hall):
    await hall.say(ORGANISER, when="Thu 19:00", repeat="weekly")
    await hall.talk.say(ORGANISER, "group pause")
    assert "The group pauses." in await hall.say(ORGANISER, when="Fri 19:00")
    await hall.until(at(20, 18))
    assert hall.platform.agendas == [] and [one.cancelled for one in hall.platform.events.values()] == [True]
    await hall.talk.say(ORGANISER, "group resume")
    await hall.tick()
    assert (await hall.coming()).at == at(26, 18) and len(hall.platform.events) == 2


@on_one_database
async def test_a_bot_that_was_away_announces_late_but_never_after_the_beginning(hall):
    await hall.say(ORGANISER, when="Thu 19:00", repeat="weekly")
    hall.clock.move(at(5, 17, 40) - hall.clock.now())
    await hall.tick()
    assert len(hall.platform.agendas) == 1
    hall.clock.move(at(20, 9) - hall.clock.now())
    await hall.tick()
    assert len(hall.platform.agendas) == 1 and (await hall.coming()).at == at(26, 18)


@on_one_database
async def test_who_is_forgotten_stands_on_no_agenda_any_more(hall):
    await answered(hall)
    await hall.say(ORGANISER, when="Thu 19:00")
    await hall.until(at(12, 17))
    await hall.press(ANA, "meeting.in:{}")
    told = await hall.talk.store.privacy.export(1)
    assert told["attendances"] == [{"at": "2026-03-12T18:00:00+00:00", "comes": True, "leads": True}]
    await hall.talk.press(ANA, "me.erase")
    await hall.tick()
    assert "Ana" not in hall.platform.agendas[0] and "deep blue" not in hall.platform.agendas[0]
    assert "0 in, 0 not this time." in hall.platform.agendas[0]


@on_one_database
async def test_the_file_for_calendars_has_one_uid_its_zone_and_counts_its_changes(hall):
    async def file(meeting_id):
        ask = Ask(ANA, HERE, hall.clock.now(), "k")
        (made,) = (await hall.talk.dispatcher.press(f"meeting.file:{meeting_id}", ask)).files
        calendar = icalendar.Calendar.from_ical(made.data)
        (entry,) = calendar.walk("VEVENT")
        return calendar, entry

    await hall.say(ORGANISER, when="Thu 19:00", repeat="weekly")
    calendar, entry = await file(1)
    assert calendar["METHOD"] == "PUBLISH" and entry["RRULE"]["FREQ"] == ["WEEKLY"]
    assert b"DTSTART;TZID=Europe/Berlin:20260305T190000" in calendar.to_ical() and calendar.walk("VTIMEZONE")
    await hall.say(ORGANISER, when="Fri 20:00")
    _, moved = await file(1)
    assert moved["UID"] == entry["UID"] and moved["SEQUENCE"] > entry["SEQUENCE"]
    await hall.press(ORGANISER, "meeting.cancel:{}:once")
    _, next_one = await file(1)  # a button of the one that is called off leads to the next
    assert next_one["SEQUENCE"] > moved["SEQUENCE"] and next_one.start.day == 13
    await hall.press(ORGANISER, "meeting.cancel:{}:all")
    calendar, gone = await file(2)
    assert (calendar["METHOD"], gone["STATUS"], gone["UID"]) == ("CANCEL", "CANCELLED", entry["UID"])
    assert gone["SEQUENCE"] > next_one["SEQUENCE"]


@on_one_database
async def test_what_cannot_be_a_time_changes_nothing(hall):
    for wrong in ("soon", "Thu 25:00", "Mon 18:00, Thu 19:00"):
        assert "planned." not in await hall.say(ORGANISER, when=wrong)
    assert await hall.coming() is None
