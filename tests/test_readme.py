"""The README runs: each console line of it is typed as it stands, and must succeed and say something."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
SESSIONS = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def typed(session):
    """The commands of a session, each with the output shown under it."""
    parts = re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]
    return [(part.split("\n", 1)[0], part.split("\n", 1)[1].rstrip("\n")) for part in parts]


@pytest.mark.parametrize(("command", "shown"), [pair for session in SESSIONS for pair in typed(session)])
def test_what_the_readme_types_works_and_says_what_it_shows(command, shown, tmp_path):
    if not (ROOT / ".venv/bin/studybot").exists():
        pytest.skip("there is no .venv here: make run makes it")
    done = subprocess.run(
        command, shell=True, cwd=ROOT, env=os.environ | {"STUDYBOT_DATA": str(tmp_path)},
        capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = re.sub(r"in \d+\.\d s", "in … s", done.stdout)
    for line in shown.splitlines():
        wanted = re.sub(r"in \d+\.\d s", "in … s", line.rstrip(" …"))
        assert wanted in said


def test_every_file_the_readme_points_to_is_there():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if "://" not in target:
            assert (ROOT / target).exists(), target


def test_every_make_target_it_names_exists():
    makefile = (ROOT / "Makefile").read_text()
    for name in set(re.findall(r"make (\w+)", README)) - {"is"}:
        assert re.search(rf"^{name}:", makefile, re.MULTILINE), name
