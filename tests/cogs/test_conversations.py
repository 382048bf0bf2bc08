"""What people say to the bot and what it answers, one short conversation a behaviour."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dispatcher import Dispatcher
from cogs import COGS, marking
from cogs.messages import ActionId
from cogs.posts import compose
from study.group import Account, Place, Slot
from study.notes import read_file
from study.texts import _, languages, using_language
from tests.cogs.conversation import ANA, BEN, COURSE, HERE, MONDAY, ORGANISER, PNG, Conversation
from tests.store.school import close_early

RECAP = "Every colour has its wavelength, and mixing paint subtracts light."


async def test_a_right_answer_is_told_point_by_point(talk):
    await talk.open_round()
    told = await talk.answer(ANA, 2, "cyan mixed with yellow")
    assert "That's right. 10 of 10 points." in told
    assert "yellow" in told and "Found" in told


async def test_half_an_answer_says_what_is_missing_and_may_be_tried_again(talk):
    await talk.open_round()
    told = await talk.answer(ANA, 2, "yellow, I think")
    assert "Partly right. 5 of 10 points." in told and "You wrote “yellow”." in told and "Try again" in told
    assert "5 of 10 points are still missing." in told and "cyan" not in told and "2 attempts left" in told


async def test_what_told_against_an_answer_is_quoted(talk):
    await talk.open_round()
    told = await talk.answer(ANA, 2, "cyan mixed with yellow. Scratch that.")
    assert "It seems to say the opposite of what is meant. You wrote “scratch that”." in told


async def test_the_third_try_is_the_last(talk):
    await talk.open_round()
    for words in ("red", "brown"):
        await talk.answer(ANA, 1, words)
    assert "last attempt" in await talk.answer(ANA, 1, "pink")
    assert "used your 3 attempts" in await talk.answer(ANA, 1, "blue")
    assert "used your 3 attempts" in await talk.press(ANA, "quiz.answer:2")


async def test_the_same_event_again_changes_nothing(talk):
    await talk.open_round()
    first = await talk.answer(ANA, 1, "red", key="same")
    assert await talk.answer(ANA, 1, "red", key="same") == first
    assert len(await talk.store.answers.attempts(2, 1)) == 1


async def test_the_form_brings_back_what_was_written(talk):
    await talk.open_round()
    assert await talk.press(ANA, "quiz.answer:2") == "Question 1: Which colour is the sky? []"
    await talk.answer(ANA, 1, "grey")
    assert await talk.press(ANA, "quiz.answer:2") == "Question 1: Which colour is the sky? [grey]"


async def test_an_empty_answer_costs_no_try(talk):
    await talk.open_round()
    assert "Write a few words first" in await talk.answer(ANA, 1, " \n ")
    assert await talk.store.answers.attempts(2, 1) == ()


async def test_a_very_long_answer_is_read_to_4000_characters_and_says_so(talk):
    await talk.open_round()
    assert "Only the first 4,000 characters were read" in await talk.answer(ANA, 1, "blue " * 20_000)


async def test_what_members_write_is_shown_as_they_wrote_it(talk):
    await talk.open_round()
    assert "**bold** <b>@everyone</b>" in await talk.answer(ANA, 1, "**bold** <b>@everyone</b>")


async def test_a_closed_round_offers_practice_that_does_not_count(talk):
    await talk.open_round()
    await close_early(talk.store, 1, talk.now)
    assert await talk.press(ANA, "quiz.answer:2") == "Question 1: Which colour is the sky? []"
    told = await talk.press(ANA, "quiz.practised:t-q1", answer="blue")
    assert "One way to say it: It is blue." in told and "does not count" in told
    assert "Nobody has points yet" in await talk.say(ANA, "leaderboard", window="all")


async def test_the_closed_post_shows_the_answer_and_how_the_group_did(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "blue")
    await talk.answer(BEN, 1, "red")
    await close_early(talk.store, 1, talk.now)
    reply = await compose(2, talk.services)
    assert reply.summary == "Question 1 is closed. The answer: It is blue."
    facts = dict(reply.cards[0].blocks[-1].pairs)
    assert facts == {"Answered": "2", "Right": "1", "On average": "50%"}


async def test_the_leaderboard_shares_ranks_and_shows_ones_own_place(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "blue")
    await talk.answer(BEN, 1, "azure")
    told = await talk.say(ANA, "leaderboard")
    assert told.count("1.") == 2 and "10 points" in told


async def test_who_hides_is_not_shown_to_others_but_still_sees_themselves(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "blue")
    await talk.press(ANA, "leaderboard.hide:hide")
    assert "Ana" not in await talk.say(BEN, "leaderboard")
    assert "Ana" in await talk.say(ANA, "leaderboard")


async def test_a_recap_names_the_ideas_that_are_missing_only_when_it_can_be_handed_in_no_more(talk):
    await talk.open_round()
    recap = "- every colour has its wavelength\n- school is fun"
    for _again in range(2):
        told = await talk.press(ANA, "recap.send:1", recap=recap)
        assert "1 of the week's 2 ideas" in told and "You wrote “wavelength”." in told and "subtracts" not in told
    told = await talk.press(ANA, "recap.send:1", recap=recap)
    assert "light has wavelengths: you wrote “wavelength”" in told and "Missing: paint subtracts light" in told


async def test_a_recap_that_is_taken_back_is_told_to_hold_what_stands(talk):
    await talk.open_round()
    told = await talk.press(ANA, "recap.send:1", recap=f"{RECAP} None of this is true.")
    assert "0 of the week's 2 ideas" in told and "Found" not in told


@pytest.mark.parametrize("words", ["no idea", "In my opinion: no idea", "...", "👍"])
async def test_giving_up_costs_no_try_however_it_is_said(talk, words):
    await talk.open_round()
    assert "It costs no attempt" in await talk.answer(ANA, 1, words)
    assert await talk.store.answers.attempts(2, 1) == ()


async def test_an_answer_all_but_a_rounding_right_is_done_everywhere(talk, monkeypatch):
    await talk.open_round()
    whole = marking.grade

    def rounded(*given, **more):
        made = whole(*given, **more)
        return replace(made, score=0.9995) if made.score == 1 else made

    monkeypatch.setattr(marking, "grade", rounded)
    for press, words in (("quiz.send:2", {"answer": "blue"}), ("recap.send:1", {"recap": RECAP})):
        told = await talk.press(ANA, press, **words)
        assert "Try again" not in told and "Add to it" not in told and "I think I was right" not in told
    told = await talk.say(ANA, "quiz")
    assert "Found: Week 1 · Question 1" in told and "[Week 1 · Question 1]" not in told


async def test_a_dispute_goes_to_the_organiser_whose_word_moves_the_leaderboard(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "the colour of the sea")
    answer = (await talk.store.answers.of_group(1))[0]
    await talk.press(ANA, f"quiz.disputed:{answer.id}", why="the sea is blue too")
    assert "only" in (await talk.press(BEN, f"quiz.disputed:{answer.id}")).lower()
    waiting = await talk.say(ORGANISER, "group disputes")
    assert "the sea is blue too" in waiting and "Ana wrote" in waiting
    assert "Counted as right" in await talk.press(ORGANISER, "group.settle:1:full")
    assert "10 points" in await talk.say(ANA, "leaderboard")
    assert "settled already" in await talk.press(ORGANISER, "group.settle:1:full")


async def test_a_picture_is_answered_with_three_bars(talk):
    told = await talk.say(ANA, "classify", image=PNG, model="digits")
    assert "It looks like 7 (93%)." in told and "5.0%" in told and "digits 1" in told


ROUND = (("dark", 0.9), ("round", 0.6), ("old", 0.1))
FAINT = (("dark", 0.2), ("round", 0.1))


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ({"kind": "multi-label", "predictions": ROUND}, "It shows dark (90%), round (60%)."),
        (
            {"kind": "multi-label", "predictions": ROUND, "confident": False},
            "Not sure: perhaps dark (90%), round (60%).",
        ),
        ({"kind": "multi-label", "predictions": FAINT}, "None of these: dark, round."),
        ({"kind": "regression", "predictions": (), "values": (("wide", 2.5), ("high", 4.0))}, "wide: 2.5, high: 4."),
        ({"kind": "segmentation", "predictions": (("sky", 0.7), ("sea", 0.3))}, "Most of it is sky (70%)."),
    ],
)
async def test_every_kind_of_model_is_told_in_its_own_words_and_can_be_corrected(talk, says, sentence):
    talk.models.says = says
    assert sentence in await talk.say(ANA, "classify", image=PNG)
    (card,) = (await talk.dispatcher.command("classify", talk._ask(ANA, {"image": PNG}))).cards
    assert "Why?" in [button.label for button in card.buttons] or says["kind"] != "multi-label"
    assert any(button.action.name.startswith("classify.") for button in card.buttons if button.label != "Why?")


async def test_a_model_service_that_is_down_is_told_in_its_own_words(talk):
    talk.models.broken = "The models are away; try again in a minute."
    assert "The models are away; try again in a minute." in await talk.say(ANA, "classify", image=PNG)


async def test_a_model_that_does_not_exist_names_those_that_do(talk):
    assert "There are: digits" in await talk.say(ANA, "classify", image=PNG, model="cats")


async def looked_at(talk, person=ANA):
    """A picture shown to the model; the token its buttons carry."""
    reply = await talk.dispatcher.command("classify", talk._ask(person, {"image": PNG}))
    return reply.cards[0].buttons[0].action.args[0]


async def test_why_shows_where_the_model_looked(talk):
    token = await looked_at(talk)
    assert "Where the model looked" in await talk.press(BEN, f"classify.why:{token}")


async def test_a_correction_keeps_the_picture_only_as_its_owner_says(talk):
    token = await looked_at(talk)
    assert "Only the person who sent" in await talk.press(BEN, f"classify.right:{token}")
    assert talk.models.kept == []
    assert "What is it really?" in await talk.press(ANA, f"classify.really:{token}")
    assert "in a word or two" in await talk.press(ANA, f"classify.kept:{token}", label=" ")
    assert "kept as 1" in await talk.press(ANA, f"classify.kept:{token}", label="1")
    assert talk.models.kept == [("digits", PNG.data, "1")]


async def test_a_picture_is_forgotten_after_a_quarter_of_an_hour(talk):
    token = await looked_at(talk)
    talk.now += timedelta(minutes=16)
    for action in ("why", "right", "really", "kept"):
        assert "has expired" in await talk.press(ANA, f"classify.{action}:{token}", label="7")
    assert talk.models.kept == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"zone": "Europe/Atlantis"}, "Perhaps:"),
        ({"times": "Someday 18:00"}, "I do not know the weekday"),
        ({"times": "Mon 25:00"}, "on a clock"),
        ({"times": "whenever"}, "Write it like"),
        ({"course": "none"}, "Installed: tiny"),
    ],
)
async def test_setting_up_with_a_fault_changes_nothing_and_says_the_mend(newcomers, options, told):
    good = {"course": "tiny", "zone": "Europe/Berlin", "times": "Mon 18:00"}
    assert told in await newcomers.say(ORGANISER, "group setup", **(good | options))
    assert await newcomers.store.groups.all() == ()


async def test_setting_up_takes_times_as_people_write_them(newcomers):
    times = "mon 6pm, Do 19.30"
    told = await newcomers.say(ORGANISER, "group setup", course="tiny", zone="europe/berlin", times=times)
    assert "Mondays 18:00, Thursdays 19:30 (Europe/Berlin)" in told


async def test_only_organisers_steer_the_group(talk):
    for command in [c.name for cog in COGS for c in cog.commands if c.organiser]:
        assert "for organisers" in await talk.say(ANA, command)


async def test_pausing_skipping_and_status_are_told_in_words(talk):
    assert "Paused" in await talk.say(ORGANISER, "group pause")
    assert "paused" in await talk.say(ORGANISER, "group status")
    assert "Resumed" in await talk.say(ORGANISER, "group resume")
    assert "is skipped" in await talk.say(ORGANISER, "group skip")


async def test_a_place_without_a_group_says_how_to_start_one(newcomers):
    assert "/group setup" in await newcomers.say(ANA, "leaderboard")


async def test_an_unknown_command_suggests_the_nearest(talk):
    assert "Did you mean `/leaderboard`?" in await talk.say(ANA, "leaderbord")


async def test_me_shows_what_is_open_and_the_streak(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "blue")
    told = await talk.say(ANA, "me")
    assert "10 points, place 1" in told and "1 week in a row" in told
    assert "Question 2" in told


async def test_what_was_missed_comes_back_for_review(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "red")
    talk.now += timedelta(days=3)
    assert "Week 1 · Question 1 Which colour is the sky?" in await talk.say(ANA, "review")


async def test_what_was_missed_is_handed_out_as_cards_once_its_round_is_closed(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "red")
    await talk.answer(ANA, 2, "yellow and cyan")
    assert "is open still" in await talk.press(ANA, "me.deck")
    await close_early(talk.store, 1, talk.now)
    ask = talk._ask(ANA, {})
    (deck,) = (await talk.dispatcher.press("me.deck", ask)).files
    (card,) = read_file(deck.name, deck.data).entries
    assert (card.question, card.answer) == ("Which colour is the sky?", "It is blue.")


async def test_two_selves_become_one_by_a_code_that_works_once(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "blue")
    made = await talk.say(ANA, "link")
    code = made.split("/link ")[1].split()[0].rstrip(".`")
    elsewhere = replace(ANA, id="ana-elsewhere", name="Ana elsewhere")
    assert "together now" in await talk.say(elsewhere, "link", code=code)
    assert "10 points" in await talk.say(elsewhere, "me")
    assert "together" not in await talk.say(BEN, "link", code=code)


async def test_my_data_can_be_taken_away_and_erased(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "blue as the sea")
    assert "my-study-data.json" in await talk.say(ANA, "privacy export")
    assert "for good" in await talk.say(ANA, "privacy delete")
    await talk.press(ANA, "me.erase")
    assert not any("blue as the sea" in answer.text for answer in await talk.store.answers.of_group(1))


async def test_a_broken_feature_answers_in_words_and_is_logged(talk, caplog):
    talk.services.store.groups.at = None
    assert "Something broke on our side" in await talk.say(ANA, "leaderboard")
    assert "leaderboard failed" in caplog.text


def test_every_command_and_action_is_named_once_and_said_in_every_language():
    commands = [command for cog in COGS for command in cog.commands]
    assert len({command.name for command in commands}) == len(commands)
    for cog in COGS:
        for action in cog.actions:
            assert action.name.startswith(f"{cog.name}.")
        for command in cog.commands:
            words = [command.summary, *(option.summary for option in command.options)]
            for tag in languages():
                with using_language(tag):
                    assert all(0 < len(_(text)) <= 100 for text in words)


def test_a_press_keeps_its_id_and_refuses_what_cannot_last():
    assert ActionId.parse(ActionId("quiz.answer", ("17",)).id) == ActionId("quiz.answer", ("17",))
    for bad in (ActionId("quiz.answer", ("a:b",)), ActionId("quiz.answer", ("ä",)), ActionId("q", ("x" * 100,))):
        with pytest.raises(ValueError):
            _ = bad.id


async def test_a_second_channel_joins_the_group_by_a_code_that_works_once(talk):
    made = await talk.say(ORGANISER, "group join")
    code = made.split("/group join ")[1].split()[0].rstrip(".`")
    elsewhere = replace(HERE, platform="other", channel="far")
    assert "now belongs to Study room" in await talk.say(ORGANISER, "group join", place=elsewhere, code=code)
    assert "used up" in await talk.say(ORGANISER, "group join", place=elsewhere, code=code)
    await talk.open_round()
    assert {c.platform for c in await talk.store.channels.of_group(1)} == {"test", "other"}
    assert "Which colour is the sky?" in await talk.say(ANA, "quiz", place=elsewhere)


async def test_an_organiser_comes_to_the_bench_by_a_link_where_a_page_is_served(talk):
    assert "none is served that you could reach" in await talk.say(ORGANISER, "group edit")
    served = Dispatcher(COGS, replace(talk.services, page_url="https://study.example"))
    talk = Conversation(talk.store, talk.services, served, talk.rounds, talk.models)
    told = await talk.say(ORGANISER, "group edit")
    code = re.search(r"https://study.example/bench/enter\?code=([\w-]+)", told)[1]
    found = await talk.store.codes.redeem("bench", code, talk.now)
    assert (await talk.store.members.get(found.member_id)).name == "Olga"
    assert "organiser" in await talk.say(ANA, "group edit")
    elsewhere = Place("test", "town", "hall", "hall")
    slots = (Slot(0, MONDAY.time()),)
    other = {"name": "Hall", "course": "tiny", "zone": "UTC", "slots": slots, "at": talk.now}
    await talk.store.groups.set_up(elsewhere, founder=Account("test", "town", "ana"), **other)
    told = await talk.say(ORGANISER, "group edit")
    assert "Groups that you do not organise follow this course" in told, "nobody changes what others read"
    assert "bench/enter" not in told


async def test_help_says_what_the_group_reads_and_how_it_may_be_shared(talk):
    assert "This group reads A tiny course." in await talk.say(ANA, "help")
    course = replace(COURSE, source="https://example.org/book", licence="CC-BY-4.0")
    talk.services.courses[COURSE.id] = course
    told = await talk.say(ANA, "help")
    assert "https://example.org/book" in told and "Licence of the questions: CC-BY-4.0." in told
    assert "Press Answer under one" in told
