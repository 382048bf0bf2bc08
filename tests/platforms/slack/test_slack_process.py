"""The shipped program against the local Slack: a week by ten people, and kill -9 wherever it hurts."""

import asyncio
import contextlib
import re
import sqlite3
from collections import Counter

import pytest

from bot.packs import PACKS
from bot.packs.live import LiveCourses
from store import Store, migrate
from tests import programs
from tests.counterparts.slack.webapi import words
from tests.platforms.at_work import at_work
from tests.platforms.slack.running import Bot

NAMES = ("Ana", "Ben", "Cem", "Dora", "Emil", "Fatima", "Gus", "Hana", "Ivo", "Jo")


class World:
    """A workspace with ten readers and an organiser, and the program that serves it."""

    def __init__(self, slack, data):
        self.slack, self.data = slack, data
        self.team = slack.team()
        self.channel = slack.channel(self.team, "study")
        self.olga = slack.person(self.team, "Olga", admin=True, owner=True)
        self.people = [slack.person(self.team, name) for name in NAMES]
        self.course = LiveCourses(PACKS)["fastbook"]
        self.bots = []

    async def start(self):
        tokens = {"SLACK_BOT_TOKEN": self.team.token, "SLACK_APP_TOKEN": self.slack.app_token}
        bot = Bot(self.data, SLACK_API_URL=self.slack.api, **tokens)
        self.bots.append(bot)
        return await bot.start()

    @property
    def database(self):
        return f"sqlite:///{self.data.absolute() / 'studybot.sqlite3'}"

    def rows(self, query):
        with contextlib.closing(sqlite3.connect(self.data / "studybot.sqlite3", timeout=10)) as db:
            return db.execute(query).fetchall()

    async def set_up(self, told="Nothing more is needed", *, channel=None):
        await self.olga.slash(channel or self.channel, "/study group setup")
        await self.olga.sees(lambda: self.olga.modal and "submit" in self.olga.modal.view)
        fields = {"course": "fastbook", "zone": "Europe/Berlin", "times": "Mon 18:00"}
        assert await self.olga.submit(fields) == {}
        await self.olga.modal_with(told)
        self.olga.close()

    async def post_now(self, *, wait=True):
        await self.olga.slash(self.channel, "/study group now")
        if wait:
            await self.olga.sees(lambda: len(self.questions()) >= 3, 30, "three questions")

    def questions(self):
        return [m for m in self.channel.posts() if re.fullmatch(r"Question \d+", title(m))]

    def item(self, message):
        number = int(title(message).split()[1])
        return next(item for item in self.course.weeks[0].items if item.number == number)

    def titles(self):
        return Counter(title(m) for m in self.channel.posts())

    async def answer(self, who, message, text):
        await who.click(message, "Answer")
        await who.sees(lambda: who.modal and "submit" in who.modal.view, what="the form")
        errors = await who.submit({"answer": text})
        await who.sees(lambda: "Checking" not in who.reads())
        return errors

    async def answers(self):
        store = await Store.open(self.database)
        try:
            posts = [
                post for round_ in await store.rounds.of_group(1) for post in await store.posts.of_round(round_.id)
            ]
            members = {member.id: member.name for member in await store.members.of_group(1)}
            found = Counter()
            for post in posts:
                for number, name in members.items():
                    found.update((name, answer.text) for answer in await store.answers.attempts(post.id, number))
            return found
        finally:
            await store.close()


def title(message):
    return message.blocks[0].get("text", {}).get("text", "") if message.blocks else ""


@pytest.fixture
async def world(slack, tmp_path):
    made = World(slack, tmp_path)
    yield made
    for bot in made.bots:
        if bot.process is not None and bot.process.returncode is None:
            await bot.kill()
    told = "\n".join(bot.said for bot in made.bots)
    assert "Traceback" not in told, told[-4000:]


