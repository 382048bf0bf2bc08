"""Facts are single words: a workspace is told by its token, and a set-up that was begun is kept field by field."""

from __future__ import annotations

import json

import sqlalchemy as sa

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

META = sa.table("meta", sa.column("key", sa.Text()), sa.column("value", sa.Text()))
INSTALLS = "slack.installs"


def upgrade() -> None:
    db = op.get_bind()
    db.execute(META.delete().where(META.c.key == INSTALLS))
    for key, value in db.execute(sa.select(META.c.key, META.c.value).where(META.c.key.like("setup:%"))).all():
        db.execute(META.delete().where(META.c.key == key))
        for name, written in json.loads(value).items():
            db.execute(META.insert().values(key=f"{key}:{name}", value=written))


def downgrade() -> None:
    db = op.get_bind()
    found = db.execute(sa.select(META.c.key, META.c.value).where(META.c.key.like("slack.install:%"))).all()
    teams = [key.partition(":")[2] for key, value in found if value]
    if teams:
        db.execute(META.insert().values(key=INSTALLS, value=json.dumps(teams)))
    db.execute(META.delete().where(META.c.key.like("setup:%")))
