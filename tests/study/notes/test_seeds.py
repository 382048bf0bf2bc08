"""Notes that the project began from, imported untouched: how their drafts grade answers that are known to be right."""

import json
from collections import defaultdict
from pathlib import Path

from study.grading import grade
from study.notes import read_notes
from study.notes.weeks import write_week
from study.packs import load_course
from tests.shared import needs_shared, note

MARKED = Path(__file__).parents[2] / "content" / "marked-week-01.jsonl"
pytestmark = needs_shared


def accepted(verdict, each):
    """Answers of that kind that the drafts accept, and how many there are: the first of every question."""
    week = write_week(1, "Week 1", read_notes(note("000").read_text(encoding="utf-8")).entries)
    course = load_course({"course.yaml": "id: notes\ntitle: Notes\nlanguage: en\n", "week-01.yaml": week.text})
    items = {item.number: item for item in course.items()}
    answers = defaultdict(list)
    for line in MARKED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["verdict"] == verdict and (item := items.get(int(row["item"][-2:]))):
            answers[item.number].append((item, row["answer"]))
    first = [pair for pairs in answers.values() for pair in pairs[:each]]
    verdicts = [grade(item.rubric, answer, question=item.ask).verdict for item, answer in first]
    return verdicts.count("accept"), len(verdicts)


def test_three_of_four_right_answers_are_accepted():
    right, of = accepted("right", 4)
    assert of == 120 and right * 105 >= 80 * of


def test_hardly_a_wrong_answer_is_accepted():
    wrong, of = accepted("wrong", 2)
    assert of == 60 and wrong <= 2
