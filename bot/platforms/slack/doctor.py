"""What can be known of a Slack set-up without serving it: what is not as it should be."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.finding import Finding
from bot.platforms.slack.installation import connect
from bot.platforms.slack.installation.connect import error_code, refusal
from bot.platforms.slack.installation.manifest import OPTIONAL, manifest, scopes
from bot.platforms.slack.settings import SlackSettings


async def examine(settings: SlackSettings) -> list[Finding]:
    """What is well with Slack and what is not: tokens, permissions, Socket Mode, and commands against the manifest.

    Slack shows an app's manifest only to its owner's configuration token, which nothing else needs.
    """
    from cogs import COGS

    config_token, app_id = os.environ.get("SLACK_CONFIG_TOKEN", ""), os.environ.get("SLACK_APP_ID", "")

    async with ClientSession(timeout=ClientTimeout(total=10)) as session:
        api = settings.api_url or connect.API
        client = AsyncWebClient(
            base_url=api if api.endswith("/") else api + "/", session=session, retry_handlers=[], logger=_quiet()
        )
        found: list[Finding] = []
        token = settings.bot_token.get_secret_value()
        if token:
            found += await _bot_token(client, token, scopes(COGS))
        app_token = settings.app_token.get_secret_value()
        if app_token:
            found.append(await _app_token(client, app_token))
        elif not settings.signing_secret.get_secret_value():
            found.append(
                Finding(
                    "slack connection", "wrong", "Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)."
                )
            )
        if not token and not settings.client_id:
            found.append(
                Finding("slack bot token", "wrong", "Set SLACK_BOT_TOKEN, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.")
            )
        found.append(await _commands(client, manifest(COGS), config_token, app_id))
        return found


def _quiet() -> logging.Logger:
    quiet = logging.getLogger("bot.platforms.slack.doctor")
    quiet.setLevel(logging.CRITICAL)
    return quiet


async def _bot_token(client: AsyncWebClient, token: str, wanted: Sequence[str]) -> list[Finding]:
    what = "slack bot token"
    if not token.startswith("xoxb-"):
        return [Finding(what, "wrong", "SLACK_BOT_TOKEN must begin with xoxb-: copy the Bot User OAuth Token.")]
    try:
        answer = await client.api_call("auth.test", headers={"Authorization": f"Bearer {token}"})
    except SlackApiError as error:
        return [Finding(what, "wrong", refusal(error_code(error), "SLACK_BOT_TOKEN"))]
    except (ClientError, TimeoutError, OSError):
        return [
            Finding(what, "wrong", f"Slack cannot be reached at {client.base_url}: check the network or SLACK_API_URL.")
        ]
    found = [Finding(what, "well", f"The bot token works, in the workspace {answer.get('team')}.")]
    headers = {key.lower(): value for key, value in answer.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",") if scope.strip()}
    withheld = sorted(OPTIONAL.keys() & set(wanted) - granted)
    missing = sorted(set(wanted) - granted - OPTIONAL.keys())
    if granted and withheld:
        lost = "; ".join(f"without {scope} {OPTIONAL[scope]}" for scope in withheld)
        found.append(Finding("slack optional permissions", "warning", f"Some were not given: {lost}."))
    if granted and missing:
        found.append(
            Finding(
                "slack permissions",
                "wrong",
                f"The app lacks {', '.join(missing)}: paste the output of studybot slack manifest and install again.",
            )
        )
    elif granted:
        found.append(Finding("slack permissions", "well", "The app has every permission it needs."))
        if not granted & {"channels:history", "groups:history"}:
            found.append(
                Finding(
                    "slack read-back",
                    "warning",
                    "Without channels:history a post whose outcome Slack left unsaid cannot be read back: it is shown "
                    "to the organiser instead (studybot slack manifest --history asks for it).",
                )
            )
    return found


async def _app_token(client: AsyncWebClient, token: str) -> Finding:
    what = "slack socket mode"
    if not token.startswith("xapp-"):
        return Finding(what, "wrong", "SLACK_APP_TOKEN must begin with xapp-: make one under Basic Information.")
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        return Finding(what, "wrong", refusal(error_code(error), "SLACK_APP_TOKEN"))
    except (ClientError, TimeoutError, OSError):
        return Finding(
            what, "wrong", f"Slack cannot be reached at {client.base_url}: check the network or SLACK_API_URL."
        )
    return Finding(what, "well", "The app token works, and Socket Mode is switched on.")


async def _commands(client: AsyncWebClient, wanted: Mapping[str, object], config_token: str, app_id: str) -> Finding:
    what = "slack manifest"
    ours = _names(wanted)
    if not config_token or not app_id:
        listed = ", ".join(sorted(ours))
        return Finding(
            what,
            "warning",
            f"Slack tells a bot nothing of its manifest; the app must have the commands {listed}. "
            "With SLACK_CONFIG_TOKEN and SLACK_APP_ID set I compare them.",
        )
    try:
        answer = await client.api_call(
            "apps.manifest.export", data={"app_id": app_id}, headers={"Authorization": f"Bearer {config_token}"}
        )
    except SlackApiError as error:
        return Finding(what, "wrong", refusal(error_code(error), "SLACK_CONFIG_TOKEN"))
    except (ClientError, TimeoutError, OSError):
        return Finding(
            what, "wrong", f"Slack cannot be reached at {client.base_url}: check the network or SLACK_API_URL."
        )
    theirs = _names(answer["manifest"])
    lacking = sorted(ours - theirs)
    if lacking:
        return Finding(
            what,
            "wrong",
            f"The app's manifest lacks {', '.join(lacking)}: paste the manifest of studybot slack manifest anew.",
        )
    return Finding(what, "well", "Every command and shortcut is in the app's manifest.")


def _names(made: Mapping[str, object]) -> set[str]:
    features = made.get("features")
    if not isinstance(features, dict):
        return set()
    commands = {str(one.get("command")) for one in features.get("slash_commands") or []}
    return commands | {f"the shortcut {one.get('callback_id')}" for one in features.get("shortcuts") or []}
