"""A delivery may be for one person alone; an account knows since when it is the one its owner uses."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("identities", sa.Column("current_since", MOMENT, nullable=True))
    op.add_column("identities", sa.Column("unreachable", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("deliveries", table_kwargs={"sqlite_autoincrement": True}) as deliveries:
        deliveries.add_column(sa.Column("member_id", ID, autoincrement=False, nullable=True))
        deliveries.add_column(sa.Column("person", sa.Text(), server_default="", nullable=False))
        deliveries.add_column(sa.Column("ref", ID, nullable=True))
        deliveries.add_column(sa.Column("expires", MOMENT, nullable=True))
        deliveries.create_foreign_key(
            op.f("fk_deliveries_member_id"), "members", ["member_id"], ["id"], ondelete="CASCADE"
        )
    op.create_index(op.f("ix_deliveries_member_id"), "deliveries", ["member_id"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM deliveries WHERE person <> ''")
    op.drop_index(op.f("ix_deliveries_member_id"), table_name="deliveries")
    with op.batch_alter_table("deliveries", table_kwargs={"sqlite_autoincrement": True}) as deliveries:
        deliveries.drop_constraint(op.f("fk_deliveries_member_id"), type_="foreignkey")
        for column in ("expires", "ref", "person", "member_id"):
            deliveries.drop_column(column)
    for column in ("unreachable", "current_since"):
        op.drop_column("identities", column)
