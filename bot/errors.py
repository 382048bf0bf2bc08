"""The errors whose message is a sentence for the person at the command line."""

from __future__ import annotations

from bot.packs.library import NoPack
from bot.platforms.browser import BrowserError
from bot.platforms.discord.errors import DiscordError
from bot.settings import SettingsError
from store import StoreError
from study.packs import PackFaults

SENTENCES = (BrowserError, DiscordError, NoPack, PackFaults, SettingsError, StoreError)
