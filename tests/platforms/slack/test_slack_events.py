"""Events delivered late, twice or over lines that break, and people of every kind."""

import asyncio
import copy
import re

import pytest

from bot.dispatcher import Dispatcher
from bot.platforms import line_state
from bot.platforms.base import PrivateMessage
from bot.platforms.line_state import UPS
from bot.platforms.slack.installation.connect import SlackError
from cogs import COGS
from cogs.messages import ActionId, Ask, Button, Person, say
from store import DatabaseUnavailable
from study.group import Place
from study.texts import using_language
from tests.counterparts.slack.webapi import words
from tests.platforms.slack.room import Rounds, room
from tests.store.school import lost_channel


class Slowly:
    """A dispatcher that takes its time: some seconds, or what it is given to wait for."""

    def __init__(self, dispatcher, wait):
        self._dispatcher, self.presses = dispatcher, 0
        self._wait = wait if callable(wait) else lambda: asyncio.sleep(wait)

    def asks_who_belongs(self, platform, belongs):
        self._dispatcher.asks_who_belongs(platform, belongs)

    async def command(self, name, ask):
        await self._wait()
        return await self._dispatcher.command(name, ask)

    async def press(self, press_id, ask):
        self.presses += 1
        await self._wait()
        return await self._dispatcher.press(press_id, ask)

    async def suggest(self, *args):
        return await self._dispatcher.suggest(*args)


class Broken:
    def __init__(self, dispatcher):
        self._dispatcher, self.broken = dispatcher, False

    def asks_who_belongs(self, platform, belongs):
        self._dispatcher.asks_who_belongs(platform, belongs)

    async def command(self, name, ask):
        return await self._dispatcher.command(name, ask)

    async def press(self, press_id, ask):
        if self.broken:
            raise RuntimeError("out of order")
        return await self._dispatcher.press(press_id, ask)

    async def suggest(self, *args):
        return await self._dispatcher.suggest(*args)


async def asked(here, who=None, question="Question 1"):
    who = who or here.ana
    await who.click(here.message(question), "Answer")
    return await who.sees(lambda: who.modal if who.modal and "submit" in who.modal.view else None)


async def test_the_same_submission_in_a_new_envelope_is_one_answer(here):
    await here.post()
    await asked(here)
    await here.ana.submit({"answer": "blue"})
    for _ in range(4):
        again = await here.ana.again()
        assert "That's right." in words(again.payload["view"])
    assert len(await here.answers("Ana")) == 1


async def test_two_deliveries_at_once_are_one_answer(slack, monkeypatch):
    monkeypatch.setattr("bot.platforms.slack.inbound.PATIENCE", 10)
    async with room(slack, wrap=lambda dispatcher: Slowly(dispatcher, 0.2)) as here:
        await here.post()
        view = await asked(here)
        payload = here.ana.submission(view, {"answer": "blue"})
        acks = await asyncio.gather(*(slack.deliver("interactive", copy.deepcopy(payload)) for _ in range(5)))
        assert all("That's right." in words(ack.payload["view"]) for ack in acks)
        assert len(await here.answers("Ana")) == 1


async def test_a_command_delivered_again_is_not_answered_again(here):
    await here.ana.slash(here.channel, "/study me")
    await here.ana.told_with(here.channel, "This week")
    assert await here.ana.again() is not None
    await asyncio.sleep(0.2)
    assert len(here.ana.told(here.channel)) == 1


async def test_a_press_delivered_again_opens_no_second_form(here):
    await here.post()
    await asked(here)
    assert await here.ana.again() is not None
    await asyncio.sleep(0.1)
    assert len(here.slack.called("views.open")) == 1


