"""What was acknowledged outlives a power cut: only what was synced is left, and no kill of a process can show that."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.platforms.inbox import Inbox

HERE = Path(__file__).parent

ANSWERING = """
import asyncio, os, sys
from store import Store, migrate
from study.marking import Mark
from tests.store.school import FRIDAY, a_group, a_member, a_round

async def main():
    url = f"sqlite:///{sys.argv[1]}/studybot.sqlite3"
    await migrate(url)
    store = await Store.open(url)
    group = await a_group(store)
    _, (_, post) = await a_round(store, group)
    member = await a_member(store, group)
    for n in range(3):
        mark = Mark(0.5, 1, 2, "partial", "v1")
        await store.answers.record(post.id, member.id, f"answer {n}", mark, key=f"k{n}", at=FRIDAY)
        print(f"answer {n}", flush=True)
    os._exit(0)  # no close, which would fold the log into the file

asyncio.run(main())
"""

KEEPING = """
import asyncio, os, sys
from pathlib import Path
from bot.platforms.inbox import Inbox

async def main():
    inbox = Inbox(Path(sys.argv[1]), lambda words: {"words": words}, lambda body: body["words"])
    for n in range(3):
        await inbox.keep(f"k{n}", f"answer {n}")
        print(f"answer {n}", flush=True)
    os._exit(0)

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    built = tmp_path_factory.mktemp("shim") / "power_cut.so"
    compile_ = ["cc", "-shared", "-fPIC", "-Wall", "-Werror", "-o", built, HERE / "power_cut.c", "-ldl"]
    subprocess.run(compile_, check=True)
    return built


@pytest.fixture
def cut(shim, tmp_path):
    """Run a program on a folder; what it acknowledged, and the folder as a power cut at its end would leave it."""

    def run(program):
        watched, left, after = (tmp_path / name for name in ("watched", "left", "after"))
        for folder in (watched, left, after):
            folder.mkdir()
        env = {**os.environ, "LD_PRELOAD": str(shim), "WATCHED": str(watched), "LEFT": str(left)}
        done = subprocess.run(
            [sys.executable, "-c", program, watched], env=env, capture_output=True, text=True, cwd=HERE.parents[1]
        )
        assert done.returncode == 0, done.stderr
        names = left / "names"
        for line in names.read_text().splitlines() if names.exists() else ():
            inode, name = line.split(" ", 1)
            kept = left / inode
            (after / name).write_bytes(kept.read_bytes() if kept.exists() else b"")
        return done.stdout.split("\n")[:-1], after

    return run


def test_acknowledged_answers_outlive_a_power_cut(cut):
    acknowledged, folder = cut(ANSWERING)
    assert acknowledged == ["answer 0", "answer 1", "answer 2"]
    database = sqlite3.connect(folder / "studybot.sqlite3")
    assert [text for (text,) in database.execute("SELECT text FROM answers ORDER BY id")] == acknowledged
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_what_an_inbox_kept_outlives_a_power_cut(cut):
    acknowledged, folder = cut(KEEPING)
    left = Inbox(folder, lambda words: {"words": words}, lambda body: body["words"]).left_over()
    assert sorted(left) == acknowledged