async def test_a_week_by_ten_people_to_its_end(world):
    bot = await world.start()
    await world.set_up()
    await world.post_now()
    assert title(world.channel.posts()[0]).startswith("Week 1") and world.channel.thread(world.channel.posts()[0].ts)
    first = world.questions()[0]
    item = world.item(first)

    async def take_part(at, who):
        await world.answer(who, first, item.answer[:3000] if at < 6 else "Bananas are yellow fruit")

    await asyncio.gather(*(take_part(at, who) for at, who in enumerate(world.people)))
    right = [who for who in world.people if "That's right." in who.reads()]
    assert len(right) == 6 and all("Not yet." in who.reads() for who in world.people[6:])
    for who in world.people:
        who.close()
    await world.people[0].slash(world.channel, "/leaderboard")
    board = words(await world.people[0].told_with(world.channel, "1 | "))
    assert board.count("\n1 | ") == 6, "six share the first place"
    for line in ("/study help", "/study me", "/study quiz", "/study recap", "/study review", "/study link"):
        before = len(world.people[1].told(world.channel))
        await world.people[1].slash(world.channel, line)
        await world.people[1].sees(lambda before=before: len(world.people[1].told(world.channel)) > before, what=line)
    for line in ("status", "pause", "resume", "skip", "disputes"):
        before = len(world.olga.told(world.channel))
        await world.olga.slash(world.channel, f"/study group {line}")
        await world.olga.sees(lambda before=before: len(world.olga.told(world.channel)) > before, what=line)
    page = words(await world.people[0].home())
    assert "Ana" in page and "place 1" in page
    assert await bot.stop() == 0

    store = await Store.open(world.database)
    await store.facts.set("clock_offset_seconds", str(8 * 86_400))
    await store.close()
    await world.start()
    await world.olga.sees(
        lambda: any(title(m).endswith("closed") for m in world.channel.posts()), 30, "the round closes"
    )
    await world.olga.sees(lambda: title(first) == f"Question {item.number} · closed", 30, "the round closes")
    assert item.answer[:40].split("`")[0] in words(first) and "Right: 6" in words(first)
    assert max(world.titles().values()) == 1, world.titles()


POSTS = 5
"""A first week: the recap, three questions and the task."""


async def test_killed_before_during_and_after_a_post_each_message_stands_once(world):
    """Three groups at once: Slack has not got the message yet, has it but has not said so, has said so of two."""
    bot = await world.start()
    before, during = world.channel, world.slack.channel(world.team, "during")
    after = world.slack.channel(world.team, "after")
    for channel in (before, during, after):
        await world.set_up(channel=channel)
    world.slack.trouble("chat.postMessage", "slow", seconds=60, channel=before.id)
    world.slack.trouble("chat.postMessage", "slow-after", seconds=60, channel=during.id)
    for channel in (before, during, after):
        await world.olga.slash(channel, "/study group now")
    counts = lambda: [len(channel.posts()) for channel in (before, during, after)]  # noqa: E731
    await world.olga.sees(lambda: counts() == [0, 1, 2], 20)
    await bot.kill()
    await world.start()
    await world.olga.sees(lambda: counts() == [POSTS] * 3, 60, "every message in each channel")
    await asyncio.sleep(0.6)
    for channel in (before, during, after):
        assert max(Counter(title(m) for m in channel.posts()).values()) == 1 and len(channel.posts()) == POSTS
    assert world.slack.called("conversations.history")


async def test_killed_before_and_after_an_answer_is_marked_what_was_told_is_kept_once(world):
    bot = await world.start()
    await world.set_up()
    await world.post_now()
    message, told = world.questions()[0], set()
    for at, who in enumerate(world.people[:2]):
        await who.click(message, "Answer")
        await who.sees(lambda who=who: who.modal and "submit" in who.modal.view)
        text = f"words of {who.user.name} about bananas"
        sending = asyncio.create_task(who.submit({"answer": text}))
        if at == 0:
            await asyncio.sleep(0.004)
        else:
            await who.sees(lambda who=who: "Not yet." in who.reads(), 20, "the feedback")
        await bot.kill()
        sending.cancel()
        if "Not yet." in who.reads():
            told.add((who.user.name, text))
        kept = await world.answers()
        assert told <= set(kept) and set(kept.values()) <= {1}
        bot = await world.start()
        if "submit" in who.modal.view:  # Slack said that it did not work, and kept what was typed
            await who.submit({"answer": text})
        await who.sees(lambda who=who: "Not yet." in who.reads(), 20, "the feedback")
        told.add((who.user.name, text))
    await bot.stop()
    kept = await world.answers()
    assert set(kept.values()) == {1} and told <= set(kept) and len(told) == 2


