"""Questionnaire items: posted with a button, answered privately in one's own words, graded at once, then revealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cogs import sharing
from cogs.asked import Asked, Posted, member_of, open_posts, posted_of, who
from cogs.declare import Action, Cog, Command, Option, Words
from cogs.headings import heading
from cogs.marking import mark, of_question
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
    EntryMark,
    Fields,
    Form,
    FormField,
    Reply,
    Text,
    rich,
    say,
    strong,
)
from cogs.questions import name_in, name_of, question
from cogs.services import Services
from cogs.times import moment
from cogs.unanswered import unanswered
from cogs.verdicts import TONES, headline, points, verdict_blocks
from store import PostCount, Question
from study.course import Course, Item
from study.group import ASKED_AGAIN, Answer, Group
from study.marking import Mark, done

TITLE = 60
DECIDE = "/group disputes shows it, with Right, Half and Wrong to choose from."
AHEAD = "This question has not been asked yet, so its answer is not shown here."


# --- the weekly post --------------------------------------------------------------------------------------------


def posted(item: Item, here: Posted, why: str = "") -> Reply:
    """The item as the channel sees it while its round is open; `why` says why it comes now, if not by its turn."""
    post, round_, group = here.post, here.round, here.group
    rule = (
        f"Answers are private. {group.attempts} attempts, the best counts."
        if group.attempts > 1
        else "Answers are private."
    )
    if post.reason in ASKED_AGAIN:
        rule += " It counts for your streak, not for points."
    return Reply(
        f"{name_of(item)}: {item.question}",
        (
            Card(
                name_of(item),
                (Text(" · ".join(filter(None, (heading(here.course, item.id), why)))), Text(*rich(item.question))),
                (Button("Answer", ActionId("quiz.answer", (str(post.id),)), "primary"),),
                footer=Text(f"{rule} Open until ", moment(round_.closes, group.zone), "."),
            ),
        ),
    )


def closed(item: Item, here: Posted, best: Sequence[Answer], count: PostCount) -> Reply:
    """The item once its round is closed: the reference answer, and how the group did."""
    blocks: list[Block] = [Text(*rich(item.question)), Text(strong("Answer: "), *rich(item.answer))]
    if count.answered:
        full = sum(one.verdict == "accept" for one in best)
        blocks.append(
            Fields((("Answered", str(count.answered)), ("Right", str(full)), ("On average", f"{count.mean:.0%}")))
        )
    else:
        blocks.append(Text("Nobody answered this one in time."))
    button = Button("Practise", ActionId("quiz.answer", (str(here.post.id),)))
    card = Card(
        f"{name_of(item)} · closed", tuple(blocks), (button,), footer="Practising does not change the leaderboard."
    )
    return Reply(f"{name_of(item)} is closed. The answer: {item.answer}", (card,))


# --- answering --------------------------------------------------------------------------------------------------


def _form(item: Item, press: ActionId, value: str = "") -> Form:
    return Form(
        name_of(item),
        press,
        (
            FormField(
                "answer",
                "In your own words",
                "paragraph",
                value=value,
                hint=item.hint or "A few words or a few lines: what counts is the idea.",
            ),
        ),
        intro=item.question,
        submit="Check my answer",
    )


async def open_answer(ask: Ask, services: Services) -> Reply | Form:
    """The Answer button: a form, with the last answer in it to build on; once the round is closed, to practise."""
    here = await posted_of(ask.subject, services)
    item = question(here.course, here.post.item)
    if here.round.state != "open":
        return _form(item, ActionId("quiz.again", ask.args))
    member = await member_of(ask, services, here.group)
    given = await services.store.answers.attempts(here.post.id, member.id)
    if len(given) >= here.group.attempts:
        best = max(given, key=lambda answer: answer.score)
        return say(
            f"You have used your {here.group.attempts} attempts; your best is "
            f"{points(best.score)}. The answer is shown when the round closes."
        )
    return _form(item, ActionId("quiz.send", ask.args), given[-1].text if given else "")


async def send_answer(ask: Ask, services: Services) -> Reply:
    """The form: kept first, then told."""
    return await _take(ask, services, await posted_of(ask.subject, services))


async def _take(ask: Ask, services: Services, here: Posted) -> Reply:
    text, item, group = ask.text("answer"), question(here.course, here.post.item), here.group
    by = await of_question(Question(group.id, here.course.id, here.post.week, item.id), services)
    if by is None:
        return say(f"{name_of(item)} is not graded: {item.ungraded or 'it is for trying out'}.")
    member = await member_of(ask, services, group)
    marked = await mark(by, text, services.nearness)
    if refused := unanswered("answer", text, marked):
        return refused
    answer, _ = await services.store.answers.record(here.post.id, member.id, text, marked.mark, key=ask.key, at=ask.at)
    verdict = marked.mark.verdict
    left = group.attempts - answer.ordinal
    buttons: list[Button] = []
    over = done(marked.mark.score)
    if not over:
        if left > 0:
            buttons.append(Button("Try again", ActionId("quiz.answer", (str(here.post.id),)), "primary"))
        if verdict != "needs_review":
            buttons.append(Button("I think I was right", ActionId("quiz.dispute", (str(answer.id),))))
    blocks = verdict_blocks(marked, over=left <= 0 or over)
    if (may := await sharing.asked_once(marked.mark, member, ask, services)) is not None:
        blocks = (*blocks, may[0])
        buttons += may[1]
    card = Card(name_of(item), blocks, tuple(buttons), TONES[verdict], _retry_rule(marked.mark, left))
    return Reply(headline(marked.mark), (card,))


def _retry_rule(given: Mark, left: int) -> str:
    if done(given.score):
        return "Kept. Nothing more to earn here."
    if left > 0:
        return f"Kept. {left} {'attempt' if left == 1 else 'attempts'} left, the best counts."
    return "Kept. That was your last attempt; the answer is shown when the round closes."


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
    return _form(item, ActionId("quiz.practised", (item.id,)))


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
        return say("This question cannot be graded any more.", tone="notice")
    marked = await mark(by, text, services.nearness)
    if refused := unanswered("answer", text, marked):
        return refused
    await services.store.practice.record(asked.member, item.id, text, marked.mark, key=ask.key, at=ask.at)
    shown = asked.group.answers_ahead or await services.store.posts.was_asked(asked.group.id, asked.course.id, item.id)
    end = Text(strong("One way to say it: "), *rich(item.answer)) if shown else Text(AHEAD)
    blocks = (*verdict_blocks(marked, over=shown), end)
    name, argument = again
    buttons = (Button("Once more", ActionId(name, (argument,))),)
    footer = "Practice: it does not count."
    card = Card(f"{name_of(item)} · practice", blocks, buttons, TONES[marked.mark.verdict], footer)
    return Reply(headline(marked.mark), (card,))


# --- disputes ---------------------------------------------------------------------------------------------------


async def open_dispute(ask: Ask, services: Services) -> Reply | Form:
    """'I think I was right': why, in a line or two, for the organiser."""
    return Form(
        "I think I was right",
        ActionId("quiz.disputed", ask.args),
        (FormField("why", "What did the grader miss?", "paragraph", required=False, max_length=500),),
        intro="Your organiser will see your answer and this note, and decide.",
        submit="Ask the organiser",
    )


async def send_dispute(ask: Ask, services: Services) -> Reply:
    """Hand the answer to the organiser."""
    asked = await who(ask, services)
    answer = await services.store.answers.get(ask.subject)
    if answer.member_id != asked.member.id:
        return say("Only the person who wrote an answer can dispute it.", tone="notice")
    await services.store.disputes.file(answer.id, ask.text("why"), ask.key, ask.at)
    here = await posted_of(answer.post_id, services)
    item = here.course.item(answer.item)
    about = name_in(here.course, item) if item else "a recap"
    notice = f"Somebody thinks that their answer to {about} was right: {DECIDE}"
    await services.store.notices.add(asked.group.id, notice, ask.at)
    return say("Thank you. Your organiser was told; your points follow their decision.", tone="good")


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
        best = f" ({max(given):.0%})" if given else ""
        mark: EntryMark = "plain" if not given else "hit" if done(max(given)) else "partly"
        entries.append(Entry(Text(strong(f"{name} "), *rich(item.ask), best), mark))
        if mark != "hit" and len(given) < asked.group.attempts:
            buttons.append(Button(name, ActionId("quiz.answer", (str(here.post.id),))))
    if not entries:
        return say(
            "Nothing is open right now.",
            CommandRef("quiz"),
            " with an item lets you practise any question of the course.",
        )
    return Reply("Open questions", (Card("Open questions", (BulletList(tuple(entries)),), tuple(buttons[:10])),))


async def _one(asked: Asked, wanted: str, services: Services) -> Reply:
    """One question, to answer while it is open, else to practise."""
    now = await _open_now(wanted, asked.group, services)
    item = (now.course if now else asked.course).item(wanted)
    if item is None or item.rubric is None:
        return _unknown(f"There is no graded question {wanted}.")
    action = ActionId("quiz.answer", (str(now.post.id),)) if now else ActionId("quiz.practise", (item.id,))
    button = Button("Answer", action, "primary")
    return Reply(item.question, (Card(name_of(item), (Text(*rich(item.question)),), (button,)),))


def _unknown(sentence: str) -> Reply:
    return say(sentence, CommandRef("quiz"), " lists what is open.", tone="notice")


async def answer(ask: Ask, services: Services) -> Reply:
    """`/answer`: an answer in one line, for those who like to type."""
    asked = await who(ask, services)
    wanted = ask.text("item")
    now = await _open_now(wanted, asked.group, services)
    if now is None and asked.course.item(wanted) is None:
        return _unknown(f"There is no question {wanted}.")
    given = replace(ask, options={"answer": ask.text("text")}, args=(wanted,))
    reply = await (_take(given, services, now) if now else send_practice(given, services))
    return say(" ".join(reply.faults.values()), tone="notice") if reply.faults else reply


ITEM = Option(
    "item",
    Words("The question, such as ch01-q21", "Die Frage, etwa ch01-q21"),
    suggest=suggest_items,
    max_length=80,
)

cog = Cog(
    "quiz",
    Words("Questions of the week", "Fragen der Woche"),
    commands=(
        Command(
            "quiz",
            Words(
                "What is open for you, or any question to practise",
                "Was für dich offen ist, oder eine Frage zum Üben",
            ),
            quiz,
            (
                Option(
                    "item",
                    Words("A question to practise", "Eine Frage zum Üben"),
                    required=False,
                    suggest=suggest_items,
                    max_length=80,
                ),
            ),
        ),
        Command(
            "answer",
            Words("Answer a question in your own words", "Beantworte eine Frage in eigenen Worten"),
            answer,
            (ITEM, Option("text", Words("Your answer", "Deine Antwort"), rest=True)),
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
