"""An organiser's evening at the bench: write, try, see, publish, take back; and what keeps it to organisers."""

import asyncio
import html
import io
import re
import shutil
from datetime import UTC, datetime

import aiohttp
import pytest
from playwright.async_api import Error as PlaywrightError

from cogs.evidence import Evidence, Judged
from store import Proposal, Subject
from study.analysis import Agreement, QuestionFigures
from tests.platforms.browser.chromium import DESKTOP, PHONE, chromium, tab
from tests.platforms.browser.visitor import Visitor, plain

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
NOTES = b"# Milk\n\n**Why does milk go in last?**\n\nBecause cold milk would keep the water from drawing the tea.\n"


class Writer(Visitor):
    """Somebody at the bench, by plain forms."""

    async def send(self, path, **fields):
        form = {"token": self.token, **fields}
        async with self.http.post(f"{self.base}/bench/{path}", data=form) as answer:
            return answer.status, await answer.text()

    async def form(self, item, path=""):
        """The fields of a question's editor as they stand, or of what is at another path."""
        page = (await self.get(f"/bench/tea/{path or f'q/{item}'}"))[1]
        found = dict(re.findall(r'<input [^>]*?name="([^"]+)" value="([^"]*)"', page))
        found |= dict(re.findall(r'<textarea [^>]*?name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL))
        return {name: html.unescape(value) for name, value in found.items() if name not in ("yaml", "try")}


FIGURES = QuestionFigures("tea-01", 12, 0.61, None, 2, 1, Agreement.counted(1, 2))


@pytest.fixture
def proposing(served):
    """Members answered, appealed and proposed; what is settled is written down."""
    proposals = tuple(
        Proposal(n, 1, 2, "Ben", "tea", "Which cup?", "", False, datetime.now(UTC), "open") for n in (7, 8)
    )
    judged = {"tea-01": (Judged("the leaves taste stewed", None, "It does!"), Judged("it tastes stewed", 1.0))}
    settled = []

    async def told(where, course, item):
        gone = {one[0] for one in settled}
        return Evidence({"tea-01": FIGURES}, judged, [one for one in proposals if one.id not in gone])

    async def settle(*done):
        settled.append(done)
        return True

    served.evidence, served.settle = told, settle
    return served, settled


@pytest.fixture
async def ana(served):
    async with Writer(served) as writer:
        await writer.join("Ana")
        yield writer


async def test_a_question_is_mended_seen_as_a_change_published_and_taken_back(served, ana):
    form = await ana.form("tea-01")
    assert form["point.0.name"] == "it would become bitter" and "scald*" in form["point.0.ways"]
    _, page = await ana.send("tea/q/tea-01", **form | {"point.0.ways": form["point.0.ways"] + "\nharsh on the tongue"})
    assert "Kept in the draft" in page
    assert "harsh on the tongue" not in str(served.courses["tea"].item("tea-01").rubric)
    page = plain((await ana.get("/bench/tea/changes"))[1])
    assert "harsh on the tongue" in page and "Forget the changes" in page
    _, page = await ana.send("tea/publish")
    assert "Published." in page and "Ana published week-01.yaml" in plain(page)
    assert "tongue" in str(served.courses["tea"].item("tea-01").rubric)
    moment = re.search(r'name="moment" value="([^"]+)"', page)[1]
    await ana.send("tea/undo", moment=moment)
    assert "tongue" not in str(served.courses["tea"].item("tea-01").rubric)


async def test_an_answer_is_graded_and_the_examples_replayed_as_the_form_stands(ana):
    form = await ana.form("tea-01")
    _, page = await ana.send("tea/q/tea-01/try", **form, **{"try": "it gets bitter"})
    assert '<mark class="earned">bitter</mark>' in page and "10 of 10" in plain(page)
    _, page = await ana.send("tea/q/tea-01/try", **form | {"point.0.ways": "stewed"}, **{"try": "it gets bitter"})
    assert "earned" not in page.partition("Examples")[0].partition("The answer that is shown")[0]
    assert '<li class="differs">' in page
    _, page = await ana.send("tea/q/tea-01/try", **form | {"point.0.ways": "{near: nonsense}"})
    assert 'class="faults"' in page


async def test_a_browser_without_scripts_gets_the_editor_back_with_what_was_typed_and_its_grade(ana):
    form = await ana.form("tea-01") | {"hint": "Think of the leaves."}
    _, page = await ana.send("tea/q/tea-01/try", **form, **{"try": "it gets bitter", "mode": "try"})
    assert "it gets bitter</textarea>" in page and '<mark class="earned">bitter</mark>' in page
    assert 'value="Think of the leaves."' in page and f'name="stamp" value="{form["stamp"]}"' in page
    assert "Think of" not in (await ana.get("/bench/tea/q/tea-01"))[1]


async def test_a_recap_is_mended_like_a_question(served, ana):
    form = await ana.form("tea-01", "recap/week-01")
    assert form["ask"] and form["point.0.name"] and "choice.0.text" not in form
    _, page = await ana.send("tea/recap/week-01/try", **form, **{"try": "nothing at all"})
    assert "0 of 10" in plain(page)
    _, page = await ana.send("tea/recap/week-01", **form | {"ask": "What did tea teach you?"})
    assert "Kept in the draft" in page
    await ana.send("tea/publish")
    assert served.courses["tea"].weeks[0].recap.prompt == "What did tea teach you?"


async def test_no_file_of_the_bench_holds_a_name_and_who_left_is_called_so(served, ana, tmp_path):
    await ana.send("tea/q/tea-01", **await ana.form("tea-01") | {"hint": "mine"})
    assert "Ana: tea-01" in plain((await ana.get("/bench/tea"))[1])
    await ana.send("tea/publish")
    files = [
        path.read_bytes() for folder in ("bench", "packs") for path in (tmp_path / folder).rglob("*") if path.is_file()
    ]
    assert files and not any(b"Ana" in each for each in files)
    assert "Ana published" in plain((await ana.get("/bench/tea"))[1])
    for path in (tmp_path / "bench").rglob("publication.json"):
        path.write_text(re.sub('"by": "page [^"]+"', '"by": "page gone"', path.read_text()))
    assert "somebody who left published" in plain((await ana.get("/bench/tea"))[1])
    assert "spoofed" not in (await ana.get("/bench/tea?done=spoofed"))[1]


async def test_two_who_change_one_question_see_each_others_and_neither_is_lost(served, ana):
    mine = await ana.form("tea-01")
    await ana.send("tea/q/tea-01", **mine | {"hint": "Ana's hint"})
    status, page = await ana.send("tea/q/tea-01", **mine | {"hint": "Another hint"})
    assert status == 409 and "Ana changed this question while you did" in plain(page)
    assert "Ana's hint" in plain(page) and "Another hint" in page
    assert "Ana's hint" in (await ana.form("tea-01"))["hint"]
    again = dict(re.findall(r'<input type="hidden" name="(stamp)" value="([^"]*)"', page))
    status, _ = await ana.send("tea/q/tea-01", **mine | {"hint": "Another hint"} | again)
    assert status == 200 and (await ana.form("tea-01"))["hint"] == "Another hint"


async def test_a_pack_changed_outside_meanwhile_is_not_written_over(served, ana, packs):
    await ana.send("tea/q/tea-01", **await ana.form("tea-01") | {"hint": "mine"})
    week = packs / "tea" / "week-01.yaml"
    week.write_text(week.read_text() + "# Mended by hand.\n")
    status, page = await ana.send("tea/publish")
    assert status == 422 and "changed outside the bench" in plain(page)
    assert "Mended by hand" in week.read_text()
    await ana.send("tea/discard")
    assert "Nothing is different" in (await ana.get("/bench/tea/changes"))[1]


async def test_yaml_is_taken_as_it_stands_and_what_cannot_be_read_is_told(ana):
    form = await ana.form("tea-01")
    item = "id: tea-01\nask: Why?\nanswer: It burns.\npoints:\n  - it burns: [burn*]\n"
    _, page = await ana.send("tea/q/tea-01", stamp=form["stamp"], mode="yaml", yaml=item)
    assert "Kept in the draft" in page and (await ana.form("tea-01"))["ask"] == "Why?"
    for text, told in (("id: [", "Line"), (item.replace("tea-01", "tea-99"), "The id is for ever"), ("", "empty")):
        status, page = await ana.send("tea/q/tea-01", stamp=form["stamp"], mode="yaml", yaml=text)
        assert status == 422 and told in plain(page) and text.split("\n")[0] in page


async def test_a_question_is_added_with_a_first_rubric_and_taken_out_again(served, ana):
    status, page = await ana.send("tea/new", week="week-01.yaml", id="Tea 9", ask="Who?", answer="We.")
    assert status == 422 and "small letters" in page
    answer = "Cold milk would keep the water from drawing the tea."
    _, page = await ana.send("tea/new", week="week-01.yaml", id="tea-09", ask="Why is milk last?", answer=answer)
    assert "Why is milk last?" in page and (await ana.form("tea-09"))["point.0.name"]
    await ana.send("tea/publish")
    assert served.courses["tea"].item("tea-09").draft == "doubtful"
    await ana.send("tea/q/tea-09/remove")
    await ana.send("tea/publish")
    assert served.courses["tea"].item("tea-09") is None


async def test_notes_become_a_week_and_what_is_no_notes_is_refused(served, ana):
    for name, data in (("milk.md", NOTES), ("milk.pdf", b"%PDF-1.4")):
        form = aiohttp.FormData({"token": ana.token})
        form.add_field("notes", data, filename=name)
        async with ana.http.post(f"{ana.base}/bench/tea/notes", data=form) as answer:
            status, page = answer.status, await answer.text()
        assert (status, "Why does milk go in last?" in page) == ((200, True) if name == "milk.md" else (422, True))
    assert "1 graded item from milk.md" not in page and "PDF" in page


async def test_a_recap_of_notes_is_a_draft_too_and_what_was_left_out_is_told(served, ana):
    note = b"# Recap\n\n- Cold water draws slowly\n- Salt keeps\n\n![](https://x.org/a.png)\n\n## Links\n\n- Tea\n"
    form = aiohttp.FormData({"token": ana.token})
    form.add_field("notes", note, filename="first.md")
    async with ana.http.post(f"{ana.base}/bench/tea/notes", data=form) as answer:
        page = await answer.text()
    assert "Week 2 has 2 recap ideas from first.md." in page
    assert "first.md:8: The section “Links” holds no questions" in page and "first.md: 0 questions" in page
    assert "1 draft nobody has looked at." in page and '<a href="/bench/tea/recap/week-02">Recap of week 2</a>' in page
    mended = await ana.form("", "recap/week-02") | {"looked": "1"}
    await ana.send("tea/recap/week-02", **mended)
    assert "nobody has looked at" not in (await ana.get("/bench/tea"))[1]


async def test_a_question_whose_answer_leaves_it_to_the_reader_is_a_task(served, ana):
    _, page = await ana.send("tea/new", week="week-01.yaml", id="tea-09", ask="Brew one.", answer="Left to the reader.")
    assert "Brew one." in page and (await ana.form("tea-09"))["ungraded"].startswith("a thing to do")
    await ana.send("tea/publish")
    assert served.courses["tea"].item("tea-09").rubric is None


async def test_the_bench_is_for_organisers_their_own_forms_and_their_own_groups(served, ana):
    async with Writer(served) as ben:
        assert (await ben.get("/bench"))[1].count("Welcome to the study group") == 1
        await ben.join("Ben")
        assert "for organisers" in (await ben.get("/bench/tea"))[1]
        form = await ana.form("tea-01")
        for path in (
            "tea/q/tea-01",
            "tea/q/tea-01/try",
            "tea/publish",
            "tea/discard",
            "tea/undo",
            "tea/new",
            "tea/notes",
        ):
            status, _ = await ben.send(path, **form | {"token": ben.token})
            assert status == 403, path
    ana.token, good = "x" * 64, ana.token
    assert (await ana.send("tea/discard"))[0] == 403
    ana.token = good
    await ana.send("tea/q/tea-01", **await ana.form("tea-01") | {"hint": "mine"})
    served.channels.followers = ("Readers of Ulm",)
    status, page = await ana.send("tea/publish")
    assert status == 422 and "Readers of Ulm follows this course too" in plain(page)
    assert (await ana.get("/bench/nothing"))[0] == (await ana.get("/bench/tea/q/nothing"))[0] == 404


async def test_a_private_link_lets_its_bearer_in_once_to_one_course(served, packs):
    shutil.copytree(packs / "tea", packs / "coffee")
    head = packs / "coffee" / "course.yaml"
    head.write_text(head.read_text().replace("id: tea", "id: coffee"))
    code = await served.codes.issue("bench", datetime.now(UTC), Subject(1, 7))
    async with Writer(served) as olga:
        for _ in range(2):  # a program that looks at links uses nothing up
            assert "Open the bench" in (await olga.get(f"/bench/enter?code={code}"))[1]
        _, page = await olga.send("enter", code=code)
        assert "A small course on tea" in page
        olga.token = re.search(r'name="token" value="(\w+)"', page)[1]
        await olga.send("tea/q/tea-01", **await olga.form("tea-01") | {"hint": "mine"})
        assert "member 7 published" in plain((await olga.send("tea/publish"))[1])
        assert "for another course" in (await olga.get("/bench/coffee"))[1]
        assert "Your group at a glance" in (await olga.get("/bench/tea"))[1]
        assert (await olga.get("/bench/tea/overview"))[0] == 404  # this counterpart knows of no group
    async with Writer(served) as late:
        assert (await late.send("enter", code=code))[0] == 410
        assert "Welcome to the study group" in (await late.get("/bench/tea"))[1]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
async def test_an_evening_in_a_real_browser(served, viewport, tmp_path):
    async with chromium() as browser, tab(browser, viewport=viewport) as ana:
        await ana.join(served.url, "Ana")
        await ana.page.goto(f"{served.url}bench/tea/q/tea-01")
        box = ana.page.get_by_label("Try an answer")
        await box.fill("the leaves taste stewed")
        await ana.page.locator("[data-trial] .verdict").first.get_by_text("0 of 10").wait_for()
        ways = ana.page.get_by_label("Ways of saying it").first
        await ways.fill(f"{await ways.input_value()}\nstewed")
        await ana.page.locator("mark.earned", has_text="stewed").wait_for()
        assert await ana.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await ana.page.get_by_role("button", name="Keep it").click()
        await ana.page.get_by_text("Kept in the draft").wait_for()
        await ana.page.goto(f"{served.url}bench/tea")
        await ana.page.get_by_role("link", name="See the changes and publish").click()
        await ana.page.locator(".diff .more", has_text="stewed").wait_for()
        await ana.page.get_by_role("button", name="Publish").click()
        await ana.page.get_by_text("Published.").wait_for()
    assert "stewed" in str(served.courses["tea"].item("tea-01").rubric)


async def test_what_was_typed_while_the_line_broke_is_put_back_and_writes_nothing_over(served):
    async with chromium() as browser, tab(browser) as ana:
        await ana.join(served.url, "Ana")
        address = f"{served.url}bench/tea/q/tea-01"
        await ana.page.goto(address)
        form = await ana.page.evaluate(
            "Object.fromEntries([...new FormData(document.querySelector('.editor'))].filter(([, v]) => v.trim))"
        )
        await ana.page.get_by_label("A nudge for those who ask").fill("Think of the leaves.")
        row = ana.page.locator("fieldset.example").nth(4)
        await row.get_by_label("Answer").fill("it tastes stewed")
        on_another_device = form | {"answer": "It stews, somebody else says."}
        assert (await ana.page.context.request.post(address, multipart=on_another_device)).ok
        await ana.page.context.set_offline(True)
        with pytest.raises(PlaywrightError, match="ERR_INTERNET_DISCONNECTED"):
            await ana.page.goto(address)
        await ana.page.context.set_offline(False)
        await ana.page.goto(address)
        await ana.page.get_by_role("button", name="Put it back").click()
        assert await ana.page.get_by_label("A nudge for those who ask").input_value() == "Think of the leaves."
        assert await row.get_by_label("Answer").input_value() == "it tastes stewed"
        await ana.page.get_by_role("button", name="Keep it").click()
        await ana.page.get_by_role("alert").get_by_text("changed this question while you did").wait_for()
        await ana.page.locator(".diff", has_text="It stews, somebody else says.").wait_for()
        await ana.page.get_by_role("button", name="Keep it").click()
        await ana.page.get_by_text("Kept in the draft").wait_for()
        await ana.page.goto(address)
        assert await ana.page.get_by_role("button", name="Put it back").count() == 0
        ana.troubles.clear()


async def test_what_the_browser_gives_back_after_a_reload_is_over_the_state_it_was_typed_over(served, ana):
    arrives = asyncio.Event()

    async def held(route):
        await arrives.wait()
        await route.continue_()

    async with chromium() as browser, tab(browser) as elsewhere:
        signed_in = {one.key: one for one in ana.http.cookie_jar}
        await elsewhere.page.context.add_cookies(
            [{"name": name, "value": one.value, "url": ana.base} for name, one in signed_in.items()]
        )
        address = f"{served.url}bench/tea/q/tea-01"
        await elsewhere.page.goto(address)
        hint = elsewhere.page.get_by_label("A nudge for those who ask")
        await hint.fill("Think of the leaves.")
        was = await elsewhere.page.locator("[name=stamp]").input_value()
        await ana.send("tea/q/tea-01", **await ana.form("tea-01") | {"hint": "Think of the water."})
        await elsewhere.page.route("**/bench.js", held)
        await elsewhere.page.goto(address, wait_until="commit")
        await hint.fill("Think of the leaves.")
        arrives.set()
        await elsewhere.page.wait_for_function("was => document.querySelector('[name=stamp]').value === was", arg=was)


async def test_what_is_typed_before_the_script_arrives_counts_like_the_rest(served):
    arrives = asyncio.Event()

    async def held(route):
        await arrives.wait()
        await route.continue_()

    async with chromium() as browser, tab(browser) as ana:
        await ana.join(served.url, "Ana")
        await ana.page.route("**/bench.js", held)
        await ana.page.goto(f"{served.url}bench/tea/q/tea-01", wait_until="commit")
        await ana.page.get_by_label("Try an answer").fill("the leaves taste stewed")
        rows = ana.page.locator("fieldset.example")
        await rows.nth(4).get_by_label("Answer").fill("it tastes stewed")
        arrives.set()
        await ana.page.locator("[data-trial] .verdict").first.get_by_text("0 of 10").wait_for()
        await rows.nth(5).get_by_label("Answer").fill("stewed")


async def test_a_hundred_megabytes_and_five_hundred_faults_are_a_sentence_each(served, ana, tmp_path):
    async def endless():
        yield f'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n{ana.token}\r\n'.encode()
        for _ in range(5):  # five files of less than the limit, together more
            yield b'--x\r\nContent-Disposition: form-data; name="notes"; filename="a.md"\r\n\r\n'
            yield bytes(5_000_000)
            yield b"\r\n"
        yield b"--x--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=x", "Referer": f"{ana.base}/bench/tea?done=now"}
    for sent in (endless(), io.BytesIO(bytes(100_000_000))):
        async with ana.http.post(f"{ana.base}/bench/tea/notes", data=sent, headers=headers) as answer:
            told = await answer.text()
            assert answer.status == 413 and "more than 20 MB" in told and 'href="/bench/tea"' in told
    assert not (tmp_path / "bench").exists()
    bad = "".join(f"  - id: x{n}\n    ask: Why?\n    answer: So.\n    pionts: [so]\n" for n in range(250))
    week = (served.courses.folder("tea") / "week-01.yaml").read_text()
    await ana.send("tea/q/tea-01", **await ana.form("tea-01") | {"hint": "mine"})
    (tmp_path / "bench" / "tea" / "draft" / "week-01.yaml").write_text(week + bad)
    told = plain((await ana.get("/bench/tea/changes"))[1])
    assert "And 480 more." in told and "There is no key “pionts” here." in told
    status, page = await ana.send("tea/publish")
    assert status == 422 and "Nothing was published" in plain(page)
    assert len(list(served.courses["tea"].items())) == 4


async def test_what_a_member_proposes_is_taken_as_a_draft_or_declined_with_a_word(proposing, ana):
    _, settled = proposing
    page = plain((await ana.get("/bench/tea"))[1])
    assert "Proposed by Ben who is not named to the group" in page and "Which cup?" in page
    form = {"proposal": "7", "week": "week-01.yaml", "ask": "Which cup is best?", "mode": "take"}
    status, page = await ana.send("tea/proposal", **form)
    assert status == 422 and "Write a good answer too" in page and settled == []
    _, page = await ana.send("tea/proposal", **form, answer="A thin one, for it stays hot at the lip.")
    assert "Which cup is best?" in page and (await ana.form("member-7"))["draft"] == "doubtful"
    await ana.send("tea/proposal", proposal="8", mode="decline", word="It is in week 2.")
    assert settled == [(7, "member-7", "", "Ana"), (8, "", "It is in week 2.", "Ana")]
    assert "settled already" in (await ana.send("tea/proposal", proposal="9", mode="decline"))[1]


async def test_the_list_tells_how_a_question_fares_and_the_editor_what_right_answers_say(proposing, ana):
    page = plain((await ana.get("/bench/tea"))[1])
    assert "12 answered, 6.1 of 10 in the mean, 1 of 2 appeals upheld 1 waits for you" in page
    assert "tested, 4" in page and "a task" in page
    form = await ana.form("tea-01")
    page = (await ana.get("/bench/tea/q/tea-01"))[1]
    assert "appealed: It does!" in page and 'data-suggest="stewed" data-point="it would become bitter"' in page
    assert 'data-example="it tastes stewed" data-score="1.0"' in page
    _, page = await ana.send("tea/q/tea-01/try", **form | {"point.0.ways": form["point.0.ways"] + "\nstewed"})
    assert 'data-suggest="stewed"' not in page and page.count('<mark class="earned">stewed</mark>') == 2


async def test_a_course_begins_with_notes_and_with_none_and_never_twice(served, ana, tmp_path):
    async def begin(title, *notes):
        form = aiohttp.FormData({"token": ana.token, "title": title})
        for name, data in notes:
            form.add_field("notes", data, filename=name)
        async with ana.http.post(f"{ana.base}/bench", data=form) as answer:
            return answer.status, plain(await answer.text())

    assert "Give the course a title first." in (await begin(" "))[1]
    status, page = await begin("Milk & more", ("milk.md", NOTES), ("milk.pdf", b"%PDF-1.4"))
    assert status == 422 and "It is a PDF" in page and "Week 1 has 1 graded item from milk.md" in page
    assert "/group setup with “milk-more”" in page and "1 draft nobody has looked at" in page
    assert served.courses["milk-more"].title == "Milk & more"
    assert "There is a course “milk-more” already" in (await begin("Milk: more"))[1]
    status, page = await begin("Bare")
    assert status == 200 and [week.title for week in served.courses["bare"].weeks] == ["Week 1"]
    assert sorted(path.name for path in (tmp_path / "packs").iterdir()) == ["bare", "milk-more"]
    status, page = await begin("Nothing", ("milk.pdf", b"%PDF-1.4"))
    assert status == 422 and "It is a PDF" in page and "nothing" not in served.courses


async def test_a_course_is_taken_along_as_files_and_as_a_bank(ana):
    assert "Aiken" in plain((await ana.get("/bench/tea"))[1])
    for form, start in (("files", b"PK"), ("anki", b"PK"), ("gift", b"$CATEGORY"), ("moodle", b"<?xml")):
        async with ana.http.get(f"{ana.base}/bench/tea/export/{form}") as answer:
            assert answer.status == 200 and (await answer.read()).startswith(start), form
            assert answer.headers["Content-Disposition"].startswith('attachment; filename="tea.')
    assert (await ana.get("/bench/tea/export/word"))[0] == 404


async def test_a_question_gets_a_picture_with_words_and_keeps_it_through_publishing_and_taking_back(
    served, ana, tmp_path
):
    async def draw(data, **more):
        form = aiohttp.FormData({"token": ana.token, **await ana.form("tea-01"), **more})
        form.add_field("shown", data, filename="Cup.PNG", content_type="image/png")
        async with ana.http.post(f"{ana.base}/bench/tea/q/tea-01", data=form) as answer:
            return answer.status, plain(await answer.text())

    status, page = await draw(b"GIF?")
    assert status == 422 and "A question's picture is PNG, JPEG, GIF or WebP" in page
    assert (await draw(PNG, alt="A cup, half full", code="boil(80)"))[0] == 200
    page = (await ana.get("/bench/tea/q/tea-01"))[1]
    assert "<code>boil(80)</code>" in page and "[A cup, half full]" in page
    form = await ana.form("tea-01")
    assert re.fullmatch(r"cup-[0-9a-f]{8}\.png", form["picture"]) and form["alt"] == "A cup, half full"
    await ana.send("tea/publish")
    assert served.courses["tea"].item("tea-01").picture == form["picture"]
    assert await served.courses.picture("tea", form["picture"]) == PNG
    async with ana.http.get(f"{ana.base}/bench/tea/pictures/{form['picture']}") as answer:
        assert answer.content_type == "image/png" and await answer.read() == PNG
    assert (await ana.get("/bench/tea/pictures/none.png"))[0] == 404
    _, page = await ana.send("tea/q/tea-01", **form)  # as if every box were ticked
    assert (await ana.form("tea-01"))["picture"] == ""
    _, page = await ana.send("tea/publish")
    moment = re.findall(r'name="moment" value="([^"]+)"', page)[0]
    await ana.send("tea/undo", moment=moment)
    assert served.courses["tea"].item("tea-01").picture == form["picture"]
    assert await served.courses.picture("tea", form["picture"]) == PNG