async def test_killed_at_work_on_an_answer_that_it_took_it_marks_it_when_it_is_back(world):
    bot = await world.start()
    await world.set_up()
    await world.post_now()
    slack, ana, text = world.slack, world.people[0], "words of Ana about bananas"
    slack.trouble("users.info", "500", times=99)  # who it is, is then asked once more when the form is sent
    await ana.click(world.questions()[0], "Answer")
    await ana.sees(lambda: ana.modal and "submit" in ana.modal.view)
    slack.troubles.clear()
    slack.trouble("users.info", "slow", seconds=60, times=9)
    assert await ana.submit({"answer": text}, patience=60) == {}
    await bot.kill()
    slack.troubles.clear()
    assert "Checking" in ana.reads() and list((world.data / "slack-inbox").iterdir()), "it was told that it arrived"
    assert world.rows("select text from answers") == []
    await world.start()
    await ana.sees(lambda: "Not yet." in ana.reads(), 30, "the feedback")
    assert world.rows("select text from answers") == [(text,)]


async def test_a_database_and_a_slack_that_refuses_end_in_one_sentence(world):
    await migrate(world.database)
    world.team.revoked = "account_inactive"
    bot = Bot(world.data, SLACK_API_URL=world.slack.api, SLACK_BOT_TOKEN="xoxb-x", SLACK_APP_TOKEN="xapp-x")
    world.bots.append(bot)
    await bot.start()
    assert await asyncio.wait_for(bot.process.ended(), 60) != 0
    assert "SLACK_BOT_TOKEN" in bot.said and bot.said.strip().count("\n") < 4, bot.said


async def told_directly(world, text):
    await world.olga.sees(lambda: any(text in words(one) for one in world.olga.direct()), 20, text)


async def test_who_invites_the_bot_and_resumes_as_told_gets_the_posts(world):
    secret = world.channel = world.slack.channel(world.team, "secret", invited=False)
    await world.start()
    await world.set_up("One thing is needed first: I am not in this channel")
    await world.post_now(wait=False)
    await world.olga.told_with(secret, "Nothing could be posted. I am not in this channel: invite me with /invite", 20)
    secret.members.add(world.team.bot_user)
    await world.olga.slash(secret, "/study group resume")
    await world.olga.told_with(secret, "I try secret again now")
    await world.olga.sees(lambda: len(secret.posts()) == POSTS, 20, "what had waited")
    assert max(world.titles().values()) == 1


async def test_what_slack_tells_of_a_channel_is_noticed_and_what_waited_is_posted(world):
    slack, channel = world.slack, world.channel
    bot = await world.start()
    await world.set_up()
    await slack.let_go(world.team, channel)
    await told_directly(world, "I am not in this channel")
    await world.post_now(wait=False)
    await world.olga.told_with(channel, "Nothing could be posted", 20)
    await bot.kill()
    await world.start()
    await slack.invite(world.team, channel)
    await world.olga.sees(lambda: len(channel.posts()) == POSTS, 20, "what had waited")
    await slack.archive(world.team, channel)
    await told_directly(world, "This channel is archived")
    assert "is archived" in (trouble := world.rows("select trouble from channels")[0][0]), trouble
    await slack.archive(world.team, channel, archived=False)
    await world.olga.sees(lambda: world.rows("select trouble from channels") == [("",)], 20)
    assert max(world.titles().values()) == 1


