"""What costs no attempt: nothing sent, an “I don't know”, an answer in a language that the course is not graded in."""

from __future__ import annotations

from cogs.marking import Marked
from cogs.messages import Reply
from study.grading import REFUSE
from study.grading.language.guess import language_name, other_language

EMPTY = "Write a few words first; nothing was sent."
GUESS = "Nothing was sent; have a guess. It costs no attempt to say that you do not know."


def unanswered(field: str, text: str, marked: Marked) -> Reply | None:
    """What is said, in that field of the form, of something that is no answer; None where it is one."""
    if not text.strip():
        return _refused(field, EMPTY)
    if marked.grade.score >= REFUSE:
        return None
    if any(one.kind == "nothing" for one in marked.grade.against):
        return _refused(field, GUESS)
    language = marked.by.rubric.language
    other = other_language(text, language)
    if other is None:
        return None
    own = language_name(language)
    seems = f"This looks like {language_name(other) or 'another language'}, and"
    return _refused(field, f"{seems} this course is graded in {own}. Nothing was counted: please say it in {own}.")


def _refused(field: str, sentence: str) -> Reply:
    return Reply("Nothing was sent.", faults={field: sentence})
