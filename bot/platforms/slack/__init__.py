"""Slack: the features over slack-bolt, in one workspace by Socket Mode or in many by signed HTTP."""

from bot.platforms.slack.home import places_in
from bot.platforms.slack.platform import SlackPlatform, SlackSettings

__all__ = ["SlackPlatform", "SlackSettings", "places_in"]
