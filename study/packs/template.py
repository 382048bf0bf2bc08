"""A pack to begin with: small, with a comment at everything that an author meets first, and without a fault."""

from __future__ import annotations

from collections.abc import Mapping

from study.packs.writing import scalar


def template(course: str, title: str, language: str) -> Mapping[str, str]:
    """The files of a new pack, by name."""
    return {
        "course.yaml": _COURSE.format(id=course, title=scalar(title, 0), language=scalar(language, 0)),
        "week-01.yaml": _WEEK.format(slug=course[:40].rstrip("-")),
    }


_COURSE = """\
# yaml-language-server: $schema=../pack.schema.json
# The head of the course. The id is for ever: groups are set up with it, and answers are kept under it.
id: {id}
title: {title}
# The language that answers are written in, as a tag: en, de, pt-BR.
language: {language}
# Under which licence others may use the pack, and what it is made from. Take the # away to say so.
# licence: CC-BY-4.0
# source: the book or the site that it goes with
# Words that mean the same throughout the course, one list each.
# synonyms:
#   - [kettle, water boiler]
"""
_WEEK = """\
# yaml-language-server: $schema=../pack.schema.json
number: 1
title: The first week
# What to read or watch before it.
reading: Chapter 1

# The week in one's own words. Each point is an idea to find, with ways of saying it.
recap:
  prompt: What did you learn this week?
  answer: Water boils at a hundred degrees, and less on a mountain.
  points:
    - water boils at a hundred degrees: [hundred, "100"]
    - less on a mountain: [mountain*, altitude, high up]

# To talk about; nobody is graded on these.
prompts:
  - Where have you met this before?

items:
  # The id is for ever too, and unlike any other in the course.
  - id: {slug}-q01
    ask: Why does water boil earlier on a mountain?
    # Shown when the round closes; it must earn full marks.
    answer: The air presses less on it there.
    # A nudge for those who ask for one.
    hint: What is there less of, high up?
    # What earns credit: a name, and the ways of saying it. A star stands for any ending.
    points:
      - less pressure: [air near press* near less, low* near pressure, less pressure]
    # What people get wrong, and what helps them.
    wrong:
      - says that it is because of the cold: [cold*]
        feedback: Cold water has a longer way to go. What presses on it?
    # Answers and what each must earn, from 0 to 1. studybot check replays them.
    examples:
      - the air pressure is lower up there: 1
      - there is less pressure on it: 1
      - because it is colder: 0
      - the kettle is better: 0

  # A question to choose from: the right options are its points.
  - id: {slug}-q02
    ask: At how many degrees does water boil by the sea?
    answer: "100"
    choices:
      - text: "90"
        feedback: That is high up in the mountains.
      - text: "100"
        right: true
      - "120"

  # Something to do, which words cannot answer.
  - id: {slug}-t01
    ask: Boil some water and measure how hot it gets.
    answer: A little under or over a hundred degrees, as high as you live.
    ungraded: a thing to do, not to write
"""
