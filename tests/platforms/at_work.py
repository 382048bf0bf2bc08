"""Holds the program at its work, so that it can be killed there and not by luck."""

import contextlib
import sqlite3


@contextlib.contextmanager
def at_work(data):
    """What the program on this data folder writes into the database waits as long as this lasts."""
    with contextlib.closing(sqlite3.connect(data / "studybot.sqlite3", timeout=10, isolation_level=None)) as db:
        db.execute("begin immediate")
        yield
        db.execute("rollback")
