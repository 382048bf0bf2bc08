"""Archives of notes as Notion and Obsidian export them: what holds notes is read, whatever else is packed with it."""

import io
import tracemalloc
import zipfile

import pytest

from bot.packs.importing import weeks_of_notes
from study.notes import NotesError, is_archive, read_file, unpacked

NOTE = b"# Milk\n\n**Q: Why does milk go in last?**\n\nA: Because cold milk keeps the water from drawing the tea.\n"
ID = "0123456789abcdef0123456789abcdef"


def packed(files, **more):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


OBSIDIAN = packed({
    "vault/.obsidian/app.json": b"{}", "vault/Tea/Milk.md": NOTE, "vault/Diary.md": b"It rained.",
    "vault/cup.png": b"\x89PNG", "__MACOSX/vault/._Milk.md": b"\0\5\26",
})  # fmt: skip
NOTION = packed({
    "Export-Part-1.zip": packed({
        f"Kitchen {ID}.md": NOTE, f"Kitchen {ID}/Cards {ID}_all.csv": b"Question,Answer\r\nWho?,We.\r\n",
        f"Kitchen {ID}/deeper.zip": packed({"hidden.md": NOTE}),
    }),
})  # fmt: skip


def test_the_notes_of_a_vault_and_of_an_export_become_weeks():
    assert [name for name, _ in unpacked(OBSIDIAN)] == ["Diary.md", "Milk.md"]
    assert [name for name, _ in unpacked(NOTION)] == ["Kitchen.md", "Cards.csv"]
    made = weeks_of_notes([("vault.zip", OBSIDIAN), ("notion.zip", NOTION)], {}, "en")
    assert list(made.weeks) == ["week-01.yaml", "week-02.yaml", "week-03.yaml"] and not made.refused
    assert "Why does milk go in last?" in made.weeks["week-01.yaml"] and "Who?" in made.weeks["week-03.yaml"]


def test_an_archive_without_a_question_is_refused_in_a_sentence_beside_what_is_read():
    made = weeks_of_notes([("none.zip", packed({"a.md": b"It rained."})), ("milk.md", NOTE)], {}, "en")
    assert list(made.weeks) == ["week-01.yaml"]
    assert made.refused[0].startswith("none.zip: No file in this archive holds a question")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (packed({f"{n}.md": b"" for n in range(3001)}), "more than 3000 files"),
        (packed({"bomb.md": b"a" * 5_000_001}), "far too large"),
        (packed({f"{n}.md": b"a" * 4_900_000 for n in range(9)}), "far too large"),
        (packed({"in.zip": packed({f"{n}.md": b"a" * 4_900_000 for n in range(9)})}), "far too large"),
        (OBSIDIAN[:-30], "cannot be opened"),
        (b"PK\x03\x04" + b"\0" * 100, "cannot be opened"),
    ],
    ids=["files", "one", "many", "within", "cut", "none"],
)
def test_what_is_no_export_of_notes_is_refused_without_being_unpacked(content, sentence):
    tracemalloc.start()
    with pytest.raises(NotesError, match=sentence):
        for _ in unpacked(content):
            pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 60_000_000


def test_a_lie_about_a_size_is_found_out_and_a_locked_file_is_no_crash():
    content = bytearray(packed({"a.md": b"a" * 100}))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")  # it says that it is ten bytes
    with pytest.raises(NotesError, match="cannot be opened"):
        list(unpacked(bytes(content)))
    content[at + 8] |= 1  # and that it is locked
    with pytest.raises(NotesError, match="cannot be opened"):
        list(unpacked(bytes(content)))


def test_a_deck_of_cards_is_still_a_deck():
    assert not is_archive(packed({"collection.anki2": b"x", "media": b"{}"})) and is_archive(OBSIDIAN)
    with pytest.raises(NotesError, match="cannot be read"):
        read_file("deck.apkg", packed({"collection.anki2": b"x" * 100}))