async def test_an_answer_that_takes_long_is_shown_as_being_checked_with_what_was_written(slack):
    seen = asyncio.Event()
    async with room(slack, wrap=lambda dispatcher: Slowly(dispatcher, seen.wait)) as here:
        await here.post()
        seen.set()
        await asked(here)
        seen.clear()
        await here.ana.submit({"answer": "it is blue because of the light"})
        reads = here.ana.reads()
        assert "Checking" in reads and "it is blue because of the light" in reads and "send it again" in reads
        seen.set()
        await here.ana.modal_with("That's right.")


async def test_a_fault_that_comes_late_brings_the_form_back_with_what_was_written(slack):
    async with room(slack, wrap=lambda dispatcher: Slowly(dispatcher, 0.9)) as here:
        await here.post()
        await asked(here)
        await here.ana.submit({"answer": "   "})
        await here.ana.modal_with("⚠ Write a few words first")
        assert "submit" in here.ana.modal.view
        await here.ana.submit({"answer": "blue"})
        await here.ana.modal_with("That's right.")
        assert len(await here.answers("Ana")) == 1


async def test_an_answer_being_checked_when_the_bot_died_is_marked_at_the_next_start(slack, tmp_path):
    async with room(slack, wrap=lambda dispatcher: Slowly(dispatcher, 0.6), data=tmp_path) as here:
        await here.post()
        view = await asked(here)
        payload = here.ana.submission(view, {"answer": "blue, as ever, on most of the days"})
        ack = await slack.deliver("interactive", payload)
        assert "Checking" in words(ack.payload["view"])
        left = list((tmp_path / "slack-inbox").iterdir())
        assert len(left) == 1 and left[0].stat().st_mode & 0o777 == 0o600
        kept = left[0].read_text()
        await here.ana.modal_with("That's right.")
        assert await here.platform._inbound.settled(5) and not list((tmp_path / "slack-inbox").iterdir())

    async with room(slack, data=tmp_path, team=here.team, start=False) as there:
        await there.store.channels.add(1, Place("slack", here.team.id, here.channel.id))
        await Rounds(there.store, there.clock).post_now(1)
        left[0].write_text(kept)
        (tmp_path / "slack-inbox" / "broken.json").write_text("{")
        for _ in range(2):
            await there.platform.start()
            await there.platform.stop()
        assert [a.text for a in await there.answers("Ana")] == ["blue, as ever, on most of the days"]
        assert [path.name for path in (tmp_path / "slack-inbox").iterdir()] == ["broken.unreadable"]


async def test_feedback_for_a_modal_that_was_closed_comes_beside_the_button_whole(slack):
    async with room(slack, wrap=lambda dispatcher: Slowly(dispatcher, 0.8)) as here:
        await here.post()
        await asked(here, question="Question 2")
        await here.ana.submit({"answer": "yellow"})
        here.ana.close()
        told = await here.ana.told_with(here.channel, "5 of 10 points")
        await here.ana.click(told, "Try again")
        await here.ana.modal_with("Name the two colours")


async def test_a_fault_for_a_modal_that_was_closed_is_told_too(slack):
    async with room(slack, wrap=lambda dispatcher: Slowly(dispatcher, 0.8)) as here:
        await here.post()
        await asked(here)
        await here.ana.submit({"answer": "  "})
        here.ana.close()
        await here.ana.told_with(here.channel, "Nothing was kept. Write a few words first")


async def test_a_command_that_breaks_is_answered_in_words_and_may_be_sent_again(slack, monkeypatch):
    async with room(slack) as here:
        monkeypatch.setattr(here.platform._inbound._requests, "command", _breaks)
        await here.ana.slash(here.channel, "/study me")
        await here.ana.told_with(here.channel, "Something broke on our side")
        monkeypatch.undo()
        assert await here.ana.again() is not None
        await here.ana.told_with(here.channel, "This week")


async def _breaks(*_):
    raise RuntimeError("out of order")


