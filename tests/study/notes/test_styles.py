"""The same questions and answers, written down in every style, read the same."""

from hypothesis import given, settings
from hypothesis import strategies as st

from study.notes import read_notes

ASKED = [
    "What is a tensor?",
    "Name five areas where deep learning leads.",
    "Draw a picture of the training loop",
    "What is a metric? How does it differ from a loss?",
    "Why can't we always use a random sample (for validation)?",
    "Open a notebook and run a cell. What happens?",
    "Explain “overfitting” in a sentence.",
    "Is 224 by 224 pixels a must?",
    "Complete the appendix on notebooks",
    "How do L1 and L2 differ, and which is kinder to outliers?",
]
PARAGRAPHS = [
    "An array of one type.",
    "No, any size will do: larger is slower.",
    "It depends. Can you think of a rule that tells a cat from a dog? There is none that is simple.",
    "In 1957, the Mark I was built by Frank Rosenblatt; 3 years later it was shown.",
    "A function of the weights, e.g. the mean of the squares",
    "Yes",
    "A model fits its data too closely and fails on anything new. This is worst with many parameters.",
]
ITEMS = ["vision", "language and speech", "Medicine, such as X-rays", "playing games", "x = 3 for now", "a second loss"]

paragraph = st.sampled_from(PARAGRAPHS).map(lambda text: ("p", text))
bullets = st.lists(st.sampled_from(ITEMS), min_size=2, max_size=4, unique=True).map(lambda items: ("ul", items))
numbers = st.lists(st.sampled_from(ITEMS), min_size=2, max_size=4, unique=True).map(lambda items: ("ol", items))
code = st.just(("code", "1. not a question?\nfor x in xs:\n    print(x)"))
one_list = st.tuples(paragraph, bullets | numbers) | st.tuples(bullets | numbers)
answer = st.just(()) | st.tuples(paragraph) | st.tuples(paragraph, paragraph) | one_list | st.tuples(paragraph, code)
pairs = st.lists(st.tuples(st.sampled_from(ASKED), answer), min_size=2, max_size=6, unique_by=lambda pair: pair[0])


def lines_of(blocks):
    for index, (kind, body) in enumerate(blocks):
        if index:
            yield ""
        if kind == "p":
            yield body
        elif kind == "ul":
            yield from (f"- {item}" for item in body)
        elif kind == "ol":
            yield from (f"{number}. {item}" for number, item in enumerate(body, start=1))
        else:
            yield from ("```python", *body.split("\n"), "```")


def words(blocks):
    return [
        line for kind, body in blocks for line in (body if kind in ("ul", "ol") else body.split("\n")) if line.strip()
    ]


def prefixed(blocks, prefix):
    return [f"{prefix}{line}".rstrip() for line in lines_of(blocks)]


def numbered(pairs, mark, first="", body="> ", blank=True, same=False):
    for number, (asked, blocks) in enumerate(pairs, start=1):
        yield f"{1 if same else number}{mark} {first}{asked}{first}"
        if blank:
            yield ""
        yield from prefixed(blocks, body)
        if blank or not blocks:
            yield ""


def marked(pairs, ask, tell, gap):
    for number, (asked, blocks) in enumerate(pairs, start=1):
        yield ask.format(n=number, q=asked)
        if gap:
            yield ""
        first, *rest = [*lines_of(blocks), ""]
        if blocks and blocks[0][0] != "p":
            yield tell.format(n=number, a="").rstrip()
            yield ""
            yield first
        else:
            yield tell.format(n=number, a=first).rstrip()
        yield from rest
        yield ""


def headed(pairs, head):
    yield "# Questionnaire"
    yield ""
    for number, (asked, blocks) in enumerate(pairs, start=1):
        yield head.format(n=number, q=asked)
        yield ""
        yield from lines_of(blocks)
        yield ""


