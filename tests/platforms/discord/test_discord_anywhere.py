"""Practice outside the group's channel: alone with the bot, in another server, with a friend; for one's own groups."""

from __future__ import annotations

from datetime import time

import pytest

from bot.platforms.discord import guilds
from cogs.messages import ActionId
from study.group import Place, Slot
from tests.counterparts.discord import people
from tests.counterparts.discord.people import NotPossible
from tests.platforms.discord.test_discord_posting import PNG

QUESTIONS = "Which colour is the sky?"


@pytest.fixture
def forgetful(monkeypatch):
    """Who is where is asked each time."""
    monkeypatch.setattr(guilds, "SEEN_SECONDS", -1.0)


@pytest.fixture
async def ana(world):
    """Ana answered once in the group's channel, and writes to the bot alone."""
    await world.room.post_now(1)
    someone = world.hall.person("Ana")
    await someone.ask("/me")
    return someone


@pytest.fixture
async def club(world):
    """A second server, with a group of its own."""
    made = people.Place(world.hall.discord, "Chess club")
    made.invite_bot()
    place = Place("discord", str(made.guild.id), str(made.channel.id), "general")
    slots = (Slot(0, time(18)),)
    at = world.room.clock.now()
    await world.room.store.groups.set_up(place, name="Chess club", course="tiny", zone="UTC", slots=slots, at=at)
    return made


async def answered_at(someone, shown, label):
    sheet = await someone.click(shown, label)
    return sheet, await someone.submit(sheet, answer="It is blue.")


async def test_ones_only_group_is_the_one_meant_alone_with_the_bot(world, ana):
    alone = ana.alone()
    listed = await alone.ask("/quiz")
    assert QUESTIONS in listed.text
    sheet, verdict = await answered_at(alone, listed, "Week 1 · Question 1")
    assert QUESTIONS in sheet.text
    assert "That's right." in verdict.text
    assert "10 points" in (await alone.ask("/me")).text
    assert "Study room" in (await alone.ask("/me")).text
    assert "Nothing to review" in (await alone.ask("/review")).text
    assert "looks like 7" in (await alone.ask("/classify", image=PNG)).text
    practice = await alone.ask("/quiz", item="t-q2")
    assert "two colours" in practice.text
    assert [one["value"] for one in await alone.suggest("/quiz", "item", "t-q1")] == ["t-q1"]


async def test_who_added_the_bot_to_their_account_practises_in_other_servers_and_with_friends(world, ana):
    elsewhere = people.Place(world.hall.discord, "A strange server", joined=False)
    with pytest.raises(NotPossible):
        await ana.visits(elsewhere).ask("/quiz")
    ana.has_the_app = True
    for there in (ana.visits(elsewhere), ana.with_friend(world.hall.person("Ben"))):
        listed = await there.ask("/quiz")
        assert QUESTIONS in listed.text
        assert listed.private
        assert (await there.ask("/classify", image=PNG)).private, "only who asks reads it among strangers"
        with pytest.raises(NotPossible):
            await there.ask("/leaderboard")


async def test_who_manages_another_server_is_no_organiser_of_the_group(world, ana):
    theirs = people.Place(world.hall.discord, "Ana's own", joined=False)
    ana.has_the_app = True
    there = ana.visits(theirs)
    theirs.guild.owner = there.user
    listed = await there.ask("/quiz")
    (post, *_) = [one for one in await world.room.store.posts.open(1) if one.kind == "item"]
    for press in ("group.status", f"sharing.pick:{post.id}:a:b", "group.now"):
        assert "is for organisers" in (await there.press(listed, press)).text


async def test_of_several_groups_one_is_chosen_and_remembered(world, ana, club):
    visitor = ana.visits(club)
    await visitor.ask("/me")
    alone = ana.alone()
    asked = await alone.ask("/quiz")
    assert "Which of your groups do you mean?" in asked.text
    assert list(asked.buttons) == ["Study room", "Chess club"]
    assert "Nothing is open" in (await alone.click(asked, "Chess club")).text
    assert "Nothing is open" in (await alone.ask("/quiz")).text
    card = await alone.ask("/me")
    assert "Chess club" in card.text
    again = await alone.click(card, "Another group")
    assert "Study room" in (await alone.click(again, "Study room")).text
    assert QUESTIONS in (await alone.ask("/quiz")).text


async def test_who_is_in_no_group_hears_what_comes_next(world, ana, club):
    eve = world.hall.person("Eve").alone()
    for line in ("/quiz", "/review", "/me"):
        told = (await eve.ask(line)).text
        assert "I do not know you from any study group yet." in told
        assert "/me" in told
    assert "I do not know you" in (await eve.ask("/classify", image=PNG)).text
    for item in ("t-q1", "1"):
        assert "I do not know you" in (await eve.ask("/quiz", item=item)).text
    assert await eve.suggest("/quiz", "item", "t") == []
    hello = await eve.ask("/me")
    posts = [str(post.id) for post in await world.room.store.posts.open(1)]
    for press in (*(f"quiz.answer:{post}" for post in posts), "own.choose:1:quiz", "quiz.practise:t-q1", "own.ask"):
        told = await eve.press(hello, press)
        assert QUESTIONS not in told.text, press
        assert "Study room" not in told.text, press
    assert len(await world.room.store.members.of_group(1)) == 1


async def test_a_group_is_not_told_to_who_left_its_server(forgetful, world, ana, club):
    await ana.visits(club).ask("/me")
    alone = ana.alone()
    asked = await alone.ask("/quiz")
    choice = str(ActionId("own.choose", ("1", "quiz")).id)
    ana.leaves()
    assert "Nothing is open" in (await alone.ask("/quiz")).text, "the group that is left is meant"
    assert "does not exist" in (await alone.press(asked, choice)).text
    (post, *_) = [one for one in await world.room.store.posts.open(1) if one.kind == "item"]
    assert "does not exist" in (await alone.press(asked, f"quiz.answer:{post.id}")).text
    club.remove_bot()
    assert "I do not know you" in (await alone.ask("/quiz")).text
