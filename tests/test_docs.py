"""What the documents name is there: every file, every module and every name in it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = "bot|cogs|store|study|models|bench|tests|docs|alembic"
DOCUMENTS = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "content").glob("*.md")])
FILE = re.compile(rf"(?<![\w/.-])(?:{ROOMS})/[\w/.-]*\w\.(?:py|md|html|json|yaml)\b")
FOLDER = re.compile(rf"`((?:{ROOMS})/(?:[\w-]+/)*)`")
BARE = re.compile(r"`([\w-]+\.py)`")
HERE = {path.name for room in ROOMS.split("|") for path in (ROOT / room).rglob("*.py")}
DOTTED = re.compile(rf"(?<![\w/.-])(?:{ROOMS})(?:\.[a-z_]\w*)+(?![\w/])")


def module(parts):
    path = ROOT.joinpath(*parts)
    return next((one for one in (path.with_suffix(".py"), path / "__init__.py") if one.is_file()), None)


def is_there(dotted):
    """Whether the longest beginning that is a module, or a folder of them, holds the name that follows."""
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        found = module(parts[:end])
        if found is not None:
            rest = parts[end : end + 1]
            return not rest or re.search(rf"\b{re.escape(rest[0])}\b", found.read_text(encoding="utf-8")) is not None
        if ROOT.joinpath(*parts[:end]).is_dir():
            return end == len(parts)
    return False


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_names_is_there(path):
    text = path.read_text(encoding="utf-8")
    named = {name for pattern in (FILE, FOLDER) for name in pattern.findall(text)}
    missing = sorted(name for name in named if not (ROOT / name).exists())
    missing += sorted(
        {
            dotted
            for dotted in DOTTED.findall(text)
            if not dotted.endswith((".md", ".py", ".yaml")) and not is_there(dotted)
        }
    )
    missing += sorted({name for name in BARE.findall(text) if name not in HERE})
    assert not missing, f"{path.relative_to(ROOT)} names what is not there: {', '.join(missing)}"
