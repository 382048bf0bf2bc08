"""Discord's own limits, each with the name of the thing it bounds (https://docs.discord.com/developers)."""

from __future__ import annotations

MESSAGE_TEXT = 4000
"""All text displays of one message together."""
MESSAGE_COMPONENTS = 40
"""All components of one message, nested ones included."""
ROW_BUTTONS = 5
BUTTON_LABEL = 80
MESSAGE_FILES = 10
ALT_TEXT = 256
"""A gallery item's description; an attachment's own may be longer."""
UPLOAD_BYTES = 10 * 1024 * 1024
"""What an unboosted guild takes in one message."""
MODAL_TITLE = 45
MODAL_PARTS = 5
LABEL = 45
LABEL_DESCRIPTION = 100
INPUT_TEXT = 4000
SELECT_OPTIONS = 25
SELECT_LABEL = 100
GROUP_OPTIONS = range(2, 11)
"""How many options a radio group takes, and a group of boxes to tick."""
COMMAND_NAME = 32
COMMAND_SUMMARY = 100
COMMAND_OPTIONS = 25
COMMANDS = 100
CHOICES = 25
CHOICE_NAME = 100
CHOICE_VALUE = 100
OPTION_TEXT = 6000
NONCE = 25
THREAD_NAME = 100
EVENT_NAME = 100
EVENT_ABOUT = 1000
EVENT_PLACE = 100
TITLE = 256
FOOTER = 256
