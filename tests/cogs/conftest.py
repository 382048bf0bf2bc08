import pytest

from tests.cogs.conversation import conversation


@pytest.fixture
async def talk(store):
    return await conversation(store)


@pytest.fixture
async def newcomers(store):
    """A place where nobody has set up a group yet."""
    return await conversation(store, group=False)
