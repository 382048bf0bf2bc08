"""A mark may be words that say one point; what was kept before are whole answers."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("marks", sa.Column("point", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.execute("DELETE FROM marks WHERE point != ''")  # an older program would take the words for a whole answer
    op.drop_column("marks", "point")
