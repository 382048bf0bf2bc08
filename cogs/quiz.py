"""Questionnaire items: posted with a button, answered privately in one's own words, graded at once, then revealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from string import ascii_uppercase

from cogs import questions, sharing
from cogs.asked import Asked, Posted, member_of, open_posts, posted_of, who
from cogs.declare import Action, Cog, Command, Option
from cogs.headings import heading
from cogs.marking import band_of, mark, of_question
from cogs.messages import (
    BETWEEN,
    ActionId,
    Ask,
    Block,
    BulletList,
    Button,
    Card,
    Choice,
    CommandRef,
    Entry,
    EntryMark,
    Fields,
    Form,
    FormField,
    Reply,
    Text,
    rich,
    say,
    spans,
    strong,
)
from cogs.questions import name_in, name_later, name_of, question
from cogs.services import Services
from cogs.times import moment
from cogs.unanswered import unanswered
from cogs.verdicts import TONES, headline, points, verdict_blocks
from store import PostCount, Question
from study.course import Course, Item
from study.grading import grade
from study.group import ASKED_AGAIN, Answer, Group
from study.marking import Mark, done
from study.texts import _, lazy, n_, noop, p_, percent_text

TITLE = 60


# --- the weekly post --------------------------------------------------------------------------------------------


def posted(item: Item, shown: Sequence[Block], here: Posted, why: str = "") -> Reply:
    """The item, `shown` as it is asked, as the channel sees it while its round is open; `why` it comes out of turn."""
    post, round_, group = here.post, here.round, here.group
    rule = _("Answers are private.")
    if group.attempts > 1:
        rule = _("Answers are private. {count} attempts, the best counts.", count=group.attempts)
    if post.reason in ASKED_AGAIN:
        rule += " " + _("It counts for your streak, not for points.")
    until = spans(_("Open until {closes}."), closes=moment(round_.closes, group.zone))
    return Reply(
        f"{name_of(item)}: {item.question}",
        (
            Card(
                name_of(item),
                (Text(" · ".join(filter(None, (heading(here.course, item.id), why)))), *shown),
                (Button(p_("button", "Answer"), ActionId("quiz.answer", (str(post.id),)), "primary"),),
                footer=Text(f"{rule} ", *until),
            ),
        ),
    )


def closed(item: Item, shown: Sequence[Block], here: Posted, best: Sequence[Answer], count: PostCount) -> Reply:
    """The item once its round is closed: the reference answer, and how the group did."""
    blocks: list[Block] = [*shown, Text(strong(_("Answer: ")), *rich(item.answer))]
    if count.answered:
        full = sum(one.verdict == "accept" for one in best)
        blocks.append(
            Fields(
                (
                    (_("Answered"), str(count.answered)),
                    (_("Right"), str(full)),
                    (_("On average"), percent_text(count.mean)),
                )
            )
        )
    else:
        blocks.append(Text(_("Nobody answered this one in time.")))
    button = Button(_("Practise"), ActionId("quiz.answer", (str(here.post.id),)))
    name, footer = name_of(item), _("Practising does not change the leaderboard.")
    card = Card(_("{name} · closed", name=name), tuple(blocks), (button,), footer=footer)
    return Reply(_("{name} is closed. The answer: {answer}", name=name, answer=item.answer), (card,))


# --- answering --------------------------------------------------------------------------------------------------


def answer_form(item: Item, press: ActionId, value: str = "") -> Form:
    """The form that an answer is written or tapped into."""
    if _tapped(item):
        intro, field = item.stem, _options(item, value)
    else:
        hint = item.hint or _("A few words or a few lines: what counts is the idea.")
        intro = item.question
        field = FormField("answer", _("In your own words"), "paragraph", value=value, hint=hint)
    return Form(name_of(item), press, (field,), intro=intro, submit=_("Check my answer"))


def _options(item: Item, value: str) -> FormField:
    """The options to tap: what is sent are their letters."""
    several = sum(option.right for option in item.choices) > 1
    choices = tuple(
        Choice(f"{letter}. {Text(*rich(option.text))}", letter)
        for letter, option in zip(ascii_uppercase, item.choices, strict=False)
    )
    label = _("Choose all that are right") if several else _("Choose one")
    return FormField("answer", label, "options", True, value, item.hint, choices=choices, several=several)


def _tapped(item: Item) -> bool:
    """Whether the letters of an item's options say all that it asks for: an author may want them told in words."""
    right = [letter for letter, option in zip(ascii_uppercase, item.choices, strict=False) if option.right]
    return bool(right) and item.rubric is not None and done(grade(item.rubric, BETWEEN.join(right)).score)


