"""A picture goes to the models, and what they see comes back: honest about how sure they are."""

from __future__ import annotations

from collections.abc import Sequence

from cogs.corrections import LIKELY, WRONG, Fault, as_correction, correction, fields_for, unknown
from cogs.declare import Action, Cog, Command, Option
from cogs.messages import (
    ActionId,
    Ask,
    Bar,
    Bars,
    Block,
    Button,
    Card,
    Choice,
    CommandRef,
    Form,
    Image,
    Picture,
    Refusal,
    Reply,
    Text,
    say,
    spans,
)
from cogs.recent import Look
from cogs.services import ClassifierError, Services, VisionResult
from cogs.training import giver_of
from study.texts import _, noop, percent_text

DEFAULT = "digits"
TOP = 3


async def suggest_models(ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """The models on offer whose name or summary matches."""
    return [
        Choice(model.name, model.name)
        for model in await services.classifier.models()
        if model.takes == "picture" and typed.casefold() in f"{model.name} {model.summary}".casefold()
    ]


async def classify(ask: Ask, services: Services) -> Reply:
    """`/classify`: the three likeliest labels, with how likely each is."""
    picture = ask.picture("image")
    if picture is None or not picture.data:
        raise Refusal(_("Give me a picture to look at."))
    name = ask.text("model") or DEFAULT
    await services.classifier.loaded()
    offered = await services.classifier.models()
    if any(model.name == name and model.takes != "picture" for model in offered):
        told = _("{model} reads a table and looks at no pictures.", model=name)
        raise Refusal(told, *spans(_("Ask it with {predict}."), predict=CommandRef("predict")))
    models = {model.name: model for model in offered if model.takes == "picture"}
    if not models:
        raise ClassifierError(_("There are no models yet. Whoever runs the bot adds one with: studybot models zoo."))
    if name not in models:
        raise Refusal(_("There is no model {model}.", model=name), _("There are: {models}.", models=", ".join(models)))
    seen = await services.classifier.classify(name, picture, explain=ask.text("explain") == "yes")
    if not seen.predictions and not seen.values:
        return say(_("{model} sees none of the things it knows in this picture.", model=seen.model), tone="notice")
    look = Look(picture, ask.person, name, as_correction(seen), models[name].labels, ask.at, seen.kind)
    return result_reply(seen, picture, _buttons(services.looks.keep(look), seen, learns=models[name].learns))


def _buttons(token: str, seen: VisionResult, *, learns: bool) -> tuple[Button, ...]:
    """What may be done with a result. Both that keep the picture say so on their face."""
    explained = seen.saliency is not None or seen.kind in {"regression", "segmentation"}
    why = () if explained else (Button(_("Why?"), ActionId("classify.why", (token,))),)
    if not learns:
        return why
    right = Button(_("Correct: use it for training"), ActionId("classify.right", (token,)))
    if seen.kind == "segmentation":
        return (*why, right, Button(_("Wrong: keep it for review"), ActionId("classify.wrong", (token,))))
    wrong = {
        "single-label": _("Wrong label: say which …"),
        "multi-label": _("Wrong labels: say which …"),
        "regression": _("Wrong numbers: say which …"),
    }[seen.kind]
    return (*why, right, Button(wrong, ActionId("classify.really", (token,))))


def result_reply(seen: VisionResult, picture: Picture, buttons: tuple[Button, ...] = ()) -> Reply:
    """What the model saw, as a card: the picture, bars, and where the model looked if it was asked."""
    headline = _headline(seen)
    shown = Picture(picture.data, picture.name, picture.content_type, picture.alt or _("The picture that was sent"))
    blocks: list[Block] = [Image(shown)]
    if seen.predictions:
        blocks.append(Bars(tuple(Bar(name, share, f"{share:.1%}") for name, share in seen.predictions[:TOP])))
    blocks.extend(Text(note) for note in seen.notes)
    if seen.saliency is not None:
        blocks += [Text(_("Where the model looked:")), Image(seen.saliency)]
    if seen.mask is not None:
        blocks += [Text(_("Where it sees each, in a colour of its own:")), Image(seen.mask)]
    version = f" {seen.version}" if seen.version else ""
    model = f"{seen.model}{version}"
    footer = _("Model: {model}. No picture is kept unless you give it for training.", model=model)
    return Reply(headline, (Card(headline, tuple(blocks), buttons, "good" if seen.confident else "notice", footer),))


def _headline(seen: VisionResult) -> str:
    """What the model saw, in a sentence that suits its kind."""
    if seen.kind == "regression":
        return ", ".join(f"{name}: {value:.4g}" for name, value in seen.values) + "."
    label, probability = seen.predictions[0]
    likely = f"{label} ({percent_text(probability)})"
    if seen.kind == "segmentation":
        return _("Most of it is {likely}.", likely=likely)
    if seen.kind == "multi-label":
        there = ", ".join(f"{name} ({percent_text(share)})" for name, share in seen.predictions if share >= LIKELY)
        if not there:
            return _("None of these: {labels}.", labels=", ".join(name for name, _share in seen.predictions))
        return (
            _("It shows {labels}.", labels=there) if seen.confident else _("Not sure: perhaps {labels}.", labels=there)
        )
    return (
        _("It looks like {label}.", label=likely) if seen.confident else _("Not sure: perhaps {labels}.", labels=likely)
    )


# --- after the look ---------------------------------------------------------------------------------------------


def _own_look(ask: Ask, services: Services) -> Look | Reply:
    """The look that the button belongs to, if it is still at hand and the person's own."""
    look = services.looks.recall(ask.args[0], ask.at)
    if look is None:
        return _expired()
    if (look.person.platform, look.person.id) != (ask.person.platform, ask.person.id):
        return say(_("Only the person who sent the picture can do that."), tone="notice")
    return look


def _expired() -> Reply:
    return say(_("That picture has expired: pictures are not stored. Send it again."), tone="notice")


async def why(ask: Ask, services: Services) -> Reply:
    """Where the model looked, as a heat map over the picture."""
    look = services.looks.recall(ask.args[0], ask.at)
    if look is None:
        return _expired()
    seen = await services.classifier.classify(look.model, look.picture, explain=True)
    if seen.saliency is None:
        return say(_("The model {model} cannot show where it looked.", model=look.model), tone="notice")
    return result_reply(seen, look.picture)


async def right(ask: Ask, services: Services) -> Reply:
    """The member agrees with the model, and lets it learn from the picture."""
    look = _own_look(ask, services)
    return look if isinstance(look, Reply) else await _correct(ask, services, look, look.label)


async def wrong(ask: Ask, services: Services) -> Reply:
    """The member disagrees with a mask, which nobody draws in a chat."""
    look = _own_look(ask, services)
    return look if isinstance(look, Reply) else await _correct(ask, services, look, WRONG)


async def _correct(ask: Ask, services: Services, look: Look, label: str) -> Reply:
    await services.classifier.correct(look.model, look.picture, label, await giver_of(ask, services))
    told = _("Thank you. Your picture is kept as {label}, for the organiser to review.", label=label)
    if not label:
        told = _("Thank you. Your picture is kept as none of these, for the organiser to review.")
    if look.kind == "segmentation":
        told = _("Thank you. Your picture is kept with your word on the mask, for the organiser to review.")
    new = unknown(look, label)
    if not new:
        return say(told, tone="good")
    more = _("New to {model}: {labels}. The next training learns it from a few pictures.", model=look.model, labels=new)
    return say(told, more, tone="good")


async def open_really(ask: Ask, services: Services) -> Reply | Form:
    """What the picture really shows: of what the model knows, or something new."""
    look = _own_look(ask, services)
    if isinstance(look, Reply):
        return look
    return Form(
        _("What is it really?"),
        ActionId("classify.kept", ask.args),
        fields_for(look),
        intro=_("Your picture is kept with this label until the organiser has reviewed it, to teach the next model."),
        submit=_("Use it for training"),
    )


async def keep(ask: Ask, services: Services) -> Reply:
    """The correction, kept for the organiser."""
    look = _own_look(ask, services)
    if isinstance(look, Reply):
        return look
    said = correction(look, ask)
    if isinstance(said, Fault):
        return Reply(_("Nothing was kept."), faults={said.field: said.sentence})
    return await _correct(ask, services, look, said)


cog = Cog(
    "classify",
    noop("What a model sees in a picture"),
    commands=(
        Command(
            "classify",
            noop("Ask a model what is in a picture"),
            classify,
            (
                Option("image", noop("The picture"), "picture"),
                Option(
                    "model",
                    noop("Which model looks (default: digits)"),
                    required=False,
                    suggest=suggest_models,
                    max_length=80,
                ),
                Option(
                    "explain",
                    noop("Show where the model looked"),
                    "choice",
                    required=False,
                    choices=(Choice(noop("yes"), "yes"), Choice(noop("no"), "no")),
                ),
            ),
            private=False,
            on_picture=noop("Classify picture"),
            anywhere=True,
            of_group=False,
        ),
    ),
    actions=(
        Action("classify.why", why, takes=("word",)),
        Action("classify.right", right, takes=("word",)),
        Action("classify.wrong", wrong, takes=("word",)),
        Action("classify.really", open_really, opens_form=True, takes=("word",)),
        Action("classify.kept", keep, takes=("word",)),
    ),
)
