"""Feedback that was cleared is none at all: it stood there as JSON's own null, which was cleared again every day."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ANSWERS = sa.table("answers", sa.column("feedback", sa.JSON()))


def upgrade() -> None:
    cleared = sa.cast(ANSWERS.c.feedback, sa.Text()) == "null"
    op.execute(ANSWERS.update().where(cleared).values(feedback=sa.null()))


def downgrade() -> None:
    pass  # the program before reads both alike
