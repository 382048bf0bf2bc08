"""Features speak neutral words: no platform is named anywhere in their room, not even in passing."""

import re
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[2] / "cogs"


@pytest.mark.parametrize("path", sorted(ROOM.glob("*.py")), ids=lambda path: path.name)
def test_a_feature_names_no_platform(path):
    assert re.findall(r"discord|slack", path.read_text(encoding="utf-8"), re.IGNORECASE) == []
