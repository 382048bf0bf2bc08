"""The local Discord or Slack as a process of its own, with bad weather: it outlives the bot that is killed.

Run as a program it prints how to reach it, as JSON, and for each line it is given the keys or marks of what stands in
its channel. Of the messages that arrive some are lost before they are posted, some posted and the answer lost.
"""

import asyncio
import json
import random
import sys

from tests.counterparts.discord.people import Place
from tests.counterparts.discord.server import Counterpart, Fault
from tests.counterparts.discord.world import READ_MESSAGE_HISTORY
from tests.counterparts.slack.model import Trouble
from tests.counterparts.slack.server import EVERY_SCOPE, Slack


class Weather:
    """Faults in the place of a list of them: for each request another is drawn, or none."""

    def __init__(self, chance, ambiguity, fault, kinds):
        self._chance, self._ambiguity, self._fault, self._kinds = chance, ambiguity, fault, kinds

    def __iter__(self):
        if self._chance.random() < self._ambiguity:
            yield self._fault(self._chance.choice(self._kinds))


async def discord(weather, *, history):
    made = Counterpart(checked=False)
    await made.start()
    hall = Place(made)
    if not history:
        hall.restrict_bot(hall.channel, READ_MESSAGE_HISTORY)
    path = r"/channels/\d+/messages(/\d+/threads)?$"
    made.faults = weather(lambda kind: Fault("POST", path, kind), ("drop", "commit-drop", 502))
    access = {
        "token": made.world.token, "api_url": made.api_url, "gateway_url": made.gateway_url,
        "workspace": str(hall.guild.id), "channel": str(hall.channel.id),
    }  # fmt: skip

    def seen():
        places = [one for one in made.world.channels.values() if hall.channel in (one, one.parent)]
        return [message["components"][0]["id"] for place in places for message in place.shown()]

    return access, seen


async def slack(weather, *, history):
    made = await Slack().start()
    scopes = EVERY_SCOPE if history else EVERY_SCOPE - {"channels:history", "groups:history"}
    team = made.team(scopes=scopes)
    channel = made.channel(team, "study")
    kinds = ("500", "drop", "500-after", "502-html", "drop-after")
    made.troubles = weather(lambda kind: Trouble("chat.postMessage", kind, times=2), kinds)
    access = {
        "bot_token": team.token, "app_token": made.app_token, "api_url": made.api,
        "workspace": team.id, "channel": channel.id,
    }  # fmt: skip
    return access, lambda: [message.metadata["event_payload"]["key"] for message in channel.messages]


async def serve(kind, seed, ambiguity):
    name, _, rights = kind.partition("-")
    chance = random.Random(seed)
    begin = {"discord": discord, "slack": slack}[name]
    access, seen = await begin(
        lambda fault, kinds: Weather(chance, ambiguity, fault, kinds), history=rights != "unread"
    )
    print(json.dumps(access), flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(seen()), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
