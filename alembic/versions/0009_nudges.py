"""Members are reminded of what is open for them, unless they or their group do not wish it; their own zone is kept."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("groups", sa.Column("nudges", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("members", sa.Column("nudges", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("members", sa.Column("zone", sa.Text(), server_default="", nullable=False))
    op.add_column("members", sa.Column("nudge_at", MOMENT, nullable=True))
    op.add_column("members", sa.Column("nudged_at", MOMENT, nullable=True))
    op.create_index(op.f("ix_members_nudge_at"), "members", ["nudge_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_members_nudge_at"), table_name="members")
    for column in ("nudged_at", "nudge_at", "zone", "nudges"):
        op.drop_column("members", column)
    op.drop_column("groups", "nudges")
