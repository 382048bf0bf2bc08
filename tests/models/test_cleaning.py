"""Cleaning a folder with a first model: the page as a person uses it, and what its choices do to the folder."""

import json
import shutil

import numpy as np
import pytest
from typer.testing import CliRunner

from models.cli.main import app
from models.errors import DataError
from models.recipes import shapes
from models.training.cleaning import apply
from tests.platforms.browser.chromium import PHONE, chromium, tab


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Circles and stripes, one circle among the stripes, one picture broken."""
    rng = np.random.default_rng(2)
    for kind in ("circle", "stripes"):
        (tmp_path / "pictures" / kind).mkdir(parents=True)
        for at in range(3):
            shapes.draw(kind, 72, rng).save(tmp_path / "pictures" / kind / f"{at}.jpg", quality=90)
    shapes.draw("circle", 72, rng).save(tmp_path / "pictures" / "stripes" / HOSTILE)
    (tmp_path / "pictures" / "circle" / "broken.jpg").write_bytes(b"no")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pictures"


HOSTILE = '"><img src=x onerror=alert(1)> a rather long name that a phone has to break.jpg'


def said(*words, code=0):
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == code, f"{done.output}{done.exception!r}"
    return done.output


async def test_what_is_chosen_in_the_page_is_done_to_the_folder(folder):
    told = said("clean", "pictures", "--model", "shapes")
    assert "broken.jpg" in told
    assert "shapes calls 1 of 7 pictures otherwise" in " ".join(told.split())
    async with chromium() as browser, tab(browser, viewport=PHONE) as phone:
        await phone.page.goto((folder.parent / "clean.html").as_uri())
        assert await phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert "stripes, but the model says circle" in await phone.page.locator("li").first.inner_text()
        assert "the model agrees" in await phone.page.locator("li").last.inner_text()
        save = phone.page.get_by_role("button", name="Save the choices")
        assert await save.is_disabled()
        await phone.page.get_by_label(f"What to do with stripes/{HOSTILE}").select_option("it is circle")
        await phone.page.get_by_label("What to do with circle/2.jpg").select_option("drop it")
        await phone.page.get_by_text("2 chosen").wait_for()
        async with phone.page.expect_download() as saving:
            await save.click()
        await (await saving.value).save_as("choices.json")
    assert "1 relabelled; 1 set aside" in said("clean", "pictures", "--model", "shapes", "--apply", "choices.json")
    assert {path.name for path in (folder / "circle").iterdir()} == {"0.jpg", "1.jpg", "broken.jpg", HOSTILE}
    assert (folder.parent / "pictures-dropped" / "circle" / "2.jpg").is_file()


def test_no_picture_is_lost_where_two_have_the_same_name(folder, tmp_path):
    shutil.copytree(folder / "stripes", folder / "dots")
    before = {path.read_bytes() for path in folder.rglob("*.jpg")} | {(folder / "circle" / "0.jpg").read_bytes()}
    (tmp_path / "choices.json").write_text(json.dumps({"stripes/0.jpg": "=circle", "dots/0.jpg": "=circle"}))
    assert apply(folder, tmp_path / "choices.json") == (2, 0)
    assert {"0.jpg", "0-from-stripes.jpg", "0-from-dots.jpg"} <= {path.name for path in (folder / "circle").iterdir()}
    for count in (1, 2):
        (tmp_path / "choices.json").write_text(json.dumps({"circle/0.jpg": "-"}))
        apply(folder, tmp_path / "choices.json")
        assert len(list((tmp_path / "pictures-dropped" / "circle").iterdir())) == count
        shutil.copy(folder / "circle" / "1.jpg", folder / "circle" / "0.jpg")
    assert before <= {path.read_bytes() for path in tmp_path.rglob("*.jpg")}


@pytest.mark.parametrize("choices", [{"../../x": "-"}, {"circle/1.jpg": "=../../up"}, {"circle/1.jpg": "=circle"}, [1]])
def test_choices_that_make_no_sense_change_nothing(folder, tmp_path, choices):
    (tmp_path / "choices.json").write_text(json.dumps(choices))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DataError):
        apply(folder, tmp_path / "choices.json")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_model_that_knows_other_labels_is_refused(folder):
    assert "digits knows none of these folders' labels (circle, stripes)" in said(
        "clean", "pictures", "--model", "digits", code=1
    )
    assert "There is no file gone.json" in said(
        "clean", "pictures", "--model", "shapes", "--apply", "gone.json", code=1
    )
