"""What a wheel installs runs: built as a release is, alone with what its metadata asks for, in an empty folder.

No network is needed: what the wheel asks for is taken from the environment of the tests, package by package, so that
nothing else is there, PyTorch least of all.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from contextlib import asynccontextmanager
from importlib.metadata import distribution
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.content.packs import courses
from tests.platforms.browser.visitor import Visitor, plain

ROOT = Path(__file__).parent.parent
QUESTION = courses()["fastbook"].weeks[0].items[0]
EMPTY = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("DISCORD", "SLACK", "STUDYBOT", "MODELS", "DATABASE", "PYTHON", "COVERAGE", "COV_"))
}

pytestmark = pytest.mark.timeout(300)


def run(*command, **more):
    done = subprocess.run(command, env=EMPTY, capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def applies(requirement, extra):
    """Whether a requirement counts here for who asked for this extra, or with "" for none."""
    marker = Requirement(requirement).marker
    return not extra if marker is None else marker.evaluate({"extra": extra})


def needed(requirements):
    """The names of the distributions that requirements ask for here, with all that these ask for in turn."""
    found = set()
    waiting = [each for each in requirements if applies(each, "")]
    while waiting:
        each = Requirement(waiting.pop())
        name = canonicalize_name(each.name)
        for asked in {(name, extra) for extra in ("", *each.extras)} - found:
            found.add(asked)
            waiting += [further for further in distribution(name).requires or () if applies(further, asked[1])]
    return {name for name, _extra in found}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The source archive and the wheel made of it."""
    into = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", into, ROOT, cwd=into)
    return SimpleNamespace(wheel=next(into.glob("*.whl")), source=next(into.glob("*.tar.gz")))


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """The programs of an environment that holds the wheel and what it asks for."""
    home = tmp_path_factory.mktemp("installed") / "environment"
    venv.create(home, with_pip=True)
    run(home / "bin/python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", built.wheel, cwd=home)
    site = next(home.glob("lib/python3.*/site-packages"))
    with zipfile.ZipFile(built.wheel) as wheel:
        metadata = wheel.read(next(name for name in wheel.namelist() if name.endswith("/METADATA"))).decode()
    for name in needed(re.findall(r"^Requires-Dist: (.+)$", metadata, re.MULTILINE)):
        found = distribution(name)
        for top in {path.parts[0] for path in found.files if path.parts[0] not in ("..", "__pycache__")}:
            with contextlib.suppress(FileExistsError):
                (site / top).symlink_to(found.locate_file(top))
    return home / "bin"


@asynccontextmanager
async def serving(program, folder):
    """`studybot run` in a folder; where its page is."""
    running = await asyncio.create_subprocess_exec(
        program, "run", "--port", "0", cwd=folder, env=EMPTY, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(100):
            while not (found := re.search(rb"http://\S+", line := await running.stdout.readline())):
                assert line, "studybot ended before it served"
        yield found[0].decode()
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.terminate()
        assert await running.wait() == 0


def test_it_carries_the_packs_the_migrations_and_the_zoo(built):
    names = zipfile.ZipFile(built.wheel).namelist()
    assert "study/texts/de.po" in names
    for folder, into in (("content", "content"), ("alembic", "store/migrations"), ("models/zoo", "models/zoo")):
        tracked = run("git", "ls-files", folder, cwd=ROOT).split() if (ROOT / ".git").exists() else []
        for name in tracked:
            assert name.replace(folder, into, 1) in names
    assert {f"{room}/py.typed" for room in ("bot", "cogs", "models", "store", "study")} <= set(names)
    assert not any(name.startswith(("tests/", "bench/", "docs/", "alembic/")) for name in names)
    with tarfile.open(built.source) as source:
        assert not any("/tests/" in name or "/." in name.replace("/.gitignore", "") for name in source.getnames())


def test_made_again_of_the_same_files_it_is_the_same_to_the_byte(built, tmp_path):
    with tarfile.open(built.source) as source:
        source.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    for path in unpacked.rglob("*.py"):  # another day, and another person's rights on the files
        os.utime(path, (0, 0))
        path.chmod(0o600)
    into = tmp_path / "again"
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", into, unpacked, cwd=tmp_path)
    (again,) = into.iterdir()
    assert (again.name, again.read_bytes()) == (built.wheel.name, built.wheel.read_bytes())


def test_it_says_its_version(built, installed, tmp_path):
    assert run(installed / "studybot", "--version", cwd=tmp_path) == f"studybot {built.wheel.name.split('-')[1]}\n"


async def test_a_group_answers_a_question_in_an_empty_folder_without_torch(installed, tmp_path):
    async with (
        serving(installed / "studybot", tmp_path) as url,
        Visitor(SimpleNamespace(url=url)) as ana,
    ):
        await ana.join("Ana")
        async with ana.http.ws_connect(f"{ana.base}/c/study-group/live") as live:
            await ana.write("/group now")
            async with asyncio.timeout(60):
                while QUESTION.ask.replace("`", "") not in plain("".join(await ana.entries())):
                    await live.receive()
        entry = next(entry for entry in await ana.entries() if 'value="quiz.answer' in entry)
        opener = re.search(r'value="(quiz\.answer[^"]*)"', entry)[1]
        message = re.search(r'name="message" value="(\d+)"', entry)[1]
        form = (await ana.press(opener, message=message))[1]["form"]
        send = re.search(r'name="press" value="([^"]+)"', form)[1]
        status, told = await ana.press(send, message=message, opener=opener, answer=QUESTION.answer)
        assert status == 200
        assert told["entries"][0]["summary"].startswith("That's right.")

        found = (Path(__file__).parents[1] / "models/zoo/digits/1/golden.png").read_bytes()
        _status, told = await ana.write("/classify", picture=found)
        said = plain("".join(await ana.entries()))
        assert "pip install 'studybot[models]'" in said, (told, said)
    assert (tmp_path / "data/studybot.sqlite3").exists()


def test_commands_of_the_models_say_how_to_add_them(installed, tmp_path):
    done = subprocess.run(
        [installed / "studybot", "models", "list"], cwd=tmp_path, env=EMPTY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "pip install 'studybot[models]'" in done.stderr


def test_packs_that_came_along_are_sound(installed, tmp_path):
    assert "fastbook" in run(installed / "studybot", "check", cwd=tmp_path)
    assert run(installed / "python", "-c", "import importlib.util as u; print(u.find_spec('torch'))") == "None\n"
