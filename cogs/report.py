"""What is said on the page: a member deletes a message of their own, or reports another's to the organisers alone, who
hide it or let it be."""

from __future__ import annotations

from cogs.asked import who
from cogs.declare import Action, Cog, Command
from cogs.messages import (
    ActionId,
    Ask,
    Block,
    BulletList,
    Button,
    Card,
    CommandRef,
    Entry,
    Form,
    FormField,
    Name,
    Quote,
    Reply,
    Said,
    Text,
    say,
    spans,
)
from cogs.services import Services
from cogs.times import time_text
from store import DELETED, Reported
from study.texts import _, lazy, n_, noop

AT_ONCE = 5
"""So many reported messages are shown at a time, the oldest."""
LONGEST = 500
"""Letters of a reason at most."""
ELSEWHERE = noop(
    "What is said here is kept by the platform, which has tools of its own: a message's menu reports it, or deletes it "
    "for those who may. Only messages of the page can be reported and hidden with me."
)


async def open_report(ask: Ask, services: Services) -> Form:
    """The Report button of a message: why, if whoever reports wishes to say it."""
    return Form(
        _("Report this message"),
        ActionId("report.send", ask.args),
        (FormField("why", _("What is wrong with it?"), "paragraph", required=False, max_length=LONGEST),),
        intro=_("The organisers alone see your report and your name; whoever wrote the message is not told."),
        submit=_("Report"),
    )


async def send(ask: Ask, services: Services) -> Reply:
    """The report, kept for the organisers, who are told that there is one."""
    asked = await who(ask, services)
    why = ask.text("why").strip()[:LONGEST]
    if await services.store.page.reports.report(ask.subject, ask.person.id, asked.group.id, why, ask.at):
        notice = lazy("Somebody reported a message of the page: /group reports shows it.")
        await services.store.notices.add(asked.group.id, notice, ask.at)
    told = _("Thank you for speaking up.")
    more = _("The organisers were told, and they alone. If it weighs on you, talk to one of them directly.")
    return say(told, more, tone="good")


async def reports(ask: Ask, services: Services) -> Reply:
    """`/group reports`: what members reported and nobody has settled, with what can be done about it."""
    asked = await who(ask, services)
    if ask.place.platform != "browser":
        return say(_(ELSEWHERE), tone="notice")
    found = await services.store.page.reports.open([ask.place.channel])
    if not found:
        return say(_("No message is reported."), tone="good")
    told = n_("{count} message is reported.", "{count} messages are reported.", len(found))
    return Reply(told, tuple(_card(one, asked.group.zone) for one in found[:AT_ONCE]))


def _card(one: Reported, zone: str) -> Card:
    message, number = one.message, (str(one.message.id),)
    deleted = message.body["is"] == DELETED
    words = _("This message was deleted.") if deleted else message.body.get("text") or _("a picture")
    blocks: list[Block] = [Text(*spans(_("{name} wrote:"), name=Name(message.author_name))), Quote(str(words))]
    entries = []
    for report in one.reports:
        about = spans(_("{name}, {when}"), name=Name(report.by), when=time_text(report.at, zone))
        entries.append(Entry(Text(*about, *((": ", Said(report.words)) if report.words else ()))))
    blocks.append(BulletList(tuple(entries)))
    hide = Button(_("Hide it"), ActionId("report.hide", number), "danger")
    buttons = (*(() if message.hidden else (hide,)), Button(_("Let it be"), ActionId("report.rest", number)))
    return Card(_("Reported"), tuple(blocks), buttons, "notice")


async def hide(ask: Ask, services: Services) -> Reply:
    """An organiser hides a message from everybody but organisers."""
    asked = await who(ask, services)
    done = await services.store.page.reports.hide(ask.subject, asked.group.id, ask.person.name, ask.at, hidden=True)
    if not done:
        return say(_("This message is hidden already."), tone="notice")
    more = _("Organisers still see it; whoever wrote it finds it in their data.")
    show = Button(_("Show it again"), ActionId("report.show", ask.args))
    return say(_("The message is hidden."), more, tone="good", buttons=(show,))


async def show(ask: Ask, services: Services) -> Reply:
    """An organiser shows a hidden message again."""
    asked = await who(ask, services)
    done = await services.store.page.reports.hide(ask.subject, asked.group.id, ask.person.name, ask.at, hidden=False)
    return say(_("Everybody sees the message again.") if done else _("This message is not hidden."), tone="good")


async def rest(ask: Ask, services: Services) -> Reply:
    """An organiser settles the reports of a message and leaves it as it is."""
    asked = await who(ask, services)
    done = await services.store.page.reports.let_be(ask.subject, asked.group.id, ask.person.name, ask.at)
    if not done:
        return say(_("This one is settled already."), tone="notice")
    left = spans(_("{reports} shows what is left."), reports=CommandRef("group reports"))
    return say(_("The message stays as it is; its reports are settled."), *left, tone="good")


async def ask_deletion(ask: Ask, services: Services) -> Reply:
    """The Delete button under one's own message: whether it is meant."""
    delete = Button(_("Delete it for everybody"), ActionId("report.deleted", ask.args), "danger")
    return say(_("Delete your message?"), _("Nobody can bring it back."), tone="notice", buttons=(delete,))


async def delete(ask: Ask, services: Services) -> Reply:
    """What somebody said themselves goes, with its picture and where organisers were shown it; its place stays."""
    done = await services.store.privacy.delete_message(ask.subject, ask.person.id, ask.at)
    return say(_("Your message is deleted.") if done else _("This message is deleted already."), tone="good")


cog = Cog(
    "report",
    noop("Keeping the page's talk kind"),
    commands=(
        Command(
            "group reports",
            noop("Messages of the page that members reported"),
            reports,
            organiser=True,
        ),
    ),
    actions=(
        Action("report.open", open_report, opens_form=True, takes=("message",)),
        Action("report.send", send, takes=("message",)),
        Action("report.delete", ask_deletion, takes=("message",)),
        Action("report.deleted", delete, replaces=True, takes=("message",)),
        Action("report.hide", hide, organiser=True, takes=("message",)),
        Action("report.show", show, organiser=True, takes=("message",)),
        Action("report.rest", rest, organiser=True, takes=("message",)),
    ),
)
