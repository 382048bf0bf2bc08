"""The chat side starts without the models' room: neither torch nor fastai, nor anything that imports them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from requirements.lock import wanted

ROOT = Path(__file__).parent.parent
HEAVY = {"torch", "fastai", "torchvision", "timm", "models"}


def loaded(code):
    script = f"import sys\n{code}\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module", ["bot.cli.main", "bot.app", "bot.simulate", "bot.doctor", "cogs", "store", "study.packs"]
)
def test_no_room_of_the_chat_side_loads_torch(module):
    assert not loaded(f"import {module}") & HEAVY


def test_grading_on_the_command_line_loads_neither_database_nor_network():
    assert not loaded("import bot.cli.main, bot.cli.packs, study.packs") & {
        "sqlalchemy",
        "aiohttp",
        "discord",
        "slack_bolt",
    }


def test_a_bot_starts_without_what_its_platform_and_its_people_may_never_need():
    served = loaded("import bot.app\nfrom bot.platforms import registry\nregistry.chosen(['terminal'])")
    assert not served & {"discord", "slack_bolt", "jinja2", "joserfc", "markdown_it", "study.banks", "study.notes"}
    page = loaded("import bot.app\nfrom bot.platforms import registry\nregistry.package(*registry.chosen([]))")
    assert "bot.platforms.browser" in page
    assert not page & {"discord", "slack_bolt", "joserfc"}


HEALTH = """
from bot.cli.main import main
sys.argv[1:] = ["health"]
try:
    main()
except SystemExit as end:
    assert end.code == 1
"""


def test_a_container_is_asked_for_its_health_without_the_rooms(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDYBOT_DATA", str(tmp_path))
    assert not loaded(HEALTH) & {"sqlalchemy", "aiohttp", "alembic", "yaml", "cogs", "store", "study.packs"}


LIST = """
import gc
from bot.cli.main import main
sys.argv[1:] = ["packs"]
try:
    main()
except SystemExit:
    looks = sum(each["collections"] for each in gc.get_stats())
    assert looks < 250, looks  # 800 by the interpreter's own rule
"""


def test_listing_the_courses_loads_no_database_and_seldom_looks_for_garbage():
    assert not loaded(LIST) & {"sqlalchemy", "aiohttp", "discord", "slack_bolt"}


@pytest.mark.parametrize("name", ["chat", "models", "dev", "hikari", "semantic"])
def test_each_lock_holds_what_pyproject_asks_for(name):
    lock = (ROOT / "requirements" / f"{name}.txt").read_text()
    held = {
        canonicalize_name(found): version for found, version in re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)
    }
    for each in map(Requirement, wanted()[name][0]):
        assert each.specifier.contains(held[canonicalize_name(each.name)]), each


def test_the_two_locks_are_apart_and_hold_hashes_but_no_addresses():
    for name in ("chat", "models", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert "--hash=sha256:" in text and "://" not in text and "index-url" not in text
    assert "torch==" not in (ROOT / "requirements" / "chat.txt").read_text()
    assert "torch==" in (ROOT / "requirements" / "models.txt").read_text()