async def test_who_invites_the_bot_is_greeted_alone_and_sets_up_from_there(world):
    other = world.slack.channel(world.team, "painters", invited=False)
    await world.start()
    await world.slack.invite(world.team, other, world.olga.id)
    greeting = await world.olga.told_with(other, "I can run a study group in this channel")
    assert not other.posts()
    await world.olga.click(greeting, "Set up")
    await world.olga.modal_with("Course")
    fields = {"course": "fastbook", "zone": "Europe/Berlin", "times": "Mon 18:00"}
    assert await world.olga.submit(fields) == {}
    await world.olga.modal_with("is set up")


async def test_a_token_that_is_refused_makes_the_bot_unhealthy_with_what_to_do(world):
    bot = await world.start()
    await world.set_up()

    def unhealthy():
        said = programs.run("health", env=bot.settings)
        return said.stderr if said.returncode else ""

    assert unhealthy() == ""
    world.team.revoked = "invalid_auth"
    await world.post_now(wait=False)
    await world.olga.sees(lambda: "copy it again" in unhealthy(), 20, "unhealthy")
    world.team.revoked = ""


async def test_a_new_token_and_a_start_bring_what_the_old_one_could_not(world):
    bot = await world.start()
    await world.set_up()
    world.team.revoked = "token_revoked"
    await world.post_now(wait=False)
    await world.olga.sees(lambda: world.rows("select trouble from channels") != [("",)], 20, "the channel is lost")
    await bot.kill()
    world.team.revoked = ""
    await world.start()
    await world.olga.sees(lambda: len(world.channel.posts()) == POSTS, 20, "what had waited")
    assert max(world.titles().values()) == 1


async def test_killed_in_private_practice_on_one_s_page_and_in_a_move_all_goes_on_where_it_was(world):
    """One kill at four points: a form is at work, and of a message, a button and a move nobody was told yet."""
    bot = await world.start()
    await world.set_up()
    await world.post_now()
    slack, elsewhere = world.slack, world.slack.channel(world.team, "elsewhere")
    ana, ben, cem = world.people[:3]
    for who in (ana, ben, cem):
        await who.slash(world.channel, "/study me")
        await who.told_with(world.channel, "This week")
    await ana.click(await ana.writes("quiz ch01-q20"), "Answer")
    await ana.sees(lambda: ana.modal and "submit" in ana.modal.view)
    page = await cem.home()

    async def untold(method, doing, channel=""):
        """Do something of which nobody is told; the program is about to."""
        slack.trouble(method, "slow", seconds=60, channel=channel)
        waiting = len(slack.troubles)
        await doing
        await ana.sees(lambda: len(slack.troubles) < waiting, 20, method)

    there = slack.dm(world.team, ben.id)
    said = {"type": "message", "channel_type": "im", "channel": there.id, "user": ben.id, "text": "me"}
    await untold("chat.postMessage", slack.event(world.team, {**said, "ts": slack.ids.ts()}), ben.id)
    await untold("views.open", cem.click(page, "Hide me"))
    await untold("response_url", world.olga.slash(elsewhere, "/study group move"), elsewhere.id)
    with at_work(world.data):
        sending = asyncio.create_task(ana.submit({"answer": "my very own words"}, patience=60))
        await ana.sees(lambda: slack.sockets.waiting() == 1, what="the form is on its way")
        await bot.kill()
    sending.cancel()
    assert world.rows("select name from channels") == [("elsewhere",)]

    await world.start()
    assert await ana.submit({"answer": "my very own words"}, patience=60) == {}, "Slack kept what was typed"
    await ana.sees(lambda: "Practice" in ana.reads(), 20, "the feedback")
    assert world.rows("select text from practice") == [("my very own words",)]
    assert "This week" in words(await ben.writes("me"))
    await cem.click(await cem.home(), "Show me here")
    await cem.modal_with("You are on the leaderboard again")
    await world.olga.slash(elsewhere, "/study group move")
    await world.olga.told_with(elsewhere, "reads here already")
    await world.olga.sees(lambda: len(elsewhere.posts()) == POSTS, 30, "what is open")
    assert max(Counter(title(m) for m in elsewhere.posts()).values()) == 1
