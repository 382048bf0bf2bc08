"""What a running bot tells programs: counts without anybody's words, and whether it is ready and what to do if not."""

import asyncio
import json
import os
import signal
import socket
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from bot.app import opened, serve
from bot.cli.main import app as command_line
from bot.errors import PlatformError
from bot.platforms.base import SendRefused, SendUnknown
from bot.schedule.jobs import Jobs
from bot.settings import SettingsError, read_settings
from bot.simulate import NoModels
from bot.telemetry import health, readiness
from bot.telemetry.health import JobState
from bot.telemetry.metrics import StoreMetrics
from bot.telemetry.readiness import Readiness
from bot.telemetry.server import TelemetryServer
from cogs.messages import Person
from store import Letter, Store
from store.errors import DiskFull
from tests.bot.channelbook import Channelbook, Spine
from tests.bot.test_outbox import due
from tests.cogs.conversation import conversation
from tests.store.school import a_member, write_to

SECRET = "xylophone"


@pytest.fixture
async def counted(database_url):
    opened_store = await Store.open(database_url, pool_size=5, watch=StoreMetrics())
    yield opened_store
    await opened_store.close()


@asynccontextmanager
async def looked_at(store, jobs=None, now=None):
    """Asks the server that programs ask: status, text and type of each answer."""
    server = TelemetryServer("0", Readiness(store, (jobs or Jobs()).states), store, now)
    await server.start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:

        async def ask(path):
            async with session.get(path) as answer:
                return answer.status, await answer.text()

        yield ask
    await server.stop()


async def numbers(ask):
    """Every sample, by name and the values of its labels."""
    _, text = await ask("/metrics")
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_what_becomes_of_deliveries_is_counted_and_what_waits_is_told(counted):
    spine = Spine(counted)
    group = await spine.group()
    async with looked_at(counted, now=spine.clock.now) as ask:
        before = await numbers(ask)
        await due(spine)
        spine.clock.move(timedelta(minutes=3))
        waiting = await numbers(ask)
        assert waiting["studybot_due", "browser", "channel"] == 4
        assert waiting["studybot_oldest_due_seconds", "browser", "channel"] >= 180
        spine.platform.script = [None, SendRefused("no", channel_lost=False), SendUnknown("?")]
        await spine.outbox.run_once()
        ann = await a_member(counted, group)
        await write_to(counted, Letter("nudge", "n", group.id, ann.id, 0, spine.clock.now()))
        after = await numbers(ask)
    came = {
        name[1:]: int(value - before.get(name, 0))
        for name, value in after.items()
        if name[0] == "studybot_deliveries_total" and value != before.get(name, 0)
    }
    assert came == {tuple(sorted(("browser", "post", outcome))): 1 for outcome in ("sent", "dead", "unknown")}
    assert after["studybot_due", "browser", "member"] == 1
    assert after["studybot_unsettled", "unknown"] == after["studybot_unsettled", "dead"] == 1
    delayed = "studybot_post_delay_seconds_count", "browser"
    assert after[delayed] - before.get(delayed, 0) == came["browser", "post", "sent"]
    turns = "studybot_database_turn_seconds_count", "write"
    assert after[turns] > before[turns]


async def test_what_people_do_is_counted_without_their_words(counted):
    talk = await conversation(counted)
    stranger = Person("test", SECRET, SECRET)
    async with looked_at(counted, now=lambda: talk.now) as ask:
        before = await numbers(ask)
        await talk.open_round()
        for key in ("once", "once"):
            await talk.answer(stranger, 1, f"It is blue, says the {SECRET}.", key)
        await talk.say(stranger, SECRET)
        await talk.press(stranger, f"{SECRET}:1")
        _, text = await ask("/metrics")
        after = await numbers(ask)
    assert SECRET not in text and "It is blue" not in text

    def more(*name):
        return after[name] - before.get(name, 0)

    assert more("studybot_events_total", "done", "quiz.send", "test") == 2
    assert (
        more("studybot_events_total", "done", "test", "unknown")
        + more("studybot_events_total", "refused", "test", "unknown")
        == 2
    )
    assert more("studybot_answers_total", "accept") == 1


class Silent(Channelbook):
    """A platform that nobody can reach."""

    async def check(self):
        raise PlatformError("The token was reset: set the new one.")


