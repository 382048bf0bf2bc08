"""A study group on the local Slack: real store, real features, real bolt; only Slack and the models are pretended."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta

from bot.dispatcher import Desk
from bot.platforms.base import OutgoingMessage
from bot.platforms.slack import SlackPlatform, SlackSettings, places_in
from cogs import COGS
from cogs.posts import compose
from cogs.services import Services
from store import NewRound, Store
from study.agenda import Planned
from study.group import Place, Slot
from tests.cogs.conversation import COURSE, OneModel
from tests.counterparts.slack.server import Slack


class Now:
    """The real time, moved when a test says so."""

    def __init__(self):
        self.ahead = timedelta()

    def now(self):
        return datetime.now(UTC) + self.ahead


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
            outgoing = await self.parcel(post.id)
            await self.platform.send(outgoing)
            found.append(self.channel.posts()[-1])
        return found

    async def parcel(self, post_id):
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
async def room(
    slack: Slack, *, http=False, group=True, wrap=lambda desk: desk, start=True, team=None, data=None, **settings
):
    store = await Store.open("sqlite://")
    clock, models = Now(), OneModel()
    team = team or slack.team()
    channel = slack.channel(team, "study")
    services = Services(store, {COURSE.id: COURSE}, models, Rounds(store, clock).post_now)
    given = {"bot_token": team.token, "api": slack.api, "http_port": 0, "spacing": 0.0, **settings}
    if http:
        given["signing_secret"] = slack.signing_secret
    else:
        given["app_token"] = slack.app_token
    platform = SlackPlatform(
        wrap(Desk(COGS, services)),
        COGS,
        SlackSettings(**given),
        clock=clock,
        keep=store.facts,
        codes=store.codes,
        places=places_in(store, remembered=0),
        data=data,
    )
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