async def test_a_slow_form_opens_while_the_trigger_lives(slack):
    seen = asyncio.Event()
    async with room(slack, wrap=lambda dispatcher: Slowly(dispatcher, seen.wait)) as here:
        await here.post()
        await here.ana.click(here.message("Question 1"), "Answer")
        await here.ana.modal_with("Checking")
        slack.trigger_seconds = -1
        seen.set()
        await here.ana.modal_with("Which colour")
        await here.ana.submit({"answer": "blue"})
        await here.ana.modal_with("That's right.")


async def test_a_trigger_that_has_died_is_told_beside_the_button(here):
    await here.post()
    here.slack.trigger_seconds = -1
    await here.ana.click(here.message("Question 1"), "Answer")
    await here.ana.told_with(here.channel, "press again")


async def test_what_breaks_on_our_side_is_never_told_as_saved(slack):
    desks = []

    def wrap(dispatcher):
        desks.append(Broken(dispatcher))
        return desks[0]

    async with room(slack, wrap=wrap) as here:
        await here.post()
        await asked(here)
        desks[0].broken = True
        errors = await here.ana.submit({"answer": "blue"})
        assert "may not have been saved" in errors["answer"]
        assert await here.answers("Ana") == []
        desks[0].broken = False
        assert await here.ana.submit({"answer": "blue"}) == {}, "the form is still there"
        await here.ana.modal_with("That's right.")


def _out_of_order(*_, **__):
    raise DatabaseUnavailable


async def test_what_cannot_be_saved_just_now_stays_in_its_form(here, monkeypatch):
    await here.post()
    await asked(here)
    monkeypatch.setattr(here.store.answers, "record", _out_of_order)
    errors = await here.ana.submit({"answer": "blue"})
    assert errors["answer"] == str(DatabaseUnavailable())
    monkeypatch.undo()
    assert await here.ana.submit({"answer": "blue"}) == {}
    await here.ana.modal_with("That's right.")


async def test_what_cannot_be_saved_is_given_back_where_the_form_is_gone(slack, monkeypatch):
    async with room(slack, wrap=lambda dispatcher: Slowly(dispatcher, 0.8)) as here:
        await here.post()
        await asked(here)
        monkeypatch.setattr(here.store.answers, "record", _out_of_order)
        await here.ana.submit({"answer": "blue, as ever, on most of the days"})
        here.ana.close()
        assert "on most of the days" in words(await here.ana.told_with(here.channel, "Nothing was kept."))


async def test_a_typed_answer_that_cannot_be_saved_is_given_back(here, monkeypatch):
    await here.post()
    monkeypatch.setattr(here.store.answers, "record", _out_of_order)
    await here.ana.slash(here.channel, "/study answer item: t-q1 text: azure or so")
    assert "azure or so" in words(await here.ana.told_with(here.channel, str(DatabaseUnavailable())))


async def test_stopping_finishes_what_was_acknowledged(slack):
    async with room(slack, wrap=lambda dispatcher: Slowly(dispatcher, 1.0)) as here:
        await here.post()
        await asked(here)
        await here.ana.submit({"answer": "blue"})
        assert "Checking" in here.ana.reads()
        await here.platform.stop()
        assert [a.text for a in await here.answers("Ana")] == ["blue"]
        await here.platform.start()


# --- sockets ----------------------------------------------------------------------------------------------------


async def test_there_are_two_sockets_and_each_ticket_is_used_once(here):
    await here.ana.sees(lambda: len(here.slack.sockets.open) == 2)
    assert here.slack.sockets.refused_tickets == 0


async def test_sockets_that_are_refreshed_lose_nothing(here):
    await here.post()
    refresh = asyncio.create_task(here.slack.sockets.refresh("refresh_requested", close_after=0.2))
    for question in ("Question 1", "Question 2"):
        for who in (here.ana, here.ben):
            await asked(here, who, question)
            await who.submit({"answer": "blue and yellow"})
    await refresh
    await here.ana.sees(lambda: len([s for s in here.slack.sockets.open if not s.closed]) == 2)
    assert len(await here.answers("Ana")) == len(await here.answers("Ben")) == 2
    assert here.slack.sockets.refused_tickets == 0


