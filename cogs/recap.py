"""The weekly recap: a prompt that opens the week, told back in one's own words, marked for how many ideas it holds."""

from __future__ import annotations

from collections.abc import Sequence

from cogs.asked import Posted, member_of, posted_of, who
from cogs.declare import Action, Cog, Command, Words
from cogs.headings import week_of
from cogs.marking import Marked, mark, of_question, of_recap
from cogs.messages import (
    ActionId,
    Ask,
    Block,
    BulletList,
    Button,
    Card,
    CommandRef,
    Entry,
    Fields,
    Form,
    FormField,
    Reply,
    Text,
    Tone,
    rich,
    say,
    strong,
)
from cogs.questions import NotInCourse, called
from cogs.services import Services
from cogs.times import moment
from cogs.unanswered import unanswered
from cogs.verdicts import lines
from store import PostCount, Question
from study.course import Recap, Week
from study.grading.feedback import stands
from study.marking import done

PROMPTS = 3


def posted(week: Week, here: Posted) -> Reply:
    """What opens a course week: what to read, the recap's prompt, a few things to talk about."""
    title = _title(week, here)
    blocks = list(_reading(week))
    if week.recap:
        blocks.append(Text(*rich(week.recap.prompt)))
    blocks += _prompts(week, here)
    write = ActionId("recap.write", (str(here.post.id),))
    card = Card(
        title,
        tuple(blocks),
        (Button("Hand in my recap", write, "primary"),) if week.recap else (),
        footer=Text(f"{week_of(here.course, week)}. Open until ", moment(here.round.closes, here.group.zone), "."),
    )
    return Reply(title, (card,), thread=title)


def closed(week: Week, here: Posted, count: PostCount) -> Reply:
    """The recap once its round is closed: the ideas of the week, how many the group told, and what to talk about."""
    title = _title(week, here)
    blocks = list(_reading(week))
    if week.recap:
        blocks.append(Text(strong("The week in short: "), *rich(week.recap.answer)))
    if count.answered:
        blocks.append(Fields((("Recaps", str(count.answered)), ("Ideas covered", f"{count.mean:.0%}"))))
    blocks += _prompts(week, here)
    return Reply(f"{title} is closed.", (Card(f"{title} · closed", tuple(blocks)),), thread=title)


def _title(week: Week, here: Posted) -> str:
    return f"Week {here.course.nth(week)}: {week.title}"


def _reading(week: Week) -> Sequence[Block]:
    return (Text(strong("Reading: "), *rich(week.reading)),) if week.reading else ()


def _prompts(week: Week, here: Posted) -> Sequence[Block]:
    if not week.prompts:
        return ()
    turn = here.round.id % len(week.prompts)
    chosen = (week.prompts * 2)[turn : turn + min(PROMPTS, len(week.prompts))]
    return Text(strong("To talk about")), BulletList(tuple(Entry(Text(*rich(prompt))) for prompt in chosen))


def _coverage(marked: Marked, *, over: bool) -> tuple[Block, ...]:
    results = marked.grade.results
    found = sum(stands(result, marked.grade) for result in results)
    return Text(f"Your recap holds {found} of the week's {len(results)} ideas."), *lines(marked, over=over)


def _recap_of(posted: Posted) -> tuple[Week, Recap]:
    week = posted.course.week(posted.post.week)
    if week is None or week.recap is None:
        raise NotInCourse(f"The recap of week {posted.post.week}", posted.course)
    return week, week.recap


async def open_form(ask: Ask, services: Services) -> Reply | Form:
    """The button under the prompt: a form, with the last recap in it to build on."""
    here = await posted_of(ask.subject, services)
    week, recap = _recap_of(here)
    if here.round.state != "open":
        sentence = f"The recap of week {here.course.nth(week)} is closed."
        return say(sentence, CommandRef("recap"), " says when the next one opens.")
    member = await member_of(ask, services, here.group)
    given = await services.store.answers.attempts(here.post.id, member.id)
    return Form(
        called(here.course, week.number, ""),
        ActionId("recap.send", ask.args),
        (
            FormField(
                "recap",
                "What did the week say?",
                "paragraph",
                value=given[-1].text if given else "",
                hint="Bullets or sentences, in your own words.",
            ),
        ),
        intro=recap.prompt,
        submit="Hand in",
    )


async def send(ask: Ask, services: Services) -> Reply:
    """The form: kept first, then told which ideas it holds and which are missing."""
    here = await posted_of(ask.subject, services)
    week, recap = _recap_of(here)
    text = ask.text("recap")
    member = await member_of(ask, services, here.group)
    by = await of_question(Question(here.group.id, here.course.id, week.number, ""), services)
    marked = await mark(by or of_recap(recap), text, services.nearness)
    if refused := unanswered("recap", text, marked):
        return refused
    given = marked.grade
    answer, _ = await services.store.answers.record(here.post.id, member.id, text, marked.mark, key=ask.key, at=ask.at)
    left = here.group.attempts - answer.ordinal
    again = left > 0 and not done(given.score)
    buttons = [Button("Add to it", ActionId("recap.write", (str(here.post.id),)), "primary")] if again else []
    if not done(given.score):
        buttons.append(Button("I think I was right", ActionId("quiz.dispute", (str(answer.id),))))
    tone: Tone = "good" if given.score >= 0.8 else "partly" if given.score > 0 else "bad"
    footer = (
        f"Kept. You may hand in {left} more {'time' if left == 1 else 'times'}; the best counts." if again else "Kept."
    )
    return Reply(
        f"Your recap covers {given.score:.0%} of the week.",
        (Card(called(here.course, week.number, ""), _coverage(marked, over=not again), tuple(buttons), tone, footer),),
    )


async def recap(ask: Ask, services: Services) -> Reply:
    """`/recap`: the open prompt, to hand in from anywhere; else when there will be one."""
    asked = await who(ask, services)
    for post in await services.store.posts.open(asked.group.id):
        if post.kind == "recap":
            here = await posted_of(post.id, services)
            week, _ = _recap_of(here)
            return posted(week, here)
    past = await services.store.posts.past(asked.group.id, asked.course.id)
    posted_weeks = {one.week for one in past if one.kind == "recap"}
    ahead = next((week for week in asked.course.weeks if week.recap and week.number not in posted_weeks), None)
    if ahead is None:
        return say("No recap is open, and every recap of this course was posted.")
    return say(f"No recap is open right now. The next one opens {week_of(asked.course, ahead)}, {ahead.title}.")


cog = Cog(
    "recap",
    Words("The week in your own words", "Die Woche in eigenen Worten"),
    commands=(Command("recap", Words("Hand in your recap of the week", "Gib deinen Wochenrückblick ab"), recap),),
    actions=(
        Action("recap.write", open_form, opens_form=True, takes=("post",)),
        Action("recap.send", send, takes=("post",)),
    ),
)
