"""The same conversation on every platform, with the same outcome in the store.

A platform's test module inherits `PlatformContract` and gives it a fixture `world`: a `World` of its own kind, which
serves the study room made by `study_room` through the real platform, to people as the platform's counterpart has them.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Protocol

import pytest

from bot.channel_events import ChannelEvents
from bot.dispatcher import Dispatcher
from bot.platforms.base import Messenger, OutgoingMessage, PrivateMessage
from cogs import COGS
from cogs.meeting import announcement
from cogs.messages import ActionId, Button, say
from cogs.posts import compose
from cogs.services import Services
from store import LastOrganiser, Letter, NewRound, Page, Store
from study.agenda import Planned
from study.calendar import local_time
from study.group import Organiser, Place, Slot
from tests.cogs.conversation import COURSE, TO_CHOOSE, OneModel
from tests.cogs.test_compare import Comparing, TwoModels
from tests.platforms.hosted import Clock, host_of
from tests.store.school import write_to

NASTY = "<!channel> @everyone **blue** `blue` <b>blue</b> [blue](https://x.example)"


@dataclass
class StudyRoom:
    """What is below the platforms: a real store, the real features, a course of two questions, one group at a place."""

    place: Place
    store: Store
    services: Services
    dispatcher: Dispatcher
    clock: Clock
    cogs = COGS

    def host(self, data, *, facts=None):
        """The room as a platform sees it."""
        store = self.store
        facts = store.facts if facts is None else facts
        page = Page(store.database, self.place.workspace)
        return host_of(
            self.dispatcher,
            COGS,
            self.clock,
            facts,
            store.codes,
            ChannelEvents(store),
            page,
            store.signing_in,
            data,
        )

    async def post_now(self, group_id):
        return await self.services.post_now(group_id)

    async def outgoing(self, round_id=1):
        """The posts of a round as the outbox would hand them to the platform."""
        posts = await self.store.posts.of_round(round_id)
        return [OutgoingMessage(f"post-{post.id}", self.place, await compose(post.id, self.services)) for post in posts]

    async def to_member(self, member_id):
        """Have a member written to, as somebody whose answer was looked at is."""
        return await write_to(self.store, Letter("outcome", "o1", 1, member_id, 1, self.clock.now()))

    async def letters(self, message):
        """The private messages on their way, as the outbox would hand them to the platform."""
        waiting = [one for one in await self.store.deliveries.find(1) if one.recipient]
        return [PrivateMessage(one.key, one.channel.place, one.recipient.person, message) for one in waiting]

    async def outcome(self):
        """All that was kept of the conversation, in the same words whatever platform it was held on."""
        found = []
        for post in await self.store.posts.of_round(1):
            for member in await self.store.members.of_group(1):
                for answer in await self.store.answers.attempts(post.id, member.id):
                    kept = (
                        post.item or "recap",
                        member.name,
                        answer.ordinal,
                        answer.text,
                        answer.points,
                        answer.verdict,
                    )
                    found.append(kept)
        return sorted(found)


@asynccontextmanager
async def study_room(place: Place):
    store = await Store.open("sqlite://")
    try:
        clock = Clock()

        async def post_now(group_id):
            now = clock.now()
            slot = local_time(now, "Europe/Berlin").replace(microsecond=0).isoformat()
            posts = [Planned("recap", "", 1), Planned("item", "t-q1", 1), Planned("item", "t-q2", 1)]
            return await store.rounds.open(group_id, NewRound(slot, "tiny", 1, now, now + timedelta(days=7), posts))

        services = Services(store, {COURSE.id: COURSE}, OneModel(), post_now)
        room = StudyRoom(place, store, services, Dispatcher(COGS, services), clock)
        await store.groups.set_up(
            Place(place.platform, place.workspace, place.channel, place.name),
            name="Study room",
            course="tiny",
            zone="Europe/Berlin",
            slots=(Slot(0, time(18)),),
            at=clock.now(),
        )
        yield room
    finally:
        await store.close()


class Player(Protocol):
    """One person at the platform's counterpart. Every method returns what that person then reads, as plain text."""

    async def command(self, name: str, **options: str) -> str: ...

    async def presses(self, title: str, label: str) -> str:
        """Press a button of the channel's message of that title: the form that opens, or the reply."""

    async def sends(self, **fields: str | list[str]) -> str:
        """Fill in the form that is open and send it: the feedback, or what is wrong with a field.

        A list is what is tapped of several options.
        """

    async def sends_again(self) -> None:
        """The platform delivers the last form once more."""

    async def presses_reply(self, label: str) -> str:
        """Press a button of what this person was answered last: the form that opens, or the reply."""

    async def inbox(self) -> list[str]:
        """What the bot wrote to this person alone, by itself."""

    async def presses_in_private(self, label: str) -> str:
        """Press a button of the last message of that inbox: the form that opens, or the reply."""


