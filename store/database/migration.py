"""Brings a database to the schema that this program knows, from wherever the program is started."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, create_engine, exc, pool

from alembic import command
from store.database.connection import database_url, sqlite_path
from store.database.file_lock import FileLock, make_private
from store.errors import (
    DatabaseDamaged,
    DatabaseError,
    DatabaseRefused,
    DatabaseUnavailable,
    DatabaseUnopened,
    MigrationsMissing,
    SchemaTooNew,
    SchemaUnknown,
)

log = logging.getLogger(__name__)

_PASSING = ("starting up", "shutting down", "recovery", "too many clients", "remaining connection slots")
"""What a Postgres says when it refuses for the moment."""


def scripts() -> Path:
    """Where the migrations lie: beside the rooms in a checkout, within the store where it is installed."""
    store = Path(__file__).parents[1]
    for place in (store.parent / "alembic", store / "migrations"):
        if (place / "env.py").is_file():
            return place
    raise MigrationsMissing


@cache
def newest_revision() -> str:
    """The newest schema revision that this program knows."""
    newest = ScriptDirectory(scripts()).get_current_head()
    if newest is None:
        raise MigrationsMissing
    return newest


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


def _copy(path: Path, found: str) -> None:
    """Leave a whole copy of an SQLite file beside it, before it is changed."""
    kept = path.with_name(f"{path.name}.before-{newest_revision()}-from-{found}")
    make_private(kept)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(kept)) as target:
        source.backup(target)


def move(url: str, revision: str = "head", *, keep_copy: bool = True) -> None:
    """Bring a database up, or down, to a revision. Raises DatabaseError or SchemaError.

    A copy of an SQLite file as it was stays beside it, unless the file is itself a copy.
    """
    made = sync_url(url)
    path = sqlite_path(made)
    with _locked(path):
        _moved(made, path, revision, keep_copy=keep_copy)


@contextmanager
def _locked(path: Path | None) -> Iterator[None]:
    """No other process has an SQLite file meanwhile; a Postgres looks after itself."""
    lock = FileLock(path) if path else None
    if lock:
        lock.take(make=True)
    try:
        yield
    finally:
        if lock:
            lock.free()


def _moved(made: URL, path: Path | None, revision: str, *, keep_copy: bool) -> None:
    found: str | None = None
    try:
        found = _revision(made)
        if found is not None and found > newest_revision():
            raise SchemaTooNew(found, newest_revision())
        if found == newest_revision() and revision == "head":
            return
        if path and found is not None and keep_copy:
            _copy(path, found)
        config = config_for(made)
        (command.downgrade if _is_down(revision, found) else command.upgrade)(config, revision)
        _tell(found, _revision(made))
    except CommandError as error:
        raise SchemaUnknown(found or "") from error
    except exc.OperationalError as error:
        raise DatabaseUnopened(str(path)) if path else _unreached(error) from error
    except exc.DatabaseError as error:
        raise DatabaseDamaged(str(path or ""), "cannot be read, it may be damaged") from error


def _tell(found: str | None, revision: str | None) -> None:
    """A new database is not worth a line."""
    if found is not None:
        log.info("The database's schema was %s and is %s now.", found, revision)


def _is_down(revision: str, found: str | None) -> bool:
    return revision == "base" or (revision != "head" and found is not None and revision < found)


def _unreached(error: exc.OperationalError) -> DatabaseError:
    """Why a Postgres could not be asked: it does not answer yet, or it answered that it never will."""
    said = str(error.orig)
    _, refuses, reason = said.partition("FATAL:")
    if refuses and not any(word in said for word in _PASSING):
        return DatabaseRefused(reason.strip().splitlines()[0])
    return DatabaseUnavailable("The database does not answer: see that it runs and that DATABASE_URL is right.")


async def migrate(url: str) -> None:
    """Bring the database up to date; on SQLite a copy is kept beside it first. In memory there is nothing to do."""
    made = database_url(url)
    if made.get_backend_name() == "sqlite" and sqlite_path(made) is None:
        return
    await asyncio.to_thread(move, url)


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """How a database is: where it lies, and its schema's revision, None where it has no tables or is not there yet."""

    where: str
    exists: bool
    revision: str | None

    @property
    def up_to_date(self) -> bool:
        """Whether it can be opened as it is."""
        return self.revision == newest_revision()


def _inspect(url: str) -> DatabaseState:
    made = sync_url(url)
    path = sqlite_path(made)
    where = str(path) if path else f"Postgres at {made.host or 'its socket'}"
    if path and not path.exists():
        return DatabaseState(where, exists=False, revision=None)
    try:
        found = _revision(made)
        if path:
            with closing(sqlite3.connect(path)) as connection:
                finding = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if finding != "ok":
                raise DatabaseDamaged(where, f"is damaged ({finding})")
    except exc.OperationalError as error:
        reason = str(error.orig).splitlines()[0]
        raise DatabaseUnavailable(f"The database does not answer: {reason}.") from None
    except (exc.DatabaseError, sqlite3.DatabaseError):
        raise DatabaseDamaged(where, "is not a database, or damaged") from None
    if found is not None and found > newest_revision():
        raise SchemaTooNew(found, newest_revision())
    return DatabaseState(where, exists=True, revision=found)


async def inspect(url: str) -> DatabaseState:
    """How the database is, without changing it. Raises DatabaseError or SchemaError where something must be done."""
    return await asyncio.to_thread(_inspect, url)
