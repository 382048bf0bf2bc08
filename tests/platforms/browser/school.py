"""The page over a real group: its store, its features, its grading; only the models are pretended."""

import shutil
from contextlib import asynccontextmanager
from datetime import time, timedelta
from pathlib import Path

from bot.app import App
from bot.platforms.browser.platform import BrowserPlatform
from bot.settings import Settings
from store import Store
from study.group import Slot
from tests.cogs.conversation import COURSE, MONDAY, conversation


class Standing:
    """A clock that a test puts forward."""

    def __init__(self):
        self.time = MONDAY

    def now(self):
        return self.time

    async def advance(self, days):
        self.time += timedelta(days=days)


@asynccontextmanager
async def school(folder, migrated_sqlite, **more):
    """A page in whose channel a group reads, and how people talk there in the features' own words."""
    shutil.copy(migrated_sqlite, folder / "studybot.sqlite3")
    store = await Store.open(f"sqlite:///{folder / 'studybot.sqlite3'}")
    try:
        talk = await conversation(store, group=False)
        talk.clock = Standing()
        settings = Settings(data=Path(folder))
        app = App(settings, store, {COURSE.id: COURSE}, talk.clock, talk.services, talk.dispatcher, None, None)
        platform = BrowserPlatform(app.host, port=0, demo=True, **more)
        await store.groups.set_up(
            platform.first_place,
            name="Study room",
            course="tiny",
            zone="Europe/Berlin",
            slots=(Slot(0, time(18)),),
            at=MONDAY,
        )
        await platform.start()
        try:
            yield platform, talk
        finally:
            await platform.stop()
    finally:
        await store.close()