async def test_a_bot_is_ready_or_says_what_to_do_alike_to_programs_and_on_the_command_line(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDYBOT_DATA", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def told():
        done = CliRunner().invoke(command_line, ["health"])
        return done.exit_code, done.stderr

    assert told() == (1, f"{health.NOBODY}\n")

    async def is_ready(session, wanted):
        async with asyncio.timeout(60):
            while True:
                async with session.get("/readyz") as answer:
                    body = await answer.json()
                    if answer.status == wanted and told()[0] == (wanted != 200) and health.NOBODY not in told()[1]:
                        return body
                await asyncio.sleep(0.02)

    async def look(wanted):
        try:
            async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
                found[wanted] = await is_ready(session, wanted), told()
                async with session.get("/livez") as answer:
                    assert answer.status == 200
                async with session.get("/metrics") as answer:
                    shown[wanted] = await answer.text()
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    found, shown, settings = {}, {}, read_settings(metrics=str(port), tick_seconds=0.05)
    for wanted, platform in ((200, Channelbook("first")), (503, Silent("second"))):
        async with opened(settings, NoModels()) as app:
            looking = []
            await serve(app, [platform], ready=lambda w=wanted, to=looking: to.append(asyncio.ensure_future(look(w))))
            await looking[0]
    ready, said = found[200]
    assert ready["ready"] and said == (0, "")
    assert {"the database", "opening rounds", "posting", "the line to first"} <= {c["name"] for c in ready["checks"]}
    unready, said = found[503]
    wrong = [check for check in unready["checks"] if not check["well"]]
    assert [(check["name"], check["sentence"]) for check in wrong] == [
        ("the line to second", "The token was reset: set the new one.")
    ]
    assert said == (1, "The token was reset: set the new one.\n")
    assert 'studybot_line_up{platform="first"} 1.0' in shown[200]
    assert 'studybot_line_up{platform="second"} 0.0' in shown[503]
    assert 'studybot_line_up{platform="first"}' not in shown[503]
    assert 'studybot_deliveries_total{kind="post",outcome="dead",platform="first"} 0.0' in shown[200]
    assert told() == (1, f"{health.NOBODY}\n"), "both were told to stop"


def test_each_bot_of_a_data_folder_tells_of_its_own_line(tmp_path):
    def sign(name, sentence=""):
        health.write_down(tmp_path, [name], [health.Check(f"the line to {name}", not sentence, sentence, name)])

    sign("slack", "SLACK_BOT_TOKEN was revoked.")
    sign("discord")
    assert health.troubles(tmp_path, 60) == ("SLACK_BOT_TOKEN was revoked.",), "whoever wrote last is not all there is"
    sign("slack")
    assert health.troubles(tmp_path, 60) == ()
    killed = tmp_path / "health-discord.json"
    killed.write_text(json.dumps(json.loads(killed.read_text()) | {"at": 0}))
    (silent,) = health.troubles(tmp_path, 60)
    assert "serves discord last gave a sign" in silent and "disk is full" in silent and f"delete {killed}" in silent
    health.ended(tmp_path, ["discord"])
    assert health.troubles(tmp_path, 60) == ()


async def test_a_database_that_takes_no_writes_is_not_ready_until_it_does(counted, monkeypatch):
    looks = Readiness(counted, Jobs().states)
    real = counted.facts.set

    async def full(*_):
        raise DiskFull

    monkeypatch.setattr(counted.facts, "set", full)
    (check,) = await looks.checks()
    assert not check.well and "full" in check.sentence
    monkeypatch.setattr(counted.facts, "set", real)
    assert [one.well for one in await looks.checks()] == [True]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (JobState(5, running=800, rests=None), ""),
        (JobState(5, running=1000, rests=None), "Posting has not ended for 1000 seconds"),
        (JobState(5, running=None, rests=50), ""),
        (JobState(5, running=None, rests=70), "Posting did not begin for 70 seconds"),
        (JobState(100, running=None, rests=200), ""),
        (JobState(5), "Posting has not begun yet"),
        (JobState(5, running=None, rests=1, reason="The disk is full."), "The disk is full."),
    ],
)
def test_work_that_does_not_recur_is_noticed_and_a_big_morning_is_none(state, said):
    check = readiness._of_job("posting", state)
    assert check.sentence.startswith(said) and check.well is (said == "")


def test_the_address_to_look_at_is_a_setting_that_is_refused_in_words(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_settings().metrics == ""
    with pytest.raises(SettingsError, match="STUDYBOT_METRICS: must be a port"):
        read_settings(metrics="everywhere")
