import pytest

from tests.cogs.conversation import conversation


@pytest.fixture
async def talk():
    async with conversation() as talking:
        yield talking
