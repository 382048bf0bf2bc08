"""Of several groups, whoever asks outside all of them has said which one they mean."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("identities", sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_identities_external_id"), "identities", ["external_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_identities_external_id"), "identities")
    op.drop_column("identities", "chosen_at")
