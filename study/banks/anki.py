"""Anki, written: a deck of cards with a front and a back, in the form that every version of Anki opens."""

from __future__ import annotations

import hashlib
import html
import io
import json
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing

from study.banks.card import Card, Pictures
from study.course import with_letters

BEGUN = 1_700_000_000
"""The moment, in seconds, that a deck says it is from: the same course is the same deck, byte for byte."""
_TABLES = """
CREATE TABLE col (id integer PRIMARY KEY, crt integer, mod integer, scm integer, ver integer, dty integer, usn integer,
  ls integer, conf text, models text, decks text, dconf text, tags text);
CREATE TABLE notes (id integer PRIMARY KEY, guid text, mid integer, mod integer, usn integer, tags text, flds text,
  sfld integer, csum integer, flags integer, data text);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer, did integer, ord integer, mod integer, usn integer,
  type integer, queue integer, due integer, ivl integer, factor integer, reps integer, lapses integer, left integer,
  odue integer, odid integer, flags integer, data text);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer, usn integer, ease integer, ivl integer, lastIvl integer,
  factor integer, time integer, type integer);
CREATE TABLE graves (usn integer, oid integer, type integer);
CREATE INDEX ix_notes_usn ON notes (usn); CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_revlog_usn ON revlog (usn); CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due); CREATE INDEX ix_revlog_cid ON revlog (cid);
CREATE INDEX ix_notes_csum ON notes (csum);
"""


def write_deck(title: str, cards: Sequence[Card], pictures: Pictures) -> bytes:
    """A deck of these questions, by its title. A card keeps its identity, so that a deck read again doubles nothing."""
    packed = io.BytesIO()
    shown = sorted({card.picture for card in cards if card.picture in pictures})
    media = json.dumps({str(number): name for number, name in enumerate(shown)}).encode()
    files = [("collection.anki2", _database(title, cards)), ("media", media)]
    files += [(str(number), pictures[name]) for number, name in enumerate(shown)]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _database(title: str, cards: Sequence[Card]) -> bytes:
    kind, deck = _number(f"kind of {title}"), _number(f"deck {title}")
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(_TABLES)
        decks = {"1": _deck(1, "Default"), str(deck): _deck(deck, " ".join(title.split()).replace("::", ": "))}
        models = json.dumps({str(kind): _model(kind, deck)})
        head = (1, BEGUN, BEGUN * 1000, BEGUN * 1000, 11, 0, 0, 0)
        settings = (
            json.dumps(_SETTINGS | {"curModel": str(kind)}),
            models,
            json.dumps(decks),
            json.dumps(_OPTIONS),
            "{}",
        )
        _insert(db, "col", (*head, *settings))
        for due, card in enumerate(cards, 1):
            front, back = _field(with_letters(card.question, card.options)), _field(_back(card))
            if card.picture:
                front += f'<br><img src="{card.picture}" alt="{html.escape(card.alt)}">'
            note = BEGUN * 1000 + due
            guid = hashlib.sha256(f"{title}\0{card.name}".encode()).hexdigest()[:10]
            first = int(hashlib.sha1(front.encode(), usedforsecurity=False).hexdigest()[:8], 16)
            tag = f" {'-'.join(card.week.split())} "
            row = (note, guid, kind, BEGUN, -1, tag, f"{front}\x1f{back}", front, first, 0, "")
            _insert(db, "notes", row)
            numbers = (note, note, deck, 0, BEGUN, -1, 0, 0, due, *[0] * 8, "")
            _insert(db, "cards", numbers)
        db.commit()
        return db.serialize()


def _insert(db: sqlite3.Connection, table: str, row: Sequence[object]) -> None:
    db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - tables of ours


def _back(card: Card) -> str:
    """The answer; of options, those that are right, with what is said of each."""
    feedback = [option.feedback for option in card.options if option.right and option.feedback]
    answer = "\n".join(option.text for option in card.options if option.right) or card.answer
    return "\n".join((answer, *feedback))


def _field(text: str) -> str:
    """A text as Anki shows it letter by letter: its signs are no markup, and no gap and no sound either."""
    shown = html.escape(text.replace("\x1f", " "), quote=False).replace("\n", "<br>")
    return shown.replace("{{", "{&#123;").replace("[sound:", "[sound&#58;")


def _number(of: str) -> int:
    return BEGUN * 1000 + int(hashlib.sha256(of.encode()).hexdigest()[:7], 16)


def _deck(number: int, name: str) -> dict[str, object]:
    today = {key: [0, 0] for key in ("newToday", "revToday", "lrnToday", "timeToday")}
    return {
        "id": number,
        "name": name,
        "mod": BEGUN,
        "usn": -1,
        "desc": "",
        "dyn": 0,
        "conf": 1,
        "collapsed": False,
    } | today


def _model(number: int, deck: int) -> dict[str, object]:
    fields = [
        {"name": name, "ord": order, "sticky": False, "rtl": False, "font": "Arial", "size": 20, "media": []}
        for order, name in enumerate(("Front", "Back"))
    ]
    sides = {"qfmt": "{{Front}}", "afmt": '{{FrontSide}}<hr id="answer">{{Back}}', "bqfmt": "", "bafmt": ""}
    template = {"name": "Card 1", "ord": 0, "did": None, **sides}
    return {
        "id": number, "name": "studybot", "type": 0, "mod": BEGUN, "usn": -1, "sortf": 0, "did": deck, "vers": [],
        "tags": [], "flds": fields, "tmpls": [template], "req": [[0, "any", [0]]], "latexPre": "", "latexPost": "",
        "css": ".card { font-family: sans-serif; font-size: 20px; text-align: left; }",
    }  # fmt: skip


_SETTINGS: dict[str, object] = {
    "nextPos": 1, "estTimes": True, "activeDecks": [1], "sortType": "noteFld", "timeLim": 0, "sortBackwards": False,
    "addToCur": True, "curDeck": 1, "newSpread": 0, "dueCounts": True, "collapseTime": 1200,
}  # fmt: skip
_OPTIONS = {
    "1": {
        "id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": True, "timer": 0, "replayq": True,
        "dyn": False,
        "new": {"delays": [1, 10], "ints": [1, 4, 7], "initialFactor": 2500, "order": 1, "perDay": 20, "bury": False},
        "rev": {"perDay": 200, "ease4": 1.3, "fuzz": 0.05, "ivlFct": 1, "maxIvl": 36500, "bury": False},
        "lapse": {"delays": [10], "mult": 0, "minInt": 1, "leechFails": 8, "leechAction": 1},
    }
}  # fmt: skip
