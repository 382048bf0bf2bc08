"""A regular expression matched as `re` does it, backtracking and all, with every step counted.

Steps tell what seconds cannot: whether a pattern's work grows with the text or with its square.
"""

import re
from re import _constants as c
from re import _parser

_IS = {
    c.CATEGORY_DIGIT: str.isdecimal,
    c.CATEGORY_SPACE: str.isspace,
    c.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
}
_ISNT = {
    c.CATEGORY_NOT_DIGIT: c.CATEGORY_DIGIT,
    c.CATEGORY_NOT_SPACE: c.CATEGORY_SPACE,
    c.CATEGORY_NOT_WORD: c.CATEGORY_WORD,
}


class Steps:
    """Counts the steps that one pattern takes for a text."""

    def __init__(self, pattern, flags):
        self.text, self.taken, self.groups = "", 0, {}
        parsed = _parser.parse(pattern, flags)
        self.ignore_case = bool(parsed.state.flags & re.IGNORECASE)
        self.dot_all = bool(parsed.state.flags & re.DOTALL)
        self.run = self.sequence(list(parsed))

    def match(self, text):
        """Steps of looking for a match at the text's start."""
        self.text, self.taken = text, 0
        self.first(self.run, 0)
        return self.taken

    def scan(self, text):
        """Steps of looking for all matches one after the other, as finditer and sub do."""
        self.text, self.taken = text, 0
        at = 0
        while at <= len(text):
            end = self.first(self.run, at)
            at = at + 1 if end is None or end == at else end
        return self.taken

    # Every builder returns a function of a place and of what is to follow; it says whether that came to a match.

    def sequence(self, nodes):
        run = lambda at, then: then(at)  # noqa: E731 - the end of every chain
        for kind, value in reversed(nodes):
            run = self.before(self.node(kind, value), run)
        return run

    def before(self, first, rest):
        return lambda at, then: first(at, lambda end: rest(end, then))

    def node(self, kind, value):
        if (test := self.char(kind, value)) is not None:
            return lambda at, then: self.sees(test, at) and then(at + 1)
        match kind:
            case c.BRANCH:
                branches = [self.sequence(list(each)) for each in value[1]]
                return lambda at, then: any(branch(at, then) for branch in branches)
            case c.SUBPATTERN:
                return self.group(value[0], self.sequence(list(value[-1])))
            case c.ATOMIC_GROUP:
                inner = self.sequence(list(value))
                return lambda at, then: (end := self.first(inner, at)) is not None and then(end)
            case c.GROUPREF:
                return lambda at, then: (
                    self.text.startswith(self.groups[value], at) and then(at + len(self.groups[value]))
                )
            case c.MAX_REPEAT | c.MIN_REPEAT | c.POSSESSIVE_REPEAT:
                return self.repeat(kind, *value)
            case c.ASSERT | c.ASSERT_NOT:
                inner, back = self.sequence(list(value[1])), value[1].getwidth()[0] if value[0] < 0 else 0
                wanted = kind is c.ASSERT
                return lambda at, then: (at >= back and self.first(inner, at - back) is not None) == wanted and then(at)
            case c.AT:
                return lambda at, then: self.stands(value, at) and then(at)
        raise NotImplementedError(kind)

    def first(self, run, at):
        ends = []
        run(at, lambda end: ends.append(end) or True)
        return ends[0] if ends else None

    def group(self, number, inner):
        def run(at, then):
            def kept(end):
                before = self.groups.get(number)
                self.groups[number] = self.text[at:end]
                return then(end) or self.groups.update({number: before})

            return inner(at, kept)

        return run

    def repeat(self, kind, least, most, body):
        nodes = list(body)
        test = self.char(*nodes[0]) if len(nodes) == 1 else None
        if test is not None:
            return lambda at, then: self.repeat_char(kind, test, at, least, most, then)
        inner = self.sequence(nodes)

        def run(at, then, count=0, before=-1):
            again = lambda: (  # noqa: E731
                count < most and at != before and inner(at, lambda end: run(end, then, count + 1, at))
            )
            enough = lambda: count >= least and then(at)  # noqa: E731
            return enough() or again() if kind is c.MIN_REPEAT else again() or enough()

        return run

    def repeat_char(self, kind, test, at, least, most, then):
        end = at
        if kind is c.MIN_REPEAT:
            while end - at < least or not then(end):
                if end - at >= most or not self.sees(test, end):
                    return False
                end += 1
            return True
        while end - at < most and self.sees(test, end):
            end += 1
        ends = range(end, at + least - 1, -1) if kind is c.MAX_REPEAT else [end] * (end - at >= least)
        return any(then(each) for each in ends)

    def sees(self, test, at):
        self.taken += 1
        return at < len(self.text) and test(self.text[at])

    def char(self, kind, value):
        fold = str.casefold if self.ignore_case else str
        match kind:
            case c.LITERAL:
                return lambda char: fold(char) == fold(chr(value))
            case c.NOT_LITERAL:
                return lambda char: fold(char) != fold(chr(value))
            case c.ANY:
                return lambda char: self.dot_all or char != "\n"
            case c.RANGE:
                low, high = value
                return lambda char: any(low <= ord(each) <= high for each in {char, char.lower(), fold(char)[:1]})
            case c.CATEGORY:
                return _IS[value] if value in _IS else lambda char: not _IS[_ISNT[value]](char)
            case c.IN:
                negated = value[0][0] is c.NEGATE
                tests = [self.char(*each) for each in value[negated:]]
                return lambda char: any(test(char) for test in tests) != negated
        return None

    def stands(self, value, at):
        self.taken += 1
        word = _IS[c.CATEGORY_WORD]
        before, after = at > 0 and word(self.text[at - 1]), at < len(self.text) and word(self.text[at])
        match value:
            case c.AT_BEGINNING | c.AT_BEGINNING_STRING:
                return at == 0
            case c.AT_END:
                return self.text[at:] in ("", "\n")
            case c.AT_END_STRING:
                return at == len(self.text)
            case c.AT_BOUNDARY:
                return before != after
            case c.AT_NON_BOUNDARY:
                return before == after
        raise NotImplementedError(value)
