"""The weekly recap: a prompt that opens the week, told back in one's own words, marked for how many ideas it holds."""

from __future__ import annotations

from collections.abc import Sequence

from cogs.asked import Posted, member_of, posted_of, who
from cogs.declare import Action, Cog, Command, Words
from cogs.marking import mark, of_recap
from cogs.messages import (
    ActionId,
    Ask,
    Block,
    BulletList,
    Button,
    Card,
    Entry,
    Fields,
    Form,
    FormField,
    Ranking,
    Reply,
    Row,
    Text,
    Tone,
    rich,
    say,
    strong,
)
from cogs.questions import NotInCourse
from cogs.services import Services
from cogs.times import time_text
from cogs.verdicts import TRUNCATED, against
from store import PostCount
from study.course import Recap, Week
from study.grading import Grade
from study.group import Group, Post, Round

PROMPTS = 3


def posted(week: Week, post: Post, round_: Round, group: Group, leaders: Sequence[Row] = ()) -> Reply:
    """What opens a course week: what to read, the recap's prompt, a few things to talk about, last week's leaders."""
    blocks: list[Block] = []
    if week.reading:
        blocks.append(Text(strong("Reading: "), *rich(week.reading)))
    if week.recap:
        blocks.append(Text(*rich(week.recap.prompt)))
    if week.prompts:
        turn = round_.id % len(week.prompts)
        chosen = (week.prompts * 2)[turn : turn + min(PROMPTS, len(week.prompts))]
        blocks.append(Text(strong("To talk about")))
        blocks.append(BulletList(tuple(Entry(Text(*rich(prompt))) for prompt in chosen)))
    if leaders:
        blocks.append(Text(strong("Last week's leaders")))
        blocks.append(Ranking(tuple(leaders)))
    buttons = (Button("Hand in my recap", ActionId("recap.write", (str(post.id),)), "primary"),) if week.recap else ()
    return Reply(
        f"Week {week.number}: {week.title}",
        (
            Card(
                f"Week {week.number}: {week.title}",
                tuple(blocks),
                buttons,
                footer=f"Open until {time_text(round_.closes, group.zone)}.",
            ),
        ),
        thread=f"Week {week.number}: {week.title}",
    )


def closed(week: Week, count: PostCount) -> Reply:
    """The recap once its round is closed: the ideas of the week, and how many the group told."""
    blocks: list[Block] = []
    if week.recap:
        blocks.append(Text(strong("The week in short: "), *rich(week.recap.answer)))
    if count.answered:
        blocks.append(Fields((("Recaps", str(count.answered)), ("Ideas covered", f"{count.mean:.0%}"))))
    return Reply(
        f"Week {week.number} is closed.",
        (Card(f"Week {week.number}: {week.title} · closed", tuple(blocks)),),
        thread=f"Week {week.number}: {week.title}",
    )


def _coverage(recap: Recap, given: Grade) -> tuple[Block, ...]:
    found = [result for result in given.results if result.earned > 0]
    missing = [result for result in given.results if result.earned <= 0]
    blocks: list[Block] = [Text(f"Your recap holds {len(found)} of the week's {len(given.results)} ideas.")]
    if found:
        blocks.append(BulletList(tuple(Entry(Text(result.name), "hit") for result in found)))
    if missing:
        blocks.append(Text(strong("Not yet in it")))
        blocks.append(BulletList(tuple(Entry(Text(result.name), "miss") for result in missing)))
    blocks.extend(BulletList((against(one),)) for one in given.against)
    if given.truncated:
        blocks.append(Text(TRUNCATED))
    return tuple(blocks)


def _recap_of(posted: Posted) -> tuple[Week, Recap]:
    week = posted.course.week(posted.round.week)
    if week is None or week.recap is None:
        raise NotInCourse(f"The recap of week {posted.round.week}", posted.course)
    return week, week.recap


async def open_form(ask: Ask, services: Services) -> Reply | Form:
    """The button under the prompt: a form, with the last recap in it to build on."""
    here = await posted_of(ask.args[0], services)
    week, recap = _recap_of(here)
    if here.round.state != "open":
        return say(f"The recap of week {week.number} is closed. The next one comes with the next week.")
    member = await member_of(ask, services, here.group)
    given = await services.store.answers.attempts(here.post.id, member.id)
    return Form(
        f"Recap of week {week.number}",
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
    here = await posted_of(ask.args[0], services)
    week, recap = _recap_of(here)
    text = ask.text("recap")
    if not text.strip():
        return Reply("Nothing was sent.", faults={"recap": "Write a few lines first; nothing was sent."})
    member = await member_of(ask, services, here.group)
    marked = await mark(of_recap(recap), text, services.nearness)
    given = marked.grade
    answer, _ = await services.store.answers.record(here.post.id, member.id, text, marked.mark, key=ask.key, at=ask.at)
    left = here.group.attempts - answer.ordinal
    again = left > 0 and given.score < 1
    buttons = (Button("Add to it", ActionId("recap.write", (str(here.post.id),)), "primary"),) if again else ()
    tone: Tone = "good" if given.score >= 0.8 else "partly" if given.score > 0 else "bad"
    footer = (
        f"Kept. You may hand in {left} more {'time' if left == 1 else 'times'}; the best counts." if again else "Kept."
    )
    return Reply(
        f"Your recap covers {given.score:.0%} of the week.",
        (Card(f"Recap of week {week.number}", _coverage(recap, given), buttons, tone, footer),),
    )


async def recap(ask: Ask, services: Services) -> Reply:
    """`/recap`: this week's prompt, to hand in from anywhere."""
    asked = await who(ask, services)
    for post in await services.store.posts.open(asked.group.id):
        if post.kind == "recap":
            here = await posted_of(post.id, services)
            week, _ = _recap_of(here)
            return posted(week, post, here.round, here.group)
    return say("No recap is open right now; the next one comes with the next weekly post.")


cog = Cog(
    "recap",
    Words("The week in your own words", "Die Woche in eigenen Worten"),
    commands=(Command("recap", Words("Hand in your recap of the week", "Gib deinen Wochenrückblick ab"), recap),),
    actions=(Action("recap.write", open_form, opens_form=True), Action("recap.send", send)),
)
