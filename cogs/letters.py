"""What a private message says, made when it is sent: whatever was settled or withdrawn meanwhile needs no words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import assert_never

from cogs import ask, suggest
from cogs.asked import language_of, posted_of
from cogs.messages import Block, Card, Quote, Reply, Text, strong
from cogs.nudge import reminder
from cogs.questions import called
from cogs.services import Services
from cogs.verdicts import SHOWN, TONES, points
from store import Delivery, NotFound, Recipient
from study.group import Answer
from study.marking import done
from study.texts import _, use_language


async def compose_letter(delivery: Delivery, services: Services, now: datetime) -> Reply | None:
    """The words for one member; None where there is nothing to say any more."""
    to, kind = delivery.recipient, delivery.kind
    assert to is not None
    group, member = await services.store.groups.get(delivery.group_id), await services.store.members.get(to.member_id)
    use_language(member.language, language_of(group, services))
    match kind:
        case "outcome":
            return await _outcome(to, services)
        case "regrade":
            return await _regraded(to, services)
        case "regrades":
            return await _regraded(to, services, one_of_many=True)
        case "nudge":
            return await reminder(member, group, services, now)
        case "answered":
            return await _settled_question(to, services, ask.letter)
        case "proposal":
            return await _settled_question(to, services, suggest.letter)
        case "post" | "edit" | "thread" | "thread_edit" | "pin" | "unpin":
            raise ValueError(f"a {kind} is for a channel")
        case "meeting" | "meeting_edit" | "event" | "event_edit":
            raise ValueError(f"a {kind} is for a channel")
    assert_never(kind)


async def _outcome(to: Recipient, services: Services) -> Reply | None:
    """What an organiser has decided about an answer; nothing while it is open, or where its answer is gone."""
    try:
        dispute = await services.store.disputes.get(to.ref)
    except NotFound:
        return None
    if dispute.state == "open":
        return None
    sentence = _("An organiser looked at your answer, and its mark stands.")
    if dispute.score is not None:
        sentence = _("An organiser looked at your answer: it counts as partly right.")
        if done(dispute.score):
            sentence = _("An organiser looked at your answer: it counts as right.")
        elif dispute.score == 0:
            sentence = _("An organiser looked at your answer: it counts as wrong.")
    return await _about(sentence, dispute.answer, services)


async def _settled_question(
    to: Recipient, services: Services, letter: Callable[[int, Services], Awaitable[Reply | None]]
) -> Reply | None:
    """What an organiser said to a question that somebody asked or proposed; nothing where it is gone."""
    try:
        return await letter(to.ref, services)
    except NotFound:
        return None


async def _regraded(to: Recipient, services: Services, *, one_of_many: bool = False) -> Reply | None:
    """The mark that an answer has now; of many it is the one whose mark changed most."""
    try:
        answer = await services.store.answers.get(to.ref)
    except NotFound:
        return None
    sentence = _("Your answer has another mark now, because its marking was changed.")
    if one_of_many:
        sentence = _("Several of your answers have other marks now, because their marking was changed. This one most:")
    return await _about(sentence, answer, services)


async def _about(sentence: str, answer: Answer, services: Services) -> Reply:
    here = await posted_of(answer.post_id, services)
    blocks: list[Block] = [
        Text(sentence),
        Text(strong(points(answer.score))),
    ]
    if answer.text:
        blocks += [Text(_("You wrote:")), Quote(answer.text[:SHOWN])]
    title = called(here.course, here.post.week, here.post.item)
    # A private message stands among those of others, so it says which group it comes from.
    card = Card(title, tuple(blocks), tone=TONES[answer.verdict], footer=here.group.name)
    return Reply(sentence, (card,))
