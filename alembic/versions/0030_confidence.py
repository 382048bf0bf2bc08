"""Each answer keeps how sure its grading was, and a group which share of the least sure its organiser looks at."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answers", sa.Column("confidence", sa.Float()))
    op.add_column("groups", sa.Column("unsure", sa.Float(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("groups", "unsure")
    op.drop_column("answers", "confidence")
