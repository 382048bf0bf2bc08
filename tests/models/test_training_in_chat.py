"""From pictures to a model without leaving the chat: the real service and a tiny network."""

import asyncio
import base64
import logging
import shutil

import numpy as np
import pytest
from aiohttp.test_utils import TestServer
from PIL import Image

from bot.app import forget_pictures
from bot.log_once import LogOnce
from bot.vision.client import HttpClassifier
from bot.vision.trainer import HttpTrainer
from cogs.announcing import TRAININGS
from cogs.messages import Picture
from models.bundles.manifest import verify
from models.recipes import shapes
from models.recipes.zoo import ZOO
from models.server.app import application
from models.server.learning import trainings
from models.server.learning.trainings import Training, TrainingSettings
from models.server.service import Service, Settings
from models.training.bundle_writer import drawn as nobodys
from store import Store
from study.group import Account
from tests.cogs.conversation import ANA, BEN, ORGANISER, conversation
from tests.models.serving import to_bytes


def drawn(kind, seed):
    image = shapes.draw(kind, 72, np.random.default_rng(seed))
    return Picture(to_bytes(image, "JPEG"), f"{kind}.jpg", "image/jpeg")


def settings_in(folder):
    training = TrainingSettings(
        folder / "feedback", folder / "training", folder / "trained", "squeezenet1_1", 1, 48, from_scratch=True
    )
    return Settings((ZOO, folder / "models"), decoders=1, exact=True, feedback=training.pictures, training=training)


@pytest.fixture
async def store(migrated_sqlite, tmp_path):
    opened = await Store.open(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'group.db')}")
    yield opened
    await opened.close()


@pytest.fixture
async def service(tmp_path, monkeypatch):
    monkeypatch.setattr(trainings, "try_out", verify)  # what a trial refuses is proved elsewhere
    made = Service(settings_in(tmp_path))
    async with TestServer(application(made)) as server:
        made.url = str(server.make_url("")).rstrip("/")
        await made.warm.wait()
        while not made.ready:  # noqa: ASYNC110 - the service has no event to wait for
            await asyncio.sleep(0.05)
        yield made


@pytest.fixture
async def talk(store, service):
    made = await conversation(store)
    classifier, trainer = HttpClassifier(service.url), HttpTrainer(service.url)
    object.__setattr__(made.services, "classifier", classifier)
    object.__setattr__(made.services, "trainer", trainer)
    yield made
    await classifier.close()
    await trainer.close()


async def collected(talk, seeds):
    """Ana and Ben give pictures of two things, as they were asked to."""
    for label in ("circle", "stripes"):
        asked = await talk.say(ORGANISER, "model collect", model="marks", label=label)
        assert f"Pictures of {label} are wanted" in asked
        give = f"training.give:marks:{packed(label)}"
        assert "deleted with your data" in await talk.press(ANA, give)
        for seed in seeds:
            who = ANA if seed % 2 else BEN
            shown = await talk.press(who, give.replace("give", "given"), picture=drawn(label, seed))
    return shown


def packed(label):
    return base64.urlsafe_b64encode(label.encode()).decode().rstrip("=")


async def settled(talk, service):
    """The doubtful labels, as an organiser settles them: each answer is about the next."""
    doubtful = list(service.trainings.training("marks").doubtful)
    first, second = doubtful[0], doubtful[1]
    seen = await talk.press(ORGANISER, "training.look:marks")
    assert f"{len(doubtful)} doubtful pictures" in seen
    shown = await talk.press(ORGANISER, "trained.doubt:marks")
    assert f"Given as {first.label}" in shown
    for action, label in (("keep", first.label), ("agree", first.predicted)):
        if action == "agree":
            first = second
            label = second.predicted
        await talk.press(ORGANISER, f"trained.{action}:marks:{first.file.removesuffix('.png')}")
        kept = {one.file: one for one in service.trainings._pictures("marks").corrections()}
        assert kept[first.file].label == label and kept[first.file].giver
    again = await talk.press(ORGANISER, f"trained.keep:marks:{first.file.removesuffix('.png')}")
    assert f"{len(doubtful) - 2} doubtful picture" in again
    assert "Model: marks 1." in await talk.press(ORGANISER, "trained.tried:marks", picture=drawn("circle", 50))
    service.trainings._pictures("marks").relabel(second.file, second.label)


async def finished(service, state="done"):
    running = service.trainings._running
    if running is not None:
        await running[1]
    assert service.trainings.training("marks").state == state, service.trainings.training("marks")


