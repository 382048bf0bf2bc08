"""Conversations on Discord, held through the unmodified client."""

from __future__ import annotations

import asyncio

import pytest

from bot.platforms.base import PrivateMessage
from bot.vision import pictures
from cogs import COGS
from cogs.messages import ActionId, Button, say
from study.group import Place as GroupPlace
from tests.counterparts.discord.people import NotAnswered, Shown
from tests.platforms.contract import study_room
from tests.platforms.discord import sample
from tests.platforms.discord.served import until

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture(autouse=True)
def _no_answers():
    sample.answers.clear()


async def test_a_command_is_answered_privately_by_name(hall, bot):
    ada = hall.person("Ada", nick="Ada *L*")
    said = await ada.ask("/hello")
    assert said.private
    assert said.text == "Hello Ada *L* in general, organiser: False."


async def test_a_person_is_told_in_the_language_of_their_discord(hall, bot):
    ada = hall.person("Ada", locale="de")
    form = await ada.click(await _posted(bot, hall), "Answer")
    said = await ada.submit(form, answer="my fault, all of it")
    assert "Du hast geschrieben:" in said.text and "> my fault, all of it" in said.text


async def test_a_public_command_is_seen_by_all(hall, bot):
    said = await hall.person("Ada").ask("/leaderboard", window="all")
    assert not said.private
    assert said.text == "The leaders of all."
    assert [shown.text for shown in hall.person("Bob").sees()] == ["The leaders of all."]


async def test_organisers_are_known_by_their_rights_not_by_what_they_see(hall, bot):
    said = await hall.person("Olga", organiser=True).ask("/group pause")
    assert "organiser: True" in said.text
    assert "organiser: False" in (await hall.person("Ada").ask("/group pause")).text


async def test_a_form_opens_is_sent_and_its_card_is_replaced(hall, bot):
    ada = hall.person("Ada")
    post = await _posted(bot, hall)
    form = await ada.click(post, "Answer")
    assert (form.title, form.labels) == ("Question 17", ["Your answer", "Note"])
    assert form.text == r"What is a \*tensor\*?"
    verdict = await ada.submit(form, answer="An array\nof numbers")
    assert verdict.private
    assert verdict.text == "Kept: An array\nof numbers"
    undone = await ada.click(verdict, "Undo")
    assert undone.id == verdict.id
    assert undone.text == "Taken back."


async def test_a_refused_form_gives_the_words_back(hall, bot):
    ada = hall.person("Ada")
    form = await ada.click(await _posted(bot, hall), "Answer")
    said = await ada.submit(form, answer="my fault, all of it")
    assert "Say it without the word fault." in said.text
    assert "> my fault, all of it" in said.text
    assert sample.answers == []


async def test_what_could_not_be_saved_is_given_back(hall, bot):
    ada = hall.person("Ada")
    form = await ada.click(await _posted(bot, hall), "Answer")
    said = await ada.submit(form, answer="away with it")
    assert "The database is away." in said.text
    assert "> away with it" in said.text
    said = await ada.ask("/note", text="away with that")
    assert "> away with that" in said.text


async def test_a_button_that_cannot_open_its_form_says_why(hall, bot):
    post = await _posted(bot, hall)
    said = await hall.person("Ada").press(post, "quiz.answer:closed")
    assert said.private
    assert said.text == "This round is closed."


async def test_buttons_work_after_a_restart(hall, serve):
    first = await serve()
    post = await _posted(first, hall)
    await first.stop()
    second = await serve()
    form = await hall.person("Ada").click(post, "Answer")
    assert form.title == "Question 17"
    await second.stop()


async def test_a_button_of_a_feature_that_is_gone_says_so(hall, bot):
    post = await _posted(bot, hall)
    said = await hall.person("Ada").press(post, "gone.away:1")
    assert said.text == "This button belongs to a part of the bot that is gone."


async def test_pictures_come_as_an_attachment_or_from_a_message(hall, bot, discord_):
    ada = hall.person("Ada")
    said = await ada.ask("/classify", image=("seven.png", PNG), model="m1")
    assert not said.private
    assert "48 bytes" in said.text
    assert said.pictures[0]["description"] == "seven.png"
    message = ada.say("look", ("seven.png", PNG))
    assert "48 bytes" in (await ada.use(message, "Classify picture")).text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (("notes.txt", b"text"), pictures.not_a_picture()),
        (("big.png", b"0" * (pictures.MOST_BYTES + 1)), pictures.too_large()),
        (("export.pkl", b"0" * (pictures.MOST_BYTES + 1)), pictures.not_a_picture("export.pkl")),
    ],
)
async def test_what_is_no_picture_is_not_read(hall, bot, discord_, sent, told):
    said = await hall.person("Ada").ask("/classify", image=sent)
    assert said.text == told
    assert said.private
    assert hall.person("Bob").sees() == []