async def test_an_event_from_while_no_socket_was_open_is_worked_on_afterwards(here):
    await here.post()
    here.slack.sockets.cut()
    before = here.team.homes.get(here.ana.id)
    event = {"type": "app_home_opened", "user": here.ana.id, "channel": "D1", "tab": "home"}
    await here.slack.event(here.team, event)
    await here.ana.sees(lambda: here.team.homes.get(here.ana.id) is not before, 20)


async def test_sockets_that_open_and_close_again_and_again_are_told_and_well_again_once_they_hold(here, monkeypatch):
    sockets = here.slack.sockets

    async def flap():
        before = list(sockets.open)
        for socket in before:
            await socket.close()
        await here.ana.sees(lambda: len(set(sockets.open) - set(before)) == 2, 20)

    for _ in range(UPS - 2):  # they were taken up at the start, too
        await flap()
        await here.platform.check()
    await flap()
    with pytest.raises(SlackError, match="took every socket up 5 times"):
        await until_raised(here.platform.check)
    monkeypatch.setattr(line_state, "HELD_SECONDS", 0.0)
    await here.platform.check()


async def until_raised(check):
    """Ask until it raises: Slack's greeting is read a moment after the socket is there."""
    while True:
        await check()
        await asyncio.sleep(0.01)


# --- people -----------------------------------------------------------------------------------------------------


async def test_guests_and_people_of_other_workspaces_answer_but_never_organise(here):
    await here.post()
    guest = here.slack.person(here.team, "Gus", guest=True, admin=True)
    stranger = here.slack.person(here.team, "Stella", stranger=True, admin=True, home_team="T999")
    for who in (guest, stranger):
        await asked(here, who)
        await who.submit({"answer": "blue"})
        await who.modal_with("That's right.")
        await who.slash(here.channel, "/study group pause")
        await who.told_with(here.channel, "is for organisers")


async def test_an_account_that_was_closed_has_no_rights_left(here):
    old = here.slack.person(here.team, "Otto", admin=True, deleted=True)
    await old.slash(here.channel, "/study group pause")
    await old.told_with(here.channel, "is for organisers")


async def test_when_slack_does_not_say_who_someone_is_they_still_answer_without_rights(here):
    await here.post()
    here.slack.trouble("users.info", "500", times=99)
    await asked(here, here.olga)
    await here.olga.submit({"answer": "blue"})
    await here.olga.modal_with("That's right.")
    await here.olga.slash(here.channel, "/study group pause")
    await here.olga.told_with(here.channel, "I cannot find out just now whether you may do that")
    other = here.slack.channel(here.team, "other")
    guest = here.slack.person(here.team, "Gus", guest=True)
    await guest.slash(other, "/study group setup course: tiny zone: Europe/Berlin times: Mon 18:00")
    await guest.told_with(other, "I cannot find out just now")
    assert len(await here.store.groups.all()) == 1


async def test_rights_taken_away_are_gone_within_half_a_minute(here, monkeypatch):
    from bot.platforms.slack import people

    await here.olga.slash(here.channel, "/study group status")
    await here.olga.told_with(here.channel, "Readers")
    here.olga.user.admin = here.olga.user.owner = False
    monkeypatch.setattr(people, "RIGHTS_REMEMBERED", 0.0)
    await here.olga.slash(here.channel, "/study group pause")
    await here.olga.told_with(here.channel, "is for organisers")


async def test_in_ones_own_messages_one_means_ones_own_group(here):
    await here.ana.slash(here.channel, "/study me")
    await here.ana.told_with(here.channel, "This week")
    dm = here.slack.dm(here.team, here.ana.id)
    await here.ana.slash(dm, "/study me")
    await here.ana.told_with(dm, "This week")


