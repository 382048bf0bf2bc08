"""A round knows its course, a post its week and why it was posted, a group its rhythm."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("groups", sa.Column("pace", sa.Text(), server_default="questions", nullable=False))
    op.add_column("groups", sa.Column("share", sa.Float(), server_default="0.3333333333333333", nullable=False))
    op.add_column("groups", sa.Column("afterwards", sa.Text(), server_default="review", nullable=False))
    op.add_column("rounds", sa.Column("course", sa.Text(), server_default="", nullable=False))
    op.add_column("posts", sa.Column("week", sa.Integer(), server_default="0", nullable=False))
    op.add_column("posts", sa.Column("reason", sa.Text(), server_default="new", nullable=False))
    # What was asked before is asked no second time, and what it was worth it stays worth.
    op.execute("UPDATE rounds SET course = (SELECT course FROM groups WHERE groups.id = rounds.group_id)")
    op.execute("UPDATE posts SET week = (SELECT week FROM rounds WHERE rounds.id = posts.round_id)")


def downgrade() -> None:
    for column in ("reason", "week"):
        op.drop_column("posts", column)
    op.drop_column("rounds", "course")
    for column in ("afterwards", "share", "pace"):
        op.drop_column("groups", column)