async def open_answer(ask: Ask, services: Services) -> Reply | Form:
    """The Answer button: a form, with the last answer in it to build on; once the round is closed, to practise."""
    here = await posted_of(ask.subject, services)
    item = question(here.course, here.post.item)
    if here.round.state != "open":
        return answer_form(item, ActionId("quiz.again", ask.args))
    member = await member_of(ask, services, here.group)
    given = await services.store.answers.attempts(here.post.id, member.id)
    if len(given) >= here.group.attempts:
        best = max(given, key=lambda answer: answer.score)
        return say(
            _(
                "You have used your {count} attempts; your best is {points}. The answer is shown when the round "
                "closes.",
                count=here.group.attempts,
                points=points(best.score),
            )
        )
    return answer_form(item, ActionId("quiz.send", ask.args), given[-1].text if given else "")


async def send_answer(ask: Ask, services: Services) -> Reply:
    """The form: kept first, then told."""
    return await _take(ask, services, await posted_of(ask.subject, services))


async def _take(ask: Ask, services: Services, here: Posted) -> Reply:
    text, item, group = ask.text("answer"), question(here.course, here.post.item), here.group
    by = await of_question(Question(group.id, here.course.id, here.post.week, item.id), services)
    if by is None:
        why = item.ungraded or _("it is for trying out")
        return say(_("{name} is not graded: {why}.", name=name_of(item), why=why))
    member = await member_of(ask, services, group)
    marked = await mark(by, text, services.nearness, await band_of(group, services))
    if refused := unanswered("answer", text, marked):
        return refused
    record = services.store.answers.record
    answer, _new = await record(here.post.id, member.id, text, marked.mark, key=ask.key, at=ask.at)
    verdict = marked.mark.verdict
    left = group.attempts - answer.ordinal
    buttons: list[Button] = []
    over = done(marked.mark.score)
    if not over:
        if left > 0:
            buttons.append(Button(_("Try again"), ActionId("quiz.answer", (str(here.post.id),)), "primary"))
        if verdict != "needs_review":
            buttons.append(Button(_("I think I was right"), ActionId("quiz.dispute", (str(answer.id),))))
    blocks = verdict_blocks(marked, over=left <= 0 or over)
    if (may := await sharing.asked_once(marked.mark, member, ask, services)) is not None:
        blocks = (*blocks, may[0])
        buttons += may[1]
    card = Card(name_of(item), blocks, tuple(buttons), TONES[verdict], _retry_rule(marked.mark, left))
    return Reply(headline(marked.mark), (card,))


def _retry_rule(given: Mark, left: int) -> str:
    if done(given.score):
        return _("Kept. Nothing more to earn here.")
    if left > 0:
        return n_("Kept. {count} attempt left, the best counts.", "Kept. {count} attempts left, the best counts.", left)
    return _("Kept. That was your last attempt; the answer is shown when the round closes.")


async def send_again(ask: Ask, services: Services) -> Reply:
    """The form of a question whose round is closed: practice of it, or its answer where it is open again."""
    here = await posted_of(ask.subject, services)
    item = question(here.course, here.post.item)
    if now := await _open_now(item.id, here.group, services, here.course):
        return await _take(ask, services, now)
    member = await member_of(ask, services, here.group)
    return await _practised(ask, services, Asked(here.group, member, here.course), item, ("quiz.answer", ask.args[0]))


async def _open_now(item_id: str, group: Group, services: Services, course: Course | None = None) -> Posted | None:
    """The open post of a question, if there is one; of any course, where none is named."""
    posts = await open_posts(group, services)
    return next((one for one in posts if one.post.item == item_id and course in (None, one.course)), None)


