"""The rules of a group, each with a few choices: what `/group rules` and `studybot groups rules` show and change.

A rule has its one home in `RULES`: what it is called, what may be chosen, and how the group keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from cogs.asked import group_of
from cogs.declare import Option
from cogs.messages import ActionId, Ask, Button, Card, Choice, Fields, Reply, Text
from cogs.services import Services
from store import GroupChanges
from study.grading import FEWEST, NEWEST
from study.group import Group
from study.texts import _, languages, n_, noop, own_name

SPAN = timedelta(days=28)
"""How far back a group's pace is counted."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What may be chosen of a rule: its word, how the group keeps it, and what choosing and having it is called."""

    value: str
    kept: str | bool | float
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, the field of the group that keeps it, what is asked for, what it is called, and its choices."""

    name: str
    field: str
    asked: str
    title: str
    choices: tuple[Chosen, ...]

    def now(self, group: Group) -> Chosen:
        """What a group has chosen; a value that only another version knew is told as it stands."""
        kept = getattr(group, self.field)
        other = Chosen(str(kept), kept, str(kept), str(kept))
        return next((one for one in self.choices if one.kept == kept), other)

    def option(self) -> Option:
        """How it is asked for in a command."""
        choices = tuple(Choice(one.label, one.value) for one in self.choices)
        return Option(self.name, self.asked, "choice", required=False, choices=choices)


RULES = (
    Rule(
        "doubt",
        "on_doubt",
        noop("A post with unknown delivery"),
        noop("Posts with unknown delivery"),
        (
            Chosen("at-most-once", "at-most-once", noop("Ask me"), noop("are not sent again: you are asked")),
            Chosen(
                "at-least-once",
                "at-least-once",
                noop("Send again, perhaps twice"),
                noop("are sent again, perhaps twice"),
            ),
        ),
    ),
    Rule(
        "counts",
        "keep_counts",
        noop("Counts of people who deleted their data"),
        noop("When somebody deletes their data"),
        (
            Chosen("keep", True, noop("Keep anonymous counts"), noop("their anonymous counts stay")),
            Chosen("erase", False, noop("Delete counts too"), noop("their counts are deleted as well")),
        ),
    ),
    Rule(
        "ahead",
        "answers_ahead",
        noop("Answers of questions not asked yet"),
        noop("Practice of questions not asked yet"),
        (
            Chosen("hide", False, noop("Hide answers until asked"), noop("does not show the answer")),
            Chosen("show", True, noop("Show answers in practice"), noop("shows the answer")),
        ),
    ),
    Rule(
        "nudges",
        "nudges",
        noop("Reminders of open questions, in private"),
        noop("Reminders"),
        (
            Chosen(
                "on",
                True,
                noop("Remind members"),
                noop("who has open questions is told once a week, in private"),
            ),
            Chosen("off", False, noop("Remind nobody"), noop("nobody is reminded")),
        ),
    ),
    Rule(
        "talk",
        "talk",
        noop("Threads under closed questions and recaps"),
        noop("Talk"),
        (
            Chosen("on", True, noop("Open threads"), noop("closing opens a thread under each question and recap")),
            Chosen("off", False, noop("No threads"), noop("no threads are opened")),
        ),
    ),
    Rule(
        "pins",
        "pins",
        noop("The newest recap, pinned"),
        noop("Pins"),
        (
            Chosen(
                "on",
                True,
                noop("Pin each recap"),
                noop("each new recap is pinned in place of the one before, where messages can be pinned"),
            ),
            Chosen("off", False, noop("Pin nothing"), noop("nothing is pinned")),
        ),
    ),
    Rule(
        "language",
        "language",
        noop("The language of posts to the group"),
        noop("Language of the posts"),
        (
            Chosen("course", "", noop("That of the course"), noop("That of the course")),
            *(Chosen(tag, tag, own_name(tag), own_name(tag)) for tag in languages()),
        ),
    ),
    Rule(
        "unsure",
        "unsure",
        noop("Answers that you look at yourself"),
        noop("Answers shown to the organiser"),
        (
            Chosen(
                "0",
                0.0,
                noop("Show me doubtful answers only"),
                noop("those that the grader is not sure of"),
            ),
            Chosen(
                "5",
                0.05,
                noop("Show me the least sure 5%"),
                noop("those that the grader is not sure of, and the least sure 5% at least"),
            ),
            Chosen(
                "10",
                0.1,
                noop("Show me the least sure 10%"),
                noop("those that the grader is not sure of, and the least sure 10% at least"),
            ),
            Chosen(
                "20",
                0.2,
                noop("Show me the least sure 20%"),
                noop("those that the grader is not sure of, and the least sure 20% at least"),
            ),
        ),
    ),
)
"""Every rule, in the order in which they are shown."""


def changes(wanted: Mapping[str, str]) -> GroupChanges:
    """What choices, by the names of their rules, change about a group; nothing where there is no such choice."""
    chosen = {rule.field: one.kept for rule in RULES for one in rule.choices if one.value == wanted.get(rule.name)}
    return cast(GroupChanges, chosen)


def described(group: Group) -> tuple[tuple[str, str], ...]:
    """Each rule by what it is called, and what a group has chosen."""
    return tuple((_(rule.title), _(rule.now(group).meaning)) for rule in RULES)


async def show(ask: Ask, services: Services) -> Reply:
    """`/group rules`: posts nobody is sure of, counts of people who leave, answers to look at, reminders and more."""
    return await _ruled(ask, services, {rule.name: ask.text(rule.name) for rule in RULES})


async def choose(ask: Ask, services: Services) -> Reply:
    """A button under the rules: one of them changes."""
    name, value, *_more = ask.args
    return await _ruled(ask, services, {name: value})


async def _ruled(ask: Ask, services: Services, wanted: Mapping[str, str]) -> Reply:
    group, _course = await group_of(ask, services)
    changed = changes(wanted)
    if changed:
        group = await services.store.groups.change(group.id, at=ask.at, by=ask.person.name, **changed)
    costs = what_it_costs(await services.store.answers.sureness(group.id, NEWEST), ask.at)
    buttons = [
        Button(_(one.label), ActionId("group.rule", (rule.name, one.value)))
        for rule in RULES
        for one in rule.choices
        if one != rule.now(group)
    ]
    title = _("Changed") if changed else _("The rules of this group")
    blocks = (Fields(described(group)), Text(costs))
    return Reply(f"{title}.", (Card(title, blocks, tuple(buttons), "good" if changed else "plain"),))


def what_it_costs(newest: Sequence[tuple[float, datetime]], now: datetime) -> str:
    """How many answers a week each share that may be chosen shows, at the pace of the last four weeks, in a sentence.

    `newest`: how sure the grader was of the group's newest answers, and when they came.
    """
    if len(newest) < FEWEST:
        return n_(
            "Which answers are the least sure can be told from {fewest} answers on; {count} is kept so far.",
            "Which answers are the least sure can be told from {fewest} answers on; {count} are kept so far.",
            len(newest),
            fewest=FEWEST,
        )
    lately = [at for _confidence, at in newest if now - at <= SPAN]
    weeks = max(1.0, (now - min(lately, default=now)) / timedelta(days=7))
    few, some, many = (round(share * len(lately) / weeks) for share in (0.05, 0.1, 0.2))
    return _(
        "At your pace, the least sure 5, 10 and 20% are about {few}, {some} and {many} answers a week.",
        few=few,
        some=some,
        many=many,
    )
