"""Setting a group up as a conversation: every fault at once, nothing written anew, and a zone that is really meant."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from store.database.tables import meta
from study.calendar import UnknownZone
from study.zones import read_zone, search_zones, zone_told
from tests.cogs.conversation import ANA, ORGANISER, conversation

WINTER = datetime(2026, 1, 12, tzinfo=UTC)
WRONG = {"course": "tiny", "zone": "GMT+2", "times": "Moonday 18:00", "questions": "30", "name": "Owls"}


@pytest.fixture
async def talk(store):
    return await conversation(store, group=False)


async def test_every_fault_is_told_at_once_and_what_was_written_is_put_right(talk):
    told = await talk.say(ORGANISER, "group setup", **WRONG)
    assert "UTC+2" in told and "Moonday" in told and "number from 1 to 10" in told and "[Put it right]" in told
    assert await talk.store.groups.all() == ()
    form = await talk.dispatcher.press("group.written", talk._ask(ORGANISER, {}))
    assert {field.name: field.value for field in form.fields} == WRONG
    told = await talk.press(ORGANISER, "group.set", **(WRONG | {"times": "Mon 18:00"}))
    assert "zone: " in told and "questions: " in told and "times: " not in told
    right = WRONG | {"times": "Mon 18:00", "zone": "Berlin", "questions": "4"}
    told = await talk.press(ORGANISER, "group.set", **right)
    assert "Owls is set up" in told and "[Another pace]" in told and "Europe/Berlin (UTC+1)" in told
    (group,) = await talk.store.groups.all()
    assert (group.zone, group.items_per_slot, group.name) == ("Europe/Berlin", 4, "Owls")
    async with talk.store.database.reading() as db:
        kept = [row.key for row in await db.execute(select(meta.c.key))]
    assert not [key for key in kept if key.startswith("setup:")], "what was written is of no more use"


@pytest.mark.parametrize("length", [1, 80, 81, 10_000])
async def test_a_name_that_is_too_long_is_told_and_kept_to_be_shortened(talk, length):
    right = WRONG | {"times": "Mon 18:00", "zone": "Berlin", "questions": "4", "name": "n" * length}
    for told in (await talk.press(ORGANISER, "group.set", **right), await talk.say(ORGANISER, "group setup", **right)):
        assert ("is set up" in told) == (length <= 80) == ("At most 80 characters fit here" not in told)
    assert len(await talk.store.groups.all()) == (length <= 80)
    form = await talk.dispatcher.press("group.written", talk._ask(ORGANISER, {}))
    assert next(one.value for one in form.fields if one.name == "name") == "n" * length


async def test_the_organiser_is_told_in_which_language_answers_are_graded(talk):
    told = await talk.say(ORGANISER, "group setup", course="tiny", zone="Europe/Berlin", times="Mon 18:00")
    assert "Answers are graded in: English" in told
    assert "Answers are graded in: English" in await talk.say(ORGANISER, "group status")


async def test_what_is_wrong_is_named_in_the_readers_language(talk):
    told = await talk.say(replace(ORGANISER, language="de"), "group setup", **WRONG)
    assert "zeitzone: " in told and "zone: " not in told.replace("zeitzone: ", "")


async def test_the_form_is_for_organisers(talk):
    assert "organisers" in await talk.press(ANA, "group.written")


async def test_zones_are_offered_by_name_offset_and_abbreviation(talk):
    for typed, wanted in (("ber", "Europe/Berlin"), ("+5:30", "Asia/Kolkata"), ("est", "America/New_York")):
        offered = await talk.dispatcher.suggest("group setup", "zone", typed, talk._ask(ORGANISER, {}))
        assert wanted in [choice.value for choice in offered]


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" europe/berlin ", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("JST", "Asia/Tokyo"),
        ("utc", "UTC"),
        ("Etc/GMT+2", "Etc/GMT+2"),
    ],
)
def test_a_zone_is_understood_however_it_is_written(written, zone):
    assert read_zone(written, WINTER) == zone


@pytest.mark.parametrize(
    ("written", "asks"),
    [
        ("GMT+2", "UTC+2, which some places leave when clocks change: which place is meant? Perhaps: Africa/Cairo"),
        ("UTC-5", "America/New_York"),
        ("\u22123", "America/Sao_Paulo"),
        ("EST", "EST is the time of several places: which one is meant? Perhaps: America/New_York"),
        ("ist", "Asia/Jerusalem, Asia/Kolkata, Europe/Dublin"),
        ("UTC+25", "No place is at UTC+25"),
        ("Berlim", "Europe/Berlin"),
        ("", "There is no time zone"),
    ],
)
def test_what_may_mean_several_zones_is_asked_about(written, asks):
    with pytest.raises(UnknownZone) as asked:
        read_zone(written, WINTER)
    assert asks in str(asked.value)


def test_an_offset_never_becomes_its_opposite():
    for zone in search_zones("GMT+2", WINTER):
        assert "(UTC+2)" in zone_told(zone, WINTER)
    assert zone_told("Etc/GMT+2", WINTER) == "Etc/GMT+2 (UTC-2)"
