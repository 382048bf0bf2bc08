"""Models of tables: read, learned as fastai does, kept as bundles, and asked over HTTP."""

import json
import random
import re
import shutil

import aiohttp
import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from bot.cli.groups import groups_app
from bot.vision.client import HttpClassifier
from models.bundles.library import Library
from models.bundles.manifest import read_manifest, verify
from models.cli.main import app
from models.errors import BundleError, DataError, RowError
from models.inference.fastai_import import import_fastai
from models.inference.predictor import Predictor
from models.training.config import Asked, RowTraining
from models.training.rows import learn, table
from models.training.step import no_progress
from tests.bot.test_cli_table import handed
from tests.models.serving import ROOT, served

GUIDE = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")


def houses(rows=90, seed=1):
    """A table whose prices follow area and district; some ages are not given."""
    rng = random.Random(seed)
    lines = ["street,rooms,area,age,district,price"]
    for at in range(rows):
        rooms = rng.randint(1, 5)
        area, district = rooms * rng.uniform(15, 25), rng.choice(["north", "south", "harbour"])
        price = 50 + 3 * area + {"north": 0, "south": 40, "harbour": 90}[district]
        age = "" if at % 9 == 0 else str(rng.randint(0, 99))
        lines.append(f"Street {at},{rooms},{area:.1f},{age},{district},{price:.1f}")
    return "\n".join(lines)


def ratings(seed=2):
    rng = random.Random(seed)
    lines = ["reader,book,stars"]
    for reader in range(16):
        for book in range(12):
            if rng.random() < 0.7:
                lines.append(f"Reader {reader},Book {book},{3 + 1.5 * (-1) ** (reader + book) + rng.random() / 5:.1f}")
    return "\n".join(lines)


@pytest.fixture(scope="module", autouse=True)
def few_threads():
    import_fastai()
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("tables")
    (made / "houses.csv").write_text(houses())
    (made / "ratings.csv").write_text(ratings())
    return made


@pytest.fixture(scope="module")
def library(folder):
    """The models that the guide's commands make and publish, and one that tells a word."""
    patch = pytest.MonkeyPatch()
    patch.chdir(folder)
    patch.setenv("STUDYBOT_DATA", "data")
    (walk,) = [block for block in re.findall(r"```console\n(.*?)```", GUIDE, re.S) if "houses.csv" in block]
    lines = [line.removeprefix("studybot models ") for line in walk.splitlines()]
    lines.append("train houses.csv --name districts --kind tabular --target district --epochs 2")
    lines.append("publish data/trained/districts/1")
    commands = [line.split() for line in lines]
    said = {}
    for words in commands:
        said[" ".join(words[:4])] = run(*words)
        if words[0] == "publish":  # the first was tried out in a process of its own, as every model's is
            patch.setattr("models.inference.trial.try_out", lambda folder: Predictor(folder).manifest)
    said = {words.split()[-1]: told for words, told in said.items() if words.startswith("train")}
    yield Library([folder / "data" / "models"]), said
    patch.undo()


def run(*words, code=0):
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == code, f"{done.output}{done.exception!r}"
    return done.output


def test_training_says_what_it_learned_from_and_how_well_it_did(library):
    _, said = library
    assert "not learned from: street: nearly every row has a value of its own" in said["prices"]
    assert "where always saying the mean is off by" in said["prices"]
    assert "always saying the commonest would be right" in said["districts"]
    prices = verify(library[0].find("prices"))
    assert prices.measured["mean_absolute_error"] < prices.measured["usual"] / 3
    assert prices.rows.important[:2] == ["area", "district"]
    card = (library[0].find("prices") / "card.md").read_text()
    assert "| area |" in card and "## Which columns decide" in card
    books = verify(library[0].find("books"))
    assert books.measured["mean_absolute_error"] < books.measured["usual"] / 2
    assert "| Book " in (library[0].find("books") / "card.md").read_text()