async def open_practice(ask: Ask, services: Services) -> Reply | Form:
    """The Practise button: the same form, outside the round."""
    asked = await who(ask, services)
    item = question(asked.course, ask.args[0])
    return answer_form(item, ActionId("quiz.practised", (item.id,)))


async def send_practice(ask: Ask, services: Services) -> Reply:
    """The form of a question of the course: practice, or the answer where the question is open."""
    asked = await who(ask, services)
    item = asked.course.item(ask.args[0])
    if item is not None and (now := await _open_now(item.id, asked.group, services, asked.course)):
        return await _take(ask, services, now)
    return await _practised(ask, services, asked, item, ("quiz.practise", ask.args[0]))


async def _practised(ask: Ask, services: Services, asked: Asked, item: Item | None, again: tuple[str, str]) -> Reply:
    """Practice is graded, remembered for review, and never counted; the answer is shown once it has been asked."""
    text = ask.text("answer")
    asks = Question(asked.group.id, asked.course.id, 0, item.id if item else "")
    by = None if item is None else await of_question(asks, services, reviewed=False)
    if item is None or by is None:
        return say(_("This question cannot be graded any more."), tone="notice")
    marked = await mark(by, text, services.nearness)
    if refused := unanswered("answer", text, marked):
        return refused
    await services.store.practice.record(asked.member, item.id, text, marked.mark, key=ask.key, at=ask.at)
    shown = asked.group.answers_ahead or await services.store.posts.was_asked(asked.group.id, asked.course.id, item.id)
    end = Text(_("This question has not been asked yet, so its answer is not shown here."))
    if shown:
        end = Text(strong(_("One way to say it: ")), *rich(item.answer))
    blocks = (*verdict_blocks(marked, over=shown), end)
    name, argument = again
    buttons = (Button(_("Once more"), ActionId(name, (argument,))),)
    footer = _("Practice: it does not count.")
    card = Card(_("{name} · practice", name=name_of(item)), blocks, buttons, TONES[marked.mark.verdict], footer)
    return Reply(headline(marked.mark), (card,))


DECIDE = noop("/group disputes shows it, with Right, Half and Wrong to choose from.")
"""Where an organiser decides about an answer."""


# --- disputes ---------------------------------------------------------------------------------------------------


async def open_dispute(ask: Ask, services: Services) -> Reply | Form:
    """'I think I was right': why, in a line or two, for the organiser."""
    return Form(
        _("I think I was right"),
        ActionId("quiz.disputed", ask.args),
        (FormField("why", _("What did the grader miss?"), "paragraph", required=False, max_length=500),),
        intro=_("Your organiser will see your answer and this note, and decide."),
        submit=_("Ask the organiser"),
    )


async def send_dispute(ask: Ask, services: Services) -> Reply:
    """Hand the answer to the organiser."""
    asked = await who(ask, services)
    answer = await services.store.answers.get(ask.subject)
    if answer.member_id != asked.member.id:
        return say(_("Only the person who wrote an answer can dispute it."), tone="notice")
    await services.store.disputes.file(answer.id, ask.text("why"), ask.key, ask.at)
    here = await posted_of(answer.post_id, services)
    item = here.course.item(answer.item)
    decided = lazy(DECIDE)
    notice = lazy("Somebody thinks that their recap was right: {decide}", decide=decided)
    if item:
        about = name_later(here.course, item)
        notice = lazy("Somebody thinks that their answer to {about} was right: {decide}", about=about, decide=decided)
    await services.store.notices.add(asked.group.id, notice, ask.at)
    return say(_("Thank you. Your organiser was told; your points follow their decision."), tone="good")


# --- commands ---------------------------------------------------------------------------------------------------


