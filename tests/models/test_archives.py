"""A data set as a zip: it is learned from as the folder would be, and one that was made to harm writes nothing."""

import io
import re
import tarfile
import zipfile

import pytest
from PIL import Image

from models.cli import archive
from models.cli.archive import as_folder
from models.errors import DataError, PictureError
from models.training.folder import gather, open_file


@pytest.fixture
def packed(tmp_path):
    """Writes a zip of these files beside what is unpacked."""

    def write(files, name="set.zip"):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as made:
            for inner, data in files.items():
                made.writestr(inner, data)
        return tmp_path / name

    return write


def drawn(at, kind="PNG"):
    kept = io.BytesIO()
    Image.effect_noise((24, 24), 10 + 20 * at).convert("RGB").save(kept, kind)
    return kept.getvalue()


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


PICTURES = {f"{label}/{at}.png": drawn(at) for at in range(3) for label in ("oak", "elm")}


@pytest.mark.parametrize("around", ["", "leaves/", "home/leaves/", "leaves\\"])
def test_a_zip_is_the_folder_in_it_whatever_is_around(packed, tmp_path, around):
    files = {f"{around}{name}": data for name, data in PICTURES.items()}
    path = packed({**files, "__MACOSX/._x": b"", ".DS_Store": b""})
    with as_folder(path, tmp_path / "at") as folder:
        found = gather(folder)
        assert (found.labels, len(found.examples), found.passed_over) == (("elm", "oak"), 6, ())
    assert not list((tmp_path / "at").iterdir())


def test_labels_in_a_table_are_found_within_a_folder_around(packed, tmp_path):
    table = "file,labels\n" + "".join(f"{at}.png,{'oak' if at % 2 else 'elm'}\n" for at in range(4))
    files = {f"leaves/{at}.png": drawn(at) for at in range(4)}
    with as_folder(packed({"leaves/labels.csv": table, **files}), tmp_path / "at") as folder:
        assert gather(folder, "multi-label").labels == ("elm", "oak")


def test_a_folder_stays_where_it_is(tmp_path):
    with as_folder(tmp_path, tmp_path / "at") as folder:
        assert folder == tmp_path
    assert not (tmp_path / "at").exists()


def test_nothing_is_written_outside_and_a_file_larger_than_any_picture_is_refused_as_one(packed, tmp_path):
    harm = {"../out.png": b"x", f"{tmp_path}/out.png": b"x", "oak/../../../out.png": b"x", "..\\out.png": b"x"}
    before = names(tmp_path)
    with as_folder(packed({**harm, **PICTURES, "oak/vast.bmp": bytes(21 << 20)}), tmp_path / "at") as folder:
        assert names(folder) == sorted([*PICTURES, "oak/vast.bmp"])
        with pytest.raises(PictureError, match="larger than 20 MB"):
            open_file(folder / "oak" / "vast.bmp")
        assert names(tmp_path / "at") == [f"{folder.relative_to(tmp_path / 'at')}/{one}" for one in names(folder)]
    assert names(tmp_path) == [*before, "set.zip"]


@pytest.mark.parametrize(
    ("files", "limits", "sentence"),
    [
        ({f"oak/{at}.txt": "" for at in range(9)}, {"MOST_FILES": 8}, "holds more than 8 files: unpack it"),
        ({f"oak/{at}.bmp": bytes(1 << 20) for at in range(9)}, {"_ROOM": 8 << 20}, "unpacks to far more than pictures"),
        ({f"{'o' * 300}/0.png": b""}, {}, r"/0\.png of .* cannot be written to .*: File name too long"),
        ({"oak": b"", "oak/0.png": b""}, {}, r"oak/0\.png of .* cannot be written"),
    ],
)
def test_a_zip_that_was_made_to_harm_is_one_sentence_and_leaves_nothing(
    packed, tmp_path, monkeypatch, files, limits, sentence
):
    for limit, number in limits.items():
        monkeypatch.setattr(archive, limit, number)
    refused(packed(files), tmp_path / "at", sentence)
    assert not list((tmp_path / "at").iterdir())


def refused(path, at, sentence):
    with pytest.raises(DataError, match=sentence), as_folder(path, at):
        pass


def locked(data):
    """The same zip, which says of its first file that a password is needed."""
    at = data.index(b"PK\x01\x02") + 8
    return data[:6] + b"\x01" + data[7:at] + b"\x01" + data[at + 1 :]


def test_what_cannot_be_unpacked_is_one_sentence(packed, tmp_path):
    path = packed(PICTURES)
    whole = path.read_bytes()
    for harmed in (b"", whole[:-30], whole[:60] + bytes(40) + whole[100:], locked(whole), b"no zip"):
        path.write_bytes(harmed)
        refused(path, tmp_path / "at", rf"{re.escape(str(path))} cannot be unpacked \(.+\): pack it anew")
    with tarfile.open(tmp_path / "set.tar.gz", "w:gz") as made:
        made.add(path, "oak/0.png")
    refused(tmp_path / "set.tar.gz", tmp_path / "at", "is neither a folder nor a zip of one: unpack it")
