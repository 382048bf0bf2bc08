"""One service as a process of its own for all of the room's tests, and pictures to send it."""

import os
from importlib.util import find_spec

import pytest
from PIL import Image

from tests.models.serving import served, to_bytes

os.environ.setdefault("OMP_NUM_THREADS", "1")
collect_ignore_glob = [] if find_spec("torch") else ["test_*.py"]


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    with served(data=tmp_path_factory.mktemp("data")) as (address, _):
        yield address


@pytest.fixture(scope="session")
def seven():
    from models.training import handwriting

    _, held_out = handwriting.load(7)
    return to_bytes(handwriting.plain(held_out.pictures[0], 64, dark=True))


@pytest.fixture(scope="session")
def photo():
    return to_bytes(Image.effect_noise((640, 480), 60).convert("RGB"), "JPEG")
