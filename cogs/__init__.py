"""What the bot can do: one file a feature, declared once in neutral words and served on every platform."""

from __future__ import annotations

from cogs import (
    archive,
    ask,
    bench,
    catchup,
    classify,
    compare,
    digest,
    group,
    invite,
    leaderboard,
    me,
    meeting,
    nudge,
    own,
    predict,
    quiz,
    recap,
    remove,
    report,
    sharing,
    signed_in,
    suggest,
    task,
    trained,
    training,
)
from cogs.declare import Cog
from cogs.help import help_for

_FEATURES: tuple[Cog, ...] = (
    quiz.cog,
    recap.cog,
    task.cog,
    digest.cog,
    meeting.cog,
    catchup.cog,
    archive.cog,
    ask.cog,
    suggest.cog,
    leaderboard.cog,
    me.cog,
    own.cog,
    signed_in.cog,
    nudge.cog,
    sharing.cog,
    classify.cog,
    predict.cog,
    training.cog,
    trained.cog,
    compare.cog,
    group.cog,
    bench.cog,
    invite.cog,
    remove.cog,
    report.cog,
)

COGS: tuple[Cog, ...] = (*_FEATURES, help_for(_FEATURES))
"""Every feature, in the order in which help lists them."""
