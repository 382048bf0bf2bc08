"""What organisers did is told in words, in the reader's language, whatever version wrote it down."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cogs.deeds import CHOICES, DEEDS, SETTINGS, deed_text
from store import AuditEntry, GroupChanges
from study.texts import using_language

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
STORE = Path(__file__).parents[2] / "store"


def told(action, **detail):
    return deed_text(AuditEntry("Olga", action, detail, NOW))


def written():
    """The names of deeds as they stand in the store's calls, but for one that is put together."""
    nodes = (node for path in STORE.rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    calls = (node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "AuditEntry")
    names = (call.args[1] for call in calls if not isinstance(call.args[1], ast.JoinedStr))
    return {one.value for name in names for one in ast.walk(name) if isinstance(one, ast.Constant)}


def test_every_deed_and_every_setting_has_words():
    named = written()
    assert len(named) > 15 and named - {"group changed"} <= DEEDS.keys()
    assert GroupChanges.__annotations__.keys() == SETTINGS.keys() | CHOICES.keys()


@pytest.mark.parametrize(
    ("action", "detail", "english", "german"),
    [
        ("paused", {}, "paused the group", "hat die Gruppe angehalten"),
        (
            "group changed",
            {"slots": "0 18:00:00, 3 19:30:00", "nudges": "False"},
            "changed the group: Every week: Mondays 18:00, Thursdays 19:30, Reminders: nobody is reminded",
            "hat die Gruppe geändert: Jede Woche: montags 18:00, donnerstags 19:30, "
            "Erinnerungen: niemand wird erinnert",
        ),
        (
            "objection settled",
            {"dispute": 1, "answer": 7, "score": 1.0, "was": 0.25},
            "ruled on answer 7: 100% instead of 25%",
            "hat über Antwort 7 entschieden: 100 % statt 25 %",
        ),
        (
            "skipped",
            {"slot": "2026-03-09T18:00:00"},
            "left out the turn of Monday 9 March, 18:00",
            "hat den Termin Montag, 9. März, 18:00 ausgelassen",
        ),
        (
            "mention changed",
            {"role": "nobody"},
            "has nobody mentioned at the weekly post",
            "lässt im Wochenbeitrag niemanden erwähnen",
        ),
    ],
)
def test_it_is_told_in_the_reader_s_language(action, detail, english, german):
    assert told(action, **detail) == english
    with using_language("de"):
        assert told(action, **detail).replace("\xa0", " ") == german


def test_what_another_version_wrote_is_told_as_it_stands():
    assert told("moon eaten", by_whom="a wolf", why=None) == "moon eaten: by whom a wolf"
    assert told("member removed", row=3) == "member removed: row 3"
    assert told("group changed", pace="fast", slots="soon", mood="bad") == (
        "changed the group: Pace: fast, Every week: soon, mood: bad"
    )
