"""What was written is on disk until it is answered, and a file that cannot be read is lost to nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.inbox import SET_ASIDE_KEPT, Inbox, end_set_aside


def words(folder):
    return Inbox(folder, lambda word: {"word": word}, lambda body: body["word"])


async def test_it_is_kept_over_a_restart_in_its_order_and_forgotten_when_done(tmp_path):
    for key, word in (("b", "first"), ("a", "second"), ("c", "third")):
        await words(tmp_path).keep(key, word)
    words(tmp_path).done("a")
    words(tmp_path).done("never kept")
    assert list(words(tmp_path).left_over()) == ["first", "third"]


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b'{"other": 1}', b"\xff"])
async def test_a_file_that_cannot_be_read_is_set_aside_and_the_others_are_not_held_up(tmp_path, broken):
    (tmp_path / "0.json").write_bytes(broken)
    await words(tmp_path).keep("a", "sound")
    assert list(words(tmp_path).left_over()) == ["sound"]
    assert (tmp_path / "0.unreadable").read_bytes() == broken


async def test_a_half_written_file_is_no_entry_and_only_its_owner_reads_one(tmp_path):
    folder = tmp_path / "inbox"
    assert list(words(folder).left_over()) == []
    await words(folder).keep("a", "secret")
    (folder / "1.half").write_text("{")
    assert list(words(folder).left_over()) == ["secret"]
    (kept,) = folder.glob("*.json")
    assert (folder.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o700, 0o600)


async def test_what_is_set_aside_ends_after_two_weeks_or_when_somebody_is_erased(tmp_path):
    folder, now = tmp_path / "slack-inbox", datetime.now(UTC)
    for erased, later in ((None, SET_ASIDE_KEPT + timedelta(hours=1)), (now + timedelta(hours=1), timedelta(hours=2))):
        await words(folder).keep("a", "secret")
        (folder / "broken.json").write_text("{")
        assert list(words(folder).left_over()) == ["secret"]
        assert end_set_aside(tmp_path, now, None) == 0
        assert end_set_aside(tmp_path, now + timedelta(minutes=1), now - timedelta(days=1)) == 0
        assert end_set_aside(tmp_path, now + later, erased) == 1
        assert list(words(folder).left_over()) == ["secret"], "what waits is not set aside"


async def test_entries_of_somebody_who_is_gone_are_dropped(tmp_path):
    for key in ("mine", "yours"):
        await words(tmp_path).keep(key, key)
    words(tmp_path).drop(lambda word: word == "mine")
    words(tmp_path / "none").drop(lambda word: True)
    assert list(words(tmp_path).left_over()) == ["yours"]
