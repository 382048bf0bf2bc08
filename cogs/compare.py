"""Two models before the same pictures, for everybody to see: which is better, and whether that can be said at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cogs.declare import Cog, Command, Option
from cogs.messages import Ask, Block, Card, Choice, CommandRef, Fields, Image, Refusal, Reply, Text, spans
from cogs.services import Compared, Contender, Services
from cogs.training import trainer_of
from study.texts import _, n_, noop, percent_text


async def _pairs(services: Services) -> Mapping[str, Sequence[str]]:
    """With which others each model can be compared, of those that answer now."""
    pairs = await trainer_of(services).comparable()
    answering = {model.name for model in await services.classifier.models()}
    found = {name: [one for one in others if one in answering] for name, others in pairs.items() if name in answering}
    return {name: others for name, others in found.items() if others}


async def suggest_model(_ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """The models that can be compared with another and match."""
    return _matching(await _pairs(services), typed)


async def suggest_other(ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """Those with which the model named can be compared."""
    pairs = await _pairs(services)
    return _matching(pairs.get(ask.text("model").strip(), list(pairs)), typed)


def _matching(names: Sequence[str] | Mapping[str, object], typed: str) -> list[Choice]:
    return [Choice(name, name) for name in names if typed.casefold() in name]


async def compare(ask: Ask, services: Services) -> Reply:
    """`/model compare`: asks both about the same pictures, and says in a sentence what may be said of it."""
    name, other = ask.text("model").strip(), ask.text("with").strip()
    pairs = await _pairs(services)
    if not pairs:
        raise Refusal(
            _("No two models here can be compared: both must tell one label from a picture, and know some alike."),
            *spans(_("Collect pictures for one with {collect}."), collect=CommandRef("model collect")),
        )
    if name not in pairs:
        told = _("{model} cannot be compared with any other model here.", model=name)
        raise Refusal(told, _("There are: {models}.", models=", ".join(pairs)))
    if other not in pairs[name]:
        told = _("{model} cannot be compared with {other}.", model=name, other=other)
        raise Refusal(told, _("It can be with: {models}.", models=", ".join(pairs[name])))
    return shown(await trainer_of(services).compare(name, other))


def shown(found: Compared) -> Reply:
    """A comparison as a card: the sentence, the figures, and the picture with its words."""
    said = _verdict(found)
    pairs = tuple((_named(one), _figures(one, found.seen)) for one in found.models)
    blocks: list[Block] = [Fields(pairs)]
    if any(one.alone for one in found.models):
        blocks.append(Text(_uneven(found)))
    if found.picture is not None:
        lines = [f"{name}: {figures}." for name, figures in pairs]
        drawn = _("Beside each other, how often each took what for which.")
        blocks.append(Image(replace(found.picture, alt=" ".join([*lines, drawn, said]))))
    footer = {
        "handwriting": _("Both were asked about handwriting from which no shipped model has learned."),
        "given": _("Both were asked about pictures that members gave: a model may have learned from some of them."),
    }[found.on]
    return Reply(said, (Card(said, tuple(blocks), footer=footer),))


def _named(one: Contender) -> str:
    return f"{one.model} {one.version}"


def _figures(one: Contender, seen: int) -> str:
    return _(
        "right on {right} of {seen} ({share}; with 95% certainty {low} to {high})",
        right=one.right,
        seen=seen,
        share=percent_text(one.right / seen),
        low=percent_text(one.low),
        high=percent_text(one.high),
    )


def _verdict(found: Compared) -> str:
    first, second = map(_named, found.models)
    for one, other in (found.models, found.models[::-1]):
        if one.better:
            return _("{better} is better than {worse}.", better=_named(one), worse=_named(other))
    if not any(one.alone for one in found.models):
        return _("{first} and {second} are right on the same pictures.", first=first, second=second)
    return n_(
        "{count} picture does not tell whether {first} or {second} is better: the difference may be chance.",
        "{count} pictures do not tell whether {first} or {second} is better: the difference may be chance.",
        found.seen,
        first=first,
        second=second,
    )


def _uneven(found: Compared) -> str:
    first, second = found.models
    return _(
        "Only {first} is right on {one}, only {second} on {two}. Were both equally good, a result so uneven would come"
        " in {chance} of such comparisons (McNemar's exact test).",
        first=_named(first),
        one=first.alone,
        second=_named(second),
        two=second.alone,
        chance=percent_text(found.p),
    )


cog = Cog(
    "compare",
    noop("Which of two models is better"),
    commands=(
        Command(
            "model compare",
            noop("Show which of two models is better, on the same pictures"),
            compare,
            (
                Option("model", noop("One of the two models"), suggest=suggest_model, max_length=80),
                Option("with", noop("The other one"), suggest=suggest_other, max_length=80),
            ),
            private=False,
        ),
    ),
)
