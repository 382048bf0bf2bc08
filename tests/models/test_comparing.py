"""Two models before the same pictures: what is counted, what may be said of it, and how it is asked for in chat."""

import asyncio
import io
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from bot.vision.client import HttpClassifier
from bot.vision.trainer import HttpTrainer
from models.bundles.library import Library
from models.cli.main import app
from models.errors import DataError, RequestError
from models.inference.predictor import Predictor
from models.recipes import shapes
from models.recipes.zoo import ZOO
from models.server.distributed.replica import Reply
from models.server.learning import comparisons
from models.server.learning.feedback import FeedbackSet
from models.training import job
from models.training.comparing import comparison
from models.training.comparing.comparison import Asked, Comparison
from models.training.folder import Example, labelled
from models.training.step import no_progress
from store import Store
from tests.cogs.conversation import ANA, conversation
from tests.models.serving import ROOT, to_bytes
from tests.models.test_gateway import Fakes, before

GUIDE = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")


def counted(fixed=0, regressed=0, both=0):
    said = [("a", "b", "a")] * fixed + [("a", "a", "b")] * regressed + [("b", "b", "b")] * both
    return Comparison(tuple(Asked(Path(f"{at}.png"), *one) for at, one in enumerate(said)), (), "x 1", "x 2")


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (counted(fixed=9, regressed=1, both=5), "x 2 is better (9 fixed, 1 regressed; p = 0.021)."),
        (counted(fixed=1, regressed=9), "x 1 is better (1 fixed, 9 regressed; p = 0.021)."),
        (counted(fixed=5, both=80), "The difference is within chance"),
        (counted(both=3), "Both are right on the same pictures: neither is better"),
    ],
)
def test_one_sentence_says_which_is_better_or_that_nothing_can_be_said(found, sentence):
    assert comparison.report_text(found).splitlines()[-1].startswith(sentence)


def test_both_matrices_stand_side_by_side_and_every_change_is_named():
    text = comparison.report_text(counted(fixed=2, regressed=1, both=7))
    assert "x 1: right on 8 of 10: 80.0% (95% interval 49.0% to 94.3%)" in text
    assert "x 2: right on 9 of 10" in text
    rows = [line.split() for line in text.splitlines()]
    assert ["a", "1", "2", "2", "1"] in rows and ["b", "0", "7", "0", "7"] in rows
    assert "  0.png: a; was b, now a" in text.splitlines()


def test_the_picture_says_in_words_what_it_shows_and_holds_only_pictures_that_differ(tmp_path):
    found = counted(fixed=2, both=3)
    words = comparison.alt_text(found)
    assert "x 1: right on 3 of 5" in words and "They differ on 2 pictures." in words
    without = Image.open(io.BytesIO(comparison.picture(found)))
    assert without.format == "PNG" and without.info["Description"] == words
    here = replace(found, asked=tuple(replace(one, path=tmp_path / one.path) for one in found.asked))
    for one in here.asked:
        Image.new("RGB", (40, 40), "red").save(one.path)
    shown = Image.open(io.BytesIO(comparison.picture(here)))
    assert shown.height > without.height + 50
    assert Image.open(io.BytesIO(comparison.picture(here, most_shown=0))).height == without.height
    drawn = comparison.picture(found, "svg").decode()
    assert drawn.count("<svg") == 1 and "They differ on 2 pictures." in drawn


