"""Training on small folders: every kind leaves a sound bundle that answers as fastai's own learner does."""

import csv
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from models.bundles.manifest import verify
from models.errors import DataError
from models.inference.fastai_import import import_fastai
from models.inference.predictor import Predictor
from models.inference.prepare import prepare
from models.recipes import shapes
from models.training import learning, report, train
from models.training.config import TrainingConfig
from models.training.folder import gather, open_file
from models.training.step import no_progress


@pytest.fixture(scope="module", autouse=True)
def few_threads():
    import_fastai()
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made, rng = tmp_path_factory.mktemp("pictures"), np.random.default_rng(3)
    for kind in ("circle", "stripes"):
        (made / kind).mkdir()
        for at in range(8):
            shapes.draw(kind, 72, rng).save(made / kind / f"{at}.jpg", quality=90)
    upside = Image.Exif()
    upside[0x0112] = 6
    shapes.draw("stripes", 72, rng).save(made / "stripes" / "phone.jpg", exif=upside)
    (made / "circle" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    return made


def trained(data, into, *, heard=None, **config):
    said = []
    config = {"arch": "resnet18", "epochs": 1, "size": 32, "batch": 8, "rate": 0.002, "from_scratch": True, **config}
    manifest = train.train(data, TrainingConfig("tiny", **config), into, progress=heard or no_progress, say=said.append)
    return manifest, said


def test_broken_pictures_are_set_aside_by_name_and_the_rest_is_split_the_same_way_each_time(folder):
    data = gather(folder)
    assert data.labels == ("circle", "stripes")
    assert [(path.name, len(data.examples)) for path, _ in data.broken] == [("broken.jpg", 17)]
    learned, kept = data.split(0.25, 1)
    assert {one.answer for one in kept} == {"circle", "stripes"}
    assert not {one.path for one in learned} & {one.path for one in kept}
    assert data.split(0.25, 1) == (learned, kept)
    assert data.split(0.25, 2) != (learned, kept)


def test_what_is_passed_over_is_named_and_a_mac_s_leavings_are_not(folder, tmp_path):
    made = shutil.copytree(folder, tmp_path / "made")
    (made / "__MACOSX" / "circle").mkdir(parents=True)
    for name in ("__MACOSX/circle/._0.jpg", "circle/._0.jpg", ".DS_Store", "circle/Thumbs.db"):
        (made / name).write_bytes(b"left behind")
    (made / "circle" / "notes.txt").write_text("round")
    shutil.copy(folder / "circle" / "0.jpg", made / "alone.jpg")
    data = gather(made)
    assert [path.name for path, _ in data.broken] == ["broken.jpg"]
    assert {path.name: why for path, why in data.passed_over} == {
        "alone.jpg": "in no label's folder",
        "notes.txt": "not a picture that is read (.txt)",
    }


def test_the_same_picture_never_stands_on_both_sides_of_the_split(folder, tmp_path):
    made = shutil.copytree(folder, tmp_path / "made")
    for at in range(8):
        circle = Image.open(made / "circle" / f"{at}.jpg")
        circle.resize((60, 60)).save(made / "circle" / f"{at} small.jpg", quality=60)
        if at < 3:
            circle.save(made / "stripes" / f"circle {at}.png")
    data = gather(made)
    assert data.doubles == 11
    for seed in range(20):
        sides = [{one.path.name.split(".")[0].split()[-1 if "circle " in one.path.name else 0] for one in side
                  if "circle" in str(one.path.relative_to(made))} for side in data.split(0.25, seed)]  # fmt: skip
        assert not sides[0] & sides[1]
        assert {one.answer for one in data.split(0.25, seed)[1]} == {"circle", "stripes"}


def test_parts_of_a_data_set_are_no_labels(folder, tmp_path):
    for part in ("train", "valid"):
        shutil.copytree(folder, tmp_path / "set" / part)
    with pytest.raises(DataError, match=r"train and valid, which look like parts .* give .*/set/train"):
        gather(tmp_path / "set")


def test_a_folder_that_cannot_be_learned_from_is_one_sentence(folder, tmp_path):
    with pytest.raises(DataError, match="is not a folder"):
        gather(tmp_path / "nothing")
    shutil.copytree(folder / "circle", tmp_path / "one" / "circle")
    with pytest.raises(DataError, match="at least two folders"):
        gather(tmp_path / "one")
    (tmp_path / "one" / "lonely").mkdir()
    shutil.copy(folder / "stripes" / "0.jpg", tmp_path / "one" / "lonely")
    with pytest.raises(DataError, match="lonely has one picture only"):
        gather(tmp_path / "one")


@pytest.mark.parametrize("arch", ["resnet18", "squeezenet1_1", "test_efficientnet"])
def test_the_bundle_answers_as_fastai_s_own_predict(folder, tmp_path, monkeypatch, arch):
    from fastai.vision.all import PILImage

    kept = []
    real = train.write_trained
    monkeypatch.setattr(train, "write_trained", lambda *given: (kept.append(given[3].learner), real(*given))[1])
    data = gather(folder)
    for resize in ("crop", "pad") if arch == "resnet18" else ("squish",):
        manifest, _ = trained(data, tmp_path / resize, arch=arch, resize=resize)
        assert verify(tmp_path / resize) == manifest
        predictor, learner = Predictor(tmp_path / resize), kept[-1]
        cool = manifest.calibration.temperature
        with learner.no_bar(), learner.no_logging():
            for example in data.examples[::4]:
                _, _, chances = learner.predict(PILImage(open_file(example.path)))
                array, _ = prepare(open_file(example.path), manifest.input)
                own = predictor.answer([array])[0]
                found = torch.softmax(torch.tensor(own.outputs), 0)
                assert float((found - chances).abs().max()) <= 1e-4
                assert own.predictions[0].label == manifest.labels[int(chances.argmax())]
                assert cool > 0


SEEN = {"validation_pictures": 20}


def test_it_leaves_a_card_a_matrix_its_worst_mistakes_and_a_curve(folder, tmp_path):
    manifest, _ = trained(gather(folder), tmp_path / "made")
    assert {"card.md", "confusion.png", "top-losses.png", "curve.png"} <= set(manifest.hashes)
    card = (tmp_path / "made" / "card.md").read_text(encoding="utf-8")
    for word in ("95% interval", "broken.jpg", "| circle |", "seed: 42", "torch: ", "F1"):
        assert word in card
    data = gather(folder)
    for right, more in ((20, []), (12, ["That cannot be told apart from always saying"])):
        told = report.summary_lines(data, manifest.model_copy(update={"measured": {**SEEN, "right": right}}))
        assert told[0].startswith(f"Right on {right} of the 20 pictures held back")
        assert [line[: len(more[0])] for line in told[1:]] == more


def test_fast_mode_keeps_the_answer(folder, tmp_path):
    trained(gather(folder), tmp_path / "made")
    exact, fast = Predictor(tmp_path / "made"), Predictor(tmp_path / "made", exact=False)
    arrays = [prepare(open_file(one.path), exact.manifest.input)[0] for one in gather(folder).examples]
    pairs = list(zip(exact.answer(arrays), fast.answer(arrays), strict=True))
    assert fast.fast
    clear = [(a, b) for a, b in pairs if a.predictions[0].probability > 0.55]
    assert all(a.predictions[0].label == b.predictions[0].label for a, b in clear)
    with ThreadPoolExecutor() as threads:  # another version is loaded while this one answers
        loading = threads.submit(lambda: [Predictor(tmp_path / "made", exact=False) for _ in range(4)])
        while not loading.done():
            assert fast.answer(arrays[:1])[0].predictions[0].label in {"circle", "stripes"}
            time.sleep(0.001)
        assert all(other.fast for other in loading.result())


def test_batch_normalisation_is_settled_after_a_short_training_from_scratch(folder, tmp_path, monkeypatch):
    norm = nn.BatchNorm2d(1)
    pictures = torch.tensor([[5.0, 7.0], [1.0, 3.0]]).view(2, 2, 1, 1, 1)
    learning.settle_batch_norm(norm, [(batch, None) for batch in pictures])
    assert (norm.running_mean.item(), norm.running_var.item(), norm.momentum) == (4.0, 2.0, 0.1)
    settled = []
    monkeypatch.setattr(learning, "settle_batch_norm", lambda network, batches: settled.append(len(list(batches))))
    trained(gather(folder), tmp_path / "few", arch="squeezenet1_1")
    assert settled == []
    monkeypatch.setattr(learning, "ENOUGH", 10)
    trained(gather(folder), tmp_path / "enough", arch="squeezenet1_1")
    assert settled == [3]


def test_out_of_memory_halves_the_batch_and_goes_on(folder, tmp_path, monkeypatch):
    sizes, real = [], learning.data_loaders

    def loaders(data, config, learned, kept, batch):
        sizes.append(batch)
        if batch > least:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(data, config, learned, kept, batch)

    data = gather(folder)
    many = replace(data, examples=data.examples * 10)
    least = 4
    monkeypatch.setattr(learning, "data_loaders", loaders)
    _, said = trained(many, tmp_path / "made", batch=16)
    assert sizes == [16, 8, 4]
    assert [line for line in said if "memory" in line] == [
        f"Out of memory: going on with {count} pictures at a time." for count in (8, 4)
    ]
    least = 0
    with pytest.raises(DataError, match="Even 4 pictures at a time do not fit in memory"):
        trained(many, tmp_path / "made", batch=16)


@pytest.mark.filterwarnings("ignore:numpy.core is deprecated:DeprecationWarning")  # torch, reading fastai's own save
def test_few_pictures_are_learned_in_several_steps_and_from_many_a_rate_is_found(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = gather(folder)
    manifest, said = trained(data, tmp_path / "few", batch=64, rate=None, arch="squeezenet1_1")
    assert manifest.made_with["pictures_at_a_time"] == 4
    assert any("Too few pictures to find a learning rate" in line for line in said)
    many = replace(data, examples=tuple(replace(one, twin=None) for one in data.examples * 8))  # as if all differed
    monkeypatch.setattr(learning, "ENOUGH", 100)
    heard = {}  # in order, how far each part of the work came

    def hear(step):
        heard[str(step)] = step.share

    manifest, said = trained(many, tmp_path / "many", batch=64, rate=None, arch="squeezenet1_1", heard=hear)
    assert list(heard)[:2] == ["looking for a learning rate", "training, epoch 1 of 1"]
    assert "rate.png" in manifest.hashes and "(rate.png)" in (tmp_path / "many" / "card.md").read_text(encoding="utf-8")
    assert manifest.made_with["pictures_at_a_time"] == 13
    assert any(line.startswith("Learning rate: ") for line in said)
    assert {path.name for path in tmp_path.iterdir()} == {"few", "many"}


def test_pretrained_weights_from_a_file_or_a_clear_word_without(folder, tmp_path, monkeypatch):
    from torchvision.models import resnet18

    torch.save(resnet18().state_dict(), tmp_path / "weights.pth")
    manifest, said = trained(gather(folder), tmp_path / "a", weights=tmp_path / "weights.pth", from_scratch=False)
    assert "from weights.pth" in manifest.summary
    assert any("Weights taken from weights.pth" in line for line in said)

    def offline(*_given, **_how):
        raise OSError("no network here")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", offline)
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", offline)
    manifest, said = trained(gather(folder), tmp_path / "b", from_scratch=False)
    assert "from scratch" in manifest.summary
    assert any("learns from scratch" in line for line in said)

    (tmp_path / "bad.pth").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(DataError, match=r"bad\.pth"):
        trained(gather(folder), tmp_path / "c", weights=tmp_path / "bad.pth", from_scratch=False)


def test_an_unknown_architecture_is_one_sentence(folder, tmp_path):
    with pytest.raises(DataError, match="There is no architecture called birdnet"):
        trained(gather(folder), tmp_path / "made", arch="birdnet")
    with pytest.raises(DataError, match="Segmentation needs one of torchvision's architectures"):
        train.check("segmentation", TrainingConfig("tiny", arch="test_efficientnet"))


# --- the other kinds ---------------------------------------------------------------------------------------------


def table(folder, name, rows):
    with (folder / name).open("w", newline="") as opened:
        csv.writer(opened).writerows(rows)


@pytest.fixture
def pictures(tmp_path):
    rng = np.random.default_rng(5)
    made = tmp_path / "data"
    (made / "images").mkdir(parents=True)
    (made / "masks").mkdir()
    for at in range(8):
        shapes.draw("circle" if at % 2 else "square", 48, rng).resize((48, 48)).save(made / "images" / f"{at}.png")
        mask = np.zeros((48, 48), np.uint8)
        mask[10:30, 10:30] = 1
        Image.fromarray(mask).save(made / "masks" / f"{at}.png")
    return made


def answered(folder, picture):
    """The exact answer, after a look at whether fast mode gives the same."""
    predictor = Predictor(folder)
    array, notes = prepare(open_file(picture), predictor.manifest.input)
    answer, quick = (made.answer([array], [notes])[0] for made in (predictor, Predictor(folder, exact=False)))
    assert quick.predictions[0].label == answer.predictions[0].label
    for exact, fast in zip(answer.predictions, quick.predictions, strict=True):
        assert (fast.probability, fast.value) == pytest.approx((exact.probability, exact.value), abs=0.03)
    return answer


def test_several_labels_at_once(pictures, tmp_path):
    rows = [[f"images/{at}.png", "round;dark" if at % 2 else ("dark" if at % 4 else "")] for at in range(8)]
    table(pictures, "labels.csv", [["file", "labels"], *rows])
    manifest, _ = trained(gather(pictures, "multi-label"), tmp_path / "made")
    answer = answered(tmp_path / "made", pictures / "images" / "0.png")
    assert (manifest.kind, manifest.labels) == ("multi-label", ["dark", "round"])
    assert all(0 <= one.probability <= 1 for one in answer.predictions)
    assert "under 50% a label is not seen." in (tmp_path / "made" / "card.md").read_text()


def test_numbers_within_their_range(pictures, tmp_path):
    table(pictures, "values.csv", [["file", "size"], *([f"images/{at}.png", at / 2] for at in range(8))])
    trained(gather(pictures, "regression"), tmp_path / "made", y_range=(0.0, 5.0))
    answer = answered(tmp_path / "made", pictures / "images" / "3.png")
    assert "robabilit" not in (tmp_path / "made" / "card.md").read_text()
    assert answer.predictions[0].label == "size"
    assert 0 <= answer.predictions[0].value <= 5


def test_a_mask_over_the_picture(pictures, tmp_path):
    (pictures / "codes.txt").write_text("ground\nthing\n")
    for path in (pictures / "masks").glob("*.png"):  # nobody says what is along the edge
        mask = np.asarray(Image.open(path)).copy()
        mask[:4] = 255
        Image.fromarray(mask).save(path)
    trained(gather(pictures, "segmentation"), tmp_path / "made", batch=4)
    answer = answered(tmp_path / "made", pictures / "images" / "3.png")
    assert {one.label for one in answer.predictions} == {"ground", "thing"}
    assert abs(sum(one.probability for one in answer.predictions) - 1) < 1e-5
    assert len(answer.mask) == 32 * 32


def test_void_is_neither_right_nor_wrong_and_a_mask_of_nothing_else_is_refused(pictures):
    (pictures / "codes.txt").write_text("ground\nthing\n")
    said, true = torch.zeros(1, 2, 2, 2), torch.tensor([[[0, 1], [255, 255]]])
    said[:, 0] = 1
    assert learning.pixel_accuracy(said, true) == 0.5
    Image.new("L", (48, 48), 255).save(pictures / "masks" / "3.png")
    with pytest.raises(DataError, match=r"3\.png holds nothing but 255, which stands for void"):
        gather(pictures, "segmentation")


def test_masks_and_labels_that_no_model_can_have_are_refused_before_training(pictures):
    codes = pictures / "codes.txt"
    codes.write_text("ground\nthing\n")
    mask = np.zeros((48, 48), np.uint8)
    mask[0, 0] = 200
    for at in (3, 5, 6):
        Image.fromarray(mask).save(pictures / "masks" / f"{at}.png")
    with pytest.raises(DataError, match=r"3\.png holds the number 200 \(2 more .* names 2 labels, 0 to 1"):
        gather(pictures, "segmentation")
    for lines, sentence in (
        ("thing\n" * 256, "names the label thing twice"),
        ("x" * 101, "longer than 100 characters"),
    ):
        for at in range(8):
            Image.new("L", (48, 48)).save(pictures / "masks" / f"{at}.png")
        codes.write_text(lines)
        with pytest.raises(DataError, match=sentence):
            gather(pictures, "segmentation")
    rows = [f"images/{at}.png,{'x' * 101}" for at in range(8)]
    (pictures / "labels.csv").write_text("\n".join(["file,labels", *rows]))
    with pytest.raises(DataError, match="longer than 100 characters"):
        gather(pictures, "multi-label")


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("multi-label", "file,labels\nimages/0.png,a,b\n", "line 2: there is more than the table has columns for"),
        ("multi-label", "file,labels\nimages/0.png\n,a\n", "line 3: name a picture in the column file"),
        ("multi-label", 'file,labels\n"images/0.png,a\n' + "x" * 200_000, "line 2: it cannot be read as a table"),
        ("regression", "file,size,size\nimages/0.png,1,2\n", "has two columns called 'size'"),
        ("regression", "file,size\nimages/0.png\n", "line 2: every column but file must be a number"),
        ("regression", 'file,size\nimages/0.png,"1,5"\n', "line 2: every column but file must be a number"),
        ("regression", "", "must be a table with a column called file"),
    ],
)
def test_a_table_that_is_none_is_refused_with_its_lines(pictures, kind, text, sentence):
    (pictures / ("labels.csv" if kind == "multi-label" else "values.csv")).write_text(text)
    with pytest.raises(DataError, match=sentence):
        gather(pictures, kind)


