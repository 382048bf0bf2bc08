"""Questions of one's own: answered from what the course, the closed questions and the organisers know, or handed on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from cogs.archive import clipped
from cogs.asked import Asked, course_called, group_of, who
from cogs.declare import Action, Cog, Command, Option
from cogs.messages import (
    ActionId,
    Ask,
    Block,
    BulletList,
    Button,
    Card,
    Choice,
    CommandRef,
    Entry,
    Form,
    FormField,
    Name,
    Quote,
    Reply,
    Said,
    Span,
    Text,
    rich,
    say,
    spans,
    strong,
)
from cogs.questions import name_in
from cogs.services import Services
from store import Added, AskedQuestion, NewQuestion
from study.archive import entries
from study.asking import Known, Lookup, Offer, offer
from study.course import Course
from study.texts import _, n_, noop, p_

LONGEST = 500
"""Letters of a question."""
MOST_WAITING = 10
"""So many questions of one person wait for the organiser at a time."""
AT_ONCE = 5
"""So many questions are shown to the organiser at a time, oldest first."""
LABEL = 60
KEPT = noop(
    "I do not know this. Your organiser is told of your question; until it is answered it stands on the agenda of the "
    "group's next meeting, without your name. You get a message once it is answered."
)
SETTLED = noop("This one is settled already.")

_FROM_COURSE, _CLOSED, _ADDED = "course", "item", "added"


async def question(ask: Ask, services: Services) -> Reply:
    """`/ask`: the answer where one is known, what else may have been meant, or the organiser."""
    asked, text = await who(ask, services), ask.text("question").strip()
    if not text:
        return say(_("Write your question after the command."), tone="notice")
    course = asked.course
    made = offer(_lookup(await known(asked, services), course.language, course.synonyms).find(text))
    waits = not made.all
    if waits and await services.store.questions.waiting_of(asked.member.id) >= MOST_WAITING:
        told = _("I do not know this, and {count} questions of yours wait already.", count=MOST_WAITING)
        return say(told, tone="notice")
    new = NewQuestion(asked.group.id, asked.member.id, asked.course.id, text, ask.key, ask.at)
    asked_id = await services.store.questions.keep(new, waits=waits)
    if waits:
        return Reply(_(KEPT), (Card(_("Your question"), (Quote(text), Text(_(KEPT)))),))
    return _offered(text, made, asked_id, asked.course)


async def show(ask: Ask, services: Services) -> Reply:
    """One of what was offered."""
    asked, mine = await _mine(ask, services)
    if mine is None:
        return say(_("This question was asked by somebody else."), tone="notice")
    found = next((one for one in await known(asked, services) if one.ref == ask.args[1]), None)
    if found is None:
        return say(_("This is not here any more, or it was asked again and is open now."), tone="notice")
    return _offered(mine.text, Offer(found, ()), mine.id, asked.course)


async def hand_over(ask: Ask, services: Services) -> Reply:
    """Nothing of what was offered is the answer: the organiser is asked."""
    asked, mine = await _mine(ask, services)
    if mine is None:
        return say(_("This question was asked by somebody else."), tone="notice")
    if await services.store.questions.waiting_of(asked.member.id) >= MOST_WAITING:
        return say(_("{count} questions of yours wait already.", count=MOST_WAITING), tone="notice")
    await services.store.questions.hand_over(ask.subject, ask.at)
    told = _("Your organiser is told of your question, and you get a message once it is answered.")
    return say(told, tone="good")


async def _mine(ask: Ask, services: Services) -> tuple[Asked, AskedQuestion | None]:
    asked, one = await who(ask, services), await services.store.questions.get(ask.subject)
    return asked, one if one.member_id == asked.member.id else None


async def known(asked: Asked, services: Services) -> tuple[Known, ...]:
    """All that may be told here: the course's list, what closed and is not open again, and what was added."""
    course = asked.course
    listed = [Known(f"{_FROM_COURSE}-{n}", one.question, one.answer) for n, one in enumerate(course.knowledge)]
    closed = []
    for entry in entries(await services.store.archive.of_group(asked.group.id)):
        item = course.item(entry.latest.item) if entry.latest.course == course.id else None
        if item is not None and item.rubric is not None and not entry.is_open:
            closed.append(Known(f"{_CLOSED}-{item.id}", item.question, item.answer))
    added = await services.store.questions.added(asked.group.id, course.id)
    return (*listed, *closed, *(Known(f"{_ADDED}-{one.id}", one.question, one.answer) for one in added))


