"""A channel may have a role mentioned at the first post of a week."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NEW = ("ping", "ping_name", "pinged")


def upgrade() -> None:
    with op.batch_alter_table("channels") as channels:
        for name in NEW:
            channels.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("channels") as channels:
        for name in NEW:
            channels.drop_column(name)