async def test_a_message_without_a_picture_says_so(hall, bot):
    ada = hall.person("Ada")
    said = await ada.use(ada.say("no picture"), "Classify picture")
    assert said.text == f"This message holds no picture that I can look at: {pictures.names()}."


async def test_completion_offers_25_at_most(hall, bot):
    offered = await hall.person("Ada").suggest("/classify", "model", "m")
    assert len(offered) == 25
    assert offered[0] == {"name": "Model 0", "value": "m0"}
    assert await hall.person("Ada").suggest("/classify", "model", "zebra") == []


async def test_commands_speak_english_and_german(hall, bot, discord_):
    known = {c["name"]: c for c in discord_.world.commands[0]}
    assert known["leaderboard"]["name_localizations"] == {
        "en-US": "leaderboard",
        "en-GB": "leaderboard",
        "de": "rangliste",
    }
    assert known["group"]["name_localizations"]["de"] == "gruppe"
    assert known["group"]["options"][0]["name_localizations"]["de"] == "pausieren"
    assert known["hello"]["description_localizations"] == {
        "en-US": "Say hello",
        "en-GB": "Say hello",
        "de": "Say hello",  # no text of the bot, so in no catalogue
    }
    assert known["Classify picture"]["name_localizations"] == {"de": "Bild erkennen"}
    assert [o["name"] for o in known["classify"]["options"]] == ["image", "model"]
    assert {one["default_member_permissions"] for one in known.values()} == {None}


async def test_commands_are_handed_over_only_when_they_changed(hall, serve, discord_, memory):
    puts = lambda: len(discord_.requests("PUT", "/commands"))  # noqa: E731
    await (await serve()).stop()
    assert puts() == 1
    await (await serve()).stop()
    assert puts() == 1
    memory.clear()
    await (await serve()).stop()
    assert puts() == 2


async def test_commands_that_were_deleted_elsewhere_are_restored_at_the_start_and_noticed_daily(
    serve, discord_, memory
):
    bot, there = await serve(), discord_.world.commands
    whole = [one["name"] for one in there[0]]
    await bot.check()
    assert len(discord_.requests("PUT", "/commands")) == 1, "a day has not gone by"
    there[0] = there[0][1:]
    bot._synced -= 25 * 3600
    await bot.check()
    await asyncio.gather(*bot._chores)
    assert [one["name"] for one in there[0]] == whole
    await bot.stop()
    there[0] = []
    await (await serve()).stop()
    assert [one["name"] for one in there[0]] == whole
    await (await serve()).stop()
    assert len(discord_.requests("PUT", "/commands")) == 3


async def test_in_development_one_guild_gets_them_and_production_takes_them_back(hall, serve, discord_):
    await (await serve(dev_guild=str(hall.guild.id))).stop()
    assert len(discord_.world.commands[hall.guild.id]) == 7
    assert 0 not in discord_.world.commands
    await (await serve()).stop()
    assert discord_.world.commands[hall.guild.id] == []
    assert len(discord_.world.commands[0]) == 7


async def test_late_answers_are_dropped_quietly(hall, bot, discord_, caplog):
    caplog.set_level("INFO")
    discord_.interactions.deadline = 0.05
    discord_.fail("POST", "/callback", "before", call=lambda: asyncio.sleep(0.2))
    with pytest.raises(NotAnswered):
        await hall.person("Ada").ask("/hello")
    late = lambda: [r for r in caplog.records if "can no longer be answered (10062)" in r.message]  # noqa: E731
    await until(late)
    assert len(late()) == 1
    assert not [r for r in caplog.records if r.levelname in ("WARNING", "ERROR") and r.name.startswith("bot")]
    discord_.interactions.deadline = 30.0
    assert (await hall.person("Bob").ask("/hello")).text.startswith("Hello Bob")


