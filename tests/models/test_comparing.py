"""Old and new model before the same pictures: what is counted, and what may be said of it."""

import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from models.cli.main import app
from models.errors import DataError
from models.inference.predictor import Predictor
from models.recipes import shapes
from models.recipes.zoo import ZOO
from models.training import comparing
from models.training.comparing import Asked, Comparison
from models.training.folder import Example, labelled
from models.training.step import no_progress
from tests.models.serving import ROOT

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
    assert comparing.report_text(found).splitlines()[-1].startswith(sentence)


def test_both_matrices_stand_side_by_side_and_every_change_is_named():
    text = comparing.report_text(counted(fixed=2, regressed=1, both=7))
    assert "x 1: right on 8 of 10: 80.0% (95% interval 49.0% to 94.3%)" in text
    assert "x 2: right on 9 of 10" in text
    rows = [line.split() for line in text.splitlines()]
    assert ["a", "1", "2", "2", "1"] in rows and ["b", "0", "7", "0", "7"] in rows
    assert "  0.png: a; was b, now a" in text.splitlines()


def test_the_picture_says_in_words_what_it_shows_and_holds_only_pictures_that_differ(tmp_path):
    found = counted(fixed=2, both=3)
    words = comparing.alt_text(found)
    assert "x 1: right on 3 of 5" in words and "They differ on 2 pictures." in words
    without = Image.open(io.BytesIO(comparing.picture(found)))
    assert without.format == "PNG" and without.info["Description"] == words
    here = replace(found, asked=tuple(replace(one, path=tmp_path / one.path) for one in found.asked))
    for one in here.asked:
        Image.new("RGB", (40, 40), "red").save(one.path)
    shown = Image.open(io.BytesIO(comparing.picture(here)))
    assert shown.height > without.height + 50
    assert Image.open(io.BytesIO(comparing.picture(here, most_shown=0))).height == without.height
    drawn = comparing.picture(found, "svg").decode()
    assert drawn.count("<svg") == 1 and "They differ on 2 pictures." in drawn


def test_two_models_are_compared_on_what_both_know_as_the_guide_does(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (line,) = re.findall(r"^studybot models (compare digits .*)$", GUIDE, re.MULTILINE)
    done = CliRunner().invoke(app, line.split())
    assert done.exit_code == 0, done.output
    assert "digits 1: right on 73 of 73" in done.output and "pixel-similarity-l2 1: right on 68 of 73" in done.output
    assert "p = 0.062" in done.output and (tmp_path / "meeting.svg").read_text().count("<svg") == 1
    refused = CliRunner().invoke(app, ["compare", "digits", "shapes"])
    assert refused.exit_code == 1 and "--on and a folder" in refused.output


def test_real_models_are_asked_and_broken_pictures_left_out(tmp_path):
    for at, kind in enumerate(("circle", "stripes", "circle")):
        (tmp_path / kind).mkdir(exist_ok=True)
        shapes.draw(kind, 90, np.random.default_rng(at)).save(tmp_path / kind / f"{at}.png")
    (tmp_path / "circle" / "broken.png").write_bytes(b"no")
    predictor = Predictor(ZOO / "shapes" / "1")
    found = comparing.compare(labelled(tmp_path), predictor, predictor, no_progress)
    assert [path.name for path, _ in found.broken] == ["broken.png"]
    assert (found.right(lambda one: one.new), len(found.asked)) == (3, 3)
    with pytest.raises(DataError, match="no pictures"):
        comparing.compare([Example(tmp_path / "circle" / "broken.png", "circle")], predictor, predictor, no_progress)