async def suggest_items(ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """Graded items that match what is typed: those open now first."""
    asked = await who(ask, services)
    open_now = [here.course.item(here.post.item) for here in await open_posts(asked.group, services)]
    both = [item for item in (*open_now, *asked.course.items()) if item is not None and item.rubric is not None]
    items = {item.id: item for item in reversed(both)}.values()  # what is open wins
    wanted = typed.casefold()
    return [
        Choice(f"{item.id} · {item.ask}"[:TITLE], item.id)
        for item in reversed(items)
        if wanted in f"{item.id} {item.ask}".casefold()
    ]


async def quiz(ask: Ask, services: Services) -> Reply:
    """`/quiz`: what is open for me; with an item, that item to answer or practise."""
    asked = await who(ask, services)
    if wanted := ask.text("item"):
        return await _one(asked, wanted, services)
    entries, buttons = [], []
    for here in await open_posts(asked.group, services):
        item = here.course.item(here.post.item) if here.post.kind == "item" else None
        if item is None:
            continue
        name = name_in(here.course, item)
        given = [answer.score for answer in await services.store.answers.attempts(here.post.id, asked.member.id)]
        best = f" ({percent_text(max(given))})" if given else ""
        mark: EntryMark = "plain" if not given else "hit" if done(max(given)) else "partly"
        entries.append(Entry(Text(strong(f"{name} "), *rich(item.ask), best), mark))
        if mark != "hit" and len(given) < asked.group.attempts:
            buttons.append(Button(name, ActionId("quiz.answer", (str(here.post.id),))))
    if not entries:
        practise = spans(
            _("{quiz} with an item lets you practise any question of the course."), quiz=CommandRef("quiz")
        )
        return say(_("Nothing is open right now."), *practise)
    title = _("Open questions")
    return Reply(title, (Card(title, (BulletList(tuple(entries)),), tuple(buttons[:10])),))


async def _one(asked: Asked, wanted: str, services: Services) -> Reply:
    """One question, to answer while it is open, else to practise."""
    now = await _open_now(wanted, asked.group, services)
    course = now.course if now else asked.course
    item = course.item(wanted)
    if item is None or item.rubric is None:
        return _unknown(_("There is no graded question {item}.", item=wanted))
    action = ActionId("quiz.answer", (str(now.post.id),)) if now else ActionId("quiz.practise", (item.id,))
    button = Button(p_("button", "Answer"), action, "primary")
    return Reply(item.question, (Card(name_of(item), await questions.asked(item, course, services), (button,)),))


def _unknown(sentence: str) -> Reply:
    return say(sentence, *spans(_("{quiz} lists what is open."), quiz=CommandRef("quiz")), tone="notice")


async def answer(ask: Ask, services: Services) -> Reply:
    """`/answer`: an answer in one line, for those who like to type."""
    asked = await who(ask, services)
    wanted = ask.text("item")
    now = await _open_now(wanted, asked.group, services)
    if now is None and asked.course.item(wanted) is None:
        return _unknown(_("There is no question {item}.", item=wanted))
    given = replace(ask, options={"answer": ask.text("text")}, args=(wanted,))
    reply = await (_take(given, services, now) if now else send_practice(given, services))
    return say(" ".join(reply.faults.values()), tone="notice") if reply.faults else reply


ITEM = Option(
    "item",
    noop("The question, such as ch01-q21"),
    suggest=suggest_items,
    max_length=80,
)

cog = Cog(
    "quiz",
    noop("Questions of the week"),
    commands=(
        Command(
            "quiz",
            noop("What is open for you, or any question to practise"),
            quiz,
            (
                Option(
                    "item",
                    noop("A question to practise"),
                    required=False,
                    suggest=suggest_items,
                    max_length=80,
                ),
            ),
            anywhere=True,
        ),
        Command(
            "answer",
            noop("Answer a question in your own words"),
            answer,
            (ITEM, Option("text", noop("Your answer"), rest=True)),
        ),
    ),
    actions=(
        Action("quiz.answer", open_answer, opens_form=True, takes=("post",)),
        Action("quiz.send", send_answer, takes=("post",)),
        Action("quiz.again", send_again, takes=("post",)),
        Action("quiz.practise", open_practice, opens_form=True, takes=("word",)),
        Action("quiz.practised", send_practice, takes=("word",)),
        Action("quiz.dispute", open_dispute, opens_form=True, takes=("answer",)),
        Action("quiz.disputed", send_dispute, takes=("answer",)),
    ),
)
