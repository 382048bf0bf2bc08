"""A hundred people send an answer in the same second: how soon each is acknowledged, and whether all are kept.

With `--classify 10` ten others send a picture to `/classify` in the same second. The shipped program runs as its
own process against the local counterpart of Slack, over Socket Mode and signed HTTP.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.counterparts.slack.server import Slack
from tests.platforms.discord.served import model_service
from tests.platforms.discord.test_discord_served import picture
from tests.platforms.slack.running import Bot
from tests.platforms.slack.test_slack_process import World

PEOPLE = 100
GOAL = 0.5


async def burst(people: int, *, http: bool, pictures: int = 0) -> bool:
    """One burst; whether every answer was kept, and all was acknowledged soon enough."""
    with tempfile.TemporaryDirectory() as folder:
        async with Slack() as slack, model_service() as models:
            world = World(slack, Path(folder))
            world.people = [slack.person(world.team, f"Reader {n}") for n in range(people)]
            lookers = [slack.person(world.team, f"Looker {n}") for n in range(pictures)]
            bot = await _started(world, models, http=http)
            try:
                await world.set_up()
                await world.post_now()
                message = world.questions()[0]
                text = world.item(message).answer[:3000]
                for who in world.people:
                    await who.click(message, "Answer")
                    await who.sees(lambda who=who: who.modal and "submit" in who.modal.view)
                for looker in lookers:
                    await looker.slash(world.channel, "/classify")
                    await looker.modal_with("Image")
                before, own = _cpu(bot), time.process_time()
                started = time.monotonic()
                acks = await asyncio.gather(
                    *(_later(who, at / people, {"answer": text}) for at, who in enumerate(world.people)),
                    *(_later(who, 0.5, {"image": who.upload(*picture()), "model": "digits"}) for who in lookers),
                )
                await asyncio.gather(
                    *(who.sees(lambda who=who: "right" in who.reads(), 30) for who in world.people),
                    *(who.sees(lambda who=who: "91" in who.reads(), 30) for who in lookers),
                )
                took = time.monotonic() - started
                used, own = _cpu(bot) - before, time.process_time() - own
            finally:
                await bot.kill()
            acks.sort()
            kept = sum((await world.answers()).values())
            p99 = acks[min(len(acks) - 1, int(len(acks) * 0.99))]
            print(
                f"{'signed HTTP' if http else 'Socket Mode'}: {people} answers and {pictures} pictures in one second; "
                f"acknowledged: median {statistics.median(acks) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, "
                f"worst {acks[-1] * 1000:.0f} ms; "
                f"feedback for all after {took:.1f} s; kept {kept} of {people}; faults {len(slack.faults)}; "
                f"the bot used {used:.2f} s of one core, the counterpart {own:.2f} s; load {os.getloadavg()[0]:.1f}"
            )
            return kept == people and p99 < GOAL and not slack.faults


async def _later(who: object, seconds: float, fields: dict[str, object]) -> float:
    """Send a form in so many seconds; how long it took to be acknowledged."""
    await asyncio.sleep(seconds)
    began = time.monotonic()
    await who.submit(fields, patience=30)  # type: ignore[attr-defined]
    return time.monotonic() - began


async def _started(world: World, models: str, *, http: bool) -> Bot:
    reached = {"SLACK_API_URL": world.slack.api, "SLACK_BOT_TOKEN": world.team.token, "MODELS_URL": models}
    if not http:
        return await Bot(world.data, **reached, SLACK_APP_TOKEN=world.slack.app_token).start()
    port = _free_port()
    signed = {"SLACK_SIGNING_SECRET": world.slack.signing_secret, "SLACK_HTTP_PORT": str(port)}
    bot = await Bot(world.data, **reached, **signed).start()
    world.slack.http_url = f"http://127.0.0.1:{port}/slack/events"
    return bot


def _cpu(bot: Bot) -> float:
    """Seconds of processor time the bot has used so far."""
    assert bot.process is not None
    fields = Path(f"/proc/{bot.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def main() -> int:
    """Both ways in, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--classify", type=int, default=0, help="so many send a picture in the same second")
    wanted = parser.parse_args()
    good = [await burst(wanted.people, http=http, pictures=wanted.classify) for http in (False, True)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
