import pytest

from tests.counterparts.slack.server import Slack
from tests.platforms.slack.room import room


@pytest.fixture
async def slack(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with Slack() as made:
        yield made
        assert made.faults == [], "Slack would have refused, or shown wrongly, what was sent"


@pytest.fixture
async def here(slack):
    async with room(slack) as made:
        yield made
