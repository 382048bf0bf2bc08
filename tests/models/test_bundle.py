"""A bundle is data: whatever is wrong with it is said in a sentence, and nothing in it can run or reach out."""

import json
import shutil

import pytest

from models.bundles.library import Library
from models.bundles.manifest import file_hash, read_manifest, verify
from models.errors import BundleError, UnreadableError
from models.inference.predictor import Predictor
from models.recipes.zoo import ZOO

DIGITS = ZOO / "digits" / "1"


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(DIGITS, tmp_path / "digits" / "1")


def edit(folder, **changes):
    said = json.loads((folder / "model.json").read_text())
    for path, value in changes.items():
        *where, last = path.split("__")
        inner = said
        for step in where:
            inner = inner[step]
        inner[last] = value
    (folder / "model.json").write_text(json.dumps(said))
    return folder


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": "studybot-model/9"}, "format: Input should be 'studybot-model/1'"),
        ({"name": "../digits"}, "name: String should match"),
        ({"version": "../../1"}, "version: String should match"),
        ({"code": "import os"}, "code: Extra inputs are not permitted"),
        ({"network": {"family": "python", "source": "x"}}, "network: Input tag 'python'"),
        ({"network__widths": [10**9]}, "network.small-cnn.widths.0: Input should be less than"),
        ({"labels": ["a", "a"]}, "a label is named twice"),
        ({"input__size": "20"}, "input.ink.size: Input should be a valid integer"),
        ({"golden__picture": "../../secret.png"}, "golden.picture: String should match"),
        ({"golden__outputs": [1.0]}, "the golden outputs are not one for each label"),
        ({"hashes": {"/etc/passwd": "0" * 64}}, "String should match"),
        ({"hashes": {"golden.png": "0" * 64}}, "there is no hash for model.safetensors"),
        ({"calibration__temperature": -1.0}, "calibration.temperature: Input should be greater than 0"),
    ],
)
def test_a_manifest_that_is_not_right_is_refused_with_its_place(copy, changes, sentence):
    with pytest.raises(BundleError) as fault:
        read_manifest(edit(copy, **changes))
    assert sentence in str(fault.value)


def test_broken_or_missing_manifests(copy, tmp_path):
    (copy / "model.json").write_text("{")
    with pytest.raises(BundleError, match=r"model.json is not valid"):
        read_manifest(copy)
    (copy / "model.json").unlink()
    with pytest.raises(BundleError, match="holds no model"):
        read_manifest(copy)
    with pytest.raises(BundleError, match="is not a folder"):
        read_manifest(tmp_path / "nothing")


@pytest.mark.parametrize("name", ["model.safetensors", "golden.png", "card.md"])
def test_a_file_changed_by_one_byte_is_noticed(copy, name):
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    with pytest.raises(BundleError, match=f"{name} was changed after the model was made"):
        verify(copy)


def test_links_are_not_followed(copy, tmp_path):
    outside = tmp_path / "outside.md"
    shutil.copy(copy / "card.md", outside)
    (copy / "card.md").unlink()
    (copy / "card.md").symlink_to(outside)
    with pytest.raises(BundleError, match=r"card.md is missing or not a plain file"):
        verify(copy)


def rehash(folder):
    return edit(folder, hashes={file.name: file_hash(file) for file in folder.iterdir() if file.suffix != ".json"})


def test_weights_that_are_a_pickle_or_do_not_fit_are_refused(copy):
    import torch
    from safetensors.torch import load, save_file

    weights = load((copy / "model.safetensors").read_bytes())
    torch.save(weights, copy / "model.safetensors")
    with pytest.raises(BundleError, match="cannot be read as safetensors"):
        Predictor(rehash(copy))
    weights.pop("0.4.1.weight")
    save_file(weights, copy / "model.safetensors")
    with pytest.raises(BundleError, match="the weights do not fit the network"):
        Predictor(rehash(copy))


def test_weights_that_answer_otherwise_than_they_did_are_refused(copy):
    from safetensors.torch import load, save_file

    weights = load((copy / "model.safetensors").read_bytes())
    name = next(key for key in weights if key.endswith("2.weight") and weights[key].dim() == 2)
    weights[name] = weights[name] * 3
    save_file(weights, copy / "model.safetensors")
    with pytest.raises(BundleError, match="does not answer its own golden picture as it did"):
        Predictor(rehash(copy))


# --- keeping them ------------------------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path):
    return Library([ZOO, tmp_path / "own"])


def again(tmp_path, version):
    folder = shutil.copytree(DIGITS, tmp_path / f"made-{version}")
    return edit(folder, version=version)


def test_versions_are_kept_a_new_one_speaks_and_going_back_is_one_step(library, tmp_path):
    assert library.entry("digits").default == "1"
    assert library.next_version("digits") == "2"
    library.publish(again(tmp_path, "2"), prove=verify)
    library.publish(again(tmp_path, "10"), prove=verify)
    assert (list(library.entry("digits").versions), library.entry("digits").default) == (["1", "2", "10"], "10")
    assert library.roll_back("digits") == "2"
    assert library.roll_back("digits") == "1"
    with pytest.raises(BundleError, match="no earlier version"):
        library.roll_back("digits")
    library.set_default("digits", "10")
    assert library.remove("digits", "10") == ["10"]
    assert library.entry("digits").default == "2"
    assert library.next_version("digits") == "3"
    (tmp_path / "trained" / "digits" / "7").mkdir(parents=True)
    (tmp_path / "trained" / "digits" / "7" / "model.json").touch()
    assert library.next_version("digits", tmp_path / "trained") == "8"


def test_what_cannot_be_published_or_removed_changes_nothing(library, tmp_path):
    before = library.fingerprint()
    bad = again(tmp_path, "2")
    (bad / "card.md").write_text("other")
    for wrong in (
        lambda: library.publish(bad, prove=verify),
        lambda: library.publish(DIGITS, prove=verify),
        lambda: library.remove("digits"),
        lambda: library.remove("birds"),
        lambda: library.set_default("digits", "7"),
    ):
        with pytest.raises(BundleError):
            wrong()
    assert library.fingerprint() == before


def test_where_the_choice_cannot_be_read_the_newest_answers_and_no_earlier_choice_is_lost(library, tmp_path):
    library.publish(again(tmp_path, "2"), prove=verify)
    library.publish(again(tmp_path, "3"), prove=verify)
    library.set_default("digits", "2")
    choice, kept = library.own / "digits" / "default.json", library.own / "kept.json"
    choice.rename(kept)
    choice.mkdir()
    before = library.fingerprint()
    assert library.entry("digits").default == "3"
    assert str(library.entry("digits").unread) == "own/digits/default.json cannot be read: Is a directory."
    fourth = again(tmp_path, "4")
    for change in (
        lambda: library.publish(fourth, prove=verify),
        lambda: library.set_default("digits", "1"),
        lambda: library.roll_back("digits"),
        lambda: library.next_version("digits"),
    ):
        with pytest.raises(UnreadableError):
            change()
    assert library.fingerprint() == before
    choice.rmdir()
    kept.rename(choice)
    assert (library.entry("digits").default, library.entry("digits").unread) == ("2", None)
    assert library.roll_back("digits") == "3"


def test_a_file_beside_the_bundle_is_not_taken_along(library, tmp_path):
    folder = again(tmp_path, "2")
    (folder / "extra.py").write_text("print(1)")
    library.publish(folder, prove=verify)
    assert not (library.find("digits", "2") / "extra.py").exists()
