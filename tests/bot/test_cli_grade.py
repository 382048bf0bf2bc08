"""Rubric authoring tools, as an author types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.reports import agreement
from bot.cli.rubric import rubric_app

ROOT = Path(__file__).parents[2]


def say(*words, given=None):
    done = CliRunner().invoke(rubric_app, list(words), input=given)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output


def test_a_draft_is_yaml_to_mend():
    assert say("draft", "What is a GPU?", "A graphics card. It does thousands of things at once.").splitlines() == [
        "- ask: What is a GPU?",
        "  answer: A graphics card. It does thousands of things at once.",
        "  points:",
        "  - A graphics card:",
        "      like: A graphics card.",
        "  - It does thousands of things at once:",
        "      like: It does thousands of things at once.",
    ]


def test_marked_answers_are_replayed_and_new_words_suggested(tmp_path):
    marked = tmp_path / "marked.jsonl"
    lines = [
        {"item": "ch01-q21", "answer": "it fences off a fifth of them at random", "score": 1},
        {"item": "ch01-q21", "answer": "a random fifth gets fenced off", "score": 1, "points": ["at random"]},
        {"item": "ch01-q21", "answer": "a random 20% of the data becomes the validation set", "score": 0},
    ]
    marked.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    told = json.loads(say("test", str(marked), "--json"))
    assert (told["item"], told["answers"]) == ("ch01-q21", 3)
    assert [one["answer"] for one in told["accepted_wrongly"]] == [lines[2]["answer"]]
    random = next(one for one in told["points"] if "random" in one["name"])
    assert (random["right_hits"], random["right"], random["wrong_hits"]) == (2, 2, 1)
    assert "fenc" in say("suggest", str(marked))


def test_csv_is_read_and_a_fault_is_one_sentence(tmp_path):
    marked = tmp_path / "marked.csv"
    marked.write_text("answer,score\nyes,3\n", encoding="utf-8")
    assert say("test", str(marked), "--item", "ch01-q21") == f"{marked}, line 2: the score 3 is not from 0 to 1.\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty; it should hold marked answers, as CSV with a header or as JSON lines."),
        (b"\xff\xfeab", "is not UTF-8 text; save it again with the encoding UTF-8."),
        (b"item,mark\nch01-q12,1\n", "has no column answer and no column score; its first line names item, mark."),
        (b"item,answer,score\n", "has a header and no answers."),
        (b'[{"answer": "x"}]', "is one JSON list; write one JSON object a line instead."),
    ],
)
def test_a_file_that_holds_no_marked_answers_says_what_is_amiss(tmp_path, content, told):
    marked = tmp_path / "marked"
    marked.write_bytes(content)
    assert say("test", str(marked)) == f"{marked} {told}\n" == say("suggest", str(marked))


def test_a_missing_file_and_an_empty_answer_are_named(tmp_path):
    assert say("test", str(tmp_path / "none.csv")).endswith("none.csv cannot be read: no such file or directory.\n")
    assert say("explain", "ch01-q12", " ") == "There is no answer to explain; give it after the item.\n"
    assert say("draft", "What?", "...") == "There is no reference answer to draft from; give it after the question.\n"


def test_an_answer_is_explained():
    told = say("explain", "ch01-q21", "it randomly keeps 20 percent")
    assert "at random" in told and ("accept" in told or "partial" in told)
    assert say("explain", "ch99-q1", "x").startswith("There is no item “ch99-q1” in fastbook")


@pytest.mark.parametrize("course", ["fastbook"])
def test_the_report_of_each_pack_is_up_to_date(course):
    told = (ROOT / "docs" / f"agreement-{course}.md").read_text(encoding="utf-8")
    assert told == agreement(course), f"studybot rubric report {course} --write docs/agreement-{course}.md"


def test_an_answer_is_explained_as_it_is_graded():
    """The examples of a rubric are marks, which teach wherever an answer is graded."""
    told = say("explain", "ch01-q21", "A random 20% is held out!")
    assert "In the words of an answer that was marked right." in told


def test_marked_answers_are_reported_on(tmp_path):
    path = tmp_path / "marked.csv"
    path.write_text(
        "item,answer,score\nch01-q21,a random fifth,1\nch01-q21,it ends with an error,0\nch01-q12,bananas | planks,1\n",
        encoding="utf-8",
    )
    told = say("report", "fastbook", "--answers", str(path))
    assert "| ch01-q21 | 2 | 0.50 / 0." in told and "agree on 2 of 2 (95% interval 34% to 100%)" in told
    assert "| ch01-q12 | 1 | 1.00 / 0.00 | \u2013 | agree on 0 of 1" in told
    assert told.rstrip().endswith("Together: grader and marks agree on 2 of 3 (95% interval 21% to 94%).")
