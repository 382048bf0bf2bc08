"""The page about importing shows what importing does."""

import json
import re
from pathlib import Path

import pytest

from study.notes import read_notes

PAGE = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```markdown\n(.*?)```\n\n```json\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_has_examples():
    assert len(EXAMPLES) == PAGE.count("```markdown\n") >= 6


@pytest.mark.parametrize(("note", "told"), EXAMPLES, ids=[note.splitlines()[0] for note, _ in EXAMPLES])
def test_an_example_is_as_shown(note, told):
    shown = [json.dumps(entry.as_json(), ensure_ascii=False) for entry in read_notes(note).entries]
    assert shown == told.splitlines()
