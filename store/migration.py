"""Brings a database to the form that this program knows, from wherever the program is started."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import URL, create_engine, exc, pool

from alembic import command
from store.engine import LATEST, DatabaseAway, FileLock, StoreError, database_url, sqlite_path

_PASSING = ("starting up", "shutting down", "recovery", "too many clients", "remaining connection slots")
"""What a Postgres says when it refuses for the moment."""


def scripts() -> Path:
    """Where the migrations lie: beside the rooms in a checkout, within the store where it is installed."""
    here = Path(__file__).parent
    for place in (here.parent / "alembic", here / "migrations"):
        if (place / "env.py").is_file():
            return place
    raise StoreError("The migrations are missing from this installation: install studybot again.")


def config_for(url: URL) -> Config:
    """Alembic's configuration for a database, made without a file."""
    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def sync_url(url: str) -> URL:
    """The address for a connection without asyncio."""
    made = database_url(url)
    return made.set(drivername="sqlite") if made.get_backend_name() == "sqlite" else made


def _revision(url: URL) -> str | None:
    engine = create_engine(url, poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def _copy(path: Path, found: str) -> Path:
    """A whole copy of an SQLite file, beside it, before it is changed."""
    kept = path.with_name(f"{path.name}.before-{LATEST}-from-{found}")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(kept)) as target:
        source.backup(target)
    return kept


def move(url: str, revision: str = "head") -> None:
    """Bring a database up, or down, to a revision. Raises StoreError."""
    made = sync_url(url)
    path = sqlite_path(made)
    lock = FileLock(path) if path else None
    if lock:
        lock.take()
    try:
        found = _revision(made)
        if found is not None and found > LATEST:
            raise StoreError(
                f"The database schema {found} is newer than this studybot supports ({LATEST}): "
                "update studybot, or restore a backup made before."
            )
        if found == LATEST and revision == "head":
            return
        if path and found is not None:
            _copy(path, found)
        config = config_for(made)
        down = revision == "base" or (revision != "head" and found is not None and revision < found)
        (command.downgrade if down else command.upgrade)(config, revision)
    except CommandError as error:
        raise StoreError(
            f"The database's form {found} is none that this studybot knows: nothing was changed."
        ) from error
    except exc.OperationalError as error:
        if path:
            raise StoreError(
                f"The database {path} cannot be opened or written: look at the folder's permissions."
            ) from error
        raise _unreached(error) from error
    except exc.DatabaseError as error:
        raise StoreError(
            f"The database {path or ''} cannot be read, it may be damaged: put back a backup: `studybot restore FILE`."
        ) from error
    finally:
        if lock:
            lock.free()


def _unreached(error: exc.OperationalError) -> StoreError:
    """Why a Postgres could not be asked: it does not answer yet, or it answered that it never will."""
    said = str(error.orig)
    _, refuses, reason = said.partition("FATAL:")
    if refuses and not any(word in said for word in _PASSING):
        return StoreError(f"The database refuses: {reason.strip().splitlines()[0]}. See that DATABASE_URL is right.")
    return DatabaseAway("The database does not answer: see that it runs and that DATABASE_URL is right.")


async def migrate(url: str) -> None:
    """Bring the database up to date; on SQLite a copy is kept beside it first. In memory there is nothing to do."""
    made = database_url(url)
    if made.get_backend_name() == "sqlite" and sqlite_path(made) is None:
        return
    await asyncio.to_thread(move, url)


def _checked(url: str) -> str:
    made = sync_url(url)
    path = sqlite_path(made)
    if path and not path.exists():
        return f"There is no database at {path} yet; the first start makes it."
    try:
        found = _revision(made)
        if path:
            with closing(sqlite3.connect(path)) as connection:
                said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if said != "ok":
                raise StoreError(
                    f"The database {path} is damaged ({said}): put back a backup with `studybot restore FILE`."
                )
    except exc.OperationalError as error:
        raise StoreError(f"The database does not answer: {str(error.orig).splitlines()[0]}.") from None
    except (exc.DatabaseError, sqlite3.DatabaseError):
        raise StoreError(
            f"{path} is not a database, or damaged: put back a backup with `studybot restore FILE`."
        ) from None
    if found is not None and found > LATEST:
        raise StoreError(
            f"The database is of a newer form ({found}) than this studybot knows ({LATEST}): update studybot."
        )
    where = str(path) if path else f"Postgres at {made.host or 'its socket'}"
    return f"{where} answers, form {found}." if found else f"{where} answers and is empty."


async def check_database(url: str) -> str:
    """How the database is, in one sentence, for `studybot doctor`. Raises StoreError where something must be mended."""
    return await asyncio.to_thread(_checked, url)
