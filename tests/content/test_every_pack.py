"""What holds for every question of every pack that is shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from study.grading import grade
from study.packs import load_course

CONTENT = Path(__file__).parents[2] / "content"
PACKS = sorted(path.parent for path in CONTENT.glob("*/course.yaml"))


@pytest.mark.parametrize("folder", PACKS, ids=[folder.name for folder in PACKS])
def test_the_reference_itself_is_accepted_however_it_is_typed(folder):
    course = load_course({path.name: path.read_text("utf-8") for path in folder.glob("*.yaml")})
    for item in course.items():
        if item.rubric is not None and item.answer:
            for typed in (item.answer, item.answer.upper(), f"  {' '.join(item.answer.split())}\n"):
                assert grade(item.rubric, typed, question=item.ask).verdict == "accept", (item.id, typed)
