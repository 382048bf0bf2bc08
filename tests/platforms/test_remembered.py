"""What is remembered for a while is bounded in number and in time."""

from bot.platforms.remembered import Remembered


def test_what_was_used_longest_ago_is_forgotten_first():
    kept = Remembered(3)
    for n in range(3):
        kept.put(n, str(n))
    assert kept.get(0) == "0"
    kept.put(3, "3")
    assert [kept.get(n) for n in range(4)] == ["0", None, "2", "3"]
    assert len(kept) == 3


def test_what_is_too_old_is_no_answer():
    now = [0.0]
    kept = Remembered(3, 10, now=lambda: now[0])
    kept.put("a", 1)
    now[0] = 9.0
    assert kept.get("a") == 1
    assert kept.get("a", within=5) is None
    assert kept.get("a") == 1
    now[0] = 11.0
    assert kept.get("a") is None
    assert len(kept) == 0
    kept.put("b", 2)
    assert kept.forget("b") == 2
    assert kept.get("b") is None
