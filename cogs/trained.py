"""A model that has learned: an organiser tries pictures, and settles the labels that it doubts, one tap each."""

from __future__ import annotations

from typing import Final

from cogs.classify import result_reply
from cogs.declare import Action, Cog
from cogs.messages import (
    ActionId,
    Ask,
    Button,
    Card,
    CommandRef,
    Form,
    FormField,
    Image,
    Reply,
    Text,
    say,
    spans,
)
from cogs.services import Doubt, Services, Training
from cogs.training import MOST_LABEL, label_of, trainer_of
from study.texts import _, n_, noop, percent_text

# --- trying ------------------------------------------------------------------------------------------------------


async def open_try(ask: Ask, _services: Services) -> Form:
    """Asks for a picture to try."""
    field = FormField("picture", _("The picture"), "picture")
    told = _("The picture is looked at and not kept.")
    return Form(_("Try a picture"), ActionId("trained.tried", ask.args), (field,), intro=told, submit=_("Try it"))


async def tried(ask: Ask, services: Services) -> Reply:
    """What the model says of it, which may wait to be published."""
    picture = ask.picture("picture")
    if picture is None:
        return Reply(_("Nothing was looked at."), faults={"picture": _("Give me a picture to look at.")})
    return result_reply(await trainer_of(services).attempt(ask.args[0], picture), picture)


# --- doubtful labels ---------------------------------------------------------------------------------------------


async def doubt(ask: Ask, services: Services) -> Reply:
    """The picture whose label the model doubts most."""
    return await _next(await trainer_of(services).training(ask.args[0]), services)


async def _next(found: Training, services: Services) -> Reply:
    model = found.model
    if not found.doubtful:
        told = _("Nothing doubtful is left.")
        return say(told, *spans(_("{train} learns from what you settled."), train=CommandRef("model train", model)))
    one = found.doubtful[0]
    picture = await trainer_of(services).picture(model, one.picture)
    args = (model, one.picture)
    share = percent_text(one.probability)
    if one.predicted == one.label:
        told = _("Given as {label}, and the model is not sure: {share}.", label=one.label, share=share)
    else:
        told = _(
            "Given as {label}; the model says {predicted}, and finds {label} likely to {share}.",
            label=one.label,
            predicted=one.predicted,
            share=share,
        )
    buttons = [Button(_("It is {label}: keep it", label=one.label), ActionId("trained.keep", args), "primary")]
    if one.predicted != one.label:
        buttons.append(Button(_("It is {label}", label=one.predicted), ActionId("trained.agree", args)))
    buttons += [
        Button(_("It is something else …"), ActionId("trained.rename", args)),
        Button(_("Remove it"), ActionId("trained.remove", args), "danger"),
    ]
    left = n_("{count} doubtful picture", "{count} doubtful pictures", len(found.doubtful))
    return Reply(told, (Card(left, (Image(picture), Text(told)), tuple(buttons), "notice"),))


async def _settled(ask: Ask, services: Services, label: str) -> Reply:
    model, picture = ask.args[:2]
    return await _next(await trainer_of(services).settle(model, picture, label), services)


async def _doubt(ask: Ask, services: Services) -> Doubt | None:
    """The doubt that a button is about; None once it is settled."""
    model, picture = ask.args[:2]
    found = await trainer_of(services).training(model)
    return next((one for one in found.doubtful if one.picture == picture), None)


async def keep(ask: Ask, services: Services) -> Reply:
    """The label is right."""
    one = await _doubt(ask, services)
    return await doubt(ask, services) if one is None else await _settled(ask, services, one.label)


async def agree(ask: Ask, services: Services) -> Reply:
    """The model is right."""
    one = await _doubt(ask, services)
    return await doubt(ask, services) if one is None else await _settled(ask, services, one.predicted)


async def remove(ask: Ask, services: Services) -> Reply:
    """The picture goes."""
    one = await _doubt(ask, services)
    return await doubt(ask, services) if one is None else await _settled(ask, services, "")


async def open_rename(ask: Ask, _services: Services) -> Form:
    """Asks what it is then."""
    field = FormField("label", _("The picture shows"), max_length=MOST_LABEL)
    return Form(_("What is it really?"), ActionId("trained.renamed", ask.args), (field,), submit=_("Use it"))


async def renamed(ask: Ask, services: Services) -> Reply:
    """Neither is right."""
    label = label_of(ask.text("label"))
    if not label:
        return Reply(_("Nothing was changed."), faults={"label": _("Say in a word or two what the pictures show.")})
    return await _settled(ask, services, label)


_ONE: Final = ("word", "word")

cog = Cog(
    "trained",
    noop("Looking at a model that has learned"),
    actions=(
        Action("trained.try", open_try, opens_form=True, organiser=True, takes=("word",)),
        Action("trained.tried", tried, organiser=True, takes=("word",)),
        Action("trained.doubt", doubt, organiser=True, replaces=True, takes=("word",)),
        Action("trained.keep", keep, organiser=True, replaces=True, takes=_ONE),
        Action("trained.agree", agree, organiser=True, replaces=True, takes=_ONE),
        Action("trained.remove", remove, organiser=True, replaces=True, takes=_ONE),
        Action("trained.rename", open_rename, opens_form=True, organiser=True, takes=_ONE),
        Action("trained.renamed", renamed, organiser=True, replaces=True, takes=_ONE),
    ),
)
