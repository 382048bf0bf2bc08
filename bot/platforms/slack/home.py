"""The App Home: how I stand, what is open for me, and my settings, from the features' own replies."""

from __future__ import annotations

import logging
from datetime import datetime

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.platforms.host import Host
from bot.platforms.remembered import Remembered
from bot.platforms.slack.events import EventContext
from bot.platforms.slack.rendering import pages
from bot.platforms.slack.requests import RequestBuilder
from cogs.messages import Ask, Person, Reply, say
from study.calendar import local_time
from study.texts import _, noop, use_language

log = logging.getLogger(__name__)

SHOWS = ("me", "leaderboard")
"""The features whose replies make up a person's page, where they are served."""
MOST_PAGES = 10_000
"""So many people's pages follow what changes; the others' do when they are opened."""
NO_GROUP = noop("You are not in a study group yet. Answer a question in its channel, and this page is about you.")


def greeting(person: Person, now: datetime) -> str:
    """A greeting in the person's own time."""
    if not person.zone:
        return _("Hello, {name}", name=person.name)
    hour = local_time(now, person.zone).hour
    if 5 <= hour < 12:
        return _("Good morning, {name}", name=person.name)
    if 12 <= hour < 18:
        return _("Good afternoon, {name}", name=person.name)
    return _("Good evening, {name}", name=person.name)


class Home:
    """Publishes people's pages, and publishes them again when something of theirs has changed."""

    def __init__(self, host: Host, requests: RequestBuilder) -> None:
        commands = {command.name for cog in host.cogs for command in cog.commands}
        self._shows = [name for name in SHOWS if name in commands]
        self._requests, self._dispatcher, self._now = requests, host.dispatcher, host.clock.now
        self._opened: Remembered[tuple[str, str], bool] = Remembered(MOST_PAGES)

    async def publish(self, event: EventContext, person: Person) -> None:
        """Show a person's page as it is now."""
        self._opened.put((event.team, event.user), True)
        found = await self._requests.homes(event)
        replies: list[Reply] = []
        use_language(person.language)
        if not found:
            replies.append(say(_(NO_GROUP)))
        else:
            place = found[0].place
            event = event.at(place)
            for name in self._shows:
                ask = Ask(person, place, self._now(), f"{event.key}:{name}")
                replies.append(await self._dispatcher.command(name, ask))
        view = pages.home_view(
            greeting(person, self._now()),
            replies,
            event.origin,
            [(one.place.channel, one.place.name) for one in found],
        )
        try:
            await event.client.views_publish(user_id=event.user, view=view)
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            log.warning("the page of %s was not published: %s", event.user, error)

    async def changed(self, event: EventContext, person: Person) -> None:
        """Something of this person's changed; their page follows if they ever looked at it."""
        if self._opened.get((event.team, event.user)):
            await self.publish(event, person)
