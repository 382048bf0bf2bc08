"""A study group on the local Slack: real store, real features, real bolt; only Slack and the models are pretended."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.channel_events import ChannelEvents
from bot.dispatcher import Dispatcher
from bot.platforms.base import OutgoingMessage
from bot.platforms.slack.platform import SlackPlatform
from bot.platforms.slack.settings import SlackSettings
from cogs import COGS
from cogs.posts import compose
from cogs.services import Services
from store import NewRound, Store
from study.agenda import Planned
from study.group import Place, Slot
from tests.cogs.conversation import COURSE, OneModel
from tests.counterparts.slack.server import Slack
from tests.platforms.hosted import Clock, host_of


class Rounds:
    def __init__(self, store, clock):
        self.store, self.clock = store, clock

    async def post_now(self, group_id):
        now = self.clock.now()
        posts = [Planned("recap", "", 1), Planned("item", "t-q1", 1), Planned("item", "t-q2", 1)]
        slot = now.replace(tzinfo=None, microsecond=0).isoformat()
        return await self.store.rounds.open(group_id, NewRound(slot, "tiny", 1, now, now + timedelta(days=7), posts))


class Room:
    def __init__(self, slack, team, channel, platform, store, services, clock, models):
        self.slack, self.team, self.channel, self.platform = slack, team, channel, platform
        self.store, self.services, self.clock, self.models = store, services, clock, models
        self.olga = slack.person(team, "Olga", owner=True, admin=True)
        self.ana = slack.person(team, "Ana")
        self.ben = slack.person(team, "Ben", tz="America/New_York")

    async def post(self):
        """Open a round and post it, as the clock and the outbox would."""
        await Rounds(self.store, self.clock).post_now(1)
        found = []
        for post in await self.store.posts.open(1):
            outgoing = await self.outgoing(post.id)
            await self.platform.send(outgoing)
            found.append(self.channel.posts()[-1])
        return found

    async def outgoing(self, post_id):
        reply = await compose(post_id, self.services)
        return OutgoingMessage(
            f"post-{post_id}", Place("slack", self.team.id, self.channel.id, self.channel.name), reply
        )

    def message(self, title):
        return next(m for m in reversed(self.channel.posts()) if m.blocks[0].get("text", {}).get("text") == title)

    async def answers(self, name, post=None):
        member = next((m for m in await self.store.members.of_group(1) if m.name == name), None)
        if member is None:
            return []
        posts = [post] if post else [p.id for p in await self.store.posts.open(1)]
        return [answer for p in posts for answer in await self.store.answers.attempts(p, member.id)]


@asynccontextmanager
async def room(slack: Slack, *, data=None, **given):
    """The group, served; what the bot keeps lies in a folder of the test's own, or in one that is swept."""
    with TemporaryDirectory() as folder:
        async with _room(slack, data or Path(folder), **given) as here:
            yield here


@asynccontextmanager
async def _room(
    slack, data, *, spacing=0.0, http=False, group=True, wrap=lambda one: one, start=True, team=None, **settings
):
    store = await Store.open("sqlite://")
    clock, models = Clock(), OneModel()
    team = team or slack.team()
    channel = slack.channel(team, "study")
    services = Services(store, {COURSE.id: COURSE}, models, Rounds(store, clock).post_now)
    given = {"bot_token": team.token, "api_url": slack.api, "http_port": 0, **settings}
    if http:
        given["signing_secret"] = slack.signing_secret
    else:
        given["app_token"] = slack.app_token
    dispatcher, events = wrap(Dispatcher(COGS, services)), ChannelEvents(store)
    parts = dispatcher, COGS, clock, store.facts, store.codes, events, store.page, store.signing_in, data
    host = host_of(*parts)
    platform = SlackPlatform(host, SlackSettings(**given), spacing=spacing)
    try:
        if group:
            await store.groups.set_up(
                Place("slack", team.id, channel.id, channel.name),
                name="Readers",
                course="tiny",
                zone="Europe/Berlin",
                slots=(Slot(0, time(18)),),
                at=clock.now(),
            )
        if start:
            await platform.start()
            if http:
                slack.http_url = f"http://127.0.0.1:{platform.http_port}/slack/events"
        yield Room(slack, team, channel, platform, store, services, clock, models)
    finally:
        if start:
            await platform.stop()
        await store.close()
