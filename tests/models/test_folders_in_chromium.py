"""Folders dropped on the page become a model that is watched, tried, cleaned and published, in a real browser."""

import pytest
from axe_playwright_python.async_playwright import Axe

from bot.app import opened
from bot.first_group import set_up_first_group
from bot.platforms.browser.platform import BrowserPlatform
from bot.schedule.trainings import TrainingNews
from bot.settings import read_settings
from bot.vision.client import HttpClassifier
from bot.vision.trainer import HttpTrainer
from tests.models.test_training_in_chat import drawn, finished, service  # noqa: F401 - a fixture
from tests.platforms.browser.chromium import PHONE, chromium, tab
from tests.platforms.browser.test_accessibility import RULES, told


@pytest.fixture
async def room(service, tmp_path):  # noqa: F811
    """The page over the real features and a real model service; `news` brings its message up to date."""
    settings = read_settings(data=tmp_path / "data", semantic=False)
    classifier, trainer = HttpClassifier(service.url), HttpTrainer(service.url)
    async with opened(settings, classifier, trainer=trainer) as app:
        platform = BrowserPlatform(app.host, port=0, demo=True)
        await set_up_first_group(app.store, app.courses, platform.first_place, "Europe/Berlin", app.clock.now())
        await platform.start()
        platform.news = TrainingNews(app.store, trainer, {"browser": platform}, app.clock)
        yield platform
        await platform.stop()
    await classifier.close()
    await trainer.close()


@pytest.fixture
def folders(tmp_path):
    """Six pictures of each of two things, one in the wrong folder, beside what a Mac leaves."""
    made = tmp_path / "marks"
    for kind in ("circle", "stripes"):
        (made / kind).mkdir(parents=True)
        for seed in range(6):
            (made / kind / f"{seed}.jpg").write_bytes(drawn(kind, seed).data)
    (made / "circle" / "wrong.jpg").write_bytes(drawn("stripes", 77).data)
    (made / "circle" / ".DS_Store").write_bytes(b"Mac")
    (made / "stripes" / "notes.txt").write_text("not a picture")
    return made


@pytest.mark.timeout(600)
async def test_from_a_dropped_folder_to_a_published_model_by_phone_and_keyboard(room, service, folders):  # noqa: F811
    async with chromium() as browser, tab(browser, viewport=PHONE, scheme="dark") as olga:
        await olga.join(room.url, "Olga")
        await olga.page.goto(f"{room.url}c/study-group/models")
        assert told(await Axe().run(olga.page, options=RULES)) == []
        await olga.page.get_by_label("What it is called").fill("marks")
        await olga.page.get_by_label("A folder of folders").set_input_files(folders)
        await olga.page.get_by_role("button", name="Give them").press("Enter")
        await olga.page.get_by_text("circle: 7").wait_for()
        await olga.page.get_by_text("stripes: 6").wait_for()
        await olga.page.get_by_text("Passed over: 1").wait_for()
        assert told(await Axe().run(olga.page, options=RULES)) == []

        await olga.page.get_by_role("button", name="Train it").press("Enter")
        await olga.sees("marks 1 begins to learn.")
        await room.news.tick()
        await olga.sees("marks 1 is learning")
        await finished(service)
        await room.news.tick()
        await olga.sees("marks 1 has learned, and waits to be published.")

        await olga.page.get_by_role("button", name="doubtful picture").press("Enter")
        await olga.page.get_by_role("button", name="Remove it").press("Enter")
        await olga.page.get_by_role("button", name="Try a picture …").press("Enter")
        picture = {"name": "new.jpg", "mimeType": "image/jpeg", "buffer": drawn("circle", 50).data}
        await olga.dialog.get_by_label("The picture").set_input_files(picture)
        await olga.dialog.get_by_role("button", name="Try it").press("Enter")
        await olga.sees("Model: marks 1.")
        assert sum(service.trainings._pictures("marks").counts().values()) == 12

        await olga.page.get_by_role("button", name="Publish").press("Enter")
        await olga.sees("marks 1 is published: it answers from now on.")
        await olga.page.locator("#picture").set_input_files(picture)
        await olga.write("/classify model:marks")
        seen = olga.page.locator("#feed > .entry", has_text="used /classify")
        await seen.wait_for()
        assert "Model: marks 1." in await seen.inner_text()
