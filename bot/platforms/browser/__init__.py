"""The browser platform: a page with channels, cards, forms and private replies, served from this machine."""

from bot.platforms.browser.platform import BrowserError, BrowserPlatform

__all__ = ["BrowserError", "BrowserPlatform"]
