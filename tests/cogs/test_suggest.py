"""`/suggest`: a member proposes a question, is told what became of it, and is named only where they wish it."""

from bot.platforms.text import render_text
from cogs.evidence import Judged, evidence
from cogs.letters import compose_letter
from cogs.posts import compose
from tests.cogs.conversation import ANA, BEN, COURSE, MONDAY, ORGANISER


async def propose(talk, person=ANA, question="Which colour is snow?", answer="", named="unnamed", key=None):
    return await talk.press(person, "suggest.send", key, question=question, answer=answer, named=named)


async def waiting(talk):
    return (await evidence([await talk.store.groups.get(1)], COURSE, talk.services)).proposals


async def test_the_editor_is_told_which_answers_were_marked_and_of_one_question_nothing_else(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "the colour of cornflowers")
    await talk.answer(BEN, 2, "yellow")
    for answer in await talk.store.answers.of_group(1):
        person = ANA if answer.item == "t-q1" else BEN
        await talk.press(person, f"quiz.disputed:{answer.id}", why="It is.")
    await talk.press(ORGANISER, "group.settle:1:full:all")
    group = await talk.store.groups.get(1)
    whole = await evidence([group], COURSE, talk.services)
    assert whole.figures["t-q1"].upheld == 1 and (whole.waiting("t-q1"), whole.waiting("t-q2")) == (0, 1)
    one = await evidence([group], COURSE, talk.services, "t-q2")
    assert one.figures == {} and {"t-q2": [Judged("yellow", None, "It is.")]} == one.judged
    assert whole.judged["t-q1"] == [Judged("the colour of cornflowers", 1.0)]


async def letters(talk):
    private = [one for one in await talk.store.deliveries.find() if one.recipient]
    return [render_text(await compose_letter(one, talk.services, talk.now)) for one in private]


async def test_a_question_waits_for_the_organiser_and_its_writer_is_told_what_became_of_it(talk):
    assert "Write a question" in await talk.say(ANA, "suggest")
    assert (await talk.press(ANA, "suggest.write")).startswith("Propose a question")
    assert "Nothing was sent" in await propose(talk, question=" ?! ")
    for _ in range(2):  # the same event again is the same question
        assert "Thank you" in await propose(talk, key="once")
    await propose(talk, BEN, "Which colour is tar?", "Black.", "named")
    first, second = await waiting(talk)
    assert (first.text, first.named, second.answer, second.named) == ("Which colour is snow?", False, "Black.", True)
    assert await talk.store.proposals.decline(first.id, "It is in week 2.", "Olga", MONDAY)
    assert await talk.store.proposals.take(second.id, "member-2", "Olga", MONDAY)
    assert not await talk.store.proposals.take(second.id, "member-2", "Olga", MONDAY)
    declined, taken = await letters(talk)
    assert "not taken" in declined and "It is in week 2." in declined and "snow" in declined
    assert "taken on" in taken and await waiting(talk) == []


async def test_a_proposal_that_is_too_long_is_told_at_its_field_and_not_kept(talk):
    told = await propose(talk, question="n" * 10_000, answer="n" * 1001)
    assert "question: At most 1,000 characters fit here; there are 10,000." in told and "answer: At most" in told
    assert await waiting(talk) == []
    assert "Thank you" in await propose(talk, question="n" * 1000)


async def test_one_person_does_not_fill_the_bench(talk):
    for n in range(10):
        await propose(talk, question=f"Which is number {n}?")
    assert "10 questions of yours wait already" in await propose(talk)


async def test_a_post_names_who_proposed_its_question_where_they_wish_it_and_as_long_as_they_are_here(talk):
    await talk.open_round()
    post = next(one for one in await talk.store.posts.open(1) if one.item == "t-q1")
    await propose(talk, BEN, named="unnamed")
    await propose(talk, ANA, named="named")
    unnamed, named = await waiting(talk)
    await talk.store.proposals.take(unnamed.id, "t-q1", "Olga", MONDAY)
    assert "Proposed by" not in render_text(await compose(post.id, talk.services))
    await talk.store.proposals.take(named.id, "t-q1", "Olga", MONDAY)
    assert "Proposed by Ana." in render_text(await compose(post.id, talk.services))
    ana = next(one for one in await talk.store.members.of_group(1) if one.name == "Ana")
    assert [one["text"] for one in (await talk.store.privacy.export(ana.id))["proposals"]] == ["Which colour is snow?"]
    await talk.press(ANA, "me.erase")
    assert "Proposed by" not in render_text(await compose(post.id, talk.services))
    assert [one.post_id for one in await talk.store.deliveries.find() if one.kind == "edit"] == [post.id]
