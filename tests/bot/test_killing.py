"""Never twice, never lost: the short form. The long form is bench/reliability.py."""

import contextlib
import json
import shutil
import subprocess
import sys

import pytest


@contextlib.contextmanager
def counterpart(seed=1, ambiguity=0.0, slowness=0.004):
    """The platform, in its own process; its port."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bot.counterpart", str(seed), str(ambiguity), str(slowness)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def killed(*args):
    done = subprocess.run(
        [sys.executable, "-m", "tests.bot.killing_run", *map(str, args)], capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_killed_at_every_commit_call_and_reply_nothing_is_doubled_or_lost(database_url):
    with counterpart(ambiguity=0.1) as port:
        done = killed("posts", database_url, port, 26, 7)
    assert done["kills"] == 26
    assert {name: done[name] for name in ("doubled", "lost", "strange", "unsettled", "wrong ids", "failures")} == {
        "doubled": 0, "lost": 0, "strange": 0, "unsettled": 0, "wrong ids": 0, "failures": 0,
    }  # fmt: skip
    assert done["posted"] > 10 and done["threads"] > 10 and done["meetings"] > 3


def test_an_acknowledged_answer_outlives_every_kill(database_url):
    done = killed("answers", database_url, 300, 6, 7)
    assert done["acknowledged"] >= 300
    assert (done["lost"], done["doubled"], done["standings follow"]) == (0, 0, True)


def test_processes_that_share_a_postgres_and_stop_past_their_lease_double_nothing(postgres_server, migrated_postgres):
    url = postgres_server.fresh(migrated_postgres)
    with counterpart(slowness=0.08) as port:
        done = killed("share", url, port, 3, 30, 2, 1, 7)
    postgres_server.drop(url)
    assert (done["posted"], done["doubled"]) == (done["wanted"], 0)


@pytest.mark.parametrize("platform", ["discord-unread", "slack"])
def test_killed_while_its_adapters_post_nothing_is_doubled_or_lost(platform, migrated_sqlite, tmp_path):
    """Discord by its nonce alone, without the right to read back; Slack by reading back."""
    path = tmp_path / "studybot.sqlite3"
    shutil.copy(migrated_sqlite, path)
    done = killed("platform", f"sqlite:///{path}", platform, 3, 7)
    assert done["kills"] == 3
    assert {name: done[name] for name in ("doubled", "lost", "strange", "failures")} == {
        "doubled": 0, "lost": 0, "strange": 0, "failures": 0,
    }  # fmt: skip
    assert done["states"] == {"sent": done["posted"]} and done["threads"] > 0
