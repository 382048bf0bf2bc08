"""Who was last seen to do an organiser's work is one kind of fact on every platform; empty facts are none."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

META = sa.table("meta", sa.column("key", sa.Text()), sa.column("value", sa.Text()))
DISCORD, SLACK = "discord.organiser.", "slack.organiser:"


def upgrade() -> None:
    db = op.get_bind()
    db.execute(META.delete().where(META.c.value == ""))
    for key in _keys(db, DISCORD):
        _rename(db, key, f"organiser:discord:{key.removeprefix(DISCORD)}:")
    for key in _keys(db, SLACK):
        _rename(db, key, f"organiser:slack:{key.removeprefix(SLACK)}")


def downgrade() -> None:
    db = op.get_bind()
    for key in _keys(db, "organiser:discord:"):
        _rename(db, key, DISCORD + key.split(":")[2])
    for key in _keys(db, "organiser:slack:"):
        _rename(db, key, SLACK + key.removeprefix("organiser:slack:"))


def _keys(db: sa.Connection, prefix: str) -> list[str]:
    return list(db.execute(sa.select(META.c.key).where(META.c.key.startswith(prefix, autoescape=True))).scalars())


def _rename(db: sa.Connection, key: str, to: str) -> None:
    db.execute(META.update().where(META.c.key == key).values(key=to))
