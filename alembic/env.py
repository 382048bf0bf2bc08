"""Runs the migrations over one connection, in one transaction."""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy import create_engine, event, pool

from alembic import context
from store.database.tables import metadata


def run() -> None:
    url = context.config.attributes.get("url") or os.environ.get("DATABASE_URL", "sqlite:///data/studybot.sqlite3")
    engine = create_engine(url, poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def connected(connection: Any, _: object) -> None:
            # The driver's own BEGIN would leave table definitions outside the transaction.
            connection.isolation_level = None

        @event.listens_for(engine, "begin")
        def begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        context.configure(connection=connection, targetdata=metadata, render_as_batch=True, compare_type=True)
        with context.begin_transaction():
            if engine.dialect.name == "postgresql":
                # Many processes may start at once; one migrates, the others wait and find nothing to do.
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7305, 1)")
            context.run_migrations()
    engine.dispose()


run()
