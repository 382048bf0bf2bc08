"""The documented way from a folder of pictures to an answer in chat, and every other command of the models."""

import asyncio
import json
import os
import re
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.vision.client import HttpClassifier
from cogs.messages import Picture
from models.cli.app import progress_bar
from models.cli.main import app
from models.recipes import shapes
from models.server.learning.feedback import FeedbackSet
from models.training.step import Step
from tests.models.serving import ROOT, served

GUIDE = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def dispatcher(tmp_path_factory):
    """A newcomer's folder with pictures in it."""
    folder, rng = tmp_path_factory.mktemp("dispatcher"), np.random.default_rng(8)
    for place, count in (("pictures", 10), ("check", 3)):
        for kind in ("circle", "stripes"):
            (folder / place / kind).mkdir(parents=True)
            for at in range(count):
                shapes.draw(kind, 72, rng).save(folder / place / kind / f"{at}.jpg", quality=90)
    return folder


@pytest.fixture
def say(dispatcher, monkeypatch):
    """The commands in this process, on a machine without a network."""

    def offline(*_given, **_how):
        raise OSError("no network here")

    monkeypatch.chdir(dispatcher)
    monkeypatch.setenv("STUDYBOT_DATA", "data")
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", offline)

    def run_here(*words, code=0):
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == code, f"{done.output}{done.exception!r}"
        return done.output

    return run_here


def typed(say, commands):
    """What each command says, by its first word."""
    said = {}
    for command in commands:
        program, room, *words = command.split()
        assert (program, room) == ("studybot", "models")
        said[words[0]] = say(*words)
    return said


@pytest.mark.timeout(600)
async def test_the_guide_walks_from_pictures_to_chat(dispatcher, say):
    walks = [block.splitlines() for block in re.findall(r"```console\n(.*?)```", GUIDE, re.S)]
    (commands,) = (walk for walk in walks if walk[-1] == "studybot run")
    (again,) = (walk for walk in walks if walk[0].startswith("studybot models feedback"))
    assert len(commands) == 5
    said = typed(say, commands[:4])
    assert "studybot models publish data/trained/things/1" in said["train"].replace("\n", "")
    assert "95% interval" in said["show"]
    assert re.match(r"pictures/stripes/0\.jpg: (circle|stripes) \d", said["predict"])
    assert "things 1 is published" in said["publish"]
    assert commands[4] == "studybot run"
    with served(data=dispatcher / "data") as (address, _):  # as `studybot run` starts it
        classifier = HttpClassifier(address)
        assert "things" in {model.name for model in await classifier.models()}
        data = (dispatcher / "pictures" / "circle" / "0.jpg").read_bytes()
        verdict = await classifier.classify("things", Picture(data), explain=True)
        assert verdict.saliency is not None
        assert {label for label, _ in verdict.predictions} == {"circle", "stripes"}
        await classifier.correct("things", Picture(data), "circle")
        said = await asyncio.to_thread(typed, say, again)
        assert "Copied into pictures: 1" in said["feedback"]
        assert "21 pictures, 2 labels" in said["train"]
        for name in ("things 1", "things 2"):
            assert re.search(rf"{name}: right on \d of 6: .* \(95% interval", said["compare"])
        assert re.search(r"neither is better|within chance|is better", said["compare"])
        assert (dispatcher / "compared.png").is_file()
        assert "things 2 is published" in said["publish"]
        async with asyncio.timeout(30):
            while (await classifier.classify("things", Picture(data))).version != "2":  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        await classifier.close()


def test_they_run_as_a_program_of_their_own(dispatcher, say):
    ended = subprocess.run(
        [sys.executable, "-m", "models", "list"],
        cwd=dispatcher,
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "STUDYBOT_DATA": "data"},
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, say("list"), "")


def test_shipped_models_are_listed_shown_and_not_removed(say):
    listed = json.loads(say("list", "--json"))["models"]
    assert {"digits", "shapes"} <= {one["name"] for one in listed}
    assert "# digits" in say("show", "digits")
    assert json.loads(say("show", "digits", "--json"))["labels"][7] == "7"
    assert "came with the project" in say("remove", "digits", code=1)
    assert "no earlier version" in say("rollback", "digits", code=1)
    assert "There is no model called 'nope'" in say("show", "nope", code=1)


def test_pictures_that_cannot_be_read_are_named_and_the_rest_answered(say, dispatcher):
    (dispatcher / "bad.png").write_text("no")
    out = say("predict", "bad.png", "gone.png", "check", "pictures/circle/1.jpg", "--model", "shapes", code=1)
    assert "bad.png: This is not a JPEG, PNG" in out
    assert "gone.png: There is no such file." in out
    assert "check: This is a folder: name the pictures in it." in out
    assert "pictures/circle/1.jpg: " in out


