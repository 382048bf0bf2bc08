"""The weekly recap: a prompt that opens the week, told back in one's own words, marked for how many ideas it holds."""

from __future__ import annotations

from collections.abc import Sequence

from cogs import sharing
from cogs.asked import Posted, member_of, posted_of, who
from cogs.declare import Action, Cog, Command
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
    spans,
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
from study.marking import TOLD_WELL, done
from study.texts import _, n_, noop, percent_text

PROMPTS = 3


def posted(week: Week, here: Posted) -> Reply:
    """What opens a course week: what to read, the recap's prompt, a few things to talk about."""
    title = title_of(week, here)
    blocks = list(_reading(week))
    if week.recap:
        blocks.append(Text(*rich(week.recap.prompt)))
    blocks += _prompts(week, here)
    write = ActionId("recap.write", (str(here.post.id),))
    card = Card(
        title,
        tuple(blocks),
        (Button(_("Hand in my recap"), write, "primary"),) if week.recap else (),
        footer=Text(
            *spans(
                _("{week}. Open until {closes}."),
                week=week_of(here.course, week),
                closes=moment(here.round.closes, here.group.zone),
            )
        ),
    )
    return Reply(title, (card,), thread=title)


def closed(week: Week, here: Posted, count: PostCount) -> Reply:
    """The recap once its round is closed: what was asked, the week in short, how the group did, what to talk about."""
    title = title_of(week, here)
    blocks = list(_reading(week))
    if week.recap:
        blocks += [Text(*rich(week.recap.prompt)), Text(strong(_("The week in short: ")), *rich(week.recap.answer))]
    if count.answered:
        blocks.append(Fields(((_("Recaps"), str(count.answered)), (_("Ideas covered"), percent_text(count.mean)))))
    blocks += _prompts(week, here)
    card = Card(_("{name} · closed", name=title), tuple(blocks))
    return Reply(_("{name} is closed.", name=title), (card,), thread=title)


def title_of(week: Week, here: Posted) -> str:
    """What a recap's post and its thread are called."""
    return _("Week {week}: {title}", week=here.course.nth(week), title=week.title)


def _reading(week: Week) -> Sequence[Block]:
    return (Text(strong(_("Reading: ")), *rich(week.reading)),) if week.reading else ()


def _prompts(week: Week, here: Posted) -> Sequence[Block]:
    if not week.prompts:
        return ()
    turn = here.round.id % len(week.prompts)
    chosen = (week.prompts * 2)[turn : turn + min(PROMPTS, len(week.prompts))]
    return Text(strong(_("To talk about"))), BulletList(tuple(Entry(Text(*rich(prompt))) for prompt in chosen))


def _coverage(marked: Marked, *, over: bool) -> tuple[Block, ...]:
    results = marked.grade.results
    found = sum(stands(result, marked.grade) for result in results)
    told = _("Your recap holds {found} of the week's {count} ideas.", found=found, count=len(results))
    return Text(told), *lines(marked, over=over)


def _recap_of(posted: Posted) -> tuple[Week, Recap]:
    week = posted.course.week(posted.post.week)
    if week is None or week.recap is None:
        raise NotInCourse(_("The recap of week {week}", week=posted.post.week), posted.course)
    return week, week.recap


async def open_form(ask: Ask, services: Services) -> Reply | Form:
    """The button under the prompt: a form, with the last recap in it to build on."""
    here = await posted_of(ask.subject, services)
    week, recap = _recap_of(here)
    if here.round.state != "open":
        sentence = _("The recap of week {week} is closed.", week=here.course.nth(week))
        return say(sentence, *spans(_("{recap} says when the next one opens."), recap=CommandRef("recap")))
    member = await member_of(ask, services, here.group)
    given = await services.store.answers.attempts(here.post.id, member.id)
    return Form(
        called(here.course, week.number, ""),
        ActionId("recap.send", ask.args),
        (
            FormField(
                "recap",
                _("What did the week say?"),
                "paragraph",
                value=given[-1].text if given else "",
                hint=_("Bullets or sentences, in your own words."),
            ),
        ),
        intro=recap.prompt,
        submit=_("Hand in"),
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
    record = services.store.answers.record
    answer, _new = await record(here.post.id, member.id, text, marked.mark, key=ask.key, at=ask.at)
    left = here.group.attempts - answer.ordinal
    again = left > 0 and not done(given.score)
    buttons = [Button(_("Add to it"), ActionId("recap.write", (str(here.post.id),)), "primary")] if again else []
    if not done(given.score):
        buttons.append(Button(_("I think I was right"), ActionId("quiz.dispute", (str(answer.id),))))
    tone: Tone = "good" if given.score >= TOLD_WELL else "partly" if given.score > 0 else "bad"
    blocks = _coverage(marked, over=not again)
    if (may := await sharing.asked_once(marked.mark, member, ask, services, recap=True)) is not None:
        blocks = (*blocks, may[0])
        buttons += may[1]
    footer = _("Kept.")
    if again:
        footer = n_(
            "Kept. You may hand in {count} more time; the best counts.",
            "Kept. You may hand in {count} more times; the best counts.",
            left,
        )
    return Reply(
        _("Your recap covers {share} of the week.", share=percent_text(given.score)),
        (Card(called(here.course, week.number, ""), blocks, tuple(buttons), tone, footer),),
    )


async def recap(ask: Ask, services: Services) -> Reply:
    """`/recap`: what is open, to hand in from anywhere; else when there will be something."""
    asked = await who(ask, services)
    opened = [await posted_of(post.id, services) for post in await services.store.posts.open(asked.group.id)]
    weeks = [(here.course.week(here.post.week), here) for here in opened if here.post.kind == "recap"]
    shown = [posted(week, here) for week, here in weeks if week is not None and week.recap]
    if shown:
        return Reply(shown[0].summary, tuple(card for one in shown for card in one.cards))
    past = await services.store.posts.past(asked.group.id, asked.course.id)
    posted_weeks = {one.week for one in past if one.kind == "recap"}
    ahead = next((week for week in asked.course.weeks if week.recap and week.number not in posted_weeks), None)
    if not any(week.recap for week in asked.course.weeks):
        return say(_("This course asks for no recaps."))
    if ahead is None:
        return say(_("No recap is open, and every recap of this course was posted."))
    opens = {"week": week_of(asked.course, ahead), "title": ahead.title}
    return say(_("No recap is open right now. The next one opens {week}, {title}.", **opens))


cog = Cog(
    "recap",
    noop("The week in your own words"),
    commands=(Command("recap", noop("Hand in your recap of the week"), recap),),
    actions=(
        Action("recap.write", open_form, opens_form=True, takes=("post",)),
        Action("recap.send", send, takes=("post",)),
    ),
)
