"""What people do in Slack and what they see, one short conversation a behaviour."""

from datetime import timedelta

from bot.platforms.base import OutgoingMessage
from cogs.messages import Card, Ranking, Reply, Row
from study.group import Place
from tests.counterparts.slack.webapi import words


async def test_an_answer_is_marked_in_the_modal_that_took_it(here):
    await here.post()
    await here.ana.click(here.message("Question 2"), "Answer")
    await here.ana.modal_with("Name the two colours")
    assert await here.ana.submit({"answer": "cyan mixed with yellow"}) == {}
    await here.ana.modal_with("That's right. 10 of 10 points.")
    assert [a.text for a in await here.answers("Ana")] == ["cyan mixed with yellow"]


async def test_an_empty_answer_is_told_on_its_field_and_costs_nothing(here):
    await here.post()
    await here.ana.click(here.message("Question 1"), "Answer")
    await here.ana.modal_with("Which colour")
    errors = await here.ana.submit({"answer": "   "})
    assert "Write a few words first" in errors["answer"]
    assert await here.answers("Ana") == []
    await here.ana.submit({"answer": "blue"})
    await here.ana.modal_with("That's right.")


async def test_from_the_feedback_one_tries_again_in_the_same_modal(here):
    await here.post()
    await here.ana.click(here.message("Question 2"), "Answer")
    await here.ana.modal_with("Name the two colours")
    await here.ana.submit({"answer": "yellow"})
    shown = await here.ana.modal_with("5 of 10 points")
    await here.ana.click(shown, "Try again")
    await here.ana.sees(lambda: "submit" in here.ana.modal.view)
    await here.ana.submit({"answer": "yellow and cyan"})
    await here.ana.modal_with("10 of 10 points")
    assert [a.ordinal for a in await here.answers("Ana")] == [1, 2]


async def test_only_the_one_who_asked_sees_the_leaderboard(here):
    await here.post()
    await here.ana.click(here.message("Question 1"), "Answer")
    await here.ana.modal_with("Which colour")
    await here.ana.submit({"answer": "blue"})
    await here.ben.slash(here.channel, "/leaderboard season")
    told = await here.ben.told_with(here.channel, "Ana")
    assert "Rank | Name | Points\n1 | Ana | 10 points · 1 answered" in words(told)
    assert not here.ana.told(here.channel)


async def test_turning_the_leaderboard_replaces_it(here):
    await here.ana.slash(here.channel, "/study leaderboard")
    told = await here.ana.told_with(here.channel, "Leaderboard · ")
    await here.ana.click(told, "Of all time")
    await here.ana.told_with(here.channel, "Leaderboard · Of all time")
    assert len(here.ana.told(here.channel)) == 1


async def test_every_command_of_one_word_answers(here):
    for line in ("/study", "/study help", "/study me", "/study quiz", "/study recap", "/study review", "/study link"):
        before = len(here.ana.told(here.channel))
        await here.ana.slash(here.channel, line)
        await here.ana.sees(lambda before=before: len(here.ana.told(here.channel)) > before, what=line)


async def test_help_names_the_commands_as_they_are_typed_here(here):
    await here.ana.slash(here.channel, "/study")
    told = words(await here.ana.told_with(here.channel, "What I do"))
    assert "/study quiz" in told and "/leaderboard" in told and "/study leaderboard" not in told


async def test_a_person_is_answered_in_their_slack_s_language(here):
    here.ana.user.locale = "de-DE"
    await here.ana.slash(here.channel, "/study help")
    assert "Was ich mache" in words(await here.ana.told_with(here.channel, "Jede Woche"))
    await here.ana.slash(here.channel, "/study leaderbord")
    assert "Meintest du /leaderboard?" in words(await here.ana.told_with(here.channel, "gibt es nicht"))


async def test_a_mistyped_command_is_mended(here):
    await here.ana.slash(here.channel, "/study leaderbord")
    assert "Did you mean /leaderboard?" in words(await here.ana.told_with(here.channel, "no command"))


async def test_what_a_command_still_needs_is_asked_in_a_modal(here):
    await here.ana.slash(here.channel, "/study answer t-q1")
    await here.ana.modal_with("Text")
    errors = await here.ana.submit({"text": ""})
    assert errors == {"text": "This is needed."}
    assert "t-q1" in await here.ana.suggestions("item", "t-q")
    await here.ana.submit({"text": "azure"})
    await here.ana.modal_with("That's right.")


async def test_a_command_written_out_needs_no_modal(here):
    await here.ana.slash(here.channel, "/study answer item: t-q1 text: “azure”")
    await here.ana.told_with(here.channel, "That's right.")
    assert here.ana.modal is None


async def test_a_wrong_value_is_told_in_the_modal_that_asks_again(here):
    await here.ana.slash(here.channel, "/leaderboard fortnight")
    await here.ana.modal_with("window is one of")


async def test_organisers_commands_are_for_organisers(here):
    await here.ana.slash(here.channel, "/study group status")
    await here.ana.told_with(here.channel, "is for organisers")
    await here.olga.slash(here.channel, "/study group status")
    await here.olga.told_with(here.channel, "Readers")


