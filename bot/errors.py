"""The root of this room's errors. The message of each is a sentence for a person, with the way to mend it.

    BotError
    ├── SettingsError           a setting cannot be used                      bot/settings.py
    ├── NoPack                  a course pack is not there                    bot/packs/library.py
    ├── PlatformError           a platform cannot be served                   here
    │   ├── BrowserError                                                      bot/platforms/browser/platform.py
    │   ├── DiscordError                                                      bot/platforms/discord/errors.py
    │   └── SlackError                                                        bot/platforms/slack/installation/
    ├── DeliveryError           a message was not, or perhaps not, delivered  bot/platforms/base.py
    │   ├── SendRefused, SendLater, SendUnknown, CannotTell
    ├── PictureRefused          a picture cannot be taken                     bot/vision/pictures.py
    │   └── FileError           … or a file not handed over                   bot/platforms/slack/files.py
    └── CipherError             a kept secret cannot be read                  bot/platforms/slack/installation/cipher.py

Beside these, `NoCourse` is a `StoreError` and `UnknownCommandError` a `Refusal`: each is shown where its like is.
"""

from __future__ import annotations


class BotError(Exception):
    """Something a person can mend; the message says what and how."""


class PlatformError(BotError):
    """A platform cannot be served; the message is for whoever runs the bot."""
