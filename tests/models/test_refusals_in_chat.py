"""Whatever the service refuses, the member reads why in plain words: service, client and feature together."""

import asyncio
from datetime import UTC, datetime

from aiohttp.test_utils import TestServer
from PIL import Image

from bot.dispatcher import Dispatcher
from bot.platforms.text import render_text
from bot.vision.client import HttpClassifier
from cogs import COGS
from cogs.messages import Ask, Person, Picture
from cogs.services import Services
from models.errors import DeadlineError
from models.inference.pictures import NO_PICTURE, SAVE_ANEW, SMALLER
from models.recipes.zoo import ZOO
from models.server.app import application
from models.server.service import Service, Settings
from study.group import Place
from tests.models.serving import to_bytes

PHOTO = to_bytes(Image.effect_noise((64, 64), 60), "JPEG")
HUGE = to_bytes(Image.new("1", (8000, 6000)))


async def classify(server, data):
    """What `/classify` says of a picture."""
    classifier = HttpClassifier(str(server.make_url("")))
    ask = Ask(Person("test", "ana", "Ana"), Place("test", "a", "b", "c"), datetime.now(UTC), "k", {
        "image": Picture(data, "picture.jpg"), "model": "digits",
    })  # fmt: skip
    try:
        return render_text(await Dispatcher(COGS, Services(None, {}, classifier, None)).command("classify", ask))
    finally:
        await classifier.close()


async def test_the_member_reads_why_in_plain_words(monkeypatch):
    service = Service(Settings((ZOO,), decoders=1, exact=True))

    async def too_late(*_asked, **_how):
        raise DeadlineError

    async with TestServer(application(service)) as server:
        assert "The models are not ready yet: try again in a minute." in await classify(server, PHOTO)  # 503
        async with asyncio.timeout(60):
            while not service.ready:  # noqa: ASYNC110 - the service has no event to wait for
                await asyncio.sleep(0.05)
        for picture, sentence in (
            (HUGE, f"The picture has more than 40 million pixels: {SMALLER}."),  # 413
            (PHOTO[:3] + b"x" * 99, NO_PICTURE),  # 415
            (PHOTO[:-200], f"The picture is broken or cut short: {SAVE_ANEW}."),  # 422
        ):
            assert sentence in await classify(server, picture)
        service.inside = service.settings.queue
        assert "The models are busy: too many pictures are waiting." in await classify(server, PHOTO)  # 429
        service.inside = 0
        monkeypatch.setattr(service, "classify", too_late)
        assert "The models are too busy to answer in time" in await classify(server, PHOTO)  # 504
