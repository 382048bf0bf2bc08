"""Whoever was taken off the page stays off it until they are invited again."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("page_people", sa.Column("removed", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("page_people", "removed")