class World(Protocol):
    """The platform, served to people."""

    room: StudyRoom
    platform: Messenger

    async def person(self, name: str, *, organiser: bool = False) -> Player: ...

    async def post(self, outgoing: OutgoingMessage) -> str: ...

    async def edit(self, outgoing: OutgoingMessage, message_id: str) -> None: ...

    async def tell(self, private: PrivateMessage) -> str: ...

    async def told(self, private: PrivateMessage) -> str | None:
        """The id under which the person has it, as somebody asks who does not know whether it arrived."""

    async def find(self, outgoing: OutgoingMessage) -> str | None:
        """The id under which it stands, as somebody asks who does not know whether it was posted."""

    async def channel(self) -> list[str]:
        """What everybody reads in the channel, a text for each message."""

    async def thread(self, message_id: str) -> list[str]:
        """What everybody reads in the thread under a message of the channel."""

    async def threads(self) -> list[str]:
        """What everybody reads in all threads of the channel."""


class PlatformContract:
    """What every platform must do, in the words of those who use it."""

    room_of = staticmethod(study_room)

    async def _opened(self, world):
        await world.room.post_now(1)
        return [await world.post(outgoing) for outgoing in await world.room.outgoing()]

    async def test_the_same_conversation_has_the_same_outcome(self, world):
        await self._opened(world)
        ana, ben = await world.person("Ana"), await world.person("Ben")
        assert "Which colour is the sky?" in await ana.presses("Question 1", "Answer")
        assert "Not yet." in await ana.sends(answer="red")
        await ana.presses("Question 1", "Answer")
        assert "That's right." in await ana.sends(answer="It is azure.")
        await ben.presses("Question 2", "Answer")
        assert "5 of 10 points" in await ben.sends(answer="yellow, I think")
        await ben.presses("Week 1: Colours", "Hand in my recap")
        assert "1 of the week's 2 ideas" in await ben.sends(recap="Light comes in wavelengths.")
        assert await world.room.outcome() == [
            ("recap", "Ben", 1, "Light comes in wavelengths.", 1.0, "partial"),
            ("t-q1", "Ana", 1, "red", 0.0, "refuse"),
            ("t-q1", "Ana", 2, "It is azure.", 1.0, "accept"),
            ("t-q2", "Ben", 1, "yellow, I think", 1.0, "partial"),
        ]

    async def test_options_are_tapped_and_what_was_tapped_is_told_of(self, world):
        world.room.services.courses["tiny"] = TO_CHOOSE
        await self._opened(world)
        ana, ben = await world.person("Ana"), await world.person("Ben")
        shown = await ana.presses("Question 1", "Answer")
        assert "Which of these mixes" in shown and "Choose one" in shown
        assert "That is one to mix from." in await ana.sends(answer="B")
        await ana.presses("Question 1", "Answer")
        assert "That's right." in await ana.sends(answer="A")
        assert "Choose all that are right" in await ben.presses("Question 2", "Answer")
        assert "5 of 10 points" in await ben.sends(answer=["A"])
        await ben.presses("Question 2", "Answer")
        assert "That's right." in await ben.sends(answer=["A", "C"])
        assert [kept[:4] for kept in await world.room.outcome()] == [
            ("t-q1", "Ana", 1, "B"),
            ("t-q1", "Ana", 2, "A"),
            ("t-q2", "Ben", 1, "A"),
            ("t-q2", "Ben", 2, "A, C"),
        ]

    async def test_a_form_delivered_twice_is_kept_once(self, world):
        await self._opened(world)
        ana = await world.person("Ana")
        await ana.presses("Question 1", "Answer")
        await ana.sends(answer="blue")
        await ana.sends_again()
        assert len(await world.room.outcome()) == 1

    async def test_an_empty_answer_is_refused_and_keeps_nothing(self, world):
        await self._opened(world)
        ana = await world.person("Ana")
        await ana.presses("Question 1", "Answer")
        assert "Write a few words first" in await ana.sends(answer="   ")
        assert await world.room.outcome() == []

    async def test_answers_are_private_and_words_stay_words(self, world):
        await self._opened(world)
        ana = await world.person("Ana")
        await ana.presses("Question 1", "Answer")
        assert NASTY in await ana.sends(answer=NASTY)
        assert not any("@everyone" in text for text in await world.channel())
        assert (await world.room.outcome())[0][3] == NASTY

    async def test_the_leaderboard_tells_places_by_name(self, world):
        await self._opened(world)
        ana, ben = await world.person("Ana"), await world.person("Ben")
        await ana.presses("Question 1", "Answer")
        await ana.sends(answer="blue")
        board = await ben.command("leaderboard", window="season")
        assert "Ana" in board and "10" in board

    async def test_organisers_commands_are_for_organisers(self, world):
        ana, olga = await world.person("Ana"), await world.person("Olga", organiser=True)
        assert "for organisers" in await ana.command("group pause")
        assert not (await world.room.store.groups.get(1)).paused
        await olga.command("group pause")
        assert (await world.room.store.groups.get(1)).paused

    async def test_whom_the_group_named_does_an_organisers_work_and_is_never_the_last_to_go(self, world):
        ana, place = await world.person("Ana"), world.room.place
        organisers, now = world.room.store.organisers, world.room.clock.now()
        await ana.command("me")
        member = next(one for one in await world.room.store.members.of_group(1) if one.name == "Ana")
        account = await world.room.store.members.account(member.id, place.platform, place.workspace)
        await organisers.add(1, Organiser("person", account, "Ana"), now)
        assert "Ana" in await ana.command("group organisers")
        await ana.command("group pause")
        assert (await world.room.store.groups.get(1)).paused
        with pytest.raises(LastOrganiser):
            await organisers.remove(1, Organiser("person", account, "Ana"), now)

    async def test_one_person_is_written_to_alone_and_answers_from_there(self, world):
        await self._opened(world)
        ana, ben = await world.person("Ana"), await world.person("Ben")
        for player in (ana, ben):
            await player.command("me")
        before = [len(await player.inbox()) for player in (ana, ben)]
        names = {member.name: member.id for member in await world.room.store.members.of_group(1)}
        answer = Button("Answer", ActionId("quiz.answer", ("2",)), "primary")
        for _ in range(2):  # asked for twice, it is one message
            assert await world.room.to_member(names["Ana"])
        (private,) = await world.room.letters(say(NASTY, title="To you alone", buttons=(answer,)))
        assert await world.told(private) is None
        told = await world.tell(private)
        assert await world.told(private) == told
        assert [len(await player.inbox()) for player in (ana, ben)] == [before[0] + 1, before[1]]
        assert not any("blue</b>" in text for text in await world.channel())
        assert "Which colour is the sky?" in await ana.presses_in_private("Answer")
        assert "That's right." in await ana.sends(answer="It is azure.")
        assert await world.room.outcome() == [("t-q1", "Ana", 1, "It is azure.", 1.0, "accept")]

    async def test_what_is_said_in_a_thread_stands_there_once_and_is_edited_there(self, world):
        ids = await self._opened(world)
        talked = say("Talk about blue.", title="Talk")
        one = OutgoingMessage("thread-1", world.room.place, replace(talked, thread="Question 1"), ids[1])
        assert await world.find(one) is None
        first = await world.post(one)
        assert await world.find(one) == first
        second = await world.post(replace(one, key="thread-2", message=say(NASTY)))
        assert first != second
        edited = replace(one, message=say("Talk about green.", title="Talk"))
        for _ in range(2):
            await world.edit(edited, first)
        told = await world.thread(ids[1])
        assert len(told) == 2 and "Talk about green." in told[0] and "<b>blue</b>" in told[1]
        assert await world.thread(ids[2]) == []

    async def test_people_say_whether_they_come_to_a_meeting(self, world):
        ana, olga = await world.person("Ana"), await world.person("Olga", organiser=True)
        assert "The meeting is planned." in await olga.command("group meeting", when="Thu 19:00", where="Room 5")
        store, now = world.room.store, world.room.clock.now()
        meeting = await store.meetings.coming(1)
        await store.meetings.announce(meeting, now)

        async def shown():
            told = await announcement(await store.meetings.get(meeting.id), world.room.services)
            return OutgoingMessage("meeting-1", world.room.place, told)

        posted = await world.post(await shown())
        assert "1 in, 0 not this time." in await ana.presses("Meeting · Study room", "I'm in")
        assert "0 in, 1 not this time." in await ana.presses("Meeting · Study room", "Not this time")
        await store.meetings.cancel(meeting.id, now)
        await world.edit(await shown(), posted)
        told = [text for text in await world.channel() if "Meeting · Study room" in text]
        assert len(told) == 1 and "The meeting is called off." in told[0] and "I'm in" not in told[0]

    async def test_two_models_are_compared_for_everybody_to_see(self, world):
        object.__setattr__(world.room.services, "trainer", Comparing())
        object.__setattr__(world.room.services, "classifier", TwoModels())
        ana, ben = await world.person("Ana"), await world.person("Ben")
        told = await ana.command("model compare", model="digits", **{"with": "baseline"})
        assert "73 pictures do not tell whether digits 1 or baseline 2 is better" in told
        assert "right on 68 of 73 (93%; with 95% certainty 85% to 97%)" in told
        assert "no shipped model has learned" in told
        shared = [text for text in await world.channel() if "do not tell whether" in text]
        alone = world.platform.name == "terminal"  # which has no channel beside what is said there
        assert alone or (len(shared) == 1 and "McNemar" in shared[0])
        refused = await ben.command("model compare", model="digits", **{"with": "dreams"})
        assert "digits cannot be compared with dreams. It can be with: baseline." in refused
        assert not any("dreams" in text for text in await world.channel())

    async def test_posting_and_editing_shows_each_message_once(self, world):
        ids = await self._opened(world)
        assert len(ids) == len(set(ids)) == len(await world.channel()) == 3
        world.room.clock.ahead = timedelta(days=8)
        await world.room.store.rounds.close_due(world.room.clock.now())
        outgoing = await world.room.outgoing()
        for _ in range(2):
            await world.edit(outgoing[1], ids[1])
        shown = await world.channel()
        assert len(shown) == 3 and sum("It is blue." in text for text in shown) == 1