async def test_a_reminder_s_buttons_are_good_in_whichever_group_of_several_it_comes_from(here):
    other = here.slack.channel(here.team, "painters")
    await here.olga.slash(other, "/study group setup course: tiny zone: Europe/Berlin times: Mon 18:00")
    await here.olga.told_with(other, "is set up")
    for channel in (here.channel, other):
        await here.ana.slash(channel, "/study me")
        await here.ana.told_with(channel, "This week")
    await Rounds(here.store, here.clock).post_now(2)
    post = next(one for one in await here.store.posts.open(2) if one.item == "t-q1")
    answer = Button("Answer", ActionId("quiz.answer", (str(post.id),)))
    place = Place("slack", here.team.id, other.id)
    await here.platform.tell_member(PrivateMessage("k", place, here.ana.id, say("Still open.", buttons=(answer,))))
    await here.ana.click(here.ana.direct()[-1], "Answer")
    await here.ana.modal_with("Which colour")
    await here.ana.submit({"answer": "blue"})
    await here.ana.modal_with("That's right.")
    member = next(one for one in await here.store.members.of_group(2) if one.name == "Ana")
    assert [one.text for one in await here.store.answers.attempts(post.id, member.id)] == ["blue"]


async def test_a_channel_without_a_group_says_how_to_begin(here):
    other = here.slack.channel(here.team, "other", invited=False)
    await here.ana.slash(other, "/study me")
    await here.ana.told_with(other, "/study group setup")


async def test_a_renamed_workspace_changes_nothing(here):
    here.team.name = "Scholars"
    await here.post()
    await asked(here)
    await here.ana.submit({"answer": "blue"})
    await here.ana.modal_with("That's right.")


async def test_a_name_full_of_markup_formats_and_mentions_nothing(here):
    nasty = here.slack.person(here.team, "<!channel> *Ana* <https://x|y> :tada:")
    await here.post()
    await asked(here, nasty)
    await nasty.submit({"answer": "blue <!here> ```x```"})
    await nasty.modal_with("That's right.")
    await here.ben.slash(here.channel, "/leaderboard")
    told = await here.ben.told_with(here.channel, "1 | <!channel> *Ana*")
    assert "&lt;!channel&gt;" in told.text


async def test_a_renamed_channel_is_called_by_its_new_name(here):
    here.channel.name = "readers"
    await here.ana.slash(here.channel, "/study me")
    await here.ana.told_with(here.channel, "This week")
    assert [channel.name for channel in await here.store.channels.of_group(1)] == ["readers"]
    here.channel.name = "privategroup"  # what Slack calls a private channel in a command
    await here.ana.slash(here.channel, "/study me")
    await here.ana.sees(lambda: len(here.ana.told(here.channel)) == 2)
    assert [channel.name for channel in await here.store.channels.of_group(1)] == ["readers"]


async def test_two_selves_are_one_on_the_leaderboard_of_a_group_in_two_places(here):
    elsewhere = Place("discord", "guild", "room", "study-room")
    await here.store.channels.add(1, Place(elsewhere.platform, elsewhere.workspace, elsewhere.channel, elsewhere.name))
    await here.post()
    await asked(here)
    await here.ana.submit({"answer": "blue"})
    await here.ana.modal_with("That's right.")
    await here.ana.slash(here.channel, "/study link")
    told = words(await here.ana.told_with(here.channel, "Within ten minutes"))
    code = re.search(r"/study link ([\w-]+)", told)[1]
    dispatcher, other = Dispatcher(COGS, here.services), Person("discord", "777", "Ana on Discord")
    linked = await dispatcher.command("link", Ask(other, elsewhere, here.clock.now(), "d1", {"code": code}))
    assert "Linked" in linked.summary
    post = next(p for p in await here.store.posts.open(1) if p.item == "t-q2")
    await dispatcher.press(
        f"quiz.send:{post.id}", Ask(other, elsewhere, here.clock.now(), "d2", {"answer": "cyan, yellow"})
    )
    await here.ben.slash(here.channel, "/leaderboard")
    board = words(await here.ben.told_with(here.channel, "1 | Ana"))
    assert "1 | Ana on Discord | 20" in board, "one line, under the name used last"
    assert "2. " not in board and board.count("Ana") == 1


