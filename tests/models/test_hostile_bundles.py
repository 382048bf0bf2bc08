"""No bundle can hurt: its fault is said in a sentence, the version before answers, and the watch goes on."""

import errno
import json
import shutil
import struct
import sys
from pathlib import Path

import pytest
import torch
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load, save_file

from models.bundles.library import Library
from models.bundles.manifest import MANIFEST, WEIGHTS, file_hash, read_manifest, verify
from models.errors import BundleError
from models.inference.batch import Tuning
from models.inference.predictor import Predictor
from models.inference.trial import try_out
from models.recipes.zoo import ZOO
from models.server.app import application
from models.server.registry import Registry
from models.server.service import Service, Settings


def told(folder, **changes):
    """The manifest with these fields, and the hashes of the files as they are."""
    manifest = json.loads((folder / "model.json").read_text())
    manifest |= changes
    manifest["hashes"] = {name: file_hash(folder / name) for name in manifest["hashes"]}
    (folder / "model.json").write_text(json.dumps(manifest))
    return folder


def with_tensors(folder, change):
    tensors = load((folder / "model.safetensors").read_bytes())
    change(tensors)
    save_file(tensors, folder / "model.safetensors")
    return told(folder)


def header(folder, content):
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text)
    return told(folder)


def golden_is_text(folder):
    (folder / "golden.png").write_text("no picture")
    return told(folder)


def twice(folder):
    text = (folder / "model.json").read_text()
    (folder / "model.json").write_text(
        text.replace("{", '{"summary": "a", "summary": "b",', 1).replace('"summary": "W', '"x": "W')
    )
    return folder


def cnn(*widths):
    return {"family": "small-cnn", "channels": 1, "widths": list(widths)}


def vision(arch="resnet18", **more):
    return {"family": "fastai-vision", "arch": arch, **more}


COLOUR = {"method": "photo", "size": 20}
MANY = {f"t{at}": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for at in range(20_000)}

HOSTILE = {
    "other inputs than the network's": lambda folder: told(folder, input=COLOUR),
    "an extra tensor of a wrong shape": lambda folder: with_tensors(
        folder, lambda tensors: tensors.update({"extra.feature_means": torch.zeros(3, 7)})
    ),
    "a tensor that has no place": lambda folder: with_tensors(folder, lambda tensors: tensors.update(x=torch.zeros(3))),
    "weights that are not numbers": lambda folder: with_tensors(
        folder, lambda tensors: tensors["2.2.weight"].fill_(float("nan"))
    ),
    "a golden picture that is none": golden_is_text,
    "a kind that does not fit": lambda folder: told(folder, kind="segmentation"),
    "golden outputs of another model": lambda folder: told(
        folder, golden={"picture": "golden.png", "outputs": [0.0] * 10}
    ),
    "an architecture that cannot be cut": lambda folder: told(folder, input=COLOUR, network=vision("vit_b_16")),
    "more memory than there is": lambda folder: told(folder, network=cnn(*[8192] * 8)),
    "four hundred wide layers": lambda folder: told(folder, network=vision(lin_ftrs=[8192] * 400), input=COLOUR),
    "few weights, but enormous steps": lambda folder: told(
        folder, network=cnn(8192), input={"method": "ink", "size": 256}
    ),
    "thousands of tensors": lambda folder: header(folder, MANY),
    "a header without end": lambda folder: header(folder, b" " * (5 << 20)),
    "a header nested without end": lambda folder: header(folder, b"[" * 200_000),
    "a key that stands twice": twice,
    "another's name": lambda folder: told(folder, name="shapes"),
    "another version's number": lambda folder: told(folder, version="7"),
}


def copy(root, version="2"):
    return told(shutil.copytree(ZOO / "digits" / "1", root / "digits" / version), version=version)


def peak():
    """The most memory this process ever held, in MB."""
    status = Path("/proc/self/status").read_text() if sys.platform == "linux" else "VmHWM: 0 kB"
    return int(status.split("VmHWM:")[1].split()[0]) >> 10


def registry(*roots):
    return Registry(Library(roots), device="cpu", exact=False, cap_bytes=1 << 30, warm=(1, 2), tuning=Tuning(1))


@pytest.mark.parametrize("what", HOSTILE)
async def test_the_version_before_answers_and_the_next_sound_one_is_noticed(tmp_path, what):
    copy(tmp_path, "1")
    known = registry(tmp_path)
    await known.refresh()
    HOSTILE[what](copy(tmp_path))
    before = peak()
    assert await known.refresh()
    assert known.served["digits"].folder.name == "1"
    assert known.faults["digits"].endswith(" Version 1 answers.")
    assert peak() - before < 400
    fresh = registry(tmp_path)
    await fresh.refresh()
    assert (fresh.served["digits"].folder.name, fresh.faults) == ("1", known.faults)
    copy(tmp_path, "3")
    assert await known.refresh()
    assert (known.served["digits"].folder.name, known.faults) == ("3", {})


