"""A training is told of in one message that is edited as it goes, whatever the platform does meanwhile."""

from datetime import timedelta

import pytest

from bot.platforms.base import SendLater, SendRefused, SendUnknown
from bot.schedule.trainings import TrainingNews
from cogs.announcing import TRAININGS, Announcement
from cogs.services import ClassifierError, Fault, Step, Training
from study.group import Place
from tests.bot.channelbook import Channelbook, Spine
from tests.bot.test_outbox import posted_but


class Learning:
    """A trainer whose one model is wherever the test says."""

    def __init__(self):
        self.at = Training("leaves", "running", "1", Step("starting"))

    async def training(self, model):
        if isinstance(self.at, Exception):
            raise self.at
        return self.at

    def learns(self, epoch, share):
        self.at = Training("leaves", "running", "1", Step("learning", share, epoch, 5))


class Shown(Channelbook):
    """A platform that keeps what its messages say."""

    async def send(self, outgoing):
        self.said = [outgoing.message]
        return await super().send(outgoing)

    async def edit(self, outgoing, message_id):
        await super().edit(outgoing, message_id)
        self.said.append(outgoing.message)

    @property
    def bars(self):
        return [(bar.label, bar.note) for bar in self.said[-1].cards[0].blocks[-1].bars]


@pytest.fixture
async def told(store):
    """A training that was begun in a group's channel: what tells of it, the trainer, and the platform."""
    spine = Spine(store, Shown())
    await spine.group()
    learning = Learning()
    begun = Announcement.begun("leaves", Place("browser", "w", "c", "c"), spine.clock.now())
    await store.facts.set(begun.fact, begun.written())

    async def language(_group):
        return spine.language

    spine.language = "en"
    spine.news = TrainingNews(store, learning, {"browser": spine.platform}, spine.clock, language=language)
    return spine, learning


async def waiting(spine):
    return list(await spine.store.facts.under(TRAININGS))


async def test_one_message_is_edited_as_the_training_goes_and_let_go_when_it_is_published(told):
    spine, learning = told
    await spine.news.tick()
    assert len(spine.platform.posts) == 1 and not spine.platform.edits
    for epoch, share in ((1, 0.1), (1, 0.1), (2, 0.4)):
        learning.learns(epoch, share)
        await spine.news.tick()
    assert len(spine.platform.edits) == 2  # the same again is no edit
    assert spine.platform.bars == [("The network learns, epoch 2 of 5", "40%")]
    learning.at = Training("leaves", "done", "1", accuracy=0.9)
    await spine.news.tick()
    assert await waiting(spine) == ["leaves"]
    learning.at = Training("leaves", "published", "1", accuracy=0.9)
    await spine.news.tick()
    assert [summary for _, summary in spine.platform.edits[-2:]] == [
        "leaves 1 has learned, and waits to be published.",
        "leaves 1 is published: it answers from now on.",
    ]
    assert await waiting(spine) == [] and len(spine.platform.posts) == 1


async def test_the_message_speaks_the_group_s_language_faults_included(told):
    spine, learning = told
    spine.language = "de"
    learning.learns(2, 0.4)
    await spine.news.tick()
    assert spine.platform.bars == [("Das Netz lernt, Durchgang 2 von 5", "40\xa0%")]
    learning.at = Training("leaves", "failed", fault=Fault("English.", "few-pictures", {"count": 3}))
    await spine.news.tick()
    assert "nur 3 Bilder" in str(spine.platform.said[-1].cards[0].blocks[-1])
    assert await waiting(spine) == []


async def test_a_message_in_doubt_is_looked_for_and_edited_never_posted_twice(told):
    spine, learning = told
    spine.platform.script = [posted_but(SendUnknown("the line broke"))]
    await spine.news.tick()
    learning.learns(1, 0.2)
    spine.clock.move(timedelta(seconds=11))
    await spine.news.tick()
    assert (len(spine.platform.posts), len(spine.platform.edits)) == (1, 1)


async def test_a_pause_is_kept_and_what_is_refused_is_let_go(told):
    spine, learning = told
    spine.platform.script = [SendLater("slower", 60)]
    for _ in range(2):
        await spine.news.tick()
        spine.clock.move(timedelta(seconds=20))
    assert spine.platform.posts == []
    spine.clock.move(timedelta(seconds=30))
    await spine.news.tick()
    assert len(spine.platform.posts) == 1
    learning.learns(1, 0.3)
    spine.platform.script = [SendRefused("the message was deleted")]
    await spine.news.tick()
    assert await waiting(spine) == []


async def test_a_model_service_that_is_away_is_waited_for(told):
    spine, learning = told
    learning.at = ClassifierError("away")
    await spine.news.tick()
    assert await waiting(spine) == ["leaves"] and spine.platform.posts == []
    learning.at = Training("leaves", "running", "1")
    await spine.news.tick()
    assert len(spine.platform.posts) == 1
