"""Packs as files: one to begin with, one from elsewhere, one as a bank of another program."""

import io
import subprocess
import zipfile

import pytest
from typer.testing import CliRunner

from bot.cli import packs as cli_packs
from bot.cli.pack import pack_app
from bot.packs import PACKS
from study.notes import read_file

TEA = PACKS / "guide" / "tea"


@pytest.fixture
def packs(tmp_path, monkeypatch):
    folder = tmp_path / "packs"
    folder.mkdir()
    monkeypatch.setenv("STUDYBOT_PACKS", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


def run(*words):
    return CliRunner().invoke(pack_app, [str(word) for word in words])


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def files_of(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_a_new_pack_is_clean_under_the_check_and_writes_over_nothing(packs, capsys):
    assert "has begun" in run("new", "our-book", "--title", "Our: book").output
    cli_packs.check(["our-book"])
    assert capsys.readouterr().out == "our-book: 1 week, 2 graded items, 4 examples: all well.\n"
    again = run("new", "our-book")
    assert again.exit_code == 1 and "is there already" in again.output
    assert (
        "cannot name a course" in run("new", "Our Book").output
        and "no language tag" in run("new", "x", "--language", "?").output
    )


def test_a_pack_is_added_from_a_folder_a_zip_and_git_and_never_over_another(packs, tmp_path):
    archive = zipped(tmp_path / "tea.zip", {f"tea-main/{name}": text for name, text in files_of(TEA).items()})
    bare, work = tmp_path / "tea.git", tmp_path / "work"
    subprocess.run(["git", "init", "-q", "-b", "main", str(work)], check=True)
    for name, text in files_of(TEA).items():
        (work / name).write_text(text)
    told = ["-c", "user.name=A", "-c", "user.email=a@b.c"]
    for words in (["add", "."], ["commit", "-qm", "tea"], ["clone", "-q", "--bare", ".", str(bare)]):
        subprocess.run(["git", *told, *words], cwd=work, check=True)
    for address in (TEA, TEA / "course.yaml", archive, f"file://{bare}", bare):
        done = run("add", address)
        assert done.exit_code == 0, done.output
        assert files_of(packs / "tea") == files_of(TEA)
        refused = run("add", address)
        assert refused.exit_code == 1 and "--force" in refused.output
        assert run("add", address, "--force").exit_code == 0
        for path in (packs / "tea").iterdir():
            path.unlink()
        (packs / "tea").rmdir()
    assert list(packs.iterdir()) == []


def test_what_is_no_pack_is_refused_in_a_sentence_and_nothing_is_written(packs, tmp_path):
    head = "id: x\ntitle: X\nlanguage: en\n"
    (tmp_path / "notes.md").write_text("# Notes")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04broken")
    loop = tmp_path / "linked"
    loop.mkdir()
    (loop / "course.yaml").write_text(head)
    (loop / "week-01.yaml").symlink_to("/etc/hostname")
    bomb = {"course.yaml": head, **{f"week-{n:02}.yaml": b" " * 3_900_000 for n in range(1, 20)}}
    cases = {
        tmp_path / "nowhere": "There is nothing at",
        tmp_path / "notes.md": "is no pack",
        tmp_path / "broken.zip": "is no pack",
        tmp_path / "packs": "There is no course.yaml here.",
        PACKS: "Here are several packs",
        loop: "leads elsewhere",
        zipped(tmp_path / "bomb.zip", bomb): "far too large to be a pack",
        zipped(tmp_path / "two.zip", {"a/course.yaml": head, "b/course.yaml": head}): "this archive has 2",
        zipped(
            tmp_path / "out.zip", {"course.yaml": head, "../../week-01.yaml": "number: 1\ntitle: T\n"}
        ): "has no weeks",
        zipped(tmp_path / "big.zip", {"course.yaml": head, "week-01.yaml": b" " * 4_000_001}): "too large: 4 MB",
        zipped(tmp_path / "latin.zip", {"course.yaml": b"id: \xff"}): "not UTF-8",
        f"file://{tmp_path}/none.git": "cannot be fetched",
        "ext::sh -c touch% hacked": "There is nothing at",
    }
    for address, sentence in cases.items():
        done = run("add", address)
        assert done.exit_code == 1 and sentence in done.output, (address, done.output)
    assert list(packs.iterdir()) == [] and not (tmp_path / "hacked").exists()


def test_a_course_is_exported_with_a_word_on_what_stays_behind(packs, tmp_path):
    for form, ending in (("gift", "gift"), ("anki", "apkg")):
        done = run("export", TEA, "--to", form)
        assert "1 task left out" in done.output and f"Written to tea.{ending}." in done.output
        entries = read_file(f"tea.{ending}", (tmp_path / f"tea.{ending}").read_bytes()).entries
        assert entries[0].question == "Why is green tea not made with boiling water?"
    assert "choose one of anki, csv" in run("export", TEA, "--to", "word").output
    assert "cannot be written" in run("export", TEA, "--to", "csv", "--file", tmp_path / "no" / "tea.csv").output
    assert io.BytesIO((tmp_path / "tea.apkg").read_bytes()).read(2) == b"PK"
