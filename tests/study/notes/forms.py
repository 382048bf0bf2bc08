"""A table of forms that notes take: each a small note, and what it says."""

from textwrap import dedent

from study.notes import read_notes


class Forms(dict):
    """Forms by name, each with what is expected of it."""

    def add(self, name, note, *expected):
        assert name not in self, name
        self[name] = (dedent(note).removeprefix("\n"), expected)

    def check(self, name):
        note, expected = self[name]
        assert [said(entry) for entry in read_notes(note).entries] == list(expected)


def said(entry):
    options = "|".join("*" * option.right + option.text for option in entry.options)
    extra = {"options": options, "explanation": entry.explanation}
    return (entry.kind, entry.number, entry.question, entry.answer, *(pair for pair in extra.items() if pair[1]))


def q(number, question, answer="", **extra):
    """A question; `options="Mars|*Saturn"` are what it lists to choose from, the right one starred."""
    return ("question", number, question, answer, *extra.items())


def recap(number, question, answer=""):
    return ("recap", number, question, answer)


def prompt(number, question):
    return ("prompt", number, question, "")
