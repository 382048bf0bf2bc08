"""The page knows up to which message for them alone somebody has read; what came before counts as read."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("page_people", sa.Column("letters_read", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
    op.execute("UPDATE page_people SET letters_read = (SELECT max(id) FROM page_messages)")


def downgrade() -> None:
    op.drop_column("page_people", "letters_read")
