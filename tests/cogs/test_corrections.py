"""What members say a picture really shows, for each kind of model, as the model service is told it."""

import pytest

from cogs.messages import Form
from cogs.services import Model
from tests.cogs.conversation import ANA, PNG


@pytest.fixture
def sees(talk):
    """Let the model be of a kind, and say something of Ana's picture; the button's token is returned."""

    async def looked(kind, labels, **says):
        async def models():
            return [Model("digits", "1", "", labels)]

        talk.models.models, talk.models.says = models, {"kind": kind, **says}
        talk.services.looks._looks.clear()
        shown = await talk.say(ANA, "classify", image=PNG)
        return shown, next(iter(talk.services.looks._looks))

    return looked


def kept(talk):
    return talk.models.kept[-1][2]


async def test_one_label_none_of_these_and_one_that_the_model_does_not_know(talk, sees):
    _, token = await sees("single-label", ("7", "1"), predictions=(("7", 0.9), ("1", 0.1)))
    form = await talk.form(ANA, f"classify.really:{token}")
    assert isinstance(form, Form) and [choice.label for choice in form.fields[0].choices] == ["7", "1", "None of these"]
    assert "kept as 1" in await talk.press(ANA, f"classify.kept:{token}", label="1", other="")
    assert kept(talk) == "1"
    assert "kept as none of these" in await talk.press(ANA, f"classify.kept:{token}", label=":none:")
    assert kept(talk) == ""
    told = await talk.press(ANA, f"classify.kept:{token}", other=" a  leaf ")
    assert "New to digits: a leaf." in told and kept(talk) == "a leaf"
    count = len(talk.models.kept)
    assert "Say in a word or two" in await talk.press(ANA, f"classify.kept:{token}", label=" ", other=" ")
    assert len(talk.models.kept) == count


async def test_several_labels_with_those_that_were_seen_picked(talk, sees):
    shown, token = await sees("multi-label", ("cat", "dog"), predictions=(("cat", 0.9), ("dog", 0.2)))
    assert "Wrong labels: say which" in shown
    form = await talk.form(ANA, f"classify.really:{token}")
    assert form.fields[0].several and form.fields[0].chosen == {"cat"}
    await talk.press(ANA, f"classify.right:{token}")
    assert kept(talk) == "cat"
    told = await talk.press(ANA, f"classify.kept:{token}", label="cat, dog", other="cow")
    assert "New to digits: cow." in told and kept(talk) == "cat; dog; cow"
    assert "none of these" in await talk.press(ANA, f"classify.kept:{token}", label="", other="")
    assert kept(talk) == ""


async def test_numbers_each_with_its_name(talk, sees):
    shown, token = await sees("regression", ("width", "tilt"), predictions=(), values=(("width", 1.5), ("tilt", -2.0)))
    assert "Wrong numbers: say which" in shown and "Why?" not in shown
    form = await talk.form(ANA, f"classify.really:{token}")
    assert form.fields[0].value == "width = 1.5\ntilt = -2"
    assert "is missing for: tilt" in await talk.press(ANA, f"classify.kept:{token}", numbers="width = 2")
    for bad in ("width = wide\ntilt = 1", "height = 1", "nonsense", "width = nan\ntilt = 1"):
        assert "no number of the model's" in await talk.press(ANA, f"classify.kept:{token}", numbers=bad)
    assert talk.models.kept == []
    await talk.press(ANA, f"classify.kept:{token}", numbers="tilt = 3\n\nwidth = 1,25")
    assert kept(talk) == "width = 1.25; tilt = 3"


async def test_a_mask_is_right_or_wrong(talk, sees):
    shown, token = await sees("segmentation", ("sky", "sea"), predictions=(("sky", 0.7), ("sea", 0.3)))
    assert "Wrong: keep it for review" in shown and "say which" not in shown
    assert "your word on the mask" in await talk.press(ANA, f"classify.wrong:{token}")
    assert kept(talk) == "wrong"
    await talk.press(ANA, f"classify.right:{token}")
    assert kept(talk) == "right"
