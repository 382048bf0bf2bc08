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
        told = [(entry.kind, entry.number, entry.question, entry.answer) for entry in read_notes(note).entries]
        assert told == list(expected)


def q(number, question, answer=""):
    return ("question", number, question, answer)


def recap(number, question, answer=""):
    return ("recap", number, question, answer)


def prompt(number, question):
    return ("prompt", number, question, "")
