"""Fixtures that many rooms share: a store on each database, ready in milliseconds."""

from tests import measured  # isort: skip # noqa: F401 - before it, nothing that is measured is imported

import asyncio
import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

from store import Store, migrate
from tests import postgres

# How long an example takes says more of the machine, and of what else it does, than of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


LONGEST = ("test_discord_served", "test_slack_process", "test_commands", "test_simulate", "test_story", "test_training")
"""The modules that take longest, most of it waiting for programs that they start: begun first, none is waited for alone
at the end."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One worker more than there are cores, for often one waits for what it started."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items):
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))


@pytest.fixture(scope="session")
def postgres_server():
    if postgres.binaries() is None:
        if os.environ.get("CI") == "true":
            pytest.fail("the Postgres server is missing: install the package postgresql")
        pytest.skip("the Postgres server is missing: the tests on Postgres are left out")
    with postgres.server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "studybot.sqlite3"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server):
    url = postgres_server.fresh()
    asyncio.run(migrate(url))
    return url.rsplit("/", 1)[1]


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request, tmp_path):
    """The address of a migrated, empty database, once on SQLite and once on Postgres."""
    if request.param == "sqlite":
        path = tmp_path / "studybot.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.lend(request.getfixturevalue("migrated_postgres"))
        yield url
        server.take_back(url)


@pytest.fixture
async def store(database_url):
    opened = await Store.open(database_url, pool_size=5)
    yield opened
    await opened.close()
