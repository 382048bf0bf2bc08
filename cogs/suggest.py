"""Questions that members propose: written in a form, taken or declined by an organiser at the bench."""

from __future__ import annotations

from dataclasses import replace

from cogs.asked import Posted, course_called, who
from cogs.declare import Action, Cog, Command, too_long
from cogs.messages import (
    ActionId,
    Ask,
    Block,
    Button,
    Card,
    Choice,
    Form,
    FormField,
    Name,
    Quote,
    Reply,
    Text,
    say,
    spans,
)  # fmt: skip
from cogs.services import Services
from store import NewProposal
from study.texts import _, noop

LONGEST = 1000
"""Letters of a question, and of its answer."""
MOST_WAITING = 10
"""So many questions of one person wait for the organiser at a time."""
THANKS = noop("Thank you. Your organiser is told, and you get a message once it is decided.")
_NAMED, _UNNAMED = "named", "unnamed"


async def suggest(ask: Ask, services: Services) -> Reply:
    """`/suggest`: what becomes of a question that one proposes, and the way to write it."""
    await who(ask, services)
    told = _("Is there a question that this course should ask? Your organiser takes it on, or says why not.")
    return say(told, buttons=(Button(_("Write a question"), ActionId("suggest.write"), "primary"),))


async def write(ask: Ask, services: Services) -> Form:
    """The form."""
    choices = (Choice(_("My name may stand with it"), _NAMED), Choice(_("Without my name"), _UNNAMED))
    return Form(
        _("Propose a question"),
        ActionId("suggest.send"),
        (
            FormField("question", _("The question"), "paragraph", max_length=LONGEST),
            FormField("answer", _("A good answer, if you know one"), "paragraph", required=False, max_length=LONGEST),
            FormField("named", _("Your name"), "choice", value=_UNNAMED, choices=choices),
        ),
        submit=_("Propose it"),
    )


async def send(ask: Ask, services: Services) -> Reply:
    """The question is kept, and the organiser told."""
    asked, text = await who(ask, services), ask.text("question").strip()
    if not any(letter.isalnum() for letter in text):
        return Reply(_("Nothing was sent."), faults={"question": _("Write the question as people should read it.")})
    written = {name: ask.text(name).strip() for name in ("question", "answer")}
    if faults := {name: fault for name, words in written.items() if (fault := too_long(words, LONGEST))}:
        return Reply(_("Nothing was sent."), faults=faults)
    if await services.store.proposals.waiting_of(asked.member.id) >= MOST_WAITING:
        return say(_("{count} questions of yours wait already.", count=MOST_WAITING), tone="notice")
    answer, named = ask.text("answer").strip(), ask.text("named") == _NAMED
    ids = asked.group.id, asked.member.id, asked.course.id
    await services.store.proposals.keep(NewProposal(*ids, text, answer, named, ask.key, ask.at))
    return Reply(_(THANKS), (Card(_("Your question"), (Quote(text), Text(_(THANKS))), tone="good"),))


async def letter(proposal_id: int, services: Services) -> Reply | None:
    """What whoever proposed a question is told once it is decided; None while it waits."""
    one = await services.store.proposals.get(proposal_id)
    group = await services.store.groups.get(one.group_id)
    if one.state == "open":
        return None
    taken = one.state == "taken"
    sentence = _("Your question was taken on for the course.") if taken else _("Your question was not taken.")
    blocks: list[Block] = [Text(_("You proposed:")), Quote(one.text)]
    if one.word:
        blocks += [Text(_("Your organiser says:")), Quote(one.word)]
    title = f"{sentence[:-1]} · {course_called(one.course, services).title}"
    return Reply(sentence, (Card(title, tuple(blocks), footer=group.name),))


async def with_writer(post: Reply, here: Posted, services: Services) -> Reply:
    """A post of a question with the name of who proposed it, where they wish that."""
    name = await services.store.proposals.named_for(here.group.id, here.course.id, here.post.item)
    if not name or not post.cards:
        return post
    first, *others = post.cards
    by = Text(*spans(_("Proposed by {name}."), name=Name(name)))
    return replace(post, cards=(replace(first, blocks=(*first.blocks, by)), *others))


cog = Cog(
    "suggest",
    noop("Proposing questions"),
    commands=(Command("suggest", noop("Propose a question for the course"), suggest),),
    actions=(Action("suggest.write", write, opens_form=True), Action("suggest.send", send)),
)
