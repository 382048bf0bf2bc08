"""When a rubric was mended, everyone who was graded by the old one is graded again, from their own words."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from store import Store
from study.course import Course
from study.grading import Rubric, grade

log = logging.getLogger(__name__)

BATCH = 500


async def regrade(store: Store, courses: Mapping[str, Course]) -> int:
    """Grade again what another version of its rubric had graded; how many answers were. Rulings of organisers stay."""
    done = 0
    for course_id, number, item_id, version in await store.rubrics_used():
        found = _rubric(courses.get(course_id), number, item_id)
        if found is None or found[0].version == version:
            continue
        rubric, question = found
        after = 0
        while batch := await store.answers_to_regrade(
            item_id, after, BATCH, course=course_id, week=number, version=version
        ):
            for answer in batch:
                given = grade(rubric, answer.text, question=question)
                await store.regrade(
                    answer.id,
                    score=given.score,
                    points=given.points,
                    possible=given.possible,
                    verdict=given.verdict if item_id or given.verdict != "needs_review" else "partial",
                    rubric_version=rubric.version,
                    feedback={"said": list(given.feedback)},
                )
            after = batch[-1].id
            done += len(batch)
    if done:
        log.info("%d answers were graded again by mended rubrics", done)
    return done


def _rubric(course: Course | None, number: int, item_id: str) -> tuple[Rubric, str] | None:
    """The rubric that now grades an item, or a week's recap, with its question."""
    if course is None:
        return None
    if item_id:
        item = course.item(item_id)
        return (item.rubric, item.ask) if item is not None and item.rubric is not None else None
    week = course.week(number)
    return (week.recap.rubric, week.recap.prompt) if week is not None and week.recap is not None else None
