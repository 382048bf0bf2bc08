"""The root of this room's errors. The message of each is a sentence for the person who asked.

CogsError
├── Refusal                 a wish cannot be granted; it has a reply with what helps      cogs/messages.py
│   ├── NoGroup             nobody has set up a group there                               cogs/asked.py
│   ├── OrganisersOnly      whoever asks does not organise the group                      cogs/asked.py
│   ├── RightsUnknown       nobody can say just now whether whoever asks organises it     cogs/asked.py
│   ├── NoneOfYours         they are in no group                                          cogs/own.py
│   ├── WhichGroup          they are in several                                           cogs/own.py
│   └── UnknownCommandError no command is called so                                       bot/platforms/typed.py
├── NoCourse                a group's course pack is not on this machine                  cogs/asked.py
├── NotInCourse             what was posted is no longer part of the course               cogs/questions.py
├── TimesUnreadable         weekly times or a time zone cannot be read                    cogs/slots.py
└── ClassifierError         the model service could not answer                            cogs/services.py
"""

from __future__ import annotations


class CogsError(Exception):
    """What was asked cannot be done; the message says why."""
