"""Grading free text by keyword rubrics: the public face.

`read_rubric` reads what an author wrote and `draft` makes a first rubric from a reference answer; `grade` grades.
"""

from study.grading.authoring.draft import draft
from study.grading.authoring.examples import check_attacks, check_examples
from study.grading.authoring.others import Asked, Passed, check_others
from study.grading.authoring.read import read_rubric
from study.grading.authoring.schema import RUBRIC_SCHEMA
from study.grading.authoring.write import write_rubric
from study.grading.grader import grade
from study.grading.language.giving_up import gives_up, says_nothing
from study.grading.marks import NO_MARKS, Marks, marks_of, rubric_version
from study.grading.rubric import (
    ACCEPT,
    REFUSE,
    Against,
    Grade,
    Likened,
    MarkedAnswer,
    Point,
    PointResult,
    Rubric,
    RubricFault,
    RubricFaults,
    Wrong,
)
from study.grading.verdict import FEWEST, NEWEST, Band, least_sure, second_opinion

__all__ = [
    "ACCEPT",
    "FEWEST",
    "NEWEST",
    "NO_MARKS",
    "REFUSE",
    "RUBRIC_SCHEMA",
    "Against",
    "Asked",
    "Band",
    "Grade",
    "Likened",
    "MarkedAnswer",
    "Marks",
    "Passed",
    "Point",
    "PointResult",
    "Rubric",
    "RubricFault",
    "RubricFaults",
    "Wrong",
    "check_attacks",
    "check_examples",
    "check_others",
    "draft",
    "gives_up",
    "grade",
    "least_sure",
    "marks_of",
    "read_rubric",
    "rubric_version",
    "says_nothing",
    "second_opinion",
    "write_rubric",
]
