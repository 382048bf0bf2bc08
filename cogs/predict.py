"""Models of tables: what one tells of a row, given by its columns' names, and what somebody may like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cogs.declare import Action, Cog, Command, Option
from cogs.messages import (
    ActionId,
    Ask,
    Bar,
    Bars,
    Block,
    BulletList,
    Button,
    Card,
    Choice,
    Entry,
    Fields,
    Form,
    FormField,
    Refusal,
    Reply,
    Text,
    say,
)
from cogs.services import ClassifierError, Column, Model, RowResult, Services
from study.texts import _, noop, p_, percent_text

ASKED = 5  # columns in a form, as many as the smallest form of a platform has
TOP = 5
MOST_CHOICES = 25
ADD_ONE = "studybot models train TABLE.csv --kind"


async def suggest_tables(_ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """The models of tables whose name or summary matches."""
    return _matching(await services.classifier.models(), "row", typed)


async def suggest_ratings(_ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """The models that recommend whose name or summary matches."""
    return _matching(await services.classifier.models(), "pair", typed)


def _matching(models: Sequence[Model], takes: str, typed: str) -> list[Choice]:
    wanted = typed.casefold()
    found = [one for one in models if one.takes == takes and wanted in f"{one.name} {one.summary}".casefold()]
    return [Choice(one.name, one.name) for one in found]


async def suggest_who(ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """Those whom the model knows and who match."""
    name = ask.text("model") or next(iter(await suggest_ratings(ask, services, "")), Choice("", "")).value
    if not name:
        return []
    known = (await services.classifier.model(name)).columns[:1]
    return [Choice(one, one) for column in known for one in column.values if typed.casefold() in one.casefold()][
        :MOST_CHOICES
    ]


async def _chosen(ask: Ask, services: Services, takes: str, kind: str) -> Model:
    """The model that is asked for, or the only one there is."""
    models = {one.name: one for one in await services.classifier.models() if one.takes == takes}
    if not models:
        raise Refusal(
            _("There is no such model yet."),
            _("Whoever runs the bot adds one with: {command}.", command=f"{ADD_ONE} {kind}"),
        )
    name = ask.text("model") or (next(iter(models)) if len(models) == 1 else "")
    if name not in models:
        sentence = _("Say which model to ask.")
        if name:
            sentence = _("There is no model {model} that can.", model=name)
        raise Refusal(sentence, _("There are: {models}.", models=", ".join(models)))
    return models[name]


# --- rows --------------------------------------------------------------------------------------------------------


async def predict(ask: Ask, services: Services) -> Reply:
    """`/predict`: what a model tells from the values given; without any, what it wants to know."""
    model = await _chosen(ask, services, "row", "tabular --target COLUMN")
    text = ask.text("values").strip()
    if not text:
        return _wanted(model)
    return await _answered(model, read_values(text, model.columns), services)


def read_values(text: str, columns: Sequence[Column]) -> dict[str, str]:
    """Cells by column out of a line such as "area 60, district north". Raises Refusal where it says something else."""
    names = sorted((column.name for column in columns), key=len, reverse=True)
    known = {name.casefold(): name for name in names}
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, names))})(?!\w)\s*(?:[:=]|is\b)?\s*", re.IGNORECASE)
    found = list(pattern.finditer(text))
    before = text[: found[0].start()] if found else text
    if before.strip(" ,;"):
        shown = ", ".join(names[:20])
        raise Refusal(
            _("I do not know what “{text}” says.", text=before.strip()[:60]),
            _("The columns are: {columns}.", columns=shown),
        )
    cells: dict[str, str] = {}
    for at, match in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(text)
        cells[known[match[1].casefold()]] = text[match.end() : end].strip(" ,;")
    return cells


def _wanted(model: Model) -> Reply:
    """What a model wants to know, the columns that decide most first."""
    entries = tuple(Entry(Text(f"{column.name}: {_holds(column)}")) for column in model.columns[:12])
    example = ", ".join(f"{column.name} {column.usual}" for column in model.columns[:3])
    blocks: list[Block] = [Text(_("It wants to know, what decides most first:")), BulletList(entries)]
    told = _("Give some as values, as in: {example}. For the rest, the usual is taken.", example=example)
    blocks.append(Text(told))
    button = Button(_("Fill in"), ActionId("predict.open", (model.name,)), "primary")
    return Reply(f"{model.name}: {model.summary}.", (Card(model.name, (Text(model.summary), *blocks), (button,)),))


def _holds(column: Column) -> str:
    if column.values:
        few = ", ".join(column.values[:6])
        return f"{few} …" if column.count > len(column.values[:6]) else few
    return _("a number, mostly from {least} to {most}", least=f"{column.least:.6g}", most=f"{column.most:.6g}")


async def open_form(ask: Ask, services: Services) -> Reply | Form:
    """The columns that decide most, to be filled in."""
    model = next((one for one in services.classifier.known() if one.name == ask.args[0]), None)
    if model is None:
        return say(_("The models were started anew meanwhile: send the command again."), tone="notice")
    fields = tuple(_field(at, column) for at, column in enumerate(model.columns[:ASKED]))
    return Form(
        _("Ask {model}", model=model.name)[:45],
        ActionId("predict.filled", ask.args),
        fields,
        model.summary,
        p_("button", "Ask"),
    )


def _field(at: int, column: Column) -> FormField:
    name, label = f"cell{at}", column.name[:45]
    if 2 <= column.count <= min(MOST_CHOICES, len(column.values)):
        choices = tuple(Choice(value, value) for value in column.values)
        return FormField(name, label, "choice", required=False, choices=choices)
    return FormField(name, label, required=False, hint=_("as in {example}", example=column.usual)[:100], max_length=100)


async def filled(ask: Ask, services: Services) -> Reply:
    """What the model tells from the form."""
    model = await services.classifier.model(ask.args[0])
    cells = {column.name: ask.text(f"cell{at}").strip() for at, column in enumerate(model.columns[:ASKED])}
    return await _answered(model, {name: cell for name, cell in cells.items() if cell}, services)


async def _answered(model: Model, cells: Mapping[str, str], services: Services) -> Reply:
    seen = await services.classifier.predict(model.name, cells)
    headline = _headline(seen)
    blocks: list[Block] = [Fields(tuple(cells.items()))] if cells else []
    if seen.predictions:
        blocks.append(Bars(tuple(Bar(name, share, f"{share:.1%}") for name, share in seen.predictions[:TOP])))
    blocks += [Text(note) for note in seen.notes[:12]]
    footer = _("Model: {model}. What it is asked is not kept.", model=f"{seen.model} {seen.version}")
    card = Card(headline, tuple(blocks), tone="good" if seen.confident else "notice", footer=footer)
    return Reply(headline, (card,))


def _headline(seen: RowResult) -> str:
    if seen.values:
        return (
            ", ".join(_("{name}: about {value}", name=name, value=f"{value:.4g}") for name, value in seen.values) + "."
        )
    label, share = seen.predictions[0]
    likely = f"{label} ({percent_text(share)})"
    return _("Probably {label}.", label=likely) if seen.confident else _("Not sure: perhaps {labels}.", labels=likely)


# --- recommendations ---------------------------------------------------------------------------------------------


async def recommend(ask: Ask, services: Services) -> Reply:
    """`/recommend`: what somebody would rate highest."""
    model = await _chosen(ask, services, "pair", "collaborative")
    who = ask.text("who").strip()
    known = [one for one in (part.strip() for part in ask.text("but").split(",")) if one]
    seen = await services.classifier.recommend(model.name, who, known, TOP)
    if not seen.values:
        raise ClassifierError(_("{model} knows nothing else to recommend.", model=model.name))
    entries = tuple(Entry(Text(f"{label} ({value:.2g})"), "number") for label, value in seen.values)
    headline = _("For {who}: {first}.", who=who, first=seen.values[0][0])
    blocks: tuple[Block, ...] = (*(Text(note) for note in seen.notes), BulletList(entries))
    footer = _("Model: {model}, {summary}.", model=f"{seen.model} {seen.version}", summary=model.summary)
    return Reply(headline, (Card(_("For {who}", who=who)[:100], blocks, (), "plain", footer),))


cog = Cog(
    "predict",
    noop("What a model tells from a table"),
    commands=(
        Command(
            "predict",
            noop("Ask a model of a table about a row"),
            predict,
            (
                Option(
                    "model",
                    noop("Which model to ask"),
                    required=False,
                    suggest=suggest_tables,
                    max_length=80,
                ),
                Option(
                    "values",
                    noop("What is known, as in: area 60, rooms 3"),
                    required=False,
                    rest=True,
                ),
            ),
        ),
        Command(
            "recommend",
            noop("What somebody would like most"),
            recommend,
            (
                Option("who", noop("For whom"), suggest=suggest_who, max_length=100),
                Option(
                    "model",
                    noop("Which model to ask"),
                    required=False,
                    suggest=suggest_ratings,
                    max_length=80,
                ),
                Option(
                    "but",
                    noop("What is known already, with commas"),
                    required=False,
                    max_length=1000,
                ),
            ),
        ),
    ),
    actions=(
        Action("predict.open", open_form, opens_form=True, takes=("word",)),
        Action("predict.filled", filled, takes=("word",)),
    ),
)