def test_a_folder_with_other_things_in_it_is_never_written_over(say, dispatcher):
    (dispatcher / "mine").mkdir()
    (dispatcher / "mine" / "novel.txt").write_text("chapter one")
    for words in (("train", "pictures", "--name", "x", "--into", "mine"), (*CONVERT[:-1], "mine", TRUSTED)):
        assert "mine holds something else than a model" in say(*words, code=1)
    (dispatcher / "vacant").mkdir()
    say(*CONVERT[:-1], "vacant", TRUSTED, code=1)
    assert (dispatcher / "vacant").is_dir()
    assert (dispatcher / "mine" / "novel.txt").read_text() == "chapter one"


def test_a_zip_is_learned_from_like_the_folder_in_it_and_leaves_nothing_behind(say, dispatcher):
    with zipfile.ZipFile(dispatcher / "set.zip", "w") as packed:
        for path in (dispatcher / "pictures" / "circle").glob("?.jpg"):
            packed.write(path, f"set/circle/{path.name}")
            packed.writestr(f"__MACOSX/set/circle/._{path.name}", b"left behind")
        packed.writestr("set/stripes/0.jpg", b"no picture")
    out = " ".join(say("train", "set.zip", "--name", "zipped", code=1).split())
    assert "set.zip/set must hold at least two folders with pictures, one for each label; 1 found" in out
    assert not list((dispatcher / "data" / "trained" / "zipped").iterdir())


def test_corrections_are_shown_with_labels_that_are_new_and_left_out_by_name(say, dispatcher):
    kept = FeedbackSet(dispatcher / "data" / "feedback", "digits")
    kept.add(b"one", "7", "1")
    spelled = kept.add(b"two", "sevn", "1")
    assert "digits: 7 1, sevn 1 (a new label)" in say("feedback")
    assert "digits: 7 1\n" in say("feedback", "digits", "--drop", str(kept.folder / spelled.file))
    assert "shapes: no corrections yet" in say("feedback", "shapes")


CONVERT = ("convert", "a.pkl", "--name", "x", "--golden", "check/circle/0.jpg", "--into", "c")
TRUSTED = "--i-trust-this-file"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("train", "nothing", "--name", "x"), "nothing is not a folder"),
        (("train", "check/circle/0.jpg", "--name", "x"), "0.jpg is neither a folder nor a zip of one: unpack it"),
        (("train", "pictures", "--name", "Big Birds"), "cannot be a model's name"),
        (("train", "pictures", "--name", "x", "--kind", "dreams"), "There is no kind called dreams"),
        (("train", "pictures", "--name", "x", "--y-range", "5"), "--y-range must be two numbers"),
        (("train", "pictures", "--name", "x", "--device", "mars"), "There is no device mars here"),
        (("train", "pictures", "--name", "x", "--arch", "birdnet"), "There is no architecture called birdnet"),
        (("train", "pictures", "--name", "x", "--weights", "none.pth"), "There is no file none.pth."),
        (("publish", "pictures"), "holds no model.json"),
        (("zoo", "birds"), "The zoo has no model called birds"),
        (("compare", "digits"), "Name a folder of pictures to compare on, or --feedback"),
        (("compare", "digits", "nothing"), "nothing is not a folder"),
        (("compare", "digits", "check"), "There is nothing newer than digits 1 to compare it with: train it anew."),
        (("compare", "digits", "--feedback", "--new", "9"), "digits has no version '9'; it has 1."),
        (("feedback", "--export", "pictures"), "Name the model whose corrections are meant"),
        (CONVERT, "runs code when it is opened"),
        ((*CONVERT, TRUSTED), "There is no file a.pkl."),
        (("convert", "a.pkl", "--name", "X Y", *CONVERT[4:], TRUSTED), "cannot be a model's name"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(say, words, sentence):
    out = " ".join(say(*words, code=1).split())
    assert sentence in out


def test_where_there_is_no_terminal_progress_is_said_in_lines(capsys):
    with progress_bar("leaves") as progress:
        for step in (Step("opening", 0.1), Step("opening", 0.9), Step.of_epoch("head", 0, 2, 0.5)):
            progress(step)
    lines = ["leaves: opening every picture once", "leaves: training the head, epoch 1 of 2"]
    assert capsys.readouterr().err.splitlines() == lines
