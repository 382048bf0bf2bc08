"""The chat side and the model side know the same pictures: each has a home of its own, for they share no code."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.vision import pictures as chat

PIL = pytest.importorskip("PIL.Image")
models = pytest.importorskip("models.inference.pictures")
PictureError = pytest.importorskip("models.errors").PictureError


def test_kinds_beginnings_and_sizes_are_the_same():
    assert {kind.name: kind.signature for kind in chat.KINDS} == {kind.name: kind.signature for kind in models.KINDS}
    assert {kind.name: {f".{suffix}" for suffix in kind.suffixes} for kind in chat.KINDS} == {
        kind.name: set(kind.suffixes) for kind in models.KINDS
    }
    assert chat.MOST_BYTES == models.MAX_BYTES


@pytest.mark.parametrize("name", [kind.name for kind in chat.KINDS])
def test_what_one_side_takes_for_a_picture_the_other_does_too(name):
    file = io.BytesIO()
    if name == "HEIC":  # Pillow alone cannot write it
        file.write((Path(__file__).parent / "models" / "pictures" / "held-sideways.heic").read_bytes())
    else:
        PIL.new("RGB", (3, 2)).save(file, name.upper())
    data = file.getvalue()
    assert chat.check(data) == f"image/{name.lower()}"
    models.check_bytes(data)
    for broken in (b"", data[1:], b"%PDF-1.7", b"RIFF1234WAVE"):
        assert not chat.kind_of(broken)
        with pytest.raises(chat.PictureRefused):
            chat.check(broken)
        with pytest.raises(PictureError):
            models.check_bytes(broken)
