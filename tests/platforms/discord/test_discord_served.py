"""The shipped program on Discord: a week of ten people, every command, and kill -9 where it hurts most."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager, suppress

import pytest
from PIL import Image

from bot.platforms.line_state import UPS
from tests import programs
from tests.counterparts.discord import world as w
from tests.counterparts.discord.people import NotAnswered, Place, Sheet
from tests.counterparts.discord.server import counterpart
from tests.platforms.at_work import at_work
from tests.platforms.discord.served import Served, model_service, until

pytestmark = pytest.mark.timeout(400)
SETUP = {"course": "fastbook", "zone": "Europe/Berlin", "times": "Mon 18:00"}


@asynccontextmanager
async def running(tmp_path):
    """A counterpart, a hall with a group set up, and the program serving it."""
    async with counterpart() as discord, model_service() as models:
        hall = Place(discord)
        served = Served(discord, tmp_path / "data", models)
        await served.start()
        hall.owner.patience = 20
        said = await hall.owner.ask("/group setup", **SETUP)
        assert "is set up" in said.text
        try:
            yield discord, hall, served
        finally:
            await served.kill()


def items(hall):
    return [post for post in hall.posts() if "Answer" in post.buttons]


def picture():
    made = io.BytesIO()
    Image.new("L", (28, 28), 255).save(made, "PNG")
    return ("seven.png", made.getvalue())


async def test_a_week_of_ten_people_and_every_command(tmp_path):
    async with running(tmp_path) as (_discord, hall, served):
        await until(lambda: hall.owner.inbox())
        assert "/group setup" in hall.owner.inbox()[0].text
        people = [hall.person(f"Person {n}", nick=f"P_{n} *x*") for n in range(10)]
        ada = people[0]

        # the round
        assert "Posted" in (await hall.owner.ask("/group now")).text
        await until(lambda: len(hall.posts()) >= 4)
        recap = hall.posts()[0]
        assert "Hand in my recap" in recap.buttons or "Answer" in recap.buttons
        assert len(items(hall)) >= 3
        references = {f"Question {n}": answer for n, answer in _answers().items()}
        for n, person in enumerate(people):
            for question in items(hall)[:3]:
                form = await person.click(question, "Answer")
                assert isinstance(form, Sheet)
                right = references[form.title]
                verdict = await person.submit(form, answer=right if n % 2 == 0 else "Something with bananas")
                assert verdict.private
                assert "Kept." in verdict.text
                if n == 1:
                    again = await person.click(verdict, "Try again")
                    assert isinstance(again, Sheet)
                    assert again.fields["answer"]["value"] == "Something with bananas"
        assert served.rows("select count(*) from answers") == [(30,)]

        # every command
        board = await ada.ask("/leaderboard", window="week")
        assert "(you)" in board.text
        assert "P_0 *x*" in board.text
        turned = await ada.press(board, "leaderboard.turn:all")
        assert turned.id == board.id
        for command in ("/me", "/recap", "/quiz", "/review", "/help", "/link", "/privacy export", "/privacy delete"):
            said = await ada.ask(command)
            assert said.private, command
            assert said.text, command
        seen = await ada.ask("/classify", image=picture(), model="digits")
        assert "91" in seen.text
        assert "Model: digits 1" in seen.text
        assert seen.pictures[0]["description"]
        assert "91" in (await ada.use(ada.say("look", picture()), "Classify picture")).text
        assert await ada.suggest("/classify", "model", "dig") == [{"name": "digits", "value": "digits"}]
        assert (await hall.owner.suggest("/group setup", "course", "fast"))[0]["value"] == "fastbook"
        assert (await hall.owner.suggest("/group setup", "zone", "berlin"))[0]["value"] == "Europe/Berlin"
        item = (await ada.suggest("/quiz", "item", ""))[0]["value"]
        assert "Answer" in (await ada.ask("/quiz", item=item)).buttons
        assert (await ada.ask("/answer", item=item, text="A few words of mine")).private
        for command in ("status", "pause", "resume", "skip", "disputes"):
            assert (await hall.owner.ask(f"/group {command}")).private, command
        status = await hall.owner.ask("/group status")
        assert isinstance(await hall.owner.click(status, "Change"), Sheet)
        assert "for organisers of the group" in (await people[1].press(status, "group.change")).text

        # a week later the answers are shown, and what is posted is edited in place
        assert await served.stop() == 0
        served.rows("insert into meta (key, value) values ('clock_offset_seconds', '691200')")
        before = {post.id for post in hall.posts()}
        await served.start()
        await until(lambda: all(not p.buttons.get("Answer") for p in hall.posts() if p.id in before), why="not closed")
        closed = [post for post in hall.posts() if post.id in before and "closed" in post.text]
        assert len(closed) >= 4
        assert any("Answer: " in post.text and "Answered: 10" in post.text for post in closed)
        assert await served.stop() == 0
        assert "Traceback" not in served.log


def _answers():
    from bot.packs import PACKS
    from bot.packs.live import LiveCourses

    return {item.number: item.answer for item in LiveCourses(PACKS)["fastbook"].weeks[0].items}


def kill_at(discord, served, method, path, how):
    """Order a kill -9 at the next request that fits."""

    async def soon():
        asyncio.get_running_loop().call_later(0.01, lambda: asyncio.ensure_future(served.kill()))

    late = how == "late"
    discord.fail(method, path, "after" if late else how, call=soon if late else served.kill)


POST_POINTS = {
    "as the wish is acknowledged": ("PATCH", "/messages/@original$", "before"),
    "before the post arrives": ("POST", "CHANNEL/messages$", "before-drop"),
    "after it was posted, before the program knows": ("POST", "CHANNEL/messages$", "after"),
    "as its thread is opened": ("POST", "/threads$", "before-drop"),
    "between two posts": ("POST", "CHANNEL/messages$", "late"),
}


POSTS = 5
"""A first week: the recap, three questions and the task."""


async def test_posts_survive_kill_9_at_five_points_without_double_or_loss(tmp_path):
    async with running(tmp_path) as (discord, hall, served):
        for number, (point, (method, path, how)) in enumerate(POST_POINTS.items(), 1):
            channel = hall.owner.channel = hall.add_channel(f"study-{number}")
            await hall.owner.ask("/group setup", **SETUP)
            kill_at(discord, served, method, path.replace("CHANNEL", f"/channels/{channel.id}"), how)
            hall.owner.patience = 2.0
            with suppress(NotAnswered):
                await hall.owner.ask("/group now")
            await served.gone()
            await served.start()
            hall.owner.patience = 20.0
            await until(lambda: len(hall.posts(channel)) >= POSTS, 60, point)  # noqa: B023
            await until(lambda: served.rows(UNSENT) == [(0,)], 60, point)
            texts = [post.text for post in hall.posts(channel)]
            assert len(texts) == len(set(texts)) == POSTS, point
            assert served.rows("select count(*) from rounds") == [(number,)], point
            threads = [c for c in discord.world.channels.values() if c.kind == 11 and c.parent is channel]
            assert len(threads) == 1, point


UNSENT = "select count(*) from deliveries where state <> 'sent'"
ANSWER_POINTS = {
    "before it is acknowledged": ("POST", "/callback$", "before-drop"),
    "as it is acknowledged": ("POST", "/callback$", "after"),
    "before the verdict arrives": ("PATCH", "/messages/@original$", "before-drop"),
    "after the verdict arrived": ("PATCH", "/messages/@original$", "after"),
    "a moment later": ("PATCH", "/messages/@original$", "late"),
}


async def test_answers_survive_kill_9_at_five_points_without_double_or_loss(tmp_path):
    async with running(tmp_path) as (discord, hall, served):
        await hall.owner.ask("/group now")
        await until(lambda: len(hall.posts()) >= 4)
        question = items(hall)[0]
        for number, (point, (method, path, how)) in enumerate(ANSWER_POINTS.items(), 1):
            ada = hall.person(f"Ada {number}")
            ada.patience = 60
            form = await ada.click(question, "Answer")
            kill_at(discord, served, method, path, how)
            sent = asyncio.create_task(ada.submit(form, answer=f"My very own words, {number}"))
            await served.gone()
            await served.start()
            try:
                verdict = await sent
            except NotAnswered:
                assert point == "before it is acknowledged"
                verdict = await ada.submit(form, answer=f"My very own words, {number}")
            assert "Kept. 2 attempts left" in verdict.text, point
            found = served.rows("select text from answers order by id")
            assert [text for (text,) in found] == [f"My very own words, {n}" for n in range(1, number + 1)], point
            await until(lambda: not list((served.data / "discord-inbox").glob("*.json")), why=point)


@pytest.mark.timeout(300)
async def test_set_up_without_rights_says_so_and_posts_come_with_the_rights(tmp_path):
    async with running(tmp_path) as (_discord, hall, served):
        closed = hall.owner.channel = hall.add_channel("closed")
        hall.restrict_bot(closed, w.SEND_MESSAGES)
        said = await hall.owner.ask("/group setup", **SETUP)
        assert "One thing is needed first: I may not write in #closed: give me Send Messages there." in said.text
        assert "Nothing more is needed" not in said.text
        said = await hall.owner.ask("/group now")
        assert "Nothing could be posted. I may not write in #closed" in said.text
        await served.kill()
        await served.start()
        hall.restrict_bot(closed)
        await until(lambda: len(hall.posts(closed)) == POSTS, why="not posted with the rights")


async def test_a_server_that_is_late_or_away_loses_no_post_and_nobody_is_alarmed(tmp_path):
    async with running(tmp_path) as (discord, hall, served):
        await until(lambda: hall.owner.inbox())
        kill_at(discord, served, "POST", f"/channels/{hall.channel.id}/messages$", "after")
        hall.owner.patience = 2.0
        with suppress(NotAnswered):
            await hall.owner.ask("/group now")
        await served.gone()
        discord.gateway.late.add(hall.guild.id)
        await served.start()
        await asyncio.sleep(2)
        assert served.rows("select trouble from channels") == [("",)]
        discord.gateway.arrive(hall.guild)
        await until(lambda: len(hall.posts()) == POSTS, 60)
        await until(lambda: served.rows(UNSENT) == [(0,)], 60)
        discord.gateway.outage(hall.guild)
        await asyncio.sleep(0.5)
        discord.gateway.arrive(hall.guild)
        await asyncio.sleep(0.5)
        assert served.rows("select trouble from channels") == [("",)]
        texts = [post.text for post in hall.posts()]
        assert len(texts) == len(set(texts)) == POSTS
        assert len(hall.owner.inbox()) == 1, "nothing but the greeting"


def healthy(served):
    """What `studybot health` says beside the program; empty where all is well."""
    said = programs.run("health", env=served.environment)
    return said.stderr.strip() if said.returncode else ""


async def test_a_line_that_flaps_and_a_token_that_was_reset_make_the_bot_unhealthy_with_what_to_do(tmp_path):
    async with running(tmp_path) as (discord, _hall, served):
        await until(lambda: not healthy(served), why="never healthy")
        for number in range(1, UPS):  # it was taken up at the start, too
            await discord.gateway.cut()
            await until(lambda: discord.gateway.resumed == number, why="not resumed")  # noqa: B023
        await until(lambda: "took the line up 5 times" in healthy(served), why="a flapping line is not told")
        await until(lambda: "took the line up 5 times" in served.log, why="not in the log")
        assert served.log.count("took the line up 5 times") == 1
        discord.world.token = "another"
        await discord.gateway.cut(code=4004)
        await until(lambda: "put the new one into it" in healthy(served), why="still healthy")
        await until(lambda: "does not accept DISCORD_TOKEN any more" in served.log, why="not in the log")
        assert served.log.count("does not accept DISCORD_TOKEN any more") < 4


async def test_a_channel_closed_and_opened_again_and_the_gateway_away_for_three_attempts(tmp_path):
    async with running(tmp_path) as (discord, hall, served):
        hall.restrict_bot(hall.channel, w.SEND_MESSAGES)
        await until(lambda: any("I may not write in #general" in shown.text for shown in hall.owner.inbox()))
        await hall.owner.ask("/group now")
        await asyncio.sleep(1)
        assert hall.posts() == []
        assert len(discord.requests("POST", f"/channels/{hall.channel.id}/messages$")) <= 1
        assert "I may not write" in (await hall.owner.ask("/group status")).text
        hall.restrict_bot(hall.channel)
        await until(lambda: served.rows("select trouble from channels") == [("",)])

        discord.gateway.refusing = True
        await discord.gateway.cut()
        discord.interactions.deadline = 2.0
        with pytest.raises(NotAnswered):
            await hall.person("Ada").ask("/me")
        await until(lambda: discord.gateway.refused >= 3, 60, "it has not tried again")
        discord.gateway.refusing, discord.interactions.deadline = False, 30.0
        await until(lambda: discord.gateway.resumed == 1, 150)
        assert len(discord.gateway.identified) == 1
        assert (await hall.person("Bob").ask("/me")).private


async def test_killed_in_private_practice_and_in_a_move_all_goes_on_where_it_was(tmp_path):
    """One kill at four points: one form did not arrive, one is at work, of one and of a move nobody was told."""
    async with running(tmp_path) as (discord, hall, served):
        await hall.owner.ask("/group now")
        forms = []
        for name in ("Ada", "Ben", "Cem"):
            someone = hall.person(name)
            await someone.ask("/me")
            someone.patience = 60
            alone = someone.alone()
            forms.append((alone, await alone.click(await alone.ask("/quiz", item="ch01-q20"), "Answer")))
        elsewhere = hall.owner.channel = hall.add_channel("elsewhere")
        verdict, arrival = ("PATCH", "/messages/@original$"), ("POST", "/callback$")

        async def asked(asking, until_this, *, never=True):
            """Ask, and wait for what the program does about it; by default that never arrives."""
            before = len(discord.requests(*until_this))
            if never:
                discord.fail(*until_this, "hang", retry_after=60)
            task = asyncio.create_task(asking)
            await until(lambda: len(discord.requests(*until_this)) > before)
            return task

        def send(at):
            alone, form = forms[at]
            return alone.submit(form, answer=f"very own words, {at}")

        moving = await asked(hall.owner.ask("/group move"), verdict)
        untold = await asked(send(0), verdict)
        lost = await asked(send(1), arrival)
        with at_work(served.data):
            working = await asked(send(2), arrival, never=False)
            await served.kill()
        kept = "select text from practice order by text"
        assert served.rows(kept) == [("very own words, 0",)]
        assert served.rows("select name from channels") == [("elsewhere",)]

        await served.start()
        for task in (untold, working):
            assert "Practice" in (await task).text
        assert not lost.done() and not moving.done(), "Discord tells them that the bot did not respond"
        lost.cancel()
        moving.cancel()
        assert "Practice" in (await send(1)).text
        assert served.rows(kept) == [(f"very own words, {at}",) for at in range(3)]
        assert "reads here already" in (await hall.owner.ask("/group move")).text
        await until(lambda: len(hall.posts(elsewhere)) == POSTS)
        texts = [post.text for post in hall.posts(elsewhere)]
        assert len(texts) == len(set(texts))