async def test_a_group_is_set_up_in_one_modal(here):
    other = here.slack.channel(here.team, "painters")
    await here.olga.slash(other, "/study group setup")
    await here.olga.modal_with("Course")
    errors = await here.olga.submit({"course": "tiny", "zone": "Mars/Base", "times": "Mon 18:00"})
    if not errors:
        await here.olga.modal_with("Mars/Base")
        assert await here.store.groups.at(Place("slack", here.team.id, other.id)) is None
        await here.olga.slash(other, "/study group setup")
        await here.olga.sees(lambda: "submit" in here.olga.modal.view)
    await here.olga.submit({"course": "tiny", "zone": "Europe/Berlin", "times": "Mon 18:00, Thu 19:30"})
    await here.olga.sees(lambda: "submit" not in here.olga.modal.view)
    group = await here.store.groups.at(Place("slack", here.team.id, other.id))
    assert group is not None and len(group.slots) == 2


async def test_when_all_tries_are_used_the_button_says_so_and_opens_nothing(here):
    await here.post()
    for text in ("red", "brown", "pink"):
        await here.ana.click(here.message("Question 1"), "Answer")
        await here.ana.sees(lambda: here.ana.modal and "submit" in here.ana.modal.view)
        await here.ana.submit({"answer": text})
    here.ana.close()
    await here.ana.click(here.message("Question 1"), "Answer")
    await here.ana.told_with(here.channel, "used your 3 attempts")
    assert here.ana.modal is None


async def test_the_week_opens_with_a_thread_and_closing_edits_the_message(here):
    posts = await here.post()
    recap = posts[0]
    assert [words(one) for one in here.channel.thread(recap.ts)] == ["Talk about it here: Week 1: Colours"]
    here.clock.ahead = timedelta(days=8)
    await here.store.rounds.close_due(here.clock.now())
    question = here.message("Question 1")
    post = next(p for p in await here.store.posts.of_round(1) if p.item == "t-q1")
    for _ in range(2):
        await here.platform.edit(await here.outgoing(post.id), question.ts)
    assert "It is blue." in words(here.message("Question 1 · closed"))
    assert len(here.channel.posts()) == 3


async def test_ones_own_page_tells_how_one_stands(here):
    await here.post()
    home = await here.ben.home()
    assert "not in a study group" in words(home) or "Still open" in words(home)
    await here.ben.click(here.message("Question 1"), "Answer")
    await here.ben.modal_with("Which colour")
    await here.ben.submit({"answer": "blue"})
    await here.ben.sees(lambda: "10 points, place 1" in words(here.team.homes[here.ben.id]), what="the page follows")
    page = words(here.team.homes[here.ben.id])
    assert ", Ben" in page and "Question 2" in page and "1 week in a row" in page and "#study" in page


async def test_from_ones_own_page_one_answers(here):
    await here.post()
    home = await here.ana.home()
    await here.ana.click(home, "Week 1 · Question 1")
    await here.ana.modal_with("Which colour")
    await here.ana.submit({"answer": "blue"})
    await here.ana.modal_with("That's right.")
    await here.ana.click(here.team.homes[here.ana.id], "Hide me")
    await here.ana.modal_with("off the leaderboard")


async def test_of_two_groups_the_page_shows_the_one_chosen(here):
    other = here.slack.channel(here.team, "painters")
    await here.olga.slash(other, "/study group setup course: tiny zone: Europe/Berlin times: Mon 18:00")
    await here.olga.sees(lambda: here.olga.modal or here.olga.told(other))
    for channel in (here.channel, other):
        await here.ana.slash(channel, "/study me")
        await here.ana.told_with(channel, "This week")
    home = await here.ana.home()
    await here.ana.choose(home, "home:place", other.id)
    await here.ana.sees(lambda: here.team.homes[here.ana.id] is not home)
    assert other.id in here.team.homes[here.ana.id]["private_metadata"]


async def test_everything_kept_about_me_comes_as_a_file_in_my_own_messages(here):
    await here.ana.slash(here.channel, "/study me")
    await here.ana.told_with(here.channel, "This week")
    await here.ana.slash(here.channel, "/study privacy export")
    await here.ana.sees(lambda: any(one.files for one in here.ana.direct()))
    file = here.slack.files[next(one for one in here.ana.direct() if one.files).files[0]["id"]]
    assert b"Ana" in file.data


async def test_two_selves_are_linked_by_a_code(here):
    await here.ana.slash(here.channel, "/study link")
    assert "/study link " in words(await here.ana.told_with(here.channel, "Within ten minutes"))


async def test_where_slack_refuses_a_table_the_leaderboard_is_told_in_lines(here):
    await here.post()
    await here.ana.click(here.message("Question 1"), "Answer")
    await here.ana.modal_with("Which colour")
    await here.ana.submit({"answer": "blue"})
    await here.ana.modal_with("That's right.")
    digest = Reply("The week.", (Card("The week", (Ranking((Row(1, "Ana", "10 points"),)),)),))
    here.slack.trouble("chat.postMessage", "invalid_blocks")
    place = Place("slack", here.team.id, here.channel.id, here.channel.name)
    await here.platform.send(OutgoingMessage("digest-1", place, digest))
    assert "1. Ana: 10 points" in words(here.channel.posts()[-1])
