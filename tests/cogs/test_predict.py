"""Models of tables in a conversation: what they want to know, what they tell, what they recommend."""

import pytest

from cogs.errors import CogsError
from cogs.messages import Form
from cogs.predict import read_values, suggest_who
from cogs.services import Column, Model, RowResult
from tests.cogs.conversation import ANA, PNG

COLUMNS = (
    Column("area", "60", least=15, most=120),
    Column("district", "north", ("harbour", "north", "south"), 3),
    Column("area code", "4000", least=1000, most=9999),
    *(Column(f"more {at}", "1", least=0, most=2) for at in range(4)),
)
PRICES = Model("prices", "1", "price, from area, district", takes="row", columns=COLUMNS)
BOOKS = Model(
    "books", "2", "how high reader rates book", takes="pair", columns=(Column("reader", "Ana", ("Ana", "Ben"), 2),)
)


class Tables:
    """Models of tables that answer alike."""

    def __init__(self, *models):
        self.offered, self.asked = models, []

    async def loaded(self):
        pass

    async def models(self):
        return self.offered

    def known(self):
        return self.offered

    async def model(self, name):
        return next(one for one in self.offered if one.name == name)

    async def predict(self, model, cells):
        self.asked.append(dict(cells))
        return RowResult(model, "1", values=(("price", 412.34),), confident=False, notes=("area is not given.",))

    async def recommend(self, model, who, leave_out, count):
        self.asked.append((who, tuple(leave_out), count))
        return RowResult(model, "2", values=(("Emma", 4.7), ("Ulysses", 3.1)))


@pytest.fixture
def tables(talk):
    made = Tables(Model("digits"), PRICES, BOOKS)
    object.__setattr__(talk.services, "classifier", made)
    return made


async def test_without_values_it_says_what_it_wants_to_know_and_a_form_asks_what_decides_most(talk, tables):
    said = await talk.say(ANA, "predict")
    assert "area: a number, mostly from 15 to 120" in said and "as in: area 60, district north" in said
    form = await talk.dispatcher.press("predict.open:prices", talk._ask(ANA, {}))
    assert isinstance(form, Form) and [one.label for one in form.fields][:2] == ["area", "district"]
    assert len(form.fields) == 5 and [one.value for one in form.fields[1].choices] == ["harbour", "north", "south"]
    said = await talk.press(ANA, "predict.filled:prices", cell0="80", cell1="harbour")
    assert tables.asked == [{"area": "80", "district": "harbour"}]
    assert "price: about 412.3" in said and "area is not given." in said
    tables.offered = ()
    assert "send the command again" in await talk.press(ANA, "predict.open:prices")


async def test_values_are_given_in_a_line(talk, tables):
    await talk.say(ANA, "predict", model="prices", values="AREA: 60,5, district = north; area code is 4000")
    assert tables.asked == [{"area": "60,5", "district": "north", "area code": "4000"}]
    assert "The columns are: area code" in await talk.say(ANA, "predict", values="large, area 5")
    with pytest.raises(CogsError, match="I do not know what"):
        read_values("areas 5", COLUMNS)


async def test_it_recommends_and_knows_who_there_is(talk, tables):
    said = await talk.say(ANA, "recommend", who="Ana", but="Dracula, Emma ")
    assert tables.asked == [("Ana", ("Dracula", "Emma"), 5)] and "Emma (4.7)" in said
    found = await suggest_who(talk._ask(ANA, {}), talk.services, "be")
    assert [one.value for one in found] == ["Ben"]


async def test_a_model_is_asked_for_what_it_takes(talk, tables):
    assert "prices reads a table" in await talk.say(ANA, "classify", image=PNG, model="prices")
    assert "There are: digits." in await talk.say(ANA, "classify", image=PNG, model="cats")
    assert "There is no model digits that can. There are: prices." in await talk.say(ANA, "predict", model="digits")
    tables.offered = (*tables.offered, Model("rents", takes="row"))
    assert "Say which model to ask. There are: prices, rents." in await talk.say(ANA, "predict")
    tables.offered = ()
    assert "studybot models train TABLE.csv --kind tabular" in await talk.say(ANA, "predict")
    assert "--kind collaborative" in await talk.say(ANA, "recommend", who="Ana")
