"""Chapter 4 of the fastbook course has the book's numbers, in two weeks; what was answered stays with its question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Questions of our own have names in place of numbers.
MOVED = {
    **{"q02": "sample", "q04": "ideal", "q05": "tensors", "q06": "rank", "q07": "shape", "q08": "q05", "q09": "signs"},
    **{
        "q10": "q07",
        "q11": "l2",
        "q12": "outliers",
        "q13": "q10",
        "q14": "subtract",
        "q15": "torch",
        "q16": "baseline",
    },
    **{"q17": "q18", "q18": "q23"},
}
# Going down, a number that meant another question waits under a name, and a recap in a week, that nothing else has.
WAITING = {f"later-{old}": old for old in MOVED if old not in MOVED.values()}
UP = {f"ch04-{old}": f"ch04-{new}" for old, new in (MOVED | WAITING).items()}
FIRST = [f"ch04-{new}" for new in ("q01", "q03", *MOVED.values()) if new not in ("q18", "q23")]
WEEKS = {4: 3, 104: 4}


def _table(name: str, *columns: str) -> Any:
    return sa.table(name, *map(sa.column, columns))


def _move(items: Mapping[str, str], weeks: Mapping[int, int], first: list[str]) -> None:
    """Move the first half's weeks, then rename items: a table in one statement, so that no name meets another."""
    rounds, marks = _table("rounds", "id", "course", "week", "group_id"), _table("marks", "course", "week", "item")
    posts = _table("posts", "id", "item", "week", "kind", "reason", "round_id")
    answers, practice = _table("answers", "item", "post_id"), _table("practice", "item", "group_id")
    ours = rounds.c.course == "fastbook"
    asked = posts.c.round_id.in_(sa.select(rounds.c.id).where(ours))
    half = asked & ((posts.c.kind == "recap") | posts.c.item.in_(first))
    was, now = next(iter(weeks.items()))
    opened = sa.select(posts.c.round_id).where(half, posts.c.week == was, posts.c.reason.in_(("new", "backlog")))
    op.execute(sa.update(rounds).where(rounds.c.week == was, rounds.c.id.in_(opened)).values(week=now))
    for table, which, told in (
        (marks, (marks.c.course == "fastbook") & (marks.c.item == ""), "week"),
        (posts, half, "week"),
        (answers, answers.c.post_id.in_(sa.select(posts.c.id).where(asked)), "item"),
        (practice, practice.c.group_id.in_(sa.select(rounds.c.group_id).where(ours)), "item"),
        (marks, marks.c.course == "fastbook", "item"),
        (posts, asked, "item"),
    ):
        column, renamed = table.c[told], weeks if told == "week" else items
        changed = sa.update(table).where(column.in_(renamed), which)
        op.execute(changed.values({told: sa.case(renamed, value=column, else_=column)}))


def upgrade() -> None:
    _move(UP, WEEKS, [old for old, new in UP.items() if new in FIRST] + ["ch04-q01", "ch04-q03"])


def downgrade() -> None:
    _move({new: old for old, new in UP.items()}, {new: old for old, new in WEEKS.items()}, FIRST)
