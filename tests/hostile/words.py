"""Words that try to be more than words, and replies made of nothing else."""

from __future__ import annotations

from cogs.messages import (
    ActionId,
    Bar,
    Bars,
    BulletList,
    Button,
    Card,
    Choice,
    Entry,
    Fields,
    Form,
    FormField,
    Quote,
    Ranking,
    Reply,
    Row,
    Text,
    code,
    strong,
)

SEEDS = (
    *("@everyone", "@here", "<@123>", "<@!123>", "<@&123>", "<#123>", "<t:0:R>", "</quiz:1>", "<a:x:1>", ":smile:"),
    *("<!channel>", "<!here>", "<@U1>", "<#C1|x>", "<!subteam^S1>", "<https://x.example|text>", "<mailto:a@b|c>"),
    *("&lt;", "&amp;", "&", "&#64;everyone", "[link](https://x.example)", "https://x.example/a_b*c"),
    *("discord.gg/abc", "://", "//", "http:", "**bold**", "*", "**", "_", "__u__", "~~no~~", "||spoil||", "|"),
    *("# ", "### ", "-# ", "> ", ">>> ", "- ", "1. ", "`", "``", "```", "```py\nx\n```", "`` ` ``", "\\", "\\\\"),
    *("\\`", "\\*", "\n", "\r\n", "\n\n", "\t", " ", "<script>hacked=1</script>", "<img src=x onerror=hacked=1>"),
    *("\"'><svg/onload=hacked=1>", "</title>", "<!--", "]]>", "{{ 7*7 }}", "{% raw %}", "${hacked}"),
    *("javascript:hacked=1", "\" autofocus onfocus=hacked=1 x=\"", "' or 1=1--", "=1+1", "\u202eevil"),
    *("\u2066x\u2069", "\u200b", "\u200d", "\ufeff", "\u2028", "\u2029", "\x00", "\x1b[2J", "\x1b]0;t\x07", "\x08"),
    *("\x7f", "\x9b31m", "\ud800", "\udfff", "\ud83d", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
    *("\U0001f44d\U0001f3ff", "e\u0301", "\u0600", "\ufdfa", "\u0e33\u0e33\u0e33\u0e33\u0e33", "Ana", "blue"),
    *("the sky is blue", "100%", "C#", "x.y", "%s%n", "\U000e0041"),
)  # fmt: skip
LONG = 100_000


def words(chance) -> str:
    """Something hostile: seeds in a row, seeds torn apart and mixed with any letter, or one of them very often."""
    kind = chance.random()
    if kind < 0.5:
        return "".join(chance.choices(SEEDS, k=chance.randrange(1, 5)))
    if kind < 0.9:
        made = list("".join(chance.choices(SEEDS, k=chance.randrange(1, 4))))
        for _ in range(chance.randrange(4)):
            made.insert(chance.randrange(len(made) + 1), chr(chance.randrange(chance.choice((128, 0x3000, 0x110000)))))
        del made[chance.randrange(len(made)) : chance.choice((0, len(made)))]
        return "".join(made)
    if kind < 0.998:
        return chance.choice(SEEDS) * chance.randrange(1, 60)
    return (chance.choice(SEEDS) * chance.randrange(1, LONG))[: chance.choice((5_000, LONG))]


def reply(text) -> Reply:
    """A reply of every kind of block, each word of it asked of `text`."""
    entries = [Entry(Text(text(), text()), mark) for mark in ("plain", "hit", "number")]
    card = Card(
        text(),
        (
            Text(text(), strong(text()), code(text()), text()),
            BulletList(tuple(entries)),
            Quote(text()),
            Bars((Bar(text(), 0.5, text()),)),
            Ranking((Row(1, text(), text(), text(), own=True), Row(2, text(), "1", ""))),
            Fields(((text(), text()), ("Answered", text()))),
        ),
        (Button(text(), ActionId("quiz.answer", ("1",))), Button(text(), ActionId("quiz.answer", ("2",)), "danger")),
        "good",
        text(),
    )
    return Reply(text(), (card,), faults={"answer": text()}, thread=text())


def form(text) -> Form:
    """A form whose every word is asked of `text`."""
    answer = FormField("answer", text(), "paragraph", value=text(), hint=text())
    kind = FormField("kind", text(), "choice", choices=(Choice(text(), "a"), Choice(text(), "b")))
    return Form(text(), ActionId("quiz.send", ("1",)), (answer, kind), intro=text(), submit=text())


WORDS = 36
"""How many words a reply and a form hold together."""
