"""What is said or counted in several rooms is one value, or known to agree."""

import re
from pathlib import Path
from typing import get_args

from cogs.messages import FormField
from cogs.recent import ModelKind
from study.grading.language.text import LIMIT

MODELS = Path(__file__).parents[2] / "models"


def test_a_form_takes_as_much_as_the_grader_reads():
    assert FormField("answer", "Answer").max_length == LIMIT


def test_the_kinds_of_models_are_those_that_the_model_service_has():
    texts = [path.read_text(encoding="utf-8") for path in MODELS.rglob("*.py")]
    lists = [found for text in texts for found in re.findall(r'[\[(]("single-label"(?:, "[\w-]+")+)[\])]', text)]
    whole = [kinds for kinds in (re.findall(r'"([^"]+)"', one) for one in lists) if "segmentation" in kinds]
    assert whole and all(kinds == list(get_args(ModelKind)) for kinds in whole)
