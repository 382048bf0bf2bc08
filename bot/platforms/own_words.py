"""What somebody wrote is given back to them where it was not taken, by platforms that close and forget a sent form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cogs.messages import Card, Quote, Reply, Text
from study.texts import _


def with_own_words(reply: Reply, words: Iterable[str]) -> Reply:
    """The reply, and below it what was written, to be copied."""
    written = [Quote(text) for text in words if text.strip()]
    if not written:
        return reply
    return replace(reply, cards=(*reply.cards, Card("", (Text(_("You wrote:")), *written))))
