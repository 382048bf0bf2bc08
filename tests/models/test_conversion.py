"""Learners that people exported with fastai, as the book teaches to make them, become bundles that answer alike."""

import sys

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from models.bundles.input_spec import PhotoInput
from models.cli.main import app
from models.inference.batch import Batching
from models.inference.fastai_import import import_fastai
from models.inference.prepare import prepare
from models.training import conversion

import_fastai()
from fastai.vision import all as fv  # noqa: E402 - the import above keeps its warnings away


@pytest.fixture
def pictures(tmp_path):
    """Four noisy pictures of two labels."""
    for number in range(4):
        folder = tmp_path / "pictures" / ("plain", "odd")[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.effect_noise((60, 40), 90).convert("RGB").save(folder / f"{number}.png")
    return tmp_path / "pictures"


def is_odd(path):
    return "odd" in str(path)


def loaders(pictures, item, batch=None):
    files = fv.get_image_files(pictures)
    return fv.ImageDataLoaders.from_path_func(
        pictures, files, is_odd, valid_pct=0.5, seed=1, item_tfms=item, batch_tfms=batch, bs=2, num_workers=0
    )


@pytest.mark.parametrize(
    ("item", "batch", "as_read"),
    [
        (lambda: fv.Resize(48), None, {"size": 48, "resize": "crop"}),
        (lambda: fv.Resize(90), lambda: fv.aug_transforms(size=40), {"size": 40, "presize": 90}),
        (lambda: fv.Resize(60, "squish"), lambda: fv.aug_transforms(size=48), {"size": 48, "presize": 60}),
        (lambda: fv.Resize(64), lambda: fv.aug_transforms(), {"size": 64}),
        (
            lambda: fv.Resize(60),
            lambda: fv.aug_transforms(size=48, min_scale=0.75),
            {"size": 48, "presize": 60},
        ),
        (lambda: fv.RandomResizedCrop(50, min_scale=0.3), None, {"size": 50, "resize": "squish", "extra": 8}),
        (
            lambda: fv.RandomResizedCrop(100, min_scale=0.3),
            lambda: fv.aug_transforms(size=48, min_scale=0.75),
            {"size": 48, "presize": 100, "extra": 16},
        ),
    ],
)
@pytest.mark.parametrize("size", [(150, 90), (70, 333)])
def test_what_the_book_does_to_pictures_is_read_and_done_alike(pictures, item, batch, as_read, size):
    dls = loaders(pictures, item(), batch and batch())
    read = conversion._photo(dls)
    assert as_read.items() <= read.items() and {"presize", "extra"} & read.keys() <= as_read.keys()
    picture = Image.effect_noise(size, 90).convert("RGB")
    served = dls.test_dl([fv.PILImage.create(np.asarray(picture))], num_workers=0)
    served.split_idx = 1
    spec = PhotoInput(**read)
    found = Batching(spec)([prepare(picture, spec)[0]])
    assert found.shape == (1, 3, as_read["size"], as_read["size"])
    assert np.abs(found.numpy() - served.one_batch()[0].numpy()).max() < 1e-4


@pytest.mark.timeout(600)
def test_a_learner_whose_labels_a_notebook_told_becomes_a_bundle_with_one_command(pictures, tmp_path, monkeypatch):
    monkeypatch.setenv("STUDYBOT_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(sys.modules["__main__"], "is_odd", is_odd, raising=False)
    monkeypatch.setattr(is_odd, "__module__", "__main__")  # as a notebook's own functions are pickled
    fv.set_seed(1)
    crop, smaller = fv.RandomResizedCrop(40, min_scale=0.5), fv.aug_transforms(size=32, min_scale=0.75)
    learner = fv.vision_learner(loaders(pictures, crop, smaller), fv.squeezenet1_1, pretrained=False)
    learner.export(tmp_path / "Is Odd.pkl")
    done = CliRunner().invoke(app, ["convert", str(tmp_path / "Is Odd.pkl"), "--i-trust-this-file"])
    assert done.exit_code == 0, done.output
    said = done.output
    made = tmp_path / "data" / "trained" / "is-odd" / "1"
    assert "is-odd 1 is in" in said and "answers the golden picture as the learner did" in said
    assert f"studybot models publish {made}" in " ".join(said.split())
    assert (made / "model.safetensors").is_file()


@pytest.mark.parametrize(
    ("blocks", "item", "told"),
    [
        ((fv.ImageBlock, fv.RegressionBlock), fv.Resize(32), "answers with numbers, not with labels; train it anew"),
        ((fv.ImageBlock, fv.CategoryBlock), fv.CropPad(32), "not resized to a square by Resize or RandomResizedCrop"),
    ],
)
def test_what_cannot_be_converted_says_which_part(pictures, blocks, item, told):
    block = fv.DataBlock(blocks, get_items=fv.get_image_files, get_y=is_odd, item_tfms=item)
    learner = fv.vision_learner(
        block.dataloaders(pictures, bs=2, num_workers=0), fv.squeezenet1_1, pretrained=False, n_out=2
    )
    with pytest.raises(SystemExit, match=told):
        conversion._facts(learner)
