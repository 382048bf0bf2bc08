"""A question with a picture and code: read from its pack, posted with both, told in words where no picture can be."""

from dataclasses import replace

import pytest

from bot.packs.library import read_pack, read_pictures
from bot.packs.live import LiveCourses
from bot.platforms.discord.blocks import lines_of
from bot.platforms.slack.rendering.blocks import blocks
from bot.platforms.text import render_text
from cogs.messages import Card, Code, Image, Reply
from cogs.posts import compose
from study.banks import FORMS, write_bank
from study.notes import read_file
from study.packs import PackFaults, load_course
from tests.cogs.conversation import COURSE

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
CODE = "for n in range(2):\n    print(`n`)"
WEEK = """\
number: 1
title: One
items:
  - id: q1
    ask: What does this print?
    code: |-
      for n in range(2):
          print(`n`)
    picture: {picture}
    alt: A loop, drawn
    answer: It prints 0 and 1.
    points: [0 near 1]
"""
HEAD = "id: loops\ntitle: Loops\nlanguage: en\n"


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "packs" / "loops"
    (folder / "pictures").mkdir(parents=True)
    (folder / "course.yaml").write_text(HEAD)
    (folder / "week-01.yaml").write_text(WEEK.format(picture="loop.png"))
    (folder / "pictures" / "loop.png").write_bytes(PNG)
    return folder


def test_a_pack_is_read_with_its_picture_and_refused_without_it(pack):
    item = read_pack(pack).course.item("q1")
    assert (item.picture, item.alt, item.code) == ("loop.png", "A loop, drawn", CODE)
    assert item.question == f"What does this print?\n{CODE}\n[A loop, drawn]"
    file = pack / "pictures" / "loop.png"
    bad = {b"GIF?": "is no PNG, JPEG, GIF or WebP", PNG + b" " * 2_000_000: "has 2.0 MB", None: "is not in"}
    for data, what in bad.items():
        file.unlink(missing_ok=True)
        if data is not None:
            file.write_bytes(data)
        with pytest.raises(PackFaults, match=rf"week-01.yaml:9: loop.png {what}"):
            read_pack(pack)
        assert read_pictures(pack) == {}
    file.symlink_to("/etc/hostname")
    with pytest.raises(PackFaults, match="is not in"):
        read_pack(pack)


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ("picture: loop.png", "“picture” stands here without “alt”. Add alt: what it shows."),
        ("alt: A loop", "“alt” stands here without “picture”."),
        ("picture: ../secret.png\n    alt: x", "is no name of a picture"),
        ("picture: loop.svg\n    alt: x", "is no name of a picture"),
    ],
)
def test_a_picture_has_words_and_a_plain_name(lines, what):
    week = WEEK.replace("picture: {picture}\n    alt: A loop, drawn", lines)
    with pytest.raises(PackFaults, match=what):
        load_course({"course.yaml": HEAD, "week-01.yaml": week})


async def shown(talk, pictures):
    first, *others = COURSE.weeks[0].items
    item = replace(first, picture="sky.png", alt="A wide sky", code=CODE)
    course = replace(COURSE, weeks=(replace(COURSE.weeks[0], items=(item, *others)),))
    talk.services = replace(talk.services, courses={"tiny": course}, pictures=pictures)
    await talk.open_round()
    post = next(one for one in await talk.store.posts.open(1) if one.item == "t-q1")
    return await compose(post.id, talk.services)


async def test_a_post_shows_code_and_picture_and_tells_what_a_lost_one_showed(talk):
    async def there(course, name):
        return PNG if (course, name) == ("tiny", "sky.png") else None

    post = await shown(talk, there)
    (image,) = [one for one in post.cards[0].blocks if isinstance(one, Image)]
    assert (image.picture.alt, image.picture.content_type, image.picture.data) == ("A wide sky", "image/png", PNG)
    told = render_text(post)
    assert "    for n in range(2):\n        print(`n`)" in told and "[picture: A wide sky]" in told

    async def gone(course, name):
        return None

    talk.services = replace(talk.services, pictures=gone)
    lost = await compose((await talk.store.posts.open(1))[1].id, talk.services)
    assert "[picture: A wide sky]" in render_text(lost)
    assert not any(isinstance(one, Image) for one in lost.cards[0].blocks)


def test_code_stands_letter_by_letter_on_every_platform():
    (preformatted,) = [
        one for block in blocks(Reply("x", (Card("", (Code(CODE),)),))) for one in block.get("elements", ())
        if one["type"] == "rich_text_preformatted"
    ]  # fmt: skip
    assert preformatted["elements"] == [{"type": "text", "text": CODE}]
    first, second = ("".join(str(run) for run in line) for line in lines_of(Code(CODE)))
    assert "for n in range(2):" in first and "\u00a0\u00a0\u00a0\u00a0print(" in second


def test_a_deck_and_moodle_hold_the_picture_and_others_tell_of_it(pack):
    course, pictures = LiveCourses(pack.parent)["loops"], read_pictures(pack)
    for name, said in (("anki", "A loop, drawn"), ("moodle", "A loop, drawn"), ("gift", "[A loop, drawn]")):
        written = write_bank(FORMS[name], course, pictures)
        (entry,) = read_file(f"x.{FORMS[name].ending}", written.data).entries
        assert said in entry.question and "print(`n`)" in entry.question
        assert ("Pictures stay behind; what they show is told in words." in written.left) == (name == "gift")
    assert b"iVBOR" in write_bank(FORMS["moodle"], course, pictures).data
