"""A hundred people send an answer in the same second: how soon each is acknowledged, and whether all are kept.

The shipped program runs as its own process against the local counterpart of Slack, over Socket Mode and signed HTTP.
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
from tests.platforms.slack.running import Bot
from tests.platforms.slack.test_slack_process import World

PEOPLE = 100
GOAL = 0.5


async def burst(people: int, *, http: bool) -> bool:
    """One burst; whether every answer was kept, and acknowledged soon enough."""
    with tempfile.TemporaryDirectory() as folder:
        async with Slack() as slack:
            world = World(slack, Path(folder))
            world.people = [slack.person(world.team, f"Reader {n}") for n in range(people)]
            bot = await _started(world, http=http)
            try:
                await world.set_up()
                await world.post_now()
                message = world.questions()[0]
                text = world.item(message).answer[:3000]
                for who in world.people:
                    await who.click(message, "Answer")
                    await who.sees(lambda who=who: who.modal and "submit" in who.modal.view)
                    who.acks.clear()
                before, own = _cpu(bot), time.process_time()
                started = time.monotonic()
                await asyncio.gather(*(_later(who, at / people, text) for at, who in enumerate(world.people)))
                await asyncio.gather(*(who.sees(lambda who=who: "right" in who.reads(), 30) for who in world.people))
                took = time.monotonic() - started
                used, own = _cpu(bot) - before, time.process_time() - own
            finally:
                await bot.kill()
            acks = sorted(who.acks[0] for who in world.people)
            kept = sum((await world.answers()).values())
            p99 = acks[min(len(acks) - 1, int(len(acks) * 0.99))]
            print(
                f"{'signed HTTP' if http else 'Socket Mode'}: {people} answers in one second; acknowledged: median "
                f"{statistics.median(acks) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, worst {acks[-1] * 1000:.0f} ms; "
                f"feedback for all after {took:.1f} s; kept {kept} of {people}; faults {len(slack.faults)}; "
                f"the bot used {used:.2f} s of one core, the counterpart {own:.2f} s; load {os.getloadavg()[0]:.1f}"
            )
            return kept == people and p99 < GOAL and not slack.faults


async def _later(who: object, seconds: float, text: str) -> None:
    await asyncio.sleep(seconds)
    await who.submit({"answer": text})  # type: ignore[attr-defined]


async def _started(world: World, *, http: bool) -> Bot:
    if not http:
        return await world.start()
    secret = world.slack.signing_secret
    port = _free_port()
    bot = Bot(
        world.data,
        SLACK_API_URL=world.slack.api,
        SLACK_BOT_TOKEN=world.team.token,
        SLACK_SIGNING_SECRET=secret,
        SLACK_HTTP_PORT=str(port),
    )
    await bot.start()
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
    people = parser.parse_args().people
    good = [await burst(people, http=http) for http in (False, True)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
