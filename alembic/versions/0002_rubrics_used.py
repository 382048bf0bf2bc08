"""Which rubrics graded the answers to a post is read from an index; a column of the notices that said nothing goes."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_answers_post_id_rubric_version"), "answers", ["post_id", "rubric_version"], unique=False)
    op.drop_column("notices", "owner")


def downgrade() -> None:
    op.add_column("notices", sa.Column("owner", sa.Text(), server_default="", nullable=False))
    op.drop_index(op.f("ix_answers_post_id_rubric_version"), table_name="answers")
