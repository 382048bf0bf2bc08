"""What is wrong with a Discord set-up is told in words, with the mend."""

from __future__ import annotations

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.cli.discord import discord_app
from bot.platforms.discord.commands import payload
from bot.platforms.discord.doctor import PERMISSIONS, examine, invite_link
from bot.platforms.discord.settings import DiscordSettings
from cogs import COGS
from tests.counterparts.discord import world as w
from tests.counterparts.discord.people import Place


def settings(discord_, **more):
    given = {"token": SecretStr(discord_.world.token), "api_url": discord_.api_url, **more}
    return DiscordSettings(_env_file=None, **given)


async def told(discord_, **more):
    return {finding.what: (finding.state, finding.sentence) for finding in await examine(settings(discord_, **more))}


def handed_over(discord_, made):
    discord_.rest._put_commands(app=str(discord_.world.application_id), body=made)


async def test_commands_that_discord_lacks_are_named(discord_, hall):
    state, sentence = (await told(discord_))["discord commands"]
    assert (state, "/quiz" in sentence) == ("warning", True)
    handed_over(discord_, [one for one in payload(COGS) if one["name"] != "me"])
    assert "Discord lacks /me: the bot hands" in (await told(discord_))["discord commands"][1]


async def test_all_is_well(discord_, hall):
    handed_over(discord_, payload(COGS))
    assert await told(discord_) == {
        "discord token": ("well", "Discord knows the bot as studybot."),
        "clock": ("well", "This machine's clock agrees with Discord's."),
        "discord server Study hall": ("well", "The bot has every permission it needs."),
    }


async def test_a_bad_token(discord_):
    found = await told(discord_, token=SecretStr("bad"))
    assert found["discord token"][0] == "wrong"
    assert "Reset Token" in found["discord token"][1]


async def test_no_line(discord_):
    found = await told(discord_, api_url="http://127.0.0.1:9/api")
    assert found["discord"][1].startswith("Nothing answers at http://127.0.0.1:9/api")


async def test_a_clock_that_is_wrong(discord_, hall):
    discord_.date_skew = -90
    state, sentence = (await told(discord_))["clock"]
    assert (state, sentence.split(";")[0]) == ("wrong", sentence.split(";")[0])
    assert "seconds fast; set it by network time (NTP)." in sentence


async def test_missing_permissions_and_a_missing_scope(discord_):
    bare = Place(discord_, "Bare")
    role = next(r for r in bare.guild.roles.values() if r.managed)
    role.permissions = w.VIEW_CHANNEL
    bare.guild.roles[bare.guild.id].permissions = w.VIEW_CHANNEL | w.SEND_MESSAGES
    scopeless = Place(discord_, "Scopeless")
    scopeless.guild.scopes = ("bot",)
    found = await told(discord_)
    assert "lacks Attach Files, Read Message History, Create Public" in found["discord server Bare"][1]
    assert "without the scope applications.commands" in found["discord server Scopeless"][1]


async def test_no_server_yet_and_a_development_server_without_the_bot(discord_):
    found = await told(discord_, dev_guild="42")
    assert invite_link(str(discord_.world.application_id)) in found["discord servers"][1]
    assert found["discord commands"] == ("wrong", "DISCORD_DEV_GUILD names server 42, and the bot is not in it.")


async def test_an_application_that_nobody_can_add_to_their_account_is_told(discord_):
    assert "discord accounts" not in await told(discord_)
    discord_.rest.installed_by.remove("1")
    state, sentence = (await told(discord_))["discord accounts"]
    assert (state, "tick User Install" in sentence) == ("warning", True)


def test_the_invite_asks_for_exactly_what_is_used():
    link = invite_link("42")
    assert link.startswith("https://discord.com/oauth2/authorize?client_id=42&scope=bot+applications.commands&")
    assert int(link.rpartition("=")[2]) == sum(PERMISSIONS.values()) == 17901423791104


@pytest.mark.parametrize(("token", "sentence"), [("", "DISCORD_TOKEN is empty"), ("x", "Discord cannot be reached")])
def test_an_invite_that_cannot_be_made_says_why(monkeypatch, token, sentence, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISCORD_TOKEN", token)
    monkeypatch.setenv("DISCORD_API_URL", "http://127.0.0.1:9/api")
    ran = CliRunner().invoke(discord_app, ["invite"])
    assert ran.exit_code == 1
    assert sentence in ran.stderr
