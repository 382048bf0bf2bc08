"""What costs no attempt: nothing sent, an “I don't know”, an answer in a language that the course is not graded in."""

from __future__ import annotations

from cogs.marking import Marked
from cogs.messages import Reply
from study.grading import REFUSE
from study.grading.language.guess import other_language
from study.texts import _, language_name, noop

EMPTY = noop("Write a few words first; nothing was sent.")
GUESS = noop("Nothing was sent; have a guess. It costs no attempt to say that you do not know.")


def unanswered(field: str, text: str, marked: Marked) -> Reply | None:
    """What is said, in that field of the form, of something that is no answer; None where it is one."""
    if not text.strip():
        return _refused(field, _(EMPTY))
    if marked.grade.score >= REFUSE:
        return None
    if any(one.kind == "nothing" for one in marked.grade.against):
        return _refused(field, _(GUESS))
    language = marked.by.rubric.language
    other = other_language(text, language)
    if other is None:
        return None
    own, theirs = language_name(language), language_name(other)
    if theirs:
        told = _(
            "This looks like {theirs}, and this course is graded in {own}. Nothing was counted: please say it in "
            "{own}.",
            theirs=theirs,
            own=own,
        )
    else:
        told = _(
            "This looks like another language, and this course is graded in {own}. Nothing was counted: please say it "
            "in {own}.",
            own=own,
        )
    return _refused(field, told)


def _refused(field: str, sentence: str) -> Reply:
    return Reply(_("Nothing was sent."), faults={field: sentence})
