"""A group may have its newest recap pinned."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("groups", sa.Column("pins", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    pins = sa.table("deliveries", sa.column("kind", sa.Text))
    op.execute(pins.delete().where(pins.c.kind.in_(("pin", "unpin"))))
    op.drop_column("groups", "pins")
