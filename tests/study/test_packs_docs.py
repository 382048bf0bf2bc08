"""The page about packs lists the keys that there are, in the words the schema has for them."""

import re
from pathlib import Path

from study.packs.shapes import CHOICE, COURSE, ITEM, KNOWLEDGE, PROOF, RECAP, WEEK

PAGE = (Path(__file__).parents[2] / "docs" / "packs.md").read_text(encoding="utf-8")


def test_every_key_is_listed_and_no_other():
    listed = re.findall(r"^\| `(\w+)` \| (required)? *\| (.+) \|$", PAGE, re.MULTILINE)
    shapes = (COURSE, WEEK, RECAP, ITEM, CHOICE, KNOWLEDGE, PROOF)
    keys = [(name, "required" * key.required, key.summary) for shape in shapes for name, key in shape.items()]
    assert listed == keys
