"""A picture goes to the models, and what they see comes back: honest about how sure they are."""

from __future__ import annotations

from collections.abc import Sequence

from cogs.kit import (
    Ask,
    Bar,
    Bars,
    Block,
    Card,
    Choice,
    ClassifierError,
    Cog,
    Command,
    Kit,
    Option,
    Picture,
    Reply,
    Shown,
    Text,
    Verdict,
    Words,
    say,
)

DEFAULT = "digits"
TOP = 3


async def suggest_models(ask: Ask, kit: Kit, typed: str) -> Sequence[Choice]:
    """The models on offer whose name or summary matches."""
    return [
        Choice(model.name, model.name)
        for model in await kit.classifier.models()
        if typed.casefold() in f"{model.name} {model.summary}".casefold()
    ]


async def classify(ask: Ask, kit: Kit) -> Reply:
    """`/classify`: the three likeliest labels, with how likely each is."""
    picture = ask.picture("image")
    if picture is None or not picture.data:
        return say("Give me a picture: JPEG, PNG, WebP or GIF.", tone="notice")
    name = ask.text("model") or DEFAULT
    models = {model.name: model for model in await kit.classifier.models()}
    if not models:
        raise ClassifierError("There are no models yet. Whoever runs the bot adds one with: studybot models zoo.")
    if name not in models:
        return say(f"There is no model {name}. There are: {', '.join(models)}.", tone="notice")
    seen = await kit.classifier.classify(name, picture, explain=ask.text("explain") == "yes")
    return told(seen, picture)


def told(seen: Verdict, picture: Picture) -> Reply:
    """What the model saw, as a card: the picture, then bars."""
    if not seen.predictions:
        return say(f"{seen.model} sees none of the things it knows in this picture.", tone="notice")
    label, probability = seen.predictions[0]
    headline = (
        f"It looks like {label} ({probability:.0%})."
        if seen.sure
        else f"Not sure: perhaps {label} ({probability:.0%})."
    )
    shown = Picture(picture.data, picture.name, picture.content_type, picture.alt or "The picture that was sent")
    blocks: list[Block] = [
        Shown(shown),
        Text(headline),
        Bars(tuple(Bar(name, share, f"{share:.1%}") for name, share in seen.predictions[:TOP])),
    ]
    blocks.extend(Text(note) for note in seen.notes)
    if seen.heat is not None:
        blocks.append(Text("Where the model looked:"))
        blocks.append(Shown(seen.heat))
    version = f" {seen.version}" if seen.version else ""
    return Reply(
        headline,
        (
            Card(
                headline,
                tuple(blocks[:1] + blocks[2:]),
                tone="good" if seen.sure else "notice",
                footer=f"Model: {seen.model}{version}. The picture is not kept.",
            ),
        ),
    )


cog = Cog(
    "classify",
    Words("What a model sees in a picture", "Was ein Modell in einem Bild sieht"),
    commands=(
        Command(
            "classify",
            Words("Ask a model what is in a picture", "Frage ein Modell, was auf einem Bild ist"),
            classify,
            (
                Option("image", Words("The picture", "Das Bild"), "picture"),
                Option(
                    "model",
                    Words(
                        "Which model looks (digits, unless you choose)",
                        "Welches Modell schaut (sonst digits)",
                    ),
                    required=False,
                    suggest=suggest_models,
                    max_length=80,
                ),
                Option(
                    "explain",
                    Words("Show where the model looked", "Zeige, wohin das Modell geschaut hat"),
                    "choice",
                    required=False,
                    choices=(Choice("yes", "yes"), Choice("no", "no")),
                ),
            ),
            private=False,
            on_picture=Words("Classify picture", "Bild erkennen"),
        ),
    ),
)
