"""Answers with their marks, as the table keeps them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.answers.scores import lock_member
from store.database import tables as t
from study.group import Answer
from study.marking import Mark

a = t.answers


async def locked_answer(db: AsyncConnection, answer_id: int) -> Row[Any] | None:
    """The answer's row, with its member locked so that standings are computed one at a time."""
    await lock_member(db, select(a.c.member_id).where(a.c.id == answer_id).scalar_subquery())
    return (await db.execute(select(a).where(a.c.id == answer_id))).first()


def mark_columns(mark: Mark) -> dict[str, Any]:
    """A mark as the columns of answers keep it."""
    return {
        "score": mark.score,
        "points": mark.points,
        "possible": mark.possible,
        "verdict": mark.verdict,
        "rubric_version": mark.rubric_version,
        "feedback": None if mark.feedback is None else dict(mark.feedback),
        "confidence": mark.confidence,
    }


def answer_of(row: Row[Any]) -> Answer:
    """The answer that a row tells of; an organiser's ruling is its score."""
    ruling = row.ruled is not None
    return Answer(
        id=row.id,
        post_id=row.post_id,
        group_id=row.group_id,
        member_id=row.member_id,
        item=row.item,
        text=row.text,
        score=row.ruled if ruling else row.score,
        points=row.ruled * row.possible if ruling else row.points,
        possible=row.possible,
        verdict=row.verdict,
        rubric_version=row.rubric_version,
        ordinal=row.ordinal,
        at=row.at,
    )
