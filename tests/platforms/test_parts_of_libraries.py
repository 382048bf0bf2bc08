"""Parts of the platforms' libraries that nobody promised: each is written down, with the version looked at."""

import ast
import re
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "decisions" / "parts-of-the-libraries.md"
LINE = re.compile(r"^\| (`.+?) \| ([\w.-]+) \| ([\d.]+) \| `(bot/[\w/]+\.py)` \|", re.MULTILINE)
LINES = LINE.findall(DOCUMENT.read_text(encoding="utf-8"))


def private(source):
    """The names with a stroke before them that are asked of something that is not one's own."""
    own = {"self", "cls"}
    found = [one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.Attribute) and one.attr.startswith("_")]
    of_others = [one for one in found if not (isinstance(one.value, ast.Name) and one.value.id in own)]
    return {one.attr for one in of_others if not one.attr.startswith("__")}


@pytest.mark.parametrize(("parts", "library", "looked_at", "where"), LINES, ids=[line[0] for line in LINES])
def test_a_new_version_is_noticed_until_its_parts_were_looked_at(parts, library, looked_at, where):
    told = f"{library} {version(library)}: look whether {parts} in {where} is what it was, then change {DOCUMENT.name}"
    assert version(library) == looked_at, told
    for name in re.findall(r"\.(\w+)`", parts):
        assert re.search(rf"\.{name}\b", (ROOT / where).read_text(encoding="utf-8")), f"{where} uses no {name} any more"


def test_no_private_part_is_used_that_is_not_written_down():
    platforms = [path for name in ("discord", "slack") for path in (ROOT / "bot/platforms" / name).rglob("*.py")]
    used = {(str(path.relative_to(ROOT)), name) for path in platforms for name in private(path.read_text("utf-8"))}
    written = {(where, name) for parts, _, _, where in LINES for name in re.findall(r"\.(_\w+)`", parts)}
    assert used == written