async def test_a_group_trains_a_model_publishes_it_corrects_it_and_goes_back(talk, service):
    assert "That makes 6 pictures of stripes." in await collected(talk, range(6))
    begun = await talk.say(ORGANISER, "model train", model="marks")
    assert "marks 1 begins to learn. A message in the channel" in begun
    assert list(await talk.store.facts.under(TRAININGS)) == ["marks"]
    assert "is learning" in await talk.say(ORGANISER, "model train", model="marks")
    await finished(service)
    training = service.trainings.training("marks")
    assert (training.stage, training.epoch, training.of_epochs) == ("asking", 0, 0)
    card = await talk.say(ORGANISER, "model status", model="marks")
    assert "marks 1 has learned, and waits to be published." in card
    assert "of the pictures held back" in card and "How often each thing was taken for which" in card
    assert "for organisers" in await talk.press(ANA, "training.publish:marks")
    await settled(talk, service)
    assert "the version before goes on answering" in await talk.press(ORGANISER, "training.later:marks")
    assert "marks 1 is published" in await talk.press(ORGANISER, "training.publish:marks")

    looked = await talk.say(ANA, "classify", image=drawn("circle", 50), model="marks")
    assert "marks 1" in looked
    token = next(iter(talk.services.looks._looks))
    assert "kept as circle" in await talk.press(ANA, f"classify.kept:{token}", label="circle")

    await talk.say(ORGANISER, "model train", model="marks")
    await finished(service)
    assert "Beside the version before" in await talk.press(ORGANISER, "training.look:marks")
    assert "marks 2 is published" in await talk.press(ORGANISER, "training.publish:marks")
    assert "marks 1 answers again" in await talk.say(ORGANISER, "model rollback", model="marks")
    assert "marks 1" in await talk.say(ANA, "classify", image=drawn("circle", 51), model="marks")

    ana = await talk.store.members.meet(1, Account("test", "school", ANA.id), "Ana", talk.now, "", "")
    await talk.store.privacy.erase(ana.id, talk.now)
    await forget_pictures(talk.services, LogOnce(logging.getLogger("pictures")))
    assert service.trainings._pictures("marks").counts() == {"circle": 3, "stripes": 3}
    assert await talk.store.privacy.givers_to_forget() == []
    for bundle in (service.settings.training.trained / "marks").iterdir():
        golden = np.asarray(Image.open(bundle / "golden.png"))
        assert (golden == nobodys(48, 48)).all() and not (bundle / "top-losses.png").exists()


async def test_a_training_is_called_off_and_nothing_of_it_stays(talk, service):
    assert "needs pictures of two things" in await talk.say(ORGANISER, "model train", model="marks")
    await collected(talk, range(2))
    await talk.say(ORGANISER, "model train", model="marks")
    assert "Another model is being trained" in await other(talk, service)
    assert "was stopped, and nothing of it is kept" in await talk.press(ORGANISER, "training.stop:marks")
    assert not list(service.settings.training.trained.rglob("*.safetensors"))
    assert not list(service.settings.training.jobs.rglob("*.png"))


async def other(talk, service):
    for label in ("a", "b"):
        picture = to_bytes(shapes.draw("circle", 72, np.random.default_rng(ord(label))))
        service.trainings.collect("other", picture, label, "")
    return await talk.say(ORGANISER, "model train", model="other")


async def test_what_was_under_way_when_the_service_ended_is_begun_anew(tmp_path):
    settings = settings_in(tmp_path)
    first = Service(settings)
    for at, label in enumerate(("circle", "circle", "stripes", "stripes")):
        first.trainings.collect("marks", to_bytes(shapes.draw(label, 72, np.random.default_rng(at))), label, "ab")
    first.trainings.start("marks")
    await first.trainings.close()
    again = Service(settings)
    assert again.trainings.training("marks") == Training(model="marks", state="running", version="1")
    again.trainings.resume()
    assert again.trainings._running
    await again.trainings.stop("marks")
    assert again.trainings.training("marks").state == "stopped"
    assert again.trainings.forget("ab") == 4


async def test_what_cannot_be_begun_anew_leaves_no_copy_of_a_picture(tmp_path):
    settings = settings_in(tmp_path)
    first = Service(settings).trainings
    for at, label in enumerate(("circle", "stripes")):
        first.collect("marks", to_bytes(shapes.draw(label, 72, np.random.default_rng(at))), label, "ab")
    first._keep(Training(model="marks", state="running", version="1"))
    copied = settings.training.jobs / "marks" / "pictures" / "circle.png"
    copied.parent.mkdir()
    copied.write_bytes(b"a copy that a service left when it was killed")
    again = Service(settings).trainings
    assert again.forget("ab") == 2
    again.resume()
    assert again.training("marks").state == "failed" and "pictures of two things" in again.training("marks").error
    assert not copied.exists()


async def test_a_training_that_cannot_be_done_says_why(talk, service):
    await collected(talk, range(1))
    await talk.say(ORGANISER, "model train", model="marks")
    await finished(service, "failed")
    told = await talk.say(ORGANISER, "model status", model="marks")
    assert "There are only 2 pictures to learn from" in told
    assert service.trainings.training("marks").error.startswith("marks holds 2 pictures to learn from;")
