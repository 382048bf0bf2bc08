"""The shipped models: sound bundles that know handwriting they never saw, in whatever way it arrives."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

pytest.importorskip("torch", reason="torch is not installed: the models' tests are left out")

from models.bundles.library import Library
from models.bundles.manifest import verify
from models.inference.pictures import open_picture
from models.inference.predictor import Predictor
from models.inference.prepare import prepare
from models.recipes import shapes
from models.recipes.handwriting_models import held_out_pictures
from models.recipes.zoo import NAMES, ZOO, make
from models.training import handwriting

ENTRIES = Library([ZOO]).entries()


@pytest.fixture(scope="module")
def predictor():
    kept = {}
    return lambda name: kept.setdefault(name, Predictor(ENTRIES[name].folder))


def said(predictor, pictures):
    arrays = []
    for picture in pictures:
        sent = io.BytesIO()
        picture.save(sent, "PNG")
        arrays.append(prepare(open_picture(sent.getvalue()), predictor.manifest.input)[0])
    return [answer.predictions[0].label for answer in predictor.answer(arrays)]


def test_the_zoo_holds_what_it_promises():
    assert set(ENTRIES) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_bundle_is_sound_small_and_has_a_card(name):
    folder = ENTRIES[name].folder
    manifest = verify(folder)
    assert sum(file.stat().st_size for file in folder.iterdir()) < 500_000
    card = (folder / "card.md").read_text(encoding="utf-8")
    assert f"{manifest.measured['accuracy']:.1%}" in card
    assert not list(folder.glob("*.p*k*l*"))


LEAST = {"digits": 0.97, "three-or-seven": 0.99, "pixel-similarity-l1": 0.9, "pixel-similarity-l2": 0.9}


@pytest.mark.parametrize(("name", "least"), LEAST.items())
def test_held_out_handwriting_is_read_however_it_is_rendered(predictor, name, least):
    model = predictor(name)
    _, held_out = handwriting.load(*(int(label) for label in model.manifest.labels))
    for way, pictures in held_out_pictures(held_out).items():
        floor = least if way != "as people send them" else least - 0.04
        right = np.mean(np.array(said(model, pictures)) == held_out.labels.astype(str))
        assert right >= floor, f"{name}, {way}: {right:.3f}"


def test_a_hand_drawn_seven_is_a_seven_large_or_small_dark_or_light(predictor):
    for side in (28, 64, 400):
        for ground, ink in ((255, 20), (0, 240), (200, 60)):
            for move in (0.0, 0.12):
                picture = Image.new("L", (side, side), ground)
                line = [(x * side, y * side) for x, y in ((0.2 + move, 0.2), (0.6 + move, 0.2), (0.35 + move, 0.8))]
                ImageDraw.Draw(picture).line(line, fill=ink, width=max(2, side // 14), joint="curve")
                assert said(predictor("digits"), [picture]) == ["7"], (side, ground, move)
                assert said(predictor("three-or-seven"), [picture]) == ["7"], (side, ground, move)


def test_a_blank_page_is_never_sure(predictor):
    model = predictor("digits")
    array, notes = prepare(Image.new("RGB", (200, 100), "white"), model.manifest.input)
    answer = model.answer([array], [notes])[0]
    assert not answer.confident
    assert "No ink can be made out in this picture." in answer.notes


def test_what_is_no_digit_is_told_to_be_unusual(predictor):
    model = predictor("digits")
    rng = np.random.default_rng(1)
    strange = [shapes.draw(kind, 96, rng) for kind in ("checks", "dots", "stripes", "waves") for _ in range(10)]
    _, held_out = handwriting.load()
    usual = [handwriting.plain(one, 32) for one in held_out.pictures[:100]]

    def share(pictures):
        arrays = [prepare(picture.convert("RGB"), model.manifest.input)[0] for picture in pictures]
        return np.mean([(answer.ood_score or 0) > 1 for answer in model.answer(arrays)])

    told = share(strange), share(usual)
    assert told[0] > 0.8
    assert told[1] < 0.05


def test_shapes_drawn_with_a_fresh_seed_are_told_apart(predictor):
    pictures, labels = shapes.many(12, 80, seed=987)
    found = said(predictor("shapes"), pictures)
    assert np.mean([shapes.KINDS[label] == one for label, one in zip(labels, found, strict=True)]) >= 0.9


def test_making_a_model_again_gives_the_same_weights(tmp_path):
    first = make("pixel-similarity-l1", tmp_path / "a")
    second = make("pixel-similarity-l1", tmp_path / "b")
    assert first.hashes["model.safetensors"] == second.hashes["model.safetensors"]


def test_the_held_out_fifth_is_never_trained_on():
    trained, held_out = handwriting.load()
    assert (len(trained.labels), len(held_out.labels)) == (1437, 360)
    seen = {one.tobytes() for one in trained.pictures}
    assert not any(one.tobytes() in seen for one in held_out.pictures)


def test_a_network_of_the_zoo_is_trained_by_one_call(tmp_path):
    made = make("three-or-seven", tmp_path, variants=4, epochs=5)
    assert made.measured["accuracy"] > 0.85
    assert verify(tmp_path / "three-or-seven" / "1") == made
