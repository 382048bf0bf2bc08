"""The root of this room's errors. The message of each is a sentence for a person, with the way to mend it.

    BotError
    ├── SettingsError           a setting cannot be used                      bot/settings.py
    ├── NoPack                  a course pack is not there                    bot/packs/library.py
    ├── ImportRefused           notes are not taken in; nothing was written   bot/packs/importing.py
    ├── NotAdded                a pack from elsewhere cannot be added         bot/packs/adding.py
    ├── BenchError              a change on the page of authors cannot be     bot/packs/bench.py
    │   └── Changed             … for somebody else changed it meanwhile
    ├── NotAdopted              rulings cannot be made examples of a pack     bot/packs/adopting.py
    ├── BadMarks                a file of marked answers cannot be used       bot/cli/marked.py
    ├── BadExport               what a member handed over cannot be read      bot/cli/own_answers.py
    ├── BadRequest              a line asks for no grade that can be given    bot/cli/packs.py
    ├── AdviceError             there is no advice on an answer               bot/opinions/adviser.py
    ├── KeysLocked              the keys of a backup cannot be had            bot/keys.py
    ├── BadPlan                 what is to be simulated cannot be             bot/simulate.py
    ├── DropRefused             dropped pictures cannot be read               bot/platforms/browser/folders/dropped.py
    ├── SignInFailed            a provider's word does not sign anybody in    bot/platforms/browser/signin/client.py
    ├── UnknownKey, BadToken    … for its token does not hold                 bot/platforms/browser/signin/tokens.py
    ├── ClockStops              the demonstration's clock cannot move so      bot/clock.py
    ├── PlatformError           a platform cannot be served                   here
    │   ├── BrowserError                                                      bot/platforms/browser/platform.py
    │   ├── DiscordError                                                      bot/platforms/discord/errors.py
    │   └── SlackError                                                        bot/platforms/slack/installation/
    ├── DeliveryError           a message was not, or perhaps not, delivered  bot/platforms/base.py
    │   ├── SendRefused, SendLater, SendUnknown, CannotTell
    │   └── Unreachable         … and never will be: the person takes none
    ├── PictureRefused          a picture cannot be taken                     bot/vision/pictures.py
    │   └── FileError           … or a file not handed over                   bot/platforms/slack/files.py
    └── CipherError             a kept secret cannot be read                  bot/platforms/slack/installation/cipher.py

`UnknownCommandError` is a `Refusal` of the features: see `cogs/errors.py`.
"""

from __future__ import annotations


class BotError(Exception):
    """Something a person can mend; the message says what and how."""


class PlatformError(BotError):
    """A platform cannot be served; the message is for whoever runs the bot."""