def test_two_models_are_compared_on_what_both_know_as_the_guide_does(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (line,) = re.findall(r"^studybot models (compare digits .*)$", GUIDE, re.MULTILINE)
    done = CliRunner().invoke(app, line.split())
    assert done.exit_code == 0, done.output
    assert "digits 1: right on 73 of 73" in done.output and "pixel-similarity-l2 1: right on 68 of 73" in done.output
    assert "p = 0.062" in done.output and (tmp_path / "meeting.svg").read_text().count("<svg") == 1
    refused = CliRunner().invoke(app, ["compare", "digits", "shapes"])
    assert refused.exit_code == 1 and "no label in common" in refused.output


def test_real_models_are_asked_and_broken_pictures_left_out(tmp_path):
    for at, kind in enumerate(("circle", "stripes", "circle")):
        (tmp_path / kind).mkdir(exist_ok=True)
        shapes.draw(kind, 90, np.random.default_rng(at)).save(tmp_path / kind / f"{at}.png")
    (tmp_path / "circle" / "broken.png").write_bytes(b"no")
    predictor = Predictor(ZOO / "shapes" / "1")
    found = comparison.compare(labelled(tmp_path), predictor, predictor, no_progress)
    assert [path.name for path, _ in found.broken] == ["broken.png"]
    assert (found.right(lambda one: one.new), len(found.asked)) == (3, 3)
    with pytest.raises(DataError, match="no pictures"):
        comparison.compare([Example(tmp_path / "circle" / "broken.png", "circle")], predictor, predictor, no_progress)


# --- asked for in chat -------------------------------------------------------------------------------------------


@pytest.fixture
async def talk(migrated_sqlite, tmp_path, monkeypatch):
    """A conversation with a gateway of no replicas: it compares by itself. The process apart is a thread here."""

    async def followed(order, hear):
        monkeypatch.setattr(job, "tell", lambda **what: hear(json.dumps(what).encode()))
        return await asyncio.to_thread(job.do, order)

    monkeypatch.setattr(comparisons, "followed", followed)
    answering = {"models": [{"name": name} for name in ("digits", "pixel-similarity-l2", "shapes", "marks")]}
    fakes = Fakes(*[Reply(200, [("Content-Type", "application/json")], json.dumps(answering).encode())] * 9)
    shutil.copytree(ZOO / "shapes" / "1", tmp_path / "models" / "marks" / "1")
    manifest = tmp_path / "models" / "marks" / "1" / "model.json"
    manifest.write_text(manifest.read_text().replace('"name": "shapes"', '"name": "marks"'))
    store = await Store.open(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'group.db')}")
    roots = (ZOO, tmp_path / "models")
    async with before(fakes, roots=roots, feedback=tmp_path / "given") as (_, address):
        made, classifier, trainer = await conversation(store), HttpClassifier(address), HttpTrainer(address)
        object.__setattr__(made.services, "classifier", classifier)
        object.__setattr__(made.services, "trainer", trainer)
        yield made
        await classifier.close()
        await trainer.close()
    await store.close()


async def compared(talk, model, other):
    return await talk.say(ANA, "model compare", model=model, **{"with": other})


async def test_a_member_has_the_network_compared_with_the_baseline_of_the_lesson(talk):
    said = await compared(talk, "digits", "pixel-similarity-l2")
    assert "73 pictures do not tell whether digits 1 or pixel-similarity-l2 1 is better" in said
    assert "right on 68 of 73 (93%; with 95% certainty 85% to 97%)" in said
    assert "Only digits 1 is right on 5, only pixel-similarity-l2 1 on 0." in said and "6% of such" in said


async def test_models_of_other_things_are_compared_on_what_members_gave_and_shows_none_of_it(talk, tmp_path):
    assert "shapes cannot be compared with any other" in await compared(talk, "shapes", "marks")
    for seed, kind in enumerate(("circle", "stripes", "circle")):
        picture = to_bytes(shapes.draw(kind, 72, np.random.default_rng(seed)))
        FeedbackSet(tmp_path / "given", "marks").add(picture, kind, "1")
    FeedbackSet(tmp_path / "given", "marks").add(to_bytes(Image.new("L", (9, 9))), "a label of neither", "1")
    drawn, kept = comparison.picture, []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(comparison, "picture", lambda *what, **how: kept.append(how) or drawn(*what, **how))
        said = await compared(talk, "shapes", "marks")
    assert "shapes 1 and marks 1 are right on the same pictures." in said and said.count(" of 3 (") == 4
    assert "may have learned from some of them" in said and kept == [{"most_shown": 0}]


async def test_what_cannot_be_compared_is_refused_by_the_service_too(tmp_path):
    found = comparisons.Comparisons(Library((ZOO,)), None)
    assert found.offered()["digits"] == ["pixel-similarity-l1", "pixel-similarity-l2", "three-or-seven"]
    for one, other, status, sentence in (
        ("digits", "cats", 404, "no model called 'cats'"),
        ("digits", "digits", 409, "with itself"),
        ("digits", "shapes", 409, "no label in common"),
    ):
        with pytest.raises(RequestError, match=sentence) as refused:
            await found.compare(one, other)
        assert refused.value.status == status


async def test_a_comparison_that_ends_from_outside_says_so(monkeypatch):
    async def killed(_order, hear):
        hear(b"Killed")
        return -9

    monkeypatch.setattr(comparisons, "followed", killed)
    with pytest.raises(RequestError, match="ended by itself"):
        await comparisons.Comparisons(Library((ZOO,)), None).compare("digits", "three-or-seven")