@pytest.mark.parametrize("asked", [Asked("tabular", "price"), Asked("tabular", "district"), Asked("collaborative")])
def test_the_service_answers_rows_as_fastais_own_learner_does(folder, tmp_path, asked):
    read = table.read(folder / ("ratings.csv" if asked.way == "collaborative" else "houses.csv"), asked)
    config = RowTraining("parity", epochs=1)
    learned, held_back = read.split(config.valid, config.seed)
    silent = {"progress": no_progress, "say": lambda _line: None}
    learner, *_ = learn.learned(read, config, learned, held_back, **silent)
    learn.write(read, config, tmp_path / "1", learner, (learned, held_back), {})
    predictor = Predictor(tmp_path / "1")
    rows = [learn.cells(read, at) for at in held_back]
    answers = predictor.answer([predictor.reader(row)[0] for row in rows])
    outputs = torch.tensor([answer.outputs for answer in answers])
    own = learner.get_preds(dl=learner.dls.test_dl(read.frame.iloc[held_back].drop(columns=read.target)))[0]
    found = outputs.softmax(1) if read.labels else outputs[:, 0]
    assert float((found - (own if read.labels else own.flatten())).abs().max()) < 1e-4


def test_what_is_said_of_a_row_that_is_unlike_those_learned_from(library):
    predictor = Predictor(library[0].find("prices"))
    usual = {"rooms": 3, "area": 60.0, "age": 10, "district": "north"}
    read = predictor.reader
    assert read(usual)[1] == []
    assert np.array_equal(read(usual)[0], read({"ROOMS": "3", "Area": "60,0", "age": "10", "district": " NORTH"})[0])
    assert read(usual | {"age": None})[1] == [], "the model has learned what a gap means here"
    assert "has never seen 'moon' as district" in read(usual | {"district": "moon"})[1][0]
    assert "area = 9000 is beyond what the model knows" in read(usual | {"area": 9000})[1][0]
    assert "area is not given" in read(usual | {"area": ""})[1][0]
    answer = predictor.answer([read(usual | {"area": 9000})[0]], [read(usual | {"area": 9000})[1]])[0]
    assert not answer.confident
    for wrong in (
        usual | {"area": "wide"},
        usual | {"garden": 1},
        usual | {"area": float("inf")},
        {"Age": 1, "age": 2},
    ):
        with pytest.raises(RowError, match=r"\.$"):
            read(wrong)


async def ask(address, path, content):
    async with aiohttp.ClientSession() as session:
        kind = "application/json" if isinstance(content, str) else "application/octet-stream"
        async with session.post(address + path, data=content, headers={"Content-Type": kind}) as answer:
            return answer.status, await answer.json()