async def test_an_interaction_answered_by_somebody_else_is_dropped_quietly(hall, bot, discord_, caplog):
    caplog.set_level("INFO")

    async def other_process():
        found = list(discord_.interactions.all.values())[-1]
        discord_.interactions.acknowledge(found.id, found.token, {"type": 5, "data": {"flags": 64}}, {})

    discord_.fail("POST", "/callback", "before", call=other_process)
    ada = hall.person("Ada")
    ada.patience = 0.3
    with pytest.raises(NotAnswered):
        await ada.ask("/hello")
    assert [r for r in caplog.records if "can no longer be answered (40060)" in r.message]


DEFERRED = 5  # the kind of first answer by which Discord shows that the bot is thinking


async def test_a_slow_feature_is_acknowledged_first(hall, bot, discord_):
    said = await hall.person("Ada").ask("/slow")
    assert said.text == "At last."
    assert said.interaction.answer == DEFERRED


async def test_a_line_that_breaks_in_the_middle_of_an_answer_hurts_nobody_else(hall, bot, discord_):
    discord_.fail("PATCH", "/messages/@original", "drop")
    ada = hall.person("Ada")
    ada.patience = 0.5
    with pytest.raises(NotAnswered):
        await ada.ask("/hello")
    assert (await ada.ask("/hello")).private


async def test_a_press_in_private_messages_leaves_people_their_names_in_the_server(
    discord_, hall, serve, memory, tmp_path
):
    async with study_room(GroupPlace("discord", str(hall.guild.id), str(hall.channel.id), "general")) as room:
        bot = await serve(dispatcher=room.dispatcher, cogs=COGS)
        ada = hall.person("Ada", nick="Countess")
        await ada.ask("/me")
        await room.post_now(1)
        answer = Button("Answer", ActionId("quiz.answer", ("2",)))
        private = PrivateMessage("k", room.place, str(ada.user.id), say("Still open.", buttons=(answer,)))
        await bot.tell_member(private)
        form = await ada.click(ada.inbox()[-1], "Answer")
        await ada.submit(form, answer="blue")
        assert [one.name for one in await room.store.members.of_group(1)] == ["Countess"]
        assert "Countess" in (await ada.ask("/leaderboard", window="season")).text


async def test_a_renamed_person_is_called_by_the_new_name(hall, bot):
    ada = hall.person("Ada")
    hall.guild.members[ada.user.id].nick = "Countess"
    assert (await ada.ask("/hello")).text.startswith("Hello Countess")


async def test_no_privileged_intent_and_no_mention_is_asked_for(hall, bot, discord_):
    await bot.send(sample.outgoing(hall))
    assert discord_.gateway.identified[0]["intents"] == 1 << 0 | 1 << 2
    assert discord_.requests("POST", "/messages$")[0].body["allowed_mentions"] == {"parse": []}


async def test_the_client_keeps_no_views(hall, bot, discord_):
    post = await _posted(bot, hall)
    form = await hall.person("Ada").click(post, "Answer")
    assert form.title == "Question 17"
    store = bot._client._connection._view_store
    assert not store._views
    assert not store._modals


async def test_a_thread_under_a_post_is_the_channel_s_own(hall, bot, discord_):
    from tests.counterparts.discord.world import Channel

    ada = hall.person("Ada")
    thread = Channel(discord_.world.snowflake(), 11, "talk", hall.guild, parent=hall.channel)
    discord_.world.channels[thread.id] = thread
    ada.channel = thread
    assert "in general" in (await ada.ask("/hello")).text


async def _posted(bot, hall) -> Shown:
    await bot.send(sample.outgoing(hall))
    return hall.posts()[-1]


async def test_a_reply_that_cannot_be_shown_does_not_leave_a_spinner(hall, bot, monkeypatch, caplog):
    monkeypatch.setattr(sample.Dispatcher, "command", lambda *_: (_ for _ in ()).throw(ValueError("a bug")))
    said = await hall.person("Ada").ask("/hello")
    assert said.text.startswith("Something broke on our side.")
    assert "a bug" in caplog.text


async def test_a_full_disk_does_not_keep_people_from_answering(hall, serve, memory, tmp_path, caplog):
    memory[f"discord.welcomed.{hall.guild.id}"] = "yes"
    (tmp_path / "full").write_text("a file where the folder should be")
    bot = await serve(data=tmp_path / "full")
    ada = hall.person("Ada")
    form = await ada.click(await _posted(bot, hall), "Answer")
    assert (await ada.submit(form, answer="words")).text == "Kept: words"
    assert "cannot be kept over a crash" in caplog.text
