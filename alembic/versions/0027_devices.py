"""A browser may be where its person is told: its push service's address, and what messages for it are sealed with."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

COLUMNS = ("push_endpoint", "push_key", "push_secret")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("page_sessions", sa.Column(name, sa.Text(), nullable=True))
    op.create_index(op.f("ix_page_sessions_push_endpoint"), "page_sessions", ["push_endpoint"])


def downgrade() -> None:
    op.drop_index(op.f("ix_page_sessions_push_endpoint"), "page_sessions")
    with op.batch_alter_table("page_sessions") as table:
        for name in COLUMNS:
            table.drop_column(name)