async def test_a_private_channel_is_left_and_rejoined_and_what_waited_is_posted(slack):
    async with room(slack, group=False) as here:
        secret = slack.channel(here.team, "secret", private=True)
        await here.olga.slash(secret, "/study group setup")
        await here.olga.sees(lambda: here.olga.modal and "submit" in here.olga.modal.view)
        assert await here.olga.submit({"course": "tiny", "zone": "Europe/Berlin", "times": "Mon 18:00"}) == {}
        await here.olga.modal_with("is set up")
        await slack.let_go(here.team, secret)
        lost = await lost_channel(here.store)
        assert "invite me with /invite" in str(lost.trouble)
        (told,) = await here.store.notices.claim(here.clock.now(), 60)
        assert told.text == lost.trouble
        await slack.invite(here.team, secret, here.olga.id)
        (back,) = await here.store.channels.of_group(1)
        assert not back.trouble and secret.posts() == []


async def test_a_channel_left_is_told_in_the_language_of_whoever_reads_it(here):
    await here.slack.let_go(here.team, here.channel)
    trouble = (await lost_channel(here.store)).trouble
    assert str(trouble).startswith("I am not in this channel")
    with using_language("de"):
        assert str(trouble).startswith("Ich bin nicht in diesem Kanal")


SETUP = {"course": "tiny", "zone": "Europe/Berlin", "times": "Mon 18:00"}


async def test_no_group_begins_in_a_conversation_the_channel_is_chosen_first(slack):
    async with room(slack, group=False) as here:
        few = slack.channel(here.team, "mpdm-olga--ana-1", invited=False, private=True)
        for there, name in ((slack.dm(here.team, here.olga.id), "directmessage"), (few, few.name)):
            written = " ".join(f"{key}: {value}" for key, value in SETUP.items())
            await here.olga.slash(there, f"/study group setup {written}", channel_name=name)
            await here.olga.told_with(there, "invite me to one, and ask there")
            assert not await here.store.groups.all()
        await here.olga.slash(few, "/study group setup", channel_name=few.name)
        await here.olga.modal_with("Where the group shall read")
        assert await here.olga.submit({**SETUP, "where": here.channel}) == {}
        await here.olga.modal_with("is set up")
        assert await here.store.groups.at(Place("slack", here.team.id, here.channel.id)) is not None


async def test_a_private_channel_s_group_takes_in_nobody_from_outside(slack):
    async with room(slack) as here:
        here.channel.private = True
        cem = slack.person(here.team, "Cem")
        here.channel.members.discard(cem.id)
        assert "There is no study group here yet" in words(await cem.writes("leaderboard"))
        assert "I do not know you from any study group" in words(await cem.writes("quiz"))
        assert "You are not in a study group yet" in words(await cem.home())
        assert "This week" in words(await here.ben.writes("me"))
        assert [one.name for one in await here.store.members.of_group(1)] == ["Ben"]
        # Whoever left it is told nothing more of it either.
        here.channel.members.discard(here.ben.id)
        here.platform._requests._people._readers.forget((here.channel.id, here.ben.id))
        assert "I do not know you from any study group" in words(await here.ben.writes("me"))


async def test_while_slack_does_not_say_who_is_in_a_channel_nobody_new_is_taken_in(slack):
    async with room(slack) as here:
        await here.ana.writes("me")
        slack.trouble("conversations.info", "fatal_error", times=9)
        here.platform._requests._people._readers.forget((here.channel.id, here.ana.id))
        assert "This week" in words(await here.ana.writes("me"))
        assert "I do not know you" in words(await here.ben.writes("me"))
