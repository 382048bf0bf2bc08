"""The commands as they are handed to Discord: within its rules, in two languages, the same each time."""

from __future__ import annotations

import pytest

from bot.platforms.discord import limits
from bot.platforms.discord.commands import called_within, choices, digest, payload, typed
from cogs import COGS
from cogs.declare import Cog, Command, Option
from cogs.messages import Choice
from cogs.names import NAMES, named
from study.texts import using_language
from tests.counterparts.discord.contract import HAVE_SCHEMAS, ContractBroken, contract
from tests.platforms.discord import sample
from tests.shared import needs_shared


def words(text="w"):
    return text


def made(*options, **more):
    return payload([Cog("c", words(), (Command("c", words(), sample.hello, options, **more),))])


def test_the_features_own_commands_keep_discord_s_rules():
    commands = payload(COGS)
    assert len(commands) <= limits.COMMANDS
    if HAVE_SCHEMAS:
        contract().request("PUT", "/applications/1/commands", commands)


def test_every_word_of_a_command_has_its_german_word():
    used = {word for cog in COGS for command in cog.commands for word in command.name.split()}
    used |= {option.name for cog in COGS for command in cog.commands for option in command.options}
    with using_language("de"):
        german = {word: named(word) for word in NAMES}
    assert used == set(german)
    assert all(word == word.lower() and 0 < len(word) <= 32 for word in german.values())
    assert len({german[command.name] for cog in COGS for command in cog.commands if " " not in command.name}) == len(
        [command for cog in COGS for command in cog.commands if " " not in command.name]
    )


def test_the_same_declarations_have_the_same_digest_and_others_another():
    assert digest(payload(COGS)) == digest(payload(COGS))
    assert digest(payload(COGS)) != digest(payload([sample.cog]))
    assert digest(made()) != digest(made(on_picture=words()))


@pytest.mark.parametrize("length", [99, 100, 101])
def test_descriptions_hold_100_characters(length):
    command = payload([Cog("c", words(), (Command("c", words("d" * length), sample.hello),))])[0]
    assert len(command["description"]) == min(length, 100)
    assert len(command["description_localizations"]["de"]) == min(length, 100)


@pytest.mark.parametrize("count", [24, 25, 26])
def test_25_choices_are_shown_and_more_are_completed(count):
    option = Option("o", words(), "choice", choices=tuple(Choice(str(n), str(n)) for n in range(count)))
    shown = made(option)[0]["options"][0]
    assert ("choices" in shown, shown.get("autocomplete", False)) == (count <= 25, count > 25)


def test_a_choice_whose_value_would_be_cut_is_left_out():
    offered = choices([Choice("a" * 101, "v" * 100), Choice("b", "v" * 101), Choice("", "c")])
    assert [len(one["name"]) for one in offered] == [100, 1]
    assert offered[1] == {"name": "c", "value": "c"}


def test_required_options_come_first_and_25_at_most():
    options = [Option(f"o{n}", words(), required=n % 2 == 1) for n in range(30)]
    shown = made(*options)[0]["options"]
    assert len(shown) == 25
    assert [o["required"] for o in shown] == sorted([o["required"] for o in shown], reverse=True)


def test_what_was_typed_is_read_through_sub_commands():
    data = {
        "name": "group",
        "options": [
            {
                "name": "setup",
                "type": 1,
                "options": [
                    {"name": "course", "type": 3, "value": "fast", "focused": True},
                    {"name": "image", "type": 11, "value": "77"},
                    {"name": "questions", "type": 4, "value": 3},
                ],
            }
        ],
    }
    found = typed(data)
    assert (found.name, found.focused) == ("group setup", "course")
    assert found.values == {"course": "fast", "questions": 3}
    assert found.files == {"image": "77"}


def test_a_command_with_sub_commands_of_its_own_stands_among_these():
    (family,) = [one for one in payload(COGS) if one["name"] == "ask"]
    assert [one["name"] for one in family["options"]] == ["question", "open", "add", "remove"]
    assert family["default_member_permissions"] is None
    options = [{"name": "question", "type": 3, "value": "why?"}]
    data = {"name": "ask", "options": [{"name": "question", "type": 1, "options": options}]}
    assert typed(data, called_within(COGS)).name == "ask"


@needs_shared
def test_the_contract_catches_what_discord_would_refuse():
    good = payload([sample.cog])
    for spoil in (
        lambda c: c.update(descripton="misspelt"),
        lambda c: c.update(name="x" * 33),
        lambda c: c.update(options=[{"type": 3, "name": "o"}]),
    ):
        bad = [dict(good[0])]
        spoil(bad[0])
        with pytest.raises(ContractBroken):
            contract().request("PUT", "/applications/1/commands", bad)
    with pytest.raises(ContractBroken):
        contract().request("POST", "/channels/1/messages", {"content": "x", "nonce": "n" * 26})
    with pytest.raises(ContractBroken):
        contract().event("INTERACTION_CREATE", {"id": "1"})
    with pytest.raises(ContractBroken):
        contract().request("POST", "/no/such/path", {})