@lru_cache(maxsize=16)
def _lookup(entries_: tuple[Known, ...], tag: str, synonyms: tuple[tuple[str, ...], ...]) -> Lookup:
    return Lookup(entries_, tag, synonyms)


def _offered(text: str, made: Offer, asked_id: int, course: Course) -> Reply:
    """What was found, with a button for everything else that may have been meant, and one to ask the organiser."""
    buttons = [
        Button(clipped(one.question, LABEL), ActionId("ask.show", (str(asked_id), one.ref))) for one in made.others
    ]
    if made.answer is None:
        buttons.append(Button(_("None of these"), ActionId("ask.over", (str(asked_id),))))
        listed = BulletList(tuple(Entry(Text(*_question(one))) for one in made.others))
        told = _("I am not sure. Is it one of these?")
        blocks: tuple[Block, ...] = (Quote(text), Text(told), listed)
        return Reply(told, (Card(_("Your question"), blocks, tuple(buttons), "notice"),))
    buttons.append(Button(_("Not what I meant"), ActionId("ask.over", (str(asked_id),))))
    blocks = (Text(strong(_("Question: ")), *_question(made.answer)), Text(*rich(made.answer.answer)))
    card = Card(_("Your question"), (Quote(text), *blocks), tuple(buttons), footer=_source(made.answer, course))
    return Reply(made.answer.answer, (card,))


def _question(one: Known) -> tuple[Span, ...]:
    """The question as it is shown: a member's own words where it was added for one of them."""
    return (Said(one.question),) if one.ref.startswith(f"{_ADDED}-") else rich(one.question)


def _source(one: Known, course: Course) -> str:
    kind, _dash, rest = one.ref.partition("-")
    item = course.item(rest) if kind == _CLOSED else None
    if item is not None:
        return _("From {name}.", name=name_in(course, item))
    return _("From the course's list.") if kind == _FROM_COURSE else _("Added by your organiser.")


# --- what the organiser does ------------------------------------------------------------------------------------


async def open_now(ask: Ask, services: Services) -> Reply:
    """`/ask open`: what waits for an answer, oldest first."""
    group, _course = await group_of(ask, services)
    waiting = await services.store.questions.open(group.id)
    if not waiting:
        return say(_("No questions wait for an answer."), tone="good")
    cards = []
    for one in waiting[:AT_ONCE]:
        subject = (str(one.id),)
        buttons = (
            Button(p_("button", "Answer"), ActionId("ask.reply", subject), "primary"),
            Button(_("Set aside"), ActionId("ask.aside", subject)),
        )
        cards.append(
            Card(blocks=(Text(*spans(_("{name} asks:"), name=Name(one.name))), Quote(one.text)), buttons=buttons)
        )
    told = n_("{count} question waits for an answer.", "{count} questions wait for an answer.", len(waiting))
    return Reply(told, tuple(cards))


async def open_reply(ask: Ask, services: Services) -> Reply | Form:
    """A form with the question, as the group shall find it, and its answer."""
    one = await services.store.questions.get(ask.subject)
    if one.state != "open":
        return say(_(SETTLED), tone="notice")
    return Form(
        _("Answer a question"),
        ActionId("ask.replied", ask.args),
        (
            FormField("question", _("The question, as the group shall find it"), value=one.text, max_length=LONGEST),
            FormField("answer", _("The answer"), "paragraph"),
        ),
        intro=_("{name} asks: {question}", name=one.name, question=one.text),
    )


async def replied(ask: Ask, services: Services) -> Reply:
    """The organiser's answer: kept for the group, and told to who asked."""
    added, faults = _added(ask)
    if faults:
        return Reply(_("Nothing was kept."), faults=faults)
    if not await services.store.questions.answer(ask.subject, added, ask.person.name, ask.at):
        return say(_(SETTLED), tone="notice")
    return await _rest(_("Kept, and who asked is told."), ask, services)


async def aside(ask: Ask, services: Services) -> Reply:
    """The organiser does not answer it here."""
    if not await services.store.questions.set_aside(ask.subject, ask.person.name, ask.at):
        return say(_(SETTLED), tone="notice")
    return await _rest(_("Set aside, and who asked is told."), ask, services)


