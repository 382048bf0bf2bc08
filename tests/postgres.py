"""A throw-away Postgres for the tests: its own folder, its own port on loopback, never run as root, gone at the end."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg.sql import SQL, Identifier, Placeholder

_numbers = itertools.count()


def binaries() -> Path | None:
    """Where initdb and postgres are: the newest of Debian's, else those on the path."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = homes[-1] if homes else shutil.which("initdb")
    return Path(found).parent if found else None


def _as_user() -> dict[str, object]:
    """Postgres refuses to run as root: there it runs as nobody."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


class Server:
    """A running Postgres. Its user is trusted, for it listens on loopback and lives for minutes.

    Unless it is `durable`, it does not wait for the disk: quicker, and a test never outlives the machine.
    """

    def __init__(self, home: Path, bin_: Path, durable: bool) -> None:
        self.home, self._bin, self._durable = home, bin_, durable
        self._made: dict[str, _Made] = {}
        self._idle: dict[str, list[str]] = defaultdict(list)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._run("initdb", "-D", str(home / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "-N")
        self.start()

    def _run(self, program: str, *args: str) -> None:
        done = subprocess.run(
            [self._bin / program, *args], capture_output=True, text=True, cwd=self.home, timeout=60, **_as_user()
        )
        assert done.returncode == 0, f"{program}: {done.stderr}{done.stdout}"

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.home} "
            "-c max_connections=200 -c shared_buffers=256MB"
        )
        if not self._durable:
            options += " -c fsync=off -c full_page_writes=off"
        log = str(self.home / "log")
        self._run("pg_ctl", "-D", str(self.home / "data"), "-l", log, "-o", options, "-w", "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.home / "data"), "-m", mode, "-w", "stop")

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def fresh(self, template: str = "template0") -> str:
        """The address of a new database."""
        name = f"test{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def lend(self, template: str) -> str:
        """The address of a database like its template: one that was given back, else a new one, which takes longer."""
        if self._idle[template]:
            return self._idle[template].pop()
        url = self.fresh(template)
        with psycopg.connect(url) as connection:
            self._made[url] = _Made(template, _tables(connection), _rows(connection))
        return url

    def take_back(self, url: str) -> None:
        """Makes a lent database what it was, to be lent again; one whose tables are others now is dropped."""
        made = self._made[url]
        with psycopg.connect(url) as connection:
            connection.execute(_END_OTHERS)
            if alike := _tables(connection) == made.tables:
                _restore(connection, made.rows)
        if alike:
            self._idle[made.template].append(url)
        else:
            del self._made[url]
            self.drop(url)

    def drop(self, url: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {url.rsplit('/', 1)[1]} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)


_END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = """
    SELECT oid, relname, relkind, relnatts, relchecks FROM pg_class
    WHERE relnamespace = 'public'::regnamespace ORDER BY oid
"""


class _Made(NamedTuple):
    template: str
    tables: list[tuple[object, ...]]
    rows: dict[str, list[tuple[object, ...]]]


def _tables(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    """The tables, indexes and sequences: one that was made anew has another number."""
    return connection.execute(_TABLES).fetchall()


def _rows(connection: psycopg.Connection) -> dict[str, list[tuple[object, ...]]]:
    names = [str(name) for _, name, kind, *_ in _tables(connection) if kind == "r"]
    return {name: connection.execute(SQL("SELECT * FROM {}").format(Identifier(name))).fetchall() for name in names}


def _restore(connection: psycopg.Connection, rows: dict[str, list[tuple[object, ...]]]) -> None:
    connection.execute("SET session_replication_role = replica")  # foreign keys ask for no order then
    connection.execute(SQL(";").join(SQL("DELETE FROM {}").format(Identifier(name)) for name in rows))
    for name, kept in rows.items():
        for row in kept:
            values = SQL(", ").join(Placeholder() * len(row))
            connection.execute(SQL("INSERT INTO {} VALUES ({})").format(Identifier(name), values), row)
    connection.execute("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")


@contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """A Postgres for as long as the block runs."""
    bin_ = binaries()
    assert bin_ is not None, "the Postgres server is missing"
    home = Path(tempfile.mkdtemp(prefix="studybot-postgres-"))
    try:
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(home, nobody.pw_uid, nobody.pw_gid)
        made = Server(home, bin_, durable)
        try:
            yield made
        finally:
            made.stop("immediate")
    finally:
        shutil.rmtree(home, ignore_errors=True)
