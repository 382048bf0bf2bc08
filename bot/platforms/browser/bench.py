"""The bench's addresses: an organiser writes, tries, compares and publishes a course in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import quote

from aiohttp import web

from bot.packs.bench import Bench, BenchError, Changed, Edit, Opened, Publication, stamp_of
from bot.packs.importing import ImportRefused, week_of_notes
from bot.platforms.browser import uploads
from bot.platforms.browser.bench_doors import BenchDoors, Sitting
from bot.platforms.browser.bench_forms import Draft, ListedWeek, drafted, listed_weeks, rows
from bot.platforms.browser.middleware import html, wants_json
from bot.platforms.browser.view import View
from study.course import Item
from study.grading import ACCEPT, draft, grade, write_rubric
from study.grading.authoring.evaluation import Marked, replay, suggest
from study.grading.feedback import in_full, in_points, words_marked
from study.packs import Fault, PackFaults
from study.packs.fields import fields_of
from study.packs.shapes import ID
from study.packs.splicing import RECAP, as_data, as_yaml

ELSEWHERE = "{} follows this course too, and nobody of this page organises it. Only who runs the bot can publish it."


class BenchPages:
    """The pages of the bench, for organisers of the page alone."""

    def __init__(self, bench: Bench, doors: BenchDoors, view: View) -> None:
        self._bench, self._doors, self._view = bench, doors, view

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        course = "/bench/{course:[a-z0-9-]+}"
        item, recap = f"{course}/q/{{item:[a-z0-9-]+}}", f"{course}/recap/{{week:week-[0-9]+}}"
        return [
            web.get("/bench", self.home),
            web.get("/bench/enter", self.entrance),
            web.post("/bench/enter", self.enter),
            web.get(course, self.course),
            web.get(f"{course}/changes", self.changes),
            web.post(f"{course}/publish", self.publish),
            web.post(f"{course}/discard", self.discard),
            web.post(f"{course}/undo", self.undo),
            web.post(f"{course}/new", self.add),
            web.post(f"{course}/notes", self.notes),
            *(route for each in (item, recap) for route in self._editing(each)),
            web.post(f"{item}/remove", self.remove),
        ]

    def _editing(self, path: str) -> list[web.RouteDef]:
        return [web.get(path, self.item), web.post(path, self.save), web.post(f"{path}/try", self.attempt)]

    async def entrance(self, request: web.Request) -> web.Response:
        """Where a private link leads: a press goes on, for programs that look at links must not use them up."""
        return html(self._view.page("bench_enter.html", code=request.query.get("code", "")[:100]))

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Begin to change the course of the group that the link came from."""
        raise await self._doors.enter(request, (await uploads.read(request)).get("code"))

    async def home(self, request: web.Request) -> web.Response:
        """All courses."""
        sitting = await self._doors.sitting(request)
        if sitting.course is not None:
            raise web.HTTPSeeOther(f"/bench/{sitting.course}")
        courses = [(course, self._bench.has_draft(course.id)) for course in self._bench.courses.values()]
        return html(self._view.page("bench.html", courses=courses))

    async def course(self, request: web.Request) -> web.Response:
        """A course with its weeks and questions, and how each stands."""
        return await self._overview(request, await self._doors.sitting(request))

    async def _overview(self, request: web.Request, author: Sitting, fault: str = "", done: str = "") -> web.Response:
        course = self._course(request)

        def read() -> tuple[list[ListedWeek], bool, list[Edit], list[Publication]]:
            bench = self._bench
            try:
                files = bench.files(course)
            except PackFaults as faults:
                raise BenchError(str(faults)) from faults
            weeks = listed_weeks(files, bench.published(course))
            return weeks, bench.has_draft(course), bench.edits(course)[:5], bench.history(course)[:10]

        weeks, changed, edits, history = await self._bench.run(read)
        page = self._view.page(
            "bench_course.html",
            course=self._bench.courses[course],
            author=author,
            fault=fault,
            done=done or DONE.get(request.query.get("done", ""), ""),
            weeks=weeks,
            changed=changed,
            edits=edits,
            history=history,
            names={
                ref: await self._doors.name(ref) for ref in {each.by for each in edits} | {each.by for each in history}
            },
        )
        return html(page, 422 if fault else 200)

    async def item(self, request: web.Request) -> web.Response:
        """One question, to be changed."""
        author = await self._doors.sitting(request)
        course, opened = self._course(request), await self._opened(request)
        if wants_json(request):
            last = next((edit for edit in self._bench.edits(course) if edit.item == opened.name), None)
            by = await self._doors.name(last.by) if last else ""
            return web.json_response({"stamp": opened.stamp, "by": by})
        return await self._editor(request, author, Draft(opened, fields_of(opened.data)))

    async def _editor(
        self,
        request: web.Request,
        author: Sitting,
        form: Draft,
        *,
        fault: str = "",
        theirs: Mapping[str, object] | None = None,
        by: str = "",
    ) -> web.Response:
        course = self._course(request)
        tried = await self._bench.run(partial(self._trial, course, form, ""))
        page = self._view.page(
            "bench_item.html",
            course=self._bench.courses[course],
            author=author,
            opened=form.opened,
            recap=form.opened.id == RECAP,
            fields=form.fields,
            points=rows(form.fields.points),
            wrong=rows(form.fields.wrong),
            choices=rows(form.fields.choices),
            examples=rows(form.fields.examples),
            yaml=form.yaml or as_yaml(dict(form.wanted)),
            tried=tried,
            fault=fault,
            theirs=None if theirs is None else as_yaml(dict(theirs)),  # type: ignore[arg-type]
            by=by,
            saved="saved" in request.query and not fault,
        )
        return html(page, 409 if theirs is not None else 422 if fault else 200)

    async def save(self, request: web.Request) -> web.StreamResponse:
        """Keep a question as it was changed, in the draft."""
        author, sent = await self._doors.sent(request)
        course, now = self._course(request), await self._opened(request)
        form = drafted(now, sent.texts)
        if form.fault:
            return await self._editor(request, author, form, fault=form.fault)
        try:
            await self._bench.run(partial(self._bench.change, course, form.opened, form.wanted, author.ref))
        except Changed as changed:
            mine = Draft(Opened(now.week, now.id, changed.theirs, stamp_of(changed.theirs)), form.fields)
            by = await self._doors.name(changed.by) if changed.by else "Somebody"
            fault = f"{by} changed this question while you did; theirs stands beside yours."
            return await self._editor(request, author, mine, fault=fault, theirs=changed.theirs, by=by)
        except BenchError as error:
            return await self._editor(request, author, form, fault=str(error))
        raise web.HTTPSeeOther(f"/bench/{course}/{now.path}?saved=1")

    async def attempt(self, request: web.Request) -> web.Response:
        """Grade an answer by the question as it stands in the form, and replay its examples."""
        _, sent = await self._doors.sent(request)
        form = drafted(await self._opened(request), sent.texts)
        tried = await self._bench.run(partial(self._trial, self._course(request), form, sent.get("try")))
        return html(self._view.page("bench_trial.html", tried=tried))

    def _trial(self, course: str, form: Draft, answer: str) -> Mapping[str, object]:
        if form.fault:
            return {"faults": [form.fault], "examples": [], "answer": None, "suggestions": []}
        try:
            item = self._bench.tried(course, form.opened, form.wanted)
        except PackFaults as faults:
            return {
                "faults": [_sentence(one) for one in faults.faults],
                "examples": [],
                "answer": None,
                "suggestions": [],
            }
        except BenchError as error:
            return {"faults": [str(error)], "examples": [], "answer": None, "suggestions": []}
        if item.rubric is None:
            return {"faults": [], "examples": [], "answer": None, "suggestions": []}
        marked = [Marked(one.answer, one.score) for one in item.rubric.examples]
        replayed = replay(item.rubric, marked, item.question)
        return {
            "faults": [],
            "reference": _graded(item, item.answer),
            "examples": [(one, _graded(item, one.marked.answer)) for one in replayed],
            "answer": _graded(item, answer) if answer.strip() else None,
            "suggestions": suggest(item.rubric, replayed, item.question, 1)[:8],
        }

    async def remove(self, request: web.Request) -> web.StreamResponse:
        """Take a question out of the draft."""
        author, _ = await self._doors.sent(request)
        course, opened = self._course(request), await self._opened(request)
        return await self._done(
            request, author, partial(self._bench.remove, course, opened.id, author.ref), "taken-out"
        )

    async def add(self, request: web.Request) -> web.StreamResponse:
        """A new question, begun with an id and the question alone."""
        author, sent = await self._doors.sent(request)
        course, name, ask = self._course(request), sent.get("id").strip(), sent.get("ask").strip()
        if not re.fullmatch(ID, name):
            return await self._overview(request, author, "An id has small letters, digits and dashes: ch02-own-1.")
        if not ask:
            return await self._overview(request, author, "Write the question as people will read it.")
        answer = sent.get("answer").strip()
        if not any(letter.isalnum() for letter in answer):
            return await self._overview(request, author, "Write a good answer too: the first rubric is made of it.")
        language = self._bench.courses[course].language
        rubric = as_data(write_rubric(draft(ask, answer, language=language)))
        assert isinstance(rubric, dict)
        wanted = {"id": name, "ask": ask, "answer": answer, "draft": "doubtful", **rubric}
        try:
            await self._bench.run(partial(self._bench.add, course, sent.get("week"), wanted, author.ref))
        except BenchError as error:
            return await self._overview(request, author, str(error))
        raise web.HTTPSeeOther(f"/bench/{course}/q/{quote(name)}?saved=1")

    async def notes(self, request: web.Request) -> web.StreamResponse:
        """Notes become a week of the draft."""
        author, sent = await self._doors.sent(request)
        course, dropped = self._course(request), sent.pictures.get("notes")
        if dropped is None:
            return await self._overview(request, author, "Choose a file of notes first.")
        try:
            files = await self._bench.run(partial(self._bench.files, course))
            language = self._bench.courses[course].language
            name, text, sentence = await self._bench.run(
                partial(week_of_notes, dropped.name, dropped.data, files, language)
            )
            await self._bench.run(partial(self._bench.add_file, course, name, text, author.ref))
        except (BenchError, ImportRefused, PackFaults) as error:
            return await self._overview(request, author, str(error))
        return await self._overview(request, author, done=sentence)

    async def changes(self, request: web.Request) -> web.Response:
        """What publishing would change, and what is wrong with it."""
        return await self._compared(request, await self._doors.sitting(request))

    async def _compared(self, request: web.Request, author: Sitting, fault: str = "") -> web.Response:
        course = self._course(request)
        difference = await self._bench.run(partial(self._bench.difference, course))
        faults = await self._bench.run(partial(self._bench.faults, course))
        page = self._view.page(
            "bench_changes.html",
            course=self._bench.courses[course],
            author=author,
            difference=difference,
            faults=[_sentence(one, place=True) for one in faults],
            fault=fault,
        )
        return html(page, 422 if fault else 200)

    async def publish(self, request: web.Request) -> web.StreamResponse:
        """Put the draft in place."""
        author, _ = await self._doors.sent(request)
        course = self._course(request)
        if others := await author.others(course):
            return await self._compared(request, author, ELSEWHERE.format(others[0]))
        try:
            await self._bench.run(partial(self._bench.publish, course, author.ref))
        except PackFaults as faults:
            return await self._compared(request, author, f"Nothing was published: {faults.faults[0]}")
        except BenchError as error:
            return await self._compared(request, author, str(error))
        raise web.HTTPSeeOther(f"/bench/{course}?done=published")

    async def discard(self, request: web.Request) -> web.StreamResponse:
        """Forget the draft."""
        author, _ = await self._doors.sent(request)
        return await self._done(request, author, partial(self._bench.discard, self._course(request)), "forgotten")

    async def undo(self, request: web.Request) -> web.StreamResponse:
        """Publish again what stood before."""
        author, sent = await self._doors.sent(request)
        course = self._course(request)
        if others := await author.others(course):
            return await self._overview(request, author, ELSEWHERE.format(others[0]))
        return await self._done(
            request, author, partial(self._bench.undo, course, sent.get("moment"), author.ref), "published"
        )

    async def _done(
        self, request: web.Request, author: Sitting, work: Callable[[], None], done: str
    ) -> web.StreamResponse:
        try:
            await self._bench.run(work)
        except (BenchError, PackFaults) as error:
            return await self._overview(request, author, str(error))
        raise web.HTTPSeeOther(f"/bench/{self._course(request)}?done={done}")

    def _course(self, request: web.Request) -> str:
        course = request.match_info["course"]
        if course not in self._bench.courses:
            raise web.HTTPNotFound(text="There is no such course here.")
        return course

    async def _opened(self, request: web.Request) -> Opened:
        try:
            item, week = request.match_info.get("item", RECAP), request.match_info.get("week")
            found = partial(self._bench.opened, self._course(request), item, f"{week}.yaml" if week else "")
            return await self._bench.run(found)
        except (BenchError, PackFaults) as error:
            raise web.HTTPNotFound(text=str(error)) from error


DONE = {
    "published": "Published. The group reads it from now on, and answers are graded again where a rubric changed.",
    "forgotten": "The changes are forgotten.",
    "taken-out": "The question is taken out of the draft.",
}
"""What is said once something is done, by what its address calls it."""


def _sentence(fault: Fault, *, place: bool = False) -> str:
    where = f"{fault.file}, line {fault.line}: " if place else ""
    return f"{where}{fault.what} {fault.fix}".strip()


def _graded(item: Item, answer: str) -> Mapping[str, object]:
    assert item.rubric is not None
    got = grade(item.rubric, answer, question=item.question)
    return {
        "words": list(words_marked(answer, got, item.rubric.language)),
        "points": in_points(got.score),
        "accepted": got.score >= ACCEPT,
        "verdict": got.verdict,
        "lines": in_full(item.rubric, got),
    }
