"""Who signs in on the page by somebody who vouches for them is the member whom another platform knows."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

COLUMNS = ("platform", "workspace", "account")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("page_people", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_index(op.f("ix_page_people_platform_account"), "page_people", ["platform", "account"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_page_people_platform_account"), "page_people")
    for name in reversed(COLUMNS):
        op.drop_column("page_people", name)
