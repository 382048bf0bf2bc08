"""The keys that each file of a pack may have: one table, from which packs are read and their JSON Schema is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text", "number", "id", "language", "texts", "synonyms", "recap", "items", "flag", "choices", "draft", "picture"
]


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it holds, why it is there, and the most characters that fit where it is shown."""

    kind: Kind
    summary: str
    required: bool = True
    longest: int = 2000


Shape = Mapping[str, Key]

COURSE: Shape = {
    "id": Key("id", "The course's short name, as commands use it: small letters, digits and dashes."),
    "title": Key("text", "The course's name as people read it.", longest=200),
    "language": Key("language", "The language answers are written in, as a tag: en, de, pt-BR."),
    "licence": Key("text", "Under which licence the pack may be shared: Apache-2.0, CC-BY-4.0.", False, 100),
    "source": Key("text", "What the pack is made from or read along with: a title or an address.", False, 300),
    "synonyms": Key("synonyms", "Words that mean the same throughout the course, one list each.", required=False),
}

WEEK: Shape = {
    "number": Key("number", "Which week of the course this is; the same number as in the file's name."),
    "title": Key("text", "What the week is about, in a few words.", longest=200),
    "reading": Key("text", "What to read or watch before the week.", required=False),
    "recap": Key("recap", "The week in one's own words: what to tell, and the ideas to find.", required=False),
    "prompts": Key("texts", "Questions to talk about; they are not graded.", required=False),
    "items": Key("items", "The week's questions, in the order in which they are posted.", required=False),
}

_DRAFT = Key(
    "draft",
    "How far to trust a rubric nobody has looked at: sure, fair, doubtful; taken out by who has.",
    required=False,
)

RECAP: Shape = {
    "prompt": Key("text", "What to ask for."),
    "answer": Key("text", "A good recap, shown when the round closes; it must earn full marks.", longest=4000),
    "draft": _DRAFT,
}

ITEM: Shape = {
    "id": Key("id", "The item's lasting name, unlike any other in the course; answers are kept under it."),
    "number": Key("number", "The question's number in the book, if it has one.", required=False),
    "ask": Key("text", "The question, in your own words."),
    "answer": Key("text", "A good answer, shown when the round closes; it must earn full marks.", longest=4000),
    "picture": Key("picture", "A picture to look at: a file in the pack's folder pictures.", False, 80),
    "alt": Key("text", "What the picture shows, in words, for those who cannot see it.", False, 400),
    "code": Key("text", "Code that belongs to the question, shown letter by letter.", False),
    "choices": Key(
        "choices", "What to choose from; the right ones are the points, if there are no others.", required=False
    ),
    "hint": Key("text", "A nudge for those who ask for one.", required=False),
    "draft": _DRAFT,
    "ungraded": Key("text", "Why words cannot answer this; such an item has no points.", required=False),
}

CHOICE: Shape = {
    "text": Key("text", "The option, in a few words.", longest=200),
    "right": Key("flag", "Whether it is right: true or false; false if left out.", required=False),
    "feedback": Key("text", "What to say to whoever chooses it.", required=False, longest=500),
}

TRUST = ("sure", "fair", "doubtful")

KNOWLEDGE: Shape = {
    "question": Key("text", "A question that came up in a meeting."),
    "answer": Key("text", "Its answer, to look up.", longest=4000),
}

PROOF: Shape = {
    "item": Key("id", "The item whose rubric graded the answers."),
    "rubric": Key("text", "The version of that rubric; the proof ends where the rubric is changed.", longest=20),
    "answers": Key("number", "How many marked answers there were that its author had not seen."),
    "agreed": Key("number", "How many of them were graded as they were marked."),
    "on": Key("text", "The day.", False, 40),
}

ID = r"[a-z0-9]+(-[a-z0-9]+)*"
ID_LONGEST = 60
PICTURE = r"[A-Za-z0-9_-][A-Za-z0-9._-]*\.(?:png|jpe?g|gif|webp)"
LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
