"""The page on rubrics says what is so: its questions are read, proved, and allowed by the schema."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from study.grading import RUBRIC_SCHEMA, check_examples, read_rubric
from study.grading.authoring.schema import POINT_KEYS, WRONG_KEYS
from study.grading.match.registry import KEYS

PAGE = (Path(__file__).parents[3] / "docs" / "rubrics.md").read_text(encoding="utf-8")
BLOCKS = [YAML(typ="safe", pure=True).load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.S)]
ITEMS = [item for block in BLOCKS for item in block if "id" in item]


@pytest.mark.parametrize("item", ITEMS, ids=[item["id"] for item in ITEMS])
def test_each_question_of_the_page_proves_itself(item):
    rubric = read_rubric(item, question=item["ask"], reference=item["answer"])
    assert [str(fault) for fault in check_examples(rubric, item["answer"], item["ask"])] == []
    keys = {key: item[key] for key in ("points", "wrong", "examples") if key in item}
    jsonschema.validate(keys, {"type": "object", **RUBRIC_SCHEMA})


def test_the_points_shown_on_the_page_are_read():
    loose = next(block for block in BLOCKS if "id" not in block[0])
    read_rubric({"points": loose})


def test_every_key_is_on_the_page():
    assert [key for key in (*KEYS, *POINT_KEYS, *WRONG_KEYS) if f"{key}:" not in PAGE] == []
    assert len(ITEMS) == 11
