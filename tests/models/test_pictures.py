"""Every kind of picture a stranger may send: read rightly or refused with a sentence, and never more than that."""

import asyncio
import io
import json
import random
import struct
import subprocess
import sys
import zlib
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from models.bundles.input_spec import InkInput, PhotoInput
from models.errors import PictureError
from models.inference import pictures
from models.inference.pictures import open_picture, pixels_only
from models.inference.prepare import prepare, side_needed
from models.server.decoding.pool import DecodePool
from tests.models.serving import ROOT, to_bytes

FOLDER = Path(__file__).parent / "pictures"
RED = Image.new("RGB", (40, 30), (200, 30, 30))
SMALL = PhotoInput(size=32)


def corner(data):
    return open_picture(data).getpixel((2, 2))


def near(found, wanted, by=12):
    return all(abs(a - b) <= by for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF"])
def test_every_format_is_read(format):
    assert near(corner(to_bytes(RED, format)), (200, 30, 30))


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_every_mode_becomes_rgb(mode):
    format = {"CMYK": "JPEG", "YCbCr": "JPEG"}.get(mode, "PNG")
    if mode == "I;16":
        image = Image.fromarray(np.full((30, 40), 65535, np.uint16))
    else:
        image = RED.convert("L").convert(mode) if mode in {"1", "LA"} else RED.convert(mode)
    opened = open_picture(to_bytes(image, format))
    assert (opened.mode, opened.size) == ("RGB", (40, 30))
    if mode in {"P", "RGBA", "CMYK", "YCbCr"}:
        assert near(opened.getpixel((2, 2)), (200, 30, 30), 25)
    if mode == "I;16":
        assert opened.getpixel((0, 0)) == (255, 255, 255)


def test_sixteen_bits_are_scaled_rather_than_clipped():
    steps = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(8, 0)
    found = np.asarray(open_picture(to_bytes(Image.fromarray(steps))))[0, :, 0].astype(int)
    assert np.abs(found - np.arange(256)).max() <= 1


@pytest.mark.parametrize(("ink", "ground"), [((0, 0, 0), 255), ((255, 255, 255), 0)])
def test_transparent_parts_set_the_drawing_off(ink, ground):
    image = Image.new("RGBA", (40, 40), (*ink, 0))
    image.paste((*ink, 255), (10, 10, 30, 30))
    opened = open_picture(to_bytes(image))
    assert opened.getpixel((0, 0)) == (ground,) * 3
    assert opened.getpixel((20, 20)) == ink


def test_a_transparent_palette_is_honoured():
    image = Image.new("P", (20, 20), 0)
    image.putpalette([0, 0, 0, 10, 10, 10])
    image.paste(1, (5, 5, 15, 15))
    assert corner(to_bytes(image, "GIF", transparency=0)) == (255, 255, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_phone_pictures_stand_upright(orientation):
    upright = Image.new("RGB", (64, 48), "black")
    upright.paste((255, 255, 255), (0, 0, 16, 16))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the transpose that undoes each orientation's showing
    stored = upright if orientation == 1 else upright.transpose(Image.Transpose(back[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    opened = open_picture(to_bytes(stored, "JPEG", exif=exif, quality=95))
    assert opened.size == (64, 48)
    assert np.asarray(opened.convert("L"))[4:12, 4:12].mean() > 200
    assert not opened.getexif()


def test_only_the_first_frame_of_an_animation_is_seen():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    for format in ("GIF", "WEBP", "PNG"):
        data = to_bytes(frames[0], format, save_all=True, append_images=frames[1:])
        assert near(corner(data), (255, 0, 0), 20), format


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(wide, high, rows=b"", extra=b""):
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


@cache
def bombs():
    return {
        "a png of 10 gigapixels": _png(100_000, 100_000),
        "a png just over the cap": _png(6_400, 6_400),
        "a very long png": _png(39_000_000, 1),
        "a gif of 65535 by 65535": b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x80\0\0" + b"\0" * 6 + b",",
        "text that unpacks to 100 MB": _png(
            10, 10, b"\0" * 310, _chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 100_000_000, 9))
        ),
        "a profile that unpacks to 100 MB": _png(
            10, 10, b"\0" * 310, _chunk(b"iCCP", b"a\0\0" + zlib.compress(b"\0" * 100_000_000, 9))
        ),
    }


OPENED = """
import json, sys, zlib
from PIL import ImageFile
from models.errors import PictureError
from models.inference import pictures
from models.inference.pictures import open_picture

def peak():
    status = open("/proc/self/status").read()
    return int(status.split("VmHWM:")[1].split()[0]) >> 10

counted = {"unpacked": 0, "loads": 0}
begin, load = zlib.decompressobj, ImageFile.ImageFile.load

class Unpacking:
    def __init__(self):
        self.inner = begin()
    def __getattr__(self, name):
        return getattr(self.inner, name)
    def decompress(self, *given):
        unpacked = self.inner.decompress(*given)
        counted["unpacked"] += len(unpacked)
        return unpacked

def counting_load(image):
    counted["loads"] += 1
    return load(image)

zlib.decompressobj, ImageFile.ImageFile.load = Unpacking, counting_load
data, before, answer = sys.stdin.buffer.read(), peak(), 200
try:
    open_picture(data)
except PictureError as error:
    answer = error.status
print(json.dumps({"status": answer, "megabytes": peak() - before, **counted}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from Linux's /proc")
@pytest.mark.parametrize("what", bombs())
def test_bombs_are_refused_or_harmless_and_cost_next_to_nothing(what):
    opened = subprocess.run([sys.executable, "-c", OPENED], input=bombs()[what], capture_output=True, cwd=ROOT)
    cost = json.loads(opened.stdout)
    assert cost["status"] in {200, 413, 415, 422}
    assert cost["unpacked"] <= 2 << 20
    assert cost["status"] != 413 or cost["loads"] == 0
    assert cost["megabytes"] < 100


def test_other_formats_hidden_behind_a_name_are_not_tried():
    for format in ("ICO", "PPM", "TGA", "PCX"):
        with pytest.raises(PictureError) as fault:
            open_picture(to_bytes(RED, format))
        assert fault.value.status == 415


def test_an_iphone_s_pictures_are_read_as_they_were_held():
    pytest.importorskip("pi_heif", reason="pi-heif is not installed: HEIC pictures are refused with a sentence")
    upright = open_picture((FOLDER / "held-sideways.heic").read_bytes())
    assert (upright.mode, upright.size) == ("RGB", (48, 64))
    assert np.asarray(upright.convert("L"))[4:12, 36:44].mean() > 200
    assert near(corner((FOLDER / "second-is-first.heic").read_bytes()), (0, 0, 255), 20)


def test_without_the_library_for_it_an_iphone_s_owner_reads_what_to_do(monkeypatch):
    monkeypatch.setattr(pictures, "ready_for_heif", lambda: False)
    with pytest.raises(PictureError, match="on a phone, take a screenshot of it and send that"):
        open_picture((FOLDER / "held-sideways.heic").read_bytes())


@pytest.mark.parametrize("spec", [PhotoInput(size=224), PhotoInput(size=64, resize="squish"), InkInput(size=20)])
def test_a_phone_s_large_jpeg_is_read_at_a_fraction_of_its_size_and_looks_the_same(spec):
    held = Image.linear_gradient("L").resize((4032, 3024)).point(lambda level: 180 + level // 4)
    ImageDraw.Draw(held).line([(1200, 800), (2600, 800), (1800, 2400)], fill=30, width=200, joint="curve")
    held = held.convert("RGB")
    data = to_bytes(held, "JPEG", quality=90)
    whole, scaled = (open_picture(data, side=side) for side in (None, side_needed(spec)))
    assert whole.width > scaled.width
    assert min(scaled.size) >= side_needed(spec)
    one, other = (np.asarray(prepare(image, spec)[0], np.float32) for image in (whole, scaled))
    assert np.abs(one - other).mean() <= 0.01 * max(1.0, one.max())
    small = to_bytes(held.resize((640, 480)), "JPEG")
    assert open_picture(small, side=side_needed(PhotoInput(size=224))).size == (640, 480)


def test_a_second_file_behind_the_picture_does_not_survive():
    hidden = b"PK\x03\x04 a zip, <script>alert(1)</script>"
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    for data in (to_bytes(RED, "JPEG", exif=exif) + hidden, to_bytes(RED) + hidden, to_bytes(RED, "GIF") + hidden):
        kept = pixels_only(data)
        assert b"script" not in kept
        assert b"where I live" not in kept
        assert near(corner(kept), (200, 30, 30))


def test_mutated_pictures_are_read_or_refused_and_nothing_else():
    rng = random.Random(7)
    noise = Image.effect_noise((48, 40), 80)
    seeds = [
        to_bytes(noise.convert(mode), format)
        for format, mode in (
            ("JPEG", "RGB"), ("PNG", "P"), ("PNG", "RGBA"), ("WEBP", "RGB"), ("GIF", "P"), ("AVIF", "RGB"),
            ("BMP", "RGB"), ("TIFF", "RGB"),
        )
    ]  # fmt: skip
    seeds += [path.read_bytes() for path in FOLDER.glob("*.heic")] * pictures.ready_for_heif()
    for turn in range(1500):
        data = bytearray(seeds[turn % len(seeds)])
        for _ in range(rng.randint(1, 12)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if rng.random() < 0.3:
            del data[rng.randrange(len(data)) :]
        try:
            open_picture(bytes(data))
        except PictureError as fault:
            assert fault.status in {400, 413, 415, 422}


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (8, 8), (3, 2000)])
def test_odd_sizes_are_prepared_for_every_way(size):
    image = Image.effect_noise(size, 80).convert("RGB")
    for spec in (
        InkInput(size=20),
        *(
            PhotoInput(size=32, resize=how, pad=pad)
            for how in ("crop", "squish", "pad")
            for pad in ("zeros", "border", "reflection")
        ),
    ):
        array, _ = prepare(image, spec)
        assert array.shape == spec.shape
        assert np.isfinite(array.astype(float)).all()


@pytest.mark.parametrize(("size", "said"), [((15, 400), 1), ((16, 16), 0)])
def test_a_photo_of_a_few_pixels_is_told_so(size, said):
    _, notes = prepare(Image.effect_noise(size, 80).convert("RGB"), SMALL)
    assert len(notes) == said
    assert all("15 by 400 pixels" in note for note in notes)


# --- the processes -----------------------------------------------------------------------------------------------


@pytest.fixture
async def pool():
    made = DecodePool(1, seconds=2.0)
    await made.start()
    yield made
    await made.stop()


async def test_a_picture_that_takes_too_long_ends_its_process_and_the_next_is_read(pool):
    pool.seconds = 0.001
    with pytest.raises(PictureError, match="takes too long"):
        await pool.decode(to_bytes(Image.effect_noise((3000, 3000), 50)), SMALL)
    pool.seconds = 5.0
    assert (await pool.decode(to_bytes(RED), SMALL)).array.shape == (32, 32, 3)
    assert pool.killed == 1


async def test_a_process_that_dies_under_a_picture_is_replaced(pool):
    pool._workers[0].process.kill()
    with pytest.raises(PictureError):
        await pool.decode(to_bytes(RED), SMALL)
    assert (await pool.decode(to_bytes(RED), SMALL)).array.shape == (32, 32, 3)


async def test_a_process_is_replaced_once_however_many_pictures_are_called_off_meanwhile(pool):
    pool._let_go(pool._workers[0])
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(pool.decode(to_bytes(RED), SMALL), 0.02)
        assert len(pool._tasks) == 1
    assert (await pool.decode(to_bytes(RED), SMALL)).array.shape == (32, 32, 3)
    assert len(pool._workers) == 1
    assert not pool._tasks


async def test_pictures_in_line_behind_one_that_takes_too_long_are_read_all_the_same(pool):
    slow = asyncio.create_task(pool.decode(to_bytes(Image.new("RGB", (6000, 6000))), SMALL))
    await asyncio.sleep(0)
    pool.seconds = 0.3
    behind = [asyncio.create_task(pool.decode(to_bytes(RED), SMALL)) for _ in range(20)]
    pool._workers[0]._begin(0.05)
    with pytest.raises(PictureError, match="takes too long"):
        await slow
    pool.seconds = 5.0
    assert all(one.array.shape == (32, 32, 3) for one in await asyncio.wait_for(asyncio.gather(*behind), 60))
    assert pool.killed == 1


async def test_a_picture_called_off_costs_no_process(pool):
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pool.decode(to_bytes(Image.effect_noise((3000, 3000), 50)), SMALL), 0.02)
    assert (await pool.decode(to_bytes(RED), SMALL)).array.shape == (32, 32, 3)
    assert pool.killed == 0


async def test_memory_is_limited_in_the_process():
    pool = DecodePool(1, memory=30 << 20)
    await pool.start()
    try:
        with pytest.raises(PictureError, match="memory"):
            await pool.decode(to_bytes(Image.new("RGB", (6000, 6000))), SMALL)
        assert (await pool.decode(to_bytes(RED), SMALL)).array.shape == (32, 32, 3)
    finally:
        await pool.stop()


async def test_the_largest_picture_allowed_is_read(pool):
    pool.seconds = 20.0
    data = to_bytes(Image.new("RGB", (6300, 6300)), compress_level=1)
    assert (await pool.decode(io.BytesIO(data).getvalue(), SMALL)).array.shape == (32, 32, 3)