def test_a_table_with_semicolons_and_decimal_commas_is_read(pictures):
    rows = "".join(f"images/{at}.png;{at},5\n" for at in range(8))
    (pictures / "values.csv").write_text("file;size\n" + rows)
    assert [one.answer for one in gather(pictures, "regression").examples][3] == {"size": 3.5}
    rows = "".join(f'images/{at}.png;"round;dark"\n' for at in range(8))
    (pictures / "labels.csv").write_text("file;labels\n" + rows)
    assert gather(pictures, "multi-label").labels == ("dark", "round")


@pytest.mark.parametrize("arch", ["vit_b_16", "googlenet", "inception_v3", "maxvit_t", "vit_tiny_patch16_224"])
def test_an_architecture_that_cannot_be_trained_is_refused_before_a_picture_is_read(arch):
    with pytest.raises(DataError, match=rf"{arch} cannot be trained here on pictures of 64 pixels"):
        train.check("single-label", TrainingConfig("tiny", arch=arch, size=64, device="cpu"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_labels_are_read_in_any_encoding_that_excel_writes(pictures, encoding):
    lines = ["file,labels", *(f"images/{at}.png,gr\xf6\xdfe;rot" for at in range(8))]
    (pictures / "labels.csv").write_bytes("\r\n".join(lines).encode(encoding))
    assert gather(pictures, "multi-label").labels == ("gr\xf6\xdfe", "rot")


def test_values_that_are_no_numbers_are_refused_with_their_lines(pictures):
    values = ["1", "nan", "", "inf", "2", "3", "x", "4"]
    table(pictures, "values.csv", [["file", "size"], *([f"images/{at}.png", one] for at, one in enumerate(values))])
    with pytest.raises(DataError, match=r"values\.csv, lines 3, 4, 5, 8: every column but file must be a number"):
        gather(pictures, "regression")
