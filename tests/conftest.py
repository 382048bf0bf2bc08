"""Fixtures that many rooms share: a store on each database, ready in milliseconds."""

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
        url = server.fresh(request.getfixturevalue("migrated_postgres"))
        yield url
        server.drop(url)


@pytest.fixture
async def store(database_url):
    opened = await Store.open(database_url, pool_size=5)
    yield opened
    await opened.close()
