"""The manifest fits Slack's own schema and asks for no more than is used; the doctor says what does not fit."""

import json

import jsonschema
import pytest
from typer.testing import CliRunner

from bot.cli.slack import slack_app
from bot.platforms.slack.doctor import examine
from bot.platforms.slack.installation.manifest import manifest, scopes
from bot.platforms.slack.rendering import line
from bot.platforms.slack.settings import SlackSettings
from cogs import COGS
from cogs.declare import Cog, Command
from tests import shared


def schema(version):
    return json.loads(shared.schema(f"slack-manifest-{version}.0.0.schema.json"))


@shared.needs_shared
@pytest.mark.parametrize("more", [{}, {"url": "https://bot.example"}, {"history": True}])
def test_the_manifest_fits_slacks_own_schema(more):
    made = manifest(COGS, **more)
    jsonschema.validate(made, schema(1))
    jsonschema.validate({**made, "_metadata": {"major_version": 2}}, schema(2))


async def _nothing(ask, services):
    raise NotImplementedError


def test_no_permission_is_asked_for_that_nothing_uses():
    plain = Cog("x", "x", (Command("x", "x", _nothing),))
    least = ["channels:read", "chat:write", "commands", "files:write", "groups:read", "im:write", "users:read"]
    least = sorted([*least, "app_mentions:read", "im:history"])
    assert scopes([plain]) == least
    assert scopes(COGS) == sorted([*least, "files:read", "pins:write", "usergroups:read"])
    assert manifest(COGS)["oauth_config"]["scopes"]["bot_optional"] == ["files:read", "pins:write", "usergroups:read"]
    assert set(scopes(COGS, history=True)) - set(scopes(COGS)) == {"channels:history", "groups:history"}


def test_every_command_of_every_feature_can_be_typed():
    commands = [command for cog in COGS for command in cog.commands]
    for command in commands:
        assert line.read("/study", command.name, commands).command is command
    for name in line.own_names(COGS):
        assert line.read(f"/{name}", "", commands).command.name == name


def test_studybot_slack_manifest_prints_it():
    made = CliRunner().invoke(slack_app, ["manifest"])
    assert made.exit_code == 0 and json.loads(made.stdout) == manifest(COGS)
    made = CliRunner().invoke(slack_app, ["manifest", "--url", "https://bot.example", "--history"])
    assert json.loads(made.stdout) == manifest(COGS, url="https://bot.example", history=True)


@pytest.mark.parametrize("bad", [["--url", "http://bot.example"], ["--name", "x" * 36], ["--name", ""]])
def test_what_slack_would_not_take_is_refused_in_words(bad):
    made = CliRunner().invoke(slack_app, ["manifest", *bad])
    assert made.exit_code == 2 and made.output.strip().endswith(".")


# --- the doctor -------------------------------------------------------------------------------------------------


@pytest.fixture
async def looked(slack, monkeypatch):
    team = slack.team()
    slack.manifest = manifest(COGS)
    monkeypatch.setenv("SLACK_CONFIG_TOKEN", slack.config_token)
    monkeypatch.setenv("SLACK_APP_ID", "A1")

    async def look(**more):
        given = {"bot_token": team.token, "app_token": slack.app_token, "api_url": slack.api, **more}
        found = await examine(SlackSettings(_env_file=None, **given))
        return {one.what: (one.state, one.sentence) for one in found}

    look.slack, look.team = slack, team
    return look


async def test_a_healthy_app_is_well(looked):
    assert {state for state, _ in (await looked()).values()} == {"well"}


async def test_a_bad_bot_token_is_told(looked):
    assert "copy it again" in (await looked(bot_token="xoxb-other"))["slack bot token"][1]
    assert "xoxb-" in (await looked(bot_token="xoxp-other"))["slack bot token"][1]
    looked.team.revoked = "account_inactive"
    assert "install it again" in (await looked())["slack bot token"][1]


async def test_a_missing_permission_is_named(looked):
    looked.team.scopes -= {"files:read"}
    state, sentence = (await looked())["slack optional permissions"]
    assert state == "warning" and "without files:read /classify takes no pictures" in sentence
    looked.team.scopes -= {"im:write"}
    assert "lacks im:write" in (await looked())["slack permissions"][1]
    looked.team.scopes = set(scopes(COGS))
    assert (await looked())["slack read-back"][0] == "warning"


async def test_socket_mode_switched_off_is_told(looked):
    looked.slack.socket_mode = False
    assert (await looked())["slack socket mode"] == (
        "wrong",
        "Socket Mode is switched off for this app: switch it on under Settings, Socket Mode.",
    )


async def test_a_bad_app_token_is_told(looked):
    assert "SLACK_APP_TOKEN" in (await looked(app_token="xapp-other"))["slack socket mode"][1]
    assert "xapp-" in (await looked(app_token="xoxb-other"))["slack socket mode"][1]


async def test_a_command_that_the_app_lacks_is_named(looked):
    looked.slack.manifest["features"]["slash_commands"].pop()
    assert "lacks /classify:" in (await looked())["slack manifest"][1]


async def test_without_a_configuration_token_the_commands_are_listed(looked, monkeypatch):
    monkeypatch.delenv("SLACK_CONFIG_TOKEN")
    state, sentence = (await looked())["slack manifest"]
    assert state == "warning" and "/classify" in sentence and "SLACK_CONFIG_TOKEN" in sentence


async def test_a_slack_that_cannot_be_reached_is_told(looked):
    found = await looked(api_url="http://127.0.0.1:9/api/")
    assert "cannot be reached" in found["slack bot token"][1] and "cannot be reached" in found["slack socket mode"][1]
