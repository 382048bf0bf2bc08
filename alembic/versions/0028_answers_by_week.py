"""A group's answers are found by when they were given, so that its weeks are counted without reading them."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_answers_group_id_at_member_id"), "answers", ["group_id", "at", "member_id"])
    op.drop_index(op.f("ix_answers_group_id"), "answers")


def downgrade() -> None:
    op.create_index(op.f("ix_answers_group_id"), "answers", ["group_id"])
    op.drop_index(op.f("ix_answers_group_id_at_member_id"), "answers")