async def test_where_the_choice_cannot_be_read_the_newest_answers_says_so_and_the_choice_is_looked_at_again(tmp_path):
    copy(tmp_path, "1")
    copy(tmp_path, "2")
    choice = tmp_path / "digits" / "default.json"
    choice.mkdir()
    known = registry(tmp_path)
    await known.refresh()
    assert known.served["digits"].folder.name == "2"
    assert known.faults["digits"].endswith("default.json cannot be read: Is a directory. Version 2 answers.")
    choice.rmdir()
    choice.write_text('{"version": "1"}')
    assert await known.refresh()
    assert (known.served["digits"].folder.name, known.faults) == ("1", {})


@pytest.mark.parametrize("of", [MANIFEST, WEIGHTS])
async def test_what_could_not_be_read_for_a_moment_is_looked_at_again(tmp_path, monkeypatch, of):
    copy(tmp_path, "1")
    known = registry(tmp_path)
    read = Path.read_bytes

    def fail(path):
        if path.name == of:
            raise OSError(errno.EIO, "Input/output error")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", fail)
    await known.refresh()
    assert known.served == {}
    assert "cannot be read" in known.faults["digits"]
    monkeypatch.setattr(Path, "read_bytes", read)
    assert await known.refresh()
    assert (known.served["digits"].folder.name, known.faults) == ("1", {})
    assert not await known.refresh()


async def test_what_is_left_out_is_named_where_one_looks(tmp_path):
    golden_is_text(copy(tmp_path))
    told(shutil.copytree(ZOO / "shapes" / "1", tmp_path / "shapes" / "2"), version="2")
    service = Service(Settings((ZOO, tmp_path), decoders=1, exact=True, watch_seconds=3600))
    async with TestClient(TestServer(application(service))) as client:
        await service.warm.wait()
        while not service.ready:
            await client.get("/livez")
        for path in ("/readyz", "/v1/models"):
            answer = await client.get(path)
            assert answer.status == 200
            assert "digits 2 cannot be used" in (await answer.json())["faults"]["digits"]
        shutil.rmtree(tmp_path / "shapes")
        answer = await client.get("/readyz")
        assert (answer.status, await answer.json()) == (503, {"error": "shapes was just removed, or cannot be read."})


async def test_whoever_starts_the_service_is_told_of_models_that_answer_alone(tmp_path, monkeypatch):
    golden_is_text(copy(tmp_path))
    told((tmp_path / "digits").rename(tmp_path / "broken") / "2", name="broken")
    copy(tmp_path, "1")
    service, heard = Service(Settings((tmp_path,), decoders=1, exact=True)), []
    monkeypatch.setattr(service.registry.answering, "set", lambda: heard.append(str(service)))
    await service.registry.refresh()
    service.warm.set()
    assert (heard[0], str(service)) == ("cpu: digits; loading goes on", "cpu: digits")


def test_a_bundle_that_cannot_answer_is_not_published(tmp_path):
    library = Library([ZOO, tmp_path / "own"])
    bad = golden_is_text(copy(tmp_path / "made"))
    with pytest.raises(BundleError, match="digits 2 cannot be used: PictureError: This is not a"):
        library.publish(bad, prove=try_out)
    assert library.entry("digits").default == "1"
    assert not [path for path in (tmp_path / "own").rglob("*") if path.is_file()]


# --- any change at all ---------------------------------------------------------------------------------------------

ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 10_000) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


def places(content, here=()):
    """Every place of a JSON document."""
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [here, *(place for key, one in inner for place in places(one, (*here, key)))]


@settings(max_examples=80, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_changed_in_a_manifest_it_is_read_or_refused(tmp_path, data):
    folder = tmp_path / "digits" / "2"
    shutil.rmtree(folder, ignore_errors=True)
    manifest = json.loads((copy(tmp_path) / "model.json").read_text())
    *way, last = data.draw(st.sampled_from([place for place in places(manifest) if place and place[0] != "hashes"]))
    inner = manifest
    for step in way:
        inner = inner[step]
    inner[last] = data.draw(ANY)
    (folder / "model.json").write_text(json.dumps(manifest))
    try:
        assert Predictor(folder).answer([Predictor(folder).golden_array()])
    except BundleError as error:
        assert str(error).endswith(".")


@settings(max_examples=80, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(at=st.integers(0, 3000), byte=st.integers(0, 255), cut=st.none() | st.integers(0, 5000))
def test_whatever_is_changed_in_the_weights_they_are_read_or_refused(tmp_path, at, byte, cut):
    folder = tmp_path / "digits" / "2"
    shutil.rmtree(folder, ignore_errors=True)
    data = bytearray((copy(tmp_path) / "model.safetensors").read_bytes())
    data[at] = byte
    (folder / "model.safetensors").write_bytes(data[:cut])
    told(folder)
    try:
        Predictor(folder)
    except BundleError as error:
        assert str(error).endswith(".")


def test_a_bundle_made_before_the_words_changed_is_still_read(tmp_path):
    folder = copy(tmp_path)
    text = (folder / "model.json").read_text()
    old = text.replace('"confident_from"', '"sure_from"').replace('"ood_from"', '"unusual_from"')
    assert old != text
    now = read_manifest(folder)
    (folder / "model.json").write_text(old)
    assert read_manifest(folder) == now == verify(folder)