def outlined(pairs, indent, top, bullet="-"):
    if top:
        yield f"{bullet} {top}"
    deep = indent if top else ""
    for asked, blocks in pairs:
        yield f"{deep}{bullet} {asked}"
        for kind, body in blocks:
            for line in body if kind in ("ul", "ol") else [body] if kind == "p" else []:
                yield f"{deep}{indent}{bullet} {line}"


def bold(pairs):
    for asked, blocks in pairs:
        yield f"**{asked}**"
        yield ""
        yield from lines_of(blocks)
        yield ""


STYLES = {
    "quoted": lambda pairs: numbered(pairs, "."),
    "quoted without blank lines": lambda pairs: numbered(pairs, ".", blank=False),
    "quoted, lazy": lambda pairs: numbered(pairs, ".", same=True),
    "quoted, brackets": lambda pairs: numbered(pairs, ")"),
    "indented": lambda pairs: numbered(pairs, ".", body="   "),
    "indented, bold": lambda pairs: numbered(pairs, ".", first="**", body="    "),
    "indented, lazy": lambda pairs: numbered(pairs, ".", body="    ", same=True),
    "below": lambda pairs: numbered(pairs, ".", body=""),
    "below, bold": lambda pairs: numbered(pairs, ".", first="**", body=""),
    "indented quotes": lambda pairs: numbered(pairs, ".", body="   > "),
    "Q. and A.": lambda pairs: marked(pairs, "Q. {q}", "A. {a}", gap=True),
    "Q: and A:": lambda pairs: marked(pairs, "Q: {q}", "A: {a}", gap=False),
    "bold Q and A": lambda pairs: marked(pairs, "**Q.** {q}", "**A.** {a}", gap=True),
    "bold Q: with the question": lambda pairs: marked(pairs, "**Q: {q}**", "**A:** {a}", gap=False),
    "Q1 and A1": lambda pairs: marked(pairs, "Q{n}: {q}", "A{n}: {a}", gap=True),
    "words": lambda pairs: marked(pairs, "Question {n}: {q}", "Answer: {a}", gap=False),
    "bold words": lambda pairs: marked(pairs, "**Question {n}:** {q}", "**Answer:** {a}", gap=True),
    "headings": lambda pairs: headed(pairs, "## {n}. {q}"),
    "headings with marks": lambda pairs: headed(pairs, "### Q{n}. {q}"),
    "bold paragraphs": bold,
    "tabs": lambda pairs: outlined(pairs, "\t", ""),
    "spaces": lambda pairs: outlined(pairs, "  ", "", "*"),
    "an outline with a top": lambda pairs: outlined(pairs, "    ", "Questionnaire"),
    "an outline under a heading": lambda pairs: outlined(pairs, "\t", "## Questions"),
}
UNNUMBERED = ("bold paragraphs", "tabs", "spaces", "an outline with a top", "an outline under a heading")


def asks(pair):
    return pair[0].endswith("?")


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(sorted(STYLES)), pairs)
def test_a_style_does_not_change_what_is_said(style, pairs):
    if style in UNNUMBERED:
        # What neither asks nor is numbered or marked is a question to a human only.
        pairs = [pair for pair in pairs if asks(pair) and pair[1]] or [(ASKED[0], (("p", PARAGRAPHS[0]),))]
    if "outline" in style or style in ("tabs", "spaces"):
        pairs = [(asked, tuple(each for each in blocks if each[0] != "code")) for asked, blocks in pairs]
    if not any(asks(pair) for pair in pairs):
        pairs = [(ASKED[0], (("p", PARAGRAPHS[0]),)), *(pair for pair in pairs if pair[0] != ASKED[0])]
    note = "\n".join(STYLES[style](pairs)) + "\n"
    told = [
        (entry.question, [line for line in entry.answer.split("\n") if line.strip()])
        for entry in read_notes(note).entries
    ]
    assert told == [(asked, words(blocks)) for asked, blocks in pairs], f"\n{style}\n{note}"
