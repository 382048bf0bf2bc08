"""The documented way from a folder of pictures to an answer in chat, and every other command of the models."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.classifier import HttpClassifier
from cogs.kit import Picture
from models import shapes
from models.cli import app
from tests.models.serving import ROOT, served

GUIDE = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A newcomer's folder with pictures in it."""
    folder, rng = tmp_path_factory.mktemp("desk"), np.random.default_rng(8)
    for kind in ("circle", "stripes"):
        (folder / "pictures" / kind).mkdir(parents=True)
        for at in range(10):
            shapes.draw(kind, 72, rng).save(folder / "pictures" / kind / f"{at}.jpg", quality=90)
        (folder / "check" / kind).mkdir(parents=True)
        for at in range(3):
            shapes.draw(kind, 72, rng).save(folder / "check" / kind / f"{at}.jpg", quality=90)
    return folder


def run(desk, *words, code=0):
    ended = subprocess.run(
        [sys.executable, "-m", "models", *words],
        cwd=desk,
        capture_output=True,
        text=True,
        timeout=500,
        env={**os.environ, "OMP_NUM_THREADS": "1", "STUDYBOT_DATA": "data", "COLUMNS": "100"},
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stdout + ended.stderr


def typed(desk, commands):
    """What each command says, by its first word."""
    said = {}
    for command in commands:
        program, room, *words = command.split()
        assert (program, room) == ("studybot", "models")
        said[words[0]] = run(desk, *words)
    return said


@pytest.mark.timeout(600)
async def test_the_guide_walks_from_pictures_to_chat(desk):
    commands, again = (block.splitlines() for block in re.findall(r"```console\n(.*?)```", GUIDE, re.S))
    assert len(commands) == 5
    said = typed(desk, commands[:4])
    assert "publish data/trained/things/1" in said["train"].replace("\n", "")
    assert "95% interval" in said["show"]
    assert re.match(r"pictures/stripes/0\.jpg: (circle|stripes) \d", said["predict"])
    assert "things 1 is published" in said["publish"]
    assert commands[4] == "studybot run"
    with served(data=desk / "data") as (address, _):  # as `studybot run` starts it
        classifier = HttpClassifier(address)
        assert "things" in {model.name for model in await classifier.models()}
        data = (desk / "pictures" / "circle" / "0.jpg").read_bytes()
        verdict = await classifier.classify("things", Picture(data), explain=True)
        assert verdict.heat is not None
        assert {label for label, _ in verdict.predictions} == {"circle", "stripes"}
        await classifier.correct("things", Picture(data), "circle")
        said = await asyncio.to_thread(typed, desk, again)
        assert "Copied into pictures: 1" in said["feedback"]
        assert "21 pictures, 2 labels" in said["train"]
        for name in ("things 1", "things 2"):
            assert re.search(rf"{name}: right on \d of 6: .* \(95% interval", said["compare"])
        assert re.search(r"neither is better|within chance|is better", said["compare"])
        assert (desk / "compared.png").is_file()
        assert "things 2 is published" in said["publish"]
        async with asyncio.timeout(30):
            while (await classifier.classify("things", Picture(data))).version != "2":  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        await classifier.close()


@pytest.fixture
def say(desk, monkeypatch):
    """The same commands in this process, where nothing heavy is asked."""
    monkeypatch.chdir(desk)
    monkeypatch.setenv("STUDYBOT_DATA", str(desk / "data"))

    def run_here(*words, code=0):
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == code, done.output
        return done.output

    return run_here


def test_shipped_models_are_listed_shown_and_not_removed(say):
    listed = json.loads(say("list", "--json"))["models"]
    assert {"digits", "shapes"} <= {one["name"] for one in listed}
    assert "# digits" in say("show", "digits")
    assert json.loads(say("show", "digits", "--json"))["labels"][7] == "7"
    assert "came with the project" in say("remove", "digits", code=1)
    assert "no earlier version" in say("rollback", "digits", code=1)
    assert "There is no model called 'nope'" in say("show", "nope", code=1)


def test_pictures_that_cannot_be_read_are_named_and_the_rest_answered(say, desk):
    (desk / "bad.png").write_text("no")
    out = say("predict", "bad.png", "pictures/circle/1.jpg", "--model", "shapes", code=1)
    assert "bad.png: This is not a JPEG, PNG, WebP or GIF picture" in out
    assert "pictures/circle/1.jpg: " in out


def test_cleaning_shows_the_most_doubtful_first_and_does_what_was_chosen(say, desk):
    wrong = desk / "pictures" / "stripes" / "really-a-circle.jpg"
    shapes.draw("circle", 72, np.random.default_rng(2)).save(wrong)
    say("clean", "pictures", "--model", "shapes", "--page", "clean.html")
    page = Path("clean.html").read_text(encoding="utf-8")
    assert page.index("stripes/really-a-circle.jpg") < page.index("circle/0.jpg")
    Path("choices.json").write_text(json.dumps({"stripes/really-a-circle.jpg": "=circle", "circle/9.jpg": "-"}))
    assert "1 relabelled; 1 set aside" in say("clean", "pictures", "--model", "shapes", "--apply", "choices.json")
    assert (desk / "pictures" / "circle" / "really-a-circle.jpg").is_file()
    assert (desk / "pictures-dropped" / "circle" / "9.jpg").is_file()
    for bad in ({"../../x": "-"}, {"circle/1.jpg": "=../../up"}, {"circle/1.jpg": "=stripes"}, [1]):
        Path("choices.json").write_text(json.dumps(bad))
        say("clean", "pictures", "--model", "shapes", "--apply", "choices.json", code=1)
    assert (desk / "pictures" / "circle" / "1.jpg").is_file()


def test_corrections_are_shown(say):
    assert "things: circle 1" in say("feedback")


CONVERT = ("convert", "a.pkl", "--name", "x", "--golden", "b.png", "--into", "c")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("train", "nothing", "--name", "x"), "nothing is not a folder"),
        (("train", "pictures", "--name", "Big Birds"), "cannot be a model's name"),
        (("train", "pictures", "--name", "x", "--kind", "dreams"), "There is no kind called dreams"),
        (("train", "pictures", "--name", "x", "--y-range", "5"), "--y-range must be two numbers"),
        (("publish", "pictures"), "holds no model.json"),
        (("zoo", "birds"), "The zoo has no model called birds"),
        (("compare", "digits"), "Name a folder of pictures to compare on, or --feedback"),
        (("compare", "digits", "nothing"), "nothing is not a folder"),
        (("compare", "digits", "check"), "There is nothing newer than digits 1 to compare it with: train it anew."),
        (("compare", "digits", "--feedback", "--new", "9"), "digits has no version '9'; it has 1."),
        (CONVERT, "runs code when it is opened"),
        ((*CONVERT, "--i-trust-this-file"), "There is no file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(say, words, sentence):
    out = " ".join(say(*words, code=1).split())
    assert sentence in out


@pytest.mark.timeout(600)
def test_an_exported_learner_becomes_a_bundle_that_answers_alike(desk, tmp_path):
    from models.fastai_quietly import bring_in_fastai

    bring_in_fastai()
    from fastai.vision import all as fv

    fv.set_seed(1)
    loaders = fv.ImageDataLoaders.from_folder(
        desk / "pictures", valid_pct=0.3, seed=1, item_tfms=fv.Resize(32), bs=4, num_workers=0
    )
    learner = fv.vision_learner(loaders, fv.resnet18, pretrained=False, metrics=fv.accuracy)
    learner.export(tmp_path / "old.pkl")
    golden = str(desk / "pictures" / "circle" / "0.jpg")
    out = run(desk, "convert", str(tmp_path / "old.pkl"), "--name", "old", "--golden", golden,
              "--into", str(tmp_path / "new"), "--i-trust-this-file")  # fmt: skip
    assert "answers the golden picture as the learner did" in out