async def _rest(sentence: str, ask: Ask, services: Services) -> Reply:
    group, _course = await group_of(ask, services)
    left = len(await services.store.questions.open(group.id))
    buttons = (Button(_("Next"), ActionId("ask.open")),) if left else ()
    rest = _("{count} left.", count=left) if left else _("None left.")
    return say(f"{sentence} {rest}", tone="good", buttons=buttons)


async def add(ask: Ask, services: Services) -> Reply:
    """`/ask add`: something for the group to look up."""
    group, course = await group_of(ask, services)
    added, faults = _added(ask)
    if faults:
        return say(" ".join(faults.values()), tone="notice")
    await services.store.questions.add(group.id, course.id, added, key=ask.key, by=ask.person.name, at=ask.at)
    return say(_("Kept."), " ", *spans(_("{ask} finds it from now on."), ask=CommandRef("ask")), tone="good")


async def remove(ask: Ask, services: Services) -> Reply:
    """`/ask remove`: take back what was added."""
    group, course = await group_of(ask, services)
    wanted = ask.text("entry")
    mine = await services.store.questions.added(group.id, course.id)
    found = next((one for one in mine if wanted in (str(one.id), one.question)), None)
    if found is None:
        names = "; ".join(clipped(one.question, LABEL) for one in mine) or _("nothing so far")
        return say(_("There is no such entry. Added here: {names}.", names=names), tone="notice")
    await services.store.questions.remove(group.id, found.id, ask.person.name, ask.at)
    return say(_("Removed: {question}", question=found.question), tone="good")


async def suggest_entries(ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """What was added and can be removed."""
    group, course = await group_of(ask, services)
    return [
        Choice(clipped(one.question, LABEL), str(one.id))
        for one in await services.store.questions.added(group.id, course.id)
        if typed.casefold() in one.question.casefold()
    ]


def _added(ask: Ask) -> tuple[Added, dict[str, str]]:
    made = Added(0, ask.text("question").strip(), ask.text("answer").strip())
    faults = {}
    if not made.question:
        faults["question"] = _("Write the question.")
    if not made.answer:
        faults["answer"] = _("Write the answer.")
    return made, faults


async def letter(asked_id: int, services: Services) -> Reply | None:
    """What who asked is told once their question is settled; None while it waits."""
    one = await services.store.questions.get(asked_id)
    group = await services.store.groups.get(one.group_id)
    if one.state not in ("answered", "aside"):
        return None
    sentence = _("Your question was answered.")
    blocks: list[Block] = [Text(_("You asked:")), Quote(one.text)]
    if one.state == "answered":
        blocks += [Text(strong(_("Answer: ")), one.answer)]
    else:
        sentence = _("Your question was set aside.")
        why = _("Your organiser does not answer it here. Ask it in the channel, or at the next meeting.")
        blocks.append(Text(why))
    title = f"{sentence[:-1]} · {course_called(one.course, services).title}"
    return Reply(sentence, (Card(title, tuple(blocks), footer=group.name),))


cog = Cog(
    "ask",
    noop("Questions of your own"),
    commands=(
        Command(
            "ask",
            noop("Ask what you do not understand"),
            question,
            (Option("question", noop("Your question"), max_length=LONGEST, rest=True),),
        ),
        Command(
            "ask open",
            noop("Questions that wait for your answer"),
            open_now,
            organiser=True,
        ),
        Command(
            "ask add",
            noop("Add a question with its answer to look up"),
            add,
            (
                Option("question", noop("The question"), max_length=LONGEST),
                Option("answer", noop("The answer"), rest=True),
            ),
            organiser=True,
        ),
        Command(
            "ask remove",
            noop("Remove what was added"),
            remove,
            (Option("entry", noop("Which one"), suggest=suggest_entries, max_length=LONGEST),),
            organiser=True,
        ),
    ),
    actions=(
        Action("ask.show", show, takes=("asked", "word")),
        Action("ask.over", hand_over, takes=("asked",)),
        Action("ask.open", open_now, organiser=True),
        Action("ask.reply", open_reply, organiser=True, opens_form=True, takes=("asked",)),
        Action("ask.replied", replied, organiser=True, takes=("asked",)),
        Action("ask.aside", aside, organiser=True, takes=("asked",)),
    ),
)
