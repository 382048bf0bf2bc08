"""What people write to the bot, in its messages and where they mention it; and how it greets."""

from __future__ import annotations

import pytest

from study.group import Place
from tests.counterparts.slack.webapi import words
from tests.platforms.slack.room import room
from tests.platforms.slack.test_slack_pictures import PNG


@pytest.fixture
async def ana(here):
    """Ana has answered in the group's channel once."""
    await here.post()
    await here.ana.slash(here.channel, "/study me")
    await here.ana.told_with(here.channel, "This week")
    return here.ana


async def test_the_words_of_commands_are_understood_in_its_messages(here, ana):
    before = len(here.channel.messages)
    assert "Which colour is the sky?" in words(await ana.writes("quiz"))
    assert "This week" in words(await ana.writes("me"))
    assert "This week" in words(await ana.writes("Leaderboard"))
    assert "What I do" in words(await ana.writes("help"))
    assert "This week" in words(await ana.writes("/study me"))
    verdict = words(await ana.writes("answer t-q1 it&#39;s <http://blue.example|blue>"))
    assert "That's right." in verdict
    assert "it's blue" in verdict
    assert len(await here.answers("Ana")) == 1
    assert len(here.channel.messages) == before, "nothing of it reaches the channel"


async def test_a_button_of_what_it_said_is_answered_there(here, ana):
    listed = await ana.writes("quiz")
    await ana.click(listed, "Week 1 · Question 1")
    await ana.modal_with("Which colour")
    await ana.submit({"answer": "blue"})
    assert len(await here.answers("Ana")) == 1


async def test_what_is_no_command_is_answered_with_what_there_is(here, ana):
    told = await ana.writes("hello there")
    assert "Write me what you would type as a command" in words(told)
    await ana.click(told, "Leaderboard")
    await ana.told_with(here.slack.dm(here.team, ana.id), "This week")
    assert "Did you mean" not in words(told)
    assert "leaderbord" in words(await ana.writes("leaderbord"))


async def test_what_a_command_needs_is_asked_for_in_a_form(here, ana):
    told = await ana.writes("answer t-q1")
    assert "also needs: text" in words(told)
    await ana.click(told, "Fill in")
    await ana.modal_with("Your answer")


async def test_a_picture_is_looked_at(here, ana):
    before = len(here.channel.messages)
    seen = await ana.writes("", ana.upload("seven.png", PNG))
    await ana.sees(lambda: any("looks like 7" in words(one) for one in ana.direct()), what=words(seen))
    assert len(here.channel.messages) == before, "the picture stays between the two"


async def test_a_mention_is_answered_in_the_channel_as_the_command_is(here, ana):
    await ana.mentions(here.channel, "quiz")
    await ana.told_with(here.channel, "Which colour is the sky?")
    await ana.mentions(here.channel, "leaderboard")
    await ana.told_with(here.channel, "Leaderboard · This week")
    await ana.mentions(here.channel, "")
    await ana.told_with(here.channel, "I run study groups")


async def test_its_own_messages_those_of_bots_and_edits_are_not_answered(here, ana):
    there = here.slack.dm(here.team, ana.id)
    said = {"type": "message", "channel_type": "im", "channel": there.id, "text": "me", "ts": "1.1"}
    for more in ({"user": here.team.bot_user}, {"user": ana.id, "bot_id": "B9"}, {"subtype": "message_changed"}):
        assert await here.slack.event(here.team, {**said, **more}) is not None
    assert "What I do" in words(await ana.writes("help"))
    assert len(there.messages) == 1


async def test_what_was_delivered_twice_is_answered_once(here, ana):
    there = here.slack.dm(here.team, ana.id)
    said = {"type": "message", "channel_type": "im", "channel": there.id, "user": ana.id, "text": "me", "ts": "1.1"}
    for attempt in range(3):
        await here.slack.event(here.team, said, event_id="Ev1", attempt=attempt)
    await ana.writes("help")
    await ana.sees(lambda: len(there.messages) > 1)
    assert len(there.messages) == 2


async def test_of_several_groups_one_is_chosen_in_its_messages(here, ana):
    other = here.slack.channel(here.team, "painters")
    await here.olga.slash(other, "/study group setup course: tiny zone: Europe/Berlin times: Mon 18:00")
    await here.olga.sees(lambda: here.olga.told(other))
    await ana.slash(other, "/study me")
    await ana.told_with(other, "This week")
    asked = await ana.writes("quiz")
    assert "Which of your groups do you mean?" in words(asked)
    await ana.click(asked, "painters")
    await ana.told_with(here.slack.dm(here.team, ana.id), "Nothing is open")
    assert "Nothing is open" in words(await ana.writes("quiz"))
    assert other.id in (await ana.home())["private_metadata"], "the page means the same group"


async def test_who_installed_it_is_greeted_once_and_sets_a_group_up_from_there(slack):
    async with room(slack, group=False) as here:
        hello = await here.olga.sees(here.olga.direct)
        assert "in this workspace" in words(hello[-1])
        await here.olga.click(hello[-1], "Set up")
        await here.olga.modal_with("Channel")
        chosen = {"course": "tiny", "zone": "Europe/Berlin", "times": "Mon 18:00", "where": here.channel}
        assert await here.olga.submit(chosen) == {}
        await here.olga.modal_with("is set up")
        assert await here.store.groups.at(Place("slack", here.team.id, here.channel.id)) is not None
        await here.platform._welcome(here.team.id)
        assert len(here.olga.direct()) == 1


async def test_who_invites_it_is_greeted_in_their_own_language(slack):
    async with room(slack, group=False) as here:
        eva, other = slack.person(here.team, "Eva", locale="de-DE"), slack.channel(here.team, "maler", invited=False)
        await slack.invite(here.team, other, eva.id)
        await eva.told_with(other, "Ich kann in diesem Kanal eine Lerngruppe führen")


async def test_a_page_draws_the_points_of_several_weeks(here, ana):
    await ana.writes("answer t-q1 blue")
    await here.clock.advance(7)
    page = words(await ana.home())
    assert "Your points by week" in page
    assert "█" in page