async def test_rows_are_answered_over_http_and_what_is_wrong_is_said(library, folder, seven):
    row = {"rooms": 3, "area": 60, "age": 10, "district": "harbour"}
    with served(data=folder / "data") as (address, _):
        async with aiohttp.ClientSession() as session:
            assert (await session.get(f"{address}/readyz")).status == 200
            listed = (await (await session.get(f"{address}/v1/models")).json())["models"]
            assert (await session.get(f"{address}/v2/models/prices")).status == 404
        takes = {one["name"]: one["takes"] for one in listed}
        assert (takes["digits"], takes["prices"], takes["books"]) == ("picture", "row", "pair")
        prices = next(one for one in listed if one["name"] == "prices")
        assert [one["name"] for one in prices["columns"]][:2] == ["area", "district"]

        status, said = await ask(address, "/v1/models/prices/predict", json.dumps({"rows": [row, row | {"area": 90}]}))
        dear, dearer = (one["predictions"][0]["value"] for one in said["rows"])
        assert status == 200 and 200 < dear < 480 and dearer > dear + 30
        status, said = await ask(address, "/v1/models/districts/predict?top_k=2", json.dumps({"rows": [{"price": 99}]}))
        assert status == 200 and len(said["rows"][0]["predictions"]) == 2 and "is taken" in said["rows"][0]["notes"][0]
        status, said = await ask(
            address, "/v1/models/books/recommend", json.dumps({"who": "reader 3", "top_k": 4, "leave_out": ["Book 1"]})
        )
        odd = [one["label"] for one in said["predictions"]]
        assert status == 200 and len(odd) == 4 and "Book 1" not in odd and said["notes"] == []
        assert all(int(book.split()[1]) % 2 for book in odd)
        status, said = await ask(address, "/v1/models/books/recommend", json.dumps({"who": "nobody"}))
        assert status == 200 and "does not know 'nobody' as reader" in said["notes"][0]

        chat = HttpClassifier(address)
        try:
            names = {one.name: one for one in await chat.models()}
            assert names["books"].columns[0].name == "reader" and names["prices"].columns[0].name == "area"
            assert names["districts"].columns[-1].usual and len((await chat.model("books")).columns[1].values) == 12
            ((name, value),) = (await chat.predict("prices", {"area": "60", "district": "harbour"})).values
            assert name == "price" and abs(value - dear) < 40
            assert [label for label, _ in (await chat.recommend("books", "Reader 3", ["Book 1"], 4)).values] == odd
        finally:
            await chat.close()

        refused = {
            ("prices/predict", seven): (400, "reads rows of a table"),
            ("digits/predict", json.dumps({"rows": [row]})): (400, "looks at pictures"),
            ("prices/predict", json.dumps({"rows": [row, {"garden": 1}]})): (422, "Row 2: There is no column"),
            ("prices/predict", json.dumps({"rows": []})): (400, "rows"),
            ("prices/predict", "[" * 5000): (400, "cannot be read"),
            ("prices/recommend", json.dumps({"who": "x"})): (400, "recommends nothing"),
            ("prices/feedback?label=x", seven): (400, "looks at no pictures"),
        }
        for (path, content), (status, sentence) in refused.items():
            found, said = await ask(address, f"/v1/models/{path}", content)
            assert found == status and sentence in said["error"], (path, said)


def test_a_table_is_predicted_row_by_row_without_a_service(library, folder):
    said = run("predict", "houses.csv", "--model", "prices")
    assert said.count("houses.csv, line ") == 90 and "houses.csv, line 2: price " in said
    second = json.loads(run("predict", "ratings.csv", "--model", "books", "--json").splitlines()[1])
    assert (second["line"], second["predictions"][0]["label"]) == (3, "stars")


