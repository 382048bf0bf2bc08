"""What every feature first finds out: which group the person is in, who they are there, and what course it reads."""

from __future__ import annotations

from dataclasses import dataclass

from cogs.errors import CogsError
from cogs.messages import Ask, CommandRef, Refusal, spans
from cogs.services import Services
from study.course import Course
from study.group import Account, Group, Member, Post, Round
from study.texts import _, lazy


class NoGroup(Refusal):
    """Nobody has set up a study group where the person asked."""

    def __init__(self) -> None:
        super().__init__(
            _("There is no study group here yet."),
            *spans(_("An organiser starts one with {setup}."), setup=CommandRef("group setup")),
        )


class OrganisersOnly(Refusal):
    """Whoever asks is no organiser of the group."""

    def __init__(self, command: str = "") -> None:
        told = _("That is for organisers of the group. Ask one of them, or an administrator here.")
        if command:
            told = _("/{name} is for organisers of the group. Ask one of them, or an administrator here.", name=command)
        super().__init__(told)


class RightsUnknown(Refusal):
    """Whether whoever asks is an organiser cannot be found out just now."""

    def __init__(self) -> None:
        super().__init__(_("I cannot find out just now whether you may do that. Please try again in a minute."))


class NoCourse(CogsError):
    """The group's course pack is not on this machine any more."""

    def __init__(self, course: str) -> None:
        self.reason = lazy(
            "The course pack '{course}' is not installed here. Whoever runs the bot can put it back.", course=course
        )
        super().__init__(self.reason)


@dataclass(frozen=True, slots=True)
class Asked:
    """A person's place in their group."""

    group: Group
    member: Member
    course: Course


@dataclass(frozen=True, slots=True)
class Posted:
    """A stored post with all that it belongs to."""

    post: Post
    round: Round
    group: Group
    course: Course


async def posted_of(post_id: int, services: Services) -> Posted:
    """A post by its id. Raises StoreError where it is gone."""
    post, round_, group = await services.store.posts.in_context(post_id)
    return Posted(post, round_, group, course_called(round_.course or group.course, services))


async def open_posts(group: Group, services: Services) -> list[Posted]:
    """What may still be answered, each with the course it was asked from, if that is still on this machine."""
    found = await services.store.posts.open_in_rounds(group.id)
    courses = [services.courses.get(round_.course or group.course) for _post, round_ in found]
    return [Posted(*one, group, course) for one, course in zip(found, courses, strict=True) if course is not None]


def language_of(group: Group, services: Services) -> str:
    """The language that a group is spoken to in: the one set for it, else its course's."""
    course = services.courses.get(group.course)
    return group.language or (course.language if course else "")


async def group_of(ask: Ask, services: Services) -> tuple[Group, Course]:
    """The group of the place where it was asked, with its course. Raises NoGroup or NoCourse."""
    group = await services.store.groups.at(ask.place)
    if group is None:
        raise NoGroup
    return group, course_of(group, services)


def course_of(group: Group, services: Services) -> Course:
    """The group's course. Raises NoCourse."""
    return course_called(group.course, services)


def course_called(course_id: str, services: Services) -> Course:
    """The course of that id: a group may have changed its course since something was posted. Raises NoCourse."""
    course = services.courses.get(course_id)
    if course is None:
        raise NoCourse(course_id)
    return course


async def who(ask: Ask, services: Services) -> Asked:
    """The person, as a member of the group where they asked. Raises NoGroup or NoCourse."""
    group, course = await group_of(ask, services)
    return Asked(group, await member_of(ask, services, group), course)


def account_of(ask: Ask) -> Account:
    """The account from which somebody asks."""
    return Account(ask.person.platform, ask.place.workspace, ask.person.id)


def leads(ask: Ask, services: Services) -> bool:
    """Whether whoever runs the bot named whoever asks an organiser of every group."""
    return f"{ask.person.platform}:{ask.person.id}" in services.organisers


async def organises(ask: Ask, group: Group, services: Services) -> bool:
    """Whether whoever asks is an organiser of the group: by what their platform says, or because the group named them.

    What their platform says holds for the groups of their server or workspace alone. Whom whoever runs the bot named
    organises every group.
    """
    if leads(ask, services):
        return True
    if ask.person.organiser:
        channels = await services.store.channels.of_group(group.id)
        here = (ask.place.platform, ask.place.workspace)
        return any((one.platform, one.workspace) == here for one in channels)
    return await services.store.organisers.includes(group.id, account_of(ask), ask.person.roles)


async def member_of(ask: Ask, services: Services, group: Group) -> Member:
    """The person as a member of a group; they become one by taking part."""
    person = ask.person
    account = account_of(ask)
    return await services.store.members.meet(group.id, account, person.name, ask.at, person.zone, person.language)
