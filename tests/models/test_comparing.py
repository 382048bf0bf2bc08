"""Old and new model before the same pictures: what is counted, and what may be said of it."""

import io

import numpy as np
import pytest
from PIL import Image

from models.errors import DataError
from models.inference.predictor import Predictor
from models.recipes import shapes
from models.recipes.zoo import ZOO
from models.training import comparing
from models.training.comparing import Asked, Comparison
from models.training.folder import Example, labelled


def counted(fixed=0, regressed=0, both=0):
    said = [("a", "b", "a")] * fixed + [("a", "a", "b")] * regressed + [("b", "b", "b")] * both
    return Comparison(tuple(Asked(f"{at}.png", *one) for at, one in enumerate(said)), (), "x 1", "x 2")


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
    drawn = Image.open(io.BytesIO(comparing.picture(counted(fixed=2, both=3))))
    assert drawn.format == "PNG" and drawn.width > drawn.height


def test_real_models_are_asked_and_broken_pictures_left_out(tmp_path):
    for at, kind in enumerate(("circle", "stripes", "circle")):
        (tmp_path / kind).mkdir(exist_ok=True)
        shapes.draw(kind, 90, np.random.default_rng(at)).save(tmp_path / kind / f"{at}.png")
    (tmp_path / "circle" / "broken.png").write_bytes(b"no")
    predictor = Predictor(ZOO / "shapes" / "1")
    found = comparing.compare(labelled(tmp_path), predictor, predictor, lambda _what, _share: None)
    assert [path.name for path, _ in found.broken] == ["broken.png"]
    assert (found.right(lambda one: one.new), len(found.asked)) == (3, 3)
    with pytest.raises(DataError, match="no pictures"):
        comparing.compare(
            [Example(tmp_path / "circle" / "broken.png", "circle")], predictor, predictor, lambda *_: None
        )
