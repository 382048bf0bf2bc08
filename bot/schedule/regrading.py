"""When a rubric was mended, everyone who was graded by the old one is graded again, from their own words."""

from __future__ import annotations

import logging
from datetime import datetime

from cogs.marking import mark, of_post
from cogs.services import Services

log = logging.getLogger(__name__)

BATCH = 500


async def regrade(services: Services, at: datetime) -> int:
    """Grade again what another version of its rubric had graded; how many answers were. Rulings of organisers stay."""
    done, regrading = 0, services.store.regrading
    for use in await regrading.rubrics_used():
        course = services.courses.get(use.course)
        by = None if course is None else of_post(course, use.week, use.item)
        if by is None or by.rubric.version == use.version:
            continue
        after = 0
        while batch := await regrading.answers(use, after, BATCH):
            for answer in batch:
                marked = await mark(by, answer.text, services.nearness)
                await regrading.regrade(answer.id, marked.mark, at)
            after = batch[-1].id
            done += len(batch)
    if done:
        log.info("%d answers were graded again by mended rubrics", done)
    return done
