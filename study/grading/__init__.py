"""Grading free text by keyword rubrics: the public face.

`read_rubric` reads what an author wrote and `draft` makes a first rubric from a reference answer; `grade` grades.
"""

from study.grading.drafting import draft
from study.grading.examples import check_examples
from study.grading.grading import grade
from study.grading.reading import read_rubric
from study.grading.rubric import Against, Example, Fault, Grade, Point, PointResult, Rubric, RubricFaults, Wrong
from study.grading.schema import RUBRIC_SCHEMA
from study.grading.second_opinion import second_opinion
from study.grading.verdicts import ACCEPT, REFUSE
from study.grading.writing import write_rubric

__all__ = [
    "ACCEPT",
    "REFUSE",
    "RUBRIC_SCHEMA",
    "Against",
    "Example",
    "Fault",
    "Grade",
    "Point",
    "PointResult",
    "Rubric",
    "RubricFaults",
    "Wrong",
    "check_examples",
    "draft",
    "grade",
    "read_rubric",
    "second_opinion",
    "write_rubric",
]
