"""Two models compared in a conversation: which are offered, what is said, and each refusal."""

from dataclasses import replace

import pytest

from cogs.compare import suggest_model, suggest_other
from cogs.messages import Picture
from cogs.services import Compared, Contender, Model
from tests.cogs.conversation import ANA, PNG, OneModel

NETWORK = Contender("digits", "1", 73, 0.95, 1.0, 5, better=False)
BASELINE = Contender("baseline", "2", 68, 0.85, 0.97, 0, better=False)


class Comparing:
    """A trainer that knows which models go together, and how they did."""

    def __init__(self):
        self.pairs = {"digits": ("baseline", "gone"), "baseline": ("digits",), "gone": ("digits",)}
        self.found = Compared((NETWORK, BASELINE), 73, 0.0625, "handwriting", Picture(PNG.data, "compared.png"))

    async def comparable(self):
        return self.pairs

    async def compare(self, model, other):
        return self.found


class TwoModels(OneModel):
    """Digits and a baseline, beside one of a table."""

    async def models(self):
        return [Model("digits"), Model("baseline"), Model("prices", takes="row")]


@pytest.fixture
def comparing(talk):
    made = Comparing()
    object.__setattr__(talk.services, "classifier", TwoModels())
    object.__setattr__(talk.services, "trainer", made)
    return made


async def compared(talk, model="digits", other="baseline"):
    return await talk.say(ANA, "model compare", model=model, **{"with": other})


async def test_anybody_sees_the_figures_and_what_may_be_said_of_them(talk, comparing):
    said = await compared(talk)
    assert "73 pictures do not tell whether digits 1 or baseline 2 is better" in said
    assert "right on 68 of 73 (93%; with 95% certainty 85% to 97%)" in said
    assert "Only digits 1 is right on 5, only baseline 2 on 0." in said and "in 6% of such comparisons" in said
    assert "no shipped model has learned" in said
    assert said.count("digits 1: right on 73 of 73") == 2  # the figures, and the picture's words


async def test_better_is_said_only_where_it_is_told(talk, comparing):
    comparing.found = replace(comparing.found, models=(NETWORK, replace(BASELINE, better=True)), on="given")
    said = await compared(talk)
    assert "baseline 2 is better than digits 1." in said and "may have learned from some of them" in said
    comparing.found = replace(comparing.found, models=(replace(NETWORK, alone=0), BASELINE))
    said = await compared(talk)
    assert "are right on the same pictures." in said and "Only digits" not in said


async def test_only_what_answers_and_can_be_compared_is_offered(talk, comparing):
    offered = [one.value for one in await suggest_model(talk._ask(ANA, {}), talk.services, "")]
    assert offered == ["digits", "baseline"]
    named = talk._ask(ANA, {"model": "digits"})
    assert [one.value for one in await suggest_other(named, talk.services, "BASE")] == ["baseline"]
    assert await suggest_other(named, talk.services, "digits") == []


async def test_each_refusal_is_a_sentence(talk, comparing):
    said = await compared(talk, "prices")
    assert "prices cannot be compared with any other model here. There are: digits, baseline." in said
    said = await compared(talk, "digits", "gone")
    assert "digits cannot be compared with gone. It can be with: baseline." in said
    comparing.pairs = {}
    assert "No two models here can be compared" in await compared(talk)
    object.__setattr__(talk.services, "trainer", None)
    assert "compared only by the bot's own model service" in await compared(talk)