BAD = {
    "no such column": (houses(), Asked("tabular", "cost"), "has no column called 'cost'"),
    "no target": (houses(), Asked("tabular"), "--target"),
    "too few rows": (houses(12), Asked("tabular", "price"), "at least 20"),
    "one value": ("a,b\n" + "1.5,x\n" * 30, Asked("tabular", "b"), "one value only"),
    "as many answers as rows": (houses(), Asked("tabular", "street"), "too many"),
    "nothing to learn from": (
        "a,b\n" + "\n".join(f"s{at},{at / 7}" for at in range(30)),
        Asked("tabular", "b"),
        "no column but b",
    ),
    "two columns of one name": ("a,A\n" + "1,2\n" * 30, Asked("tabular", "a"), "two columns"),
    "more cells than columns": ("a,b\n1,2,3\n", Asked("tabular", "a"), "table"),
    "empty": ("", Asked("tabular", "a"), "cannot be read as a table"),
    "two columns for ratings": ("a,b\n" + "1,2\n" * 30, Asked("collaborative"), "three columns"),
    "ratings in words": (
        "a,b,c\n" + "x,y,good\nz,w,bad\n" * 20,
        Asked("collaborative"),
        "about line 2: c must be a number",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_table_that_cannot_be_learned_from_is_refused_in_a_sentence(tmp_path, what):
    text, asked, sentence = BAD[what]
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(DataError, match=r"\.$") as refused:
        table.read(tmp_path / "t.csv", asked)
    assert sentence in str(refused.value)


def test_excels_tables_are_read_and_rows_that_are_the_same_stay_together(tmp_path):
    lines = ["Größe;Art;Preis", *[f"{at % 40},5;{'Öl' if at % 2 else 'Gas'};{at % 40},25" for at in range(80)]]
    (tmp_path / "t.csv").write_bytes("\r\n".join([*lines, ";;"]).encode("utf-16"))
    read = table.read(tmp_path / "t.csv", Asked("tabular", "Preis"))
    assert (read.categories, read.numbers, read.passed_over) == (("Art",), ("Größe",), ("1 row without Preis",))
    learned, held_back = ({tuple(read.frame.iloc[at]) for at in side} for side in read.split(0.2, 1))
    assert not learned & held_back and held_back


def told(folder, **changes):
    content = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(content | changes))


HOSTILE = {
    "a row network with pictures": {"input": {"method": "photo", "size": 20}},
    "a golden picture": {"golden": {"picture": "golden.png", "outputs": [0.0]}},
    "a kind that is of pictures": {"kind": "segmentation"},
    "an embedding less": {"network": {"family": "fastai-tabular", "embeddings": [2], "layers": [200, 100]}},
    "enormous layers": {"network": {"family": "fastai-tabular", "embeddings": [4, 3, 3], "layers": [8192] * 8}},
    "pairs of five columns": {"network": {"family": "fastai-collaborative", "factors": 50}},
}


@pytest.mark.parametrize("what", HOSTILE)
def test_no_bundle_of_a_table_can_hurt(library, tmp_path, what):
    folder = shutil.copytree(library[0].find("prices"), tmp_path / "1")
    told(folder, **HOSTILE[what])
    with pytest.raises(BundleError, match=r"\.$"):
        Predictor(folder)


def test_columns_must_agree_with_themselves(library, tmp_path):
    folder = shutil.copytree(library[0].find("prices"), tmp_path / "1")
    spec = read_manifest(folder).model_dump(mode="json")["input"]
    for change in (
        {"categories": [spec["categories"][0]] * 2},
        {"important": ["area"]},
        {"categories": [spec["categories"][0] | {"usual": "nothing"}]},
        {"numbers": [spec["numbers"][0] | {"std": 0}]},
    ):
        told(folder, input=spec | change)
        with pytest.raises(BundleError, match="not valid"):
            read_manifest(folder)


# --- a group's own history ---------------------------------------------------------------------------------------


def test_a_cell_that_was_guarded_against_spreadsheets_is_read_as_it_was(tmp_path):
    (tmp_path / "t.csv").write_text("who,size\n'=SUM(A1),-2\n'quoted',3\n")
    frame = table.read_frame(tmp_path / "t.csv")
    assert frame.to_numpy().tolist() == [["=SUM(A1)", -2], ["'quoted'", 3]]


def test_the_guide_leads_from_what_members_handed_over_to_who_finds_a_question_hard(tmp_path, monkeypatch):
    (walk,) = [block for block in re.findall(r"```console\n(.*?)```", GUIDE, re.S) if "history.csv" in block]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUDYBOT_DATA", "data")
    monkeypatch.setattr("models.inference.trial.try_out", lambda folder: Predictor(folder).manifest)
    luck = np.random.default_rng(1)
    for name, skill in (("Ana", 0.9), ("Ben", 0.5), ("Cem", 0.1)):
        items = [f"ch{at // 20 + 1:02}-q{at % 20}" for at in range(60)]
        scores = [float(luck.random() < skill) for _ in items]
        tried = zip(items, scores, strict=True)
        answers = [{"item": item, "score": score, "possible": 1.0 + at % 3} for at, (item, score) in enumerate(tried)]
        handed(tmp_path / f"{name.lower()}.json", name, answers)
    table, *rest = walk.splitlines()
    done = CliRunner().invoke(groups_app, table.split()[2:])
    assert done.exit_code == 0, done.output
    for line in rest:
        run(*line.split()[2:])
    model = Predictor(tmp_path / "data" / "models" / "hard" / "1")
    likely = {}
    for who in ("Ana", "Cem"):
        array, notes = model.reader({"who": who, "week": "ch03", "ideas": 3})
        (answer,) = model.answer([array], [notes])
        likely[who] = next(one.probability for one in answer.predictions if one.label == "yes")
    assert likely["Cem"] > likely["Ana"] + 0.2, likely
