"""One question of a week is changed in its file's own text, and nothing else is."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.packs.fields import ExampleFields, PointFields, fields_of, item_with
from study.packs.splicing import RECAP, NotSpliced, as_yaml, item_of, with_item, with_new_item, without_item
from study.packs.tree import data, read_tree

PACKS = Path(__file__).parents[2] / "content"
WEEKS = [PACKS / "fastbook" / "week-03.yaml", PACKS / "fastbook" / "week-04.yaml", *PACKS.glob("guide/*/week-*.yaml")]
WEEK = """\
number: 1
title: Water
items:
  # The first one is easy.
  - id: q1  # for ever
    ask: Why?   # as people ask it
    answer: It burns.
    points:
      - it burns: [burn*, &hot "hot"]  # said by all

  # And this one hard.
  - id: q2
    ask: How hot?
    answer: Hot.
    points:
      - hot: *hot
# The end.
"""


def ids(text):
    return [each["id"] for each in data(read_tree("", text)[0])["items"]]


@pytest.mark.parametrize("path", WEEKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_questions_of_every_pack_can_be_changed_and_say_then_what_is_wanted(path):
    text = path.read_text(encoding="utf-8")
    every = ids(text)
    for name in every[:: max(1, len(every) // 2)]:
        item = item_of(text, name)
        assert with_item(text, name, item) == text
        assert item_with(item, fields_of(item)) == item
        wanted = {**item, "ask": "What: # this?", "hint": "no"}
        assert item_of(with_item(text, name, wanted), name) == wanted
        assert name not in ids(without_item(text, name))
    recap = item_of(text, RECAP)
    wanted = {**recap, "prompt": "What: # now?", "draft": "fair"}
    assert item_of(with_item(text, RECAP, wanted), RECAP) == wanted
    assert item_with(recap, fields_of(recap)) == recap and with_item(text, RECAP, recap) == text


def test_only_the_lines_of_what_is_changed_are_written_anew():
    changed = with_item(WEEK, "q1", {**item_of(WEEK, "q1"), "answer": "It burns: quickly.", "hint": "Feel it."})
    assert changed == WEEK.replace("    answer: It burns.\n", "    answer: 'It burns: quickly.'\n").replace(
        '"hot"]  # said by all\n', '"hot"]  # said by all\n    hint: Feel it.\n'
    )


def test_what_repeated_a_changed_part_is_written_out():
    wanted = {**item_of(WEEK, "q1"), "points": [{"it burns": ["scald*"]}]}
    changed = with_item(WEEK, "q1", wanted)
    assert item_of(changed, "q1") == wanted
    assert item_of(changed, "q2") == item_of(WEEK, "q2")
    assert "# And this one hard." in changed and "# The end." in changed


def test_a_question_more_stands_after_the_others_and_one_less_leaves_the_rest():
    new = {"id": "q3", "ask": "Where?", "answer": "Here.", "points": [{"here": ["here"]}]}
    more = with_new_item(WEEK, new)
    assert ids(more) == ["q1", "q2", "q3"] and more.startswith(WEEK.partition("# The end.")[0])
    assert ids(without_item(more, "q2")) == ["q1", "q3"]
    assert with_new_item("number: 2\ntitle: Two", new).startswith("number: 2\ntitle: Two\n")


@pytest.mark.parametrize("text", ["number: 1\ntitle: x\n", WEEK])
def test_a_question_that_is_gone_is_told(text):
    with pytest.raises(NotSpliced, match="no q9"):
        with_item(text, "q9", {"id": "q9"})


words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029\ufeff"), max_size=30
)
texts = words.map(str.strip) | st.lists(words.map(str.strip), min_size=2, max_size=3).map("\n".join).map(str.strip)
values = st.recursive(texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3))


@given(st.dictionaries(words, values, min_size=1, max_size=4), st.integers(0, 8))
def test_whatever_is_written_reads_back_as_it_was(value, indent):
    node, _ = read_tree("", as_yaml(value, indent))
    assert data(node) == value


@pytest.mark.parametrize(
    "ways", ["bitter", "bitter\nscald*", '"just this"\n20%\nyes', "{near: [no, rules], within: 5}\nhand"]
)
def test_points_typed_into_a_form_come_back_as_they_were_typed(ways):
    typed = PointFields("it burns", ways, "2", "What does it taste of?")
    (point,) = fields_of(item_with({"id": "q"}, replace(fields_of({}), points=(typed,)))).points
    assert point == typed


def test_a_form_shows_operators_in_braces_and_takes_them_back():
    item = {"id": "q", "points": [{"by hand": ["hand", {"near": ["no", "rules"], "within": "5"}], "worth": "2"}]}
    (point,) = fields_of(item).points
    assert point.ways == "hand\n{near: [no, rules], within: 5}"
    longer = PointFields(point.name, f"{point.ways}\nfingers", point.worth, "Who did it?")
    fields = fields_of(item).__class__(points=(longer,), examples=(ExampleFields("by fingers", "1"),))
    made = item_with(item, fields)
    (entry,) = made["points"]
    assert entry["by hand"] == ["hand", {"near": ["no", "rules"], "within": "5"}, "fingers"]
    assert (entry["worth"], entry["hint"]) == ("2", "Who did it?")
    assert made["examples"] == [{"answer": "by fingers", "score": "1"}]
