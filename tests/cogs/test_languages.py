"""Everybody is answered in their own language, and a group is spoken to in its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from babel.messages.pofile import read_po

from bot.platforms.text import render_text
from cogs import COGS
from cogs.posts import compose
from cogs.talk import thread
from study.texts import use_language
from tests.cogs.conversation import ANA, BEN, MONDAY, ORGANISER
from tests.cogs.test_appeals import letters
from tests.store.school import close_early

ROOT = Path(__file__).parents[2]
GERMAN_ANA = replace(ANA, language="de-DE")


async def test_a_person_is_answered_in_their_own_language(talk):
    await talk.open_round()
    told = await talk.answer(GERMAN_ANA, 2, "yellow, I think")
    assert "Teilweise richtig. 5 von 10 Punkten." in told and "Du hast „yellow“ geschrieben." in told
    assert "5 von 10 Punkten fehlen noch." in told and "[Noch einmal versuchen]" in told and "Noch 2 Versuche" in told
    assert "Partly right." in await talk.answer(BEN, 2, "yellow, I think")
    assert "Meintest du `/leaderboard`?" in await talk.say(GERMAN_ANA, "leaderbord")


async def test_a_language_nobody_speaks_here_gives_way_to_the_group_s(talk):
    french = replace(ANA, language="fr")
    assert "Leaderboard · This week" in await talk.say(french, "leaderboard")
    await talk.store.groups.change(1, at=MONDAY, language="de")
    assert "Rangliste · Diese Woche" in await talk.say(french, "leaderboard")
    assert "Leaderboard · This week" in await talk.say(replace(ANA, language="en-GB"), "leaderboard")


async def test_posts_are_in_the_group_s_language_whoever_had_them_made(talk):
    await talk.store.groups.change(1, at=MONDAY, language="de")
    await talk.open_round()
    post = next(one for one in await talk.store.posts.open(1) if one.item == "t-q1")
    use_language("en")
    told = render_text(await compose(post.id, talk.services))
    assert "Frage 1" in told and "Woche 1 von 1 · Colours · 1 von 2" in told and "[Antworten]" in told
    assert "Offen bis Montag, 9. März, 18:00 (Europe/Berlin)." in told and "Which colour is the sky?" in told


async def test_letters_and_notices_are_in_the_language_of_who_reads_them(talk):
    await talk.open_round()
    for person in (GERMAN_ANA, BEN):
        await talk.answer(person, 1, "The colour of cornflowers!")
    assert "Die Leitung weiß Bescheid" in await talk.press(GERMAN_ANA, "quiz.disputed:1", why="")
    (notice,) = await talk.store.notices.claim(talk.now, 60)
    for language, told in (("en", "Somebody thinks that their answer"), ("de", "Jemand meint, die eigene Antwort")):
        use_language(language)
        assert str(notice.text).startswith(told)
    await talk.press(ORGANISER, "group.settle:1:full:all")
    assert await letters(talk) == [
        ("ana", "Die Leitung hat sich deine Antwort angesehen: Sie zählt als richtig."),
        ("ben", "Your answer has another mark now, because its marking was changed."),
    ]


async def test_nothing_of_the_bot_s_own_is_english_in_a_german_group(talk):
    """Whatever is asked of it, and in every post: no text that the catalogue has in German is said in English."""
    await talk.store.groups.change(1, at=MONDAY, language="de")
    told = [await talk.open_round(), await talk.say(ORGANISER, "nonsense")]
    for number, words in ((1, "blue"), (2, "yellow"), (2, "red. Scratch that."), (2, "")):
        told.append(await talk.answer(ANA, number, words))
    await talk.press(ANA, "quiz.disputed:1", why="")
    alone = [one.name for cog in COGS for one in cog.commands if not any(option.required for option in one.options)]
    told += [await talk.say(person, name) for name in alone for person in (ANA, ORGANISER)]
    told.append(await talk.say(ORGANISER, "group setup", course="x", zone="EST", times="Moonday 25:00"))
    for post in await talk.store.posts.open(1):
        told.append(render_text(await compose(post.id, talk.services)))
    await close_early(talk.store, 1, talk.now)
    for post_id in (1, 2, 3):
        told.append(render_text(await compose(post_id, talk.services)))
        told.append(render_text(await thread(post_id, talk.services)) if post_id > 1 else "")
    with (ROOT / "study" / "texts" / "de.po").open("rb") as file:
        english = [text.id for text in read_po(file) if isinstance(text.id, str) and text.id != text.string]
    spoken = "\n".join(told)
    assert [text for text in english if " " in text.strip() and "{" not in text and text in spoken] == []
