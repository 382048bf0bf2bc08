"""The bench's addresses: an organiser writes, tries, compares and publishes a course in the browser."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote

from aiohttp import web

from bot.packs.bench import Bench, BenchError, Changed, Edit, Opened, Publication, stamp_of, zipped
from bot.packs.importing import Gathered, ImportRefused, new_course, weeks_of_notes
from bot.platforms.browser import uploads
from bot.platforms.browser.bench.doors import BenchDoors, Sitting
from bot.platforms.browser.bench.forms import Draft, drafted, rows
from bot.platforms.browser.bench.listing import ListedItem, ListedWeek, drafts, listed_weeks
from bot.platforms.browser.bench.previews import PLACES, Previews, previews
from bot.platforms.browser.bench.trial import Trial, tried
from bot.platforms.browser.middleware import html, wants_json
from bot.platforms.browser.view import View
from bot.vision import pictures
from cogs.evidence import Evidence, Judged, recap_of
from cogs.rehearsal import rehearse, rehearse_recap
from study.banks import FORMS, kept_back, write_bank
from study.grading import draft, write_rubric
from study.notes import left_to_reader, to_do
from study.packs import Fault, PackFaults
from study.packs.fields import fields_of
from study.packs.shapes import ID, PICTURE
from study.packs.splicing import RECAP, as_data, as_yaml
from study.packs.tree import Data
from study.texts import _, noop

BEGUN = noop("The course has begun. /group setup with “{course}” asks its questions in a channel, whenever you like.")
ELSEWHERE = noop(
    "{group} follows this course too, and nobody of this page organises it. Only who runs the bot can publish it."
)

Settle = Callable[[int, str, str, str], Awaitable[bool]]
"""Settles a proposed question by its id: the item that it became or, without one, why it became none; and by whom."""


class BenchPages:
    """The pages of the bench, for organisers of the page alone."""

    def __init__(self, bench: Bench, doors: BenchDoors, view: View, settle: Settle) -> None:
        self._bench, self._doors, self._view, self._settle = bench, doors, view, settle

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        course = "/bench/{course:[a-z0-9-]+}"
        item, recap = f"{course}/q/{{item:[a-z0-9-]+}}", f"{course}/recap/{{week:week-[0-9]+}}"
        return [
            web.get("/bench", self.home),
            web.post("/bench", self.begin),
            web.get("/bench/enter", self.entrance),
            web.post("/bench/enter", self.enter),
            web.get(course, self.course),
            web.get(f"{course}/export/{{form:[a-z]+}}", self.export),
            web.get(f"{course}/pictures/{{name:{PICTURE}}}", self.picture),
            web.get(f"{course}/changes", self.changes),
            web.post(f"{course}/publish", self.publish),
            web.post(f"{course}/discard", self.discard),
            web.post(f"{course}/undo", self.undo),
            web.post(f"{course}/new", self.add),
            web.post(f"{course}/notes", self.notes),
            web.post(f"{course}/proposal", self.proposal),
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
        raise await self._doors.enter(request, (await uploads.small(request)).get("code"))

    async def home(self, request: web.Request) -> web.Response:
        """All courses."""
        sitting = await self._doors.sitting(request)
        if sitting.course is not None:
            raise web.HTTPSeeOther(f"/bench/{sitting.course}")
        return self._all_courses(sitting)

    def _all_courses(self, author: Sitting, fault: str = "", title: str = "") -> web.Response:
        courses = [(course, self._bench.has_draft(course.id)) for course in self._bench.courses.values()]
        page = self._view.page("bench.html", courses=courses, author=author, fault=fault, title=title)
        return html(page, 422 if fault else 200)

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """A course of one's own, of notes or empty; nobody follows it until a group is set up with it."""
        author, sent = await self._doors.sent(request)
        if author.course is not None:
            raise web.HTTPForbidden(
                text=_("This link is for {course}; who runs the bot begins other courses.", course=author.course)
            )
        title = " ".join(sent.get("title").split())[:200]
        if not title:
            return self._all_courses(author, _("Give the course a title first."))
        notes = [(each.name, each.data) for each in sent.files]
        try:
            course, made = await self._bench.run(partial(new_course, title, notes, self._bench.courses.keys()))
            await self._bench.run(partial(self._bench.begin, course, made.weeks))
        except (BenchError, ImportRefused, PackFaults) as error:
            return self._all_courses(author, str(error), title)
        request.match_info["course"] = course
        return await self._read_in(request, author, made, _(BEGUN, course=course))

    async def course(self, request: web.Request) -> web.Response:
        """A course with its weeks and questions, and how each stands."""
        return await self._overview(request, await self._doors.sitting(request))

    async def _overview(
        self, request: web.Request, author: Sitting, fault: str = "", done: Sequence[str] = (), left: Sequence[str] = ()
    ) -> web.Response:
        course = self._course(request)
        evidence = await author.evidence(course, "")

        def read() -> tuple[list[ListedWeek], bool, list[Edit], list[Publication]]:
            bench = self._bench
            try:
                files = bench.files(course)
            except PackFaults as faults:
                raise BenchError(str(faults)) from faults
            weeks = listed_weeks(files, bench.published(course), bench.maturities(course), evidence)
            return weeks, bench.has_draft(course), bench.edits(course)[:5], bench.history(course)[:10]

        weeks, changed, edits, history = await self._bench.run(read)
        page = self._view.page(
            "bench_course.html",
            course=self._bench.courses[course],
            author=author,
            fault=fault,
            done=done or _done(request.query.get("done", "")),
            left=left,
            weeks=weeks,
            drafts=drafts(weeks),
            proposals=evidence.proposals,
            forms=[(name, form.title) for name, form in FORMS.items()],
            kept_back=await asyncio.to_thread(kept_back, self._bench.courses[course]),
            changed=changed,
            edits=edits,
            history=history,
            names={
                ref: await self._doors.name(ref) for ref in {each.by for each in edits} | {each.by for each in history}
            },
        )
        return html(page, 422 if fault else 200)

    async def export(self, request: web.Request) -> web.Response:
        """The course as a question bank of another program, or as the files that it is."""
        await self._doors.sitting(request)
        course, name = self._course(request), request.match_info["form"]
        form = FORMS.get(name)
        if name == "files":
            files = await self._bench.run(partial(self._bench.files, course))
            data, ending = zipped(files, await self._bench.run(partial(self._bench.pictures, course)), course), "zip"
        elif form is not None:
            shown = await self._bench.run(partial(self._bench.pictures, course))
            written = await asyncio.to_thread(write_bank, form, self._bench.courses[course], shown)
            data, ending = written.data, form.ending
        else:
            raise web.HTTPNotFound(text=_("There is no such form to export in."))
        attached = {"Content-Disposition": f'attachment; filename="{course}.{ending}"'}
        return web.Response(body=data, content_type="application/octet-stream", headers=attached)

    async def picture(self, request: web.Request) -> web.Response:
        """A picture of the course."""
        await self._doors.sitting(request)
        wanted = partial(self._bench.picture, self._course(request), request.match_info["name"])
        data = await self._bench.run(wanted)
        if data is None:
            raise web.HTTPNotFound(text=_("That picture is gone."))
        headers = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, max-age=600"}
        return web.Response(
            body=data, content_type=pictures.kind_of(data) or "application/octet-stream", headers=headers
        )

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
        answer: str = "",
        theirs: Mapping[str, object] | None = None,
        by: str = "",
    ) -> web.Response:
        course = self._course(request)
        judged = await self._judged(author, course, form.opened)
        trial = await self._bench.run(partial(self._trial, course, form, answer, judged))
        looks = await self._looks(course, form, trial)
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
            answer=answer,
            tried=trial,
            looks=looks,
            look=PLACES[0],
            fault=fault,
            theirs=None if theirs is None else as_yaml(dict(theirs)),  # type: ignore[arg-type]
            by=by,
            saved="saved" in request.query and not fault,
            onward=await self._bench.run(partial(self._onward, course, form.opened)),
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
            if (picture := sent.pictures.get("shown")) is not None:
                keep = partial(self._bench.keep_picture, course, picture.name, picture.data)
                form = replace(form, fields=replace(form.fields, picture=await self._bench.run(keep)))
        except BenchError as error:
            return await self._editor(request, author, form, fault=str(error))
        try:
            await self._bench.run(partial(self._bench.change, course, form.opened, form.wanted, author.ref))
        except Changed as changed:
            mine = Draft(Opened(now.week, now.id, changed.theirs, stamp_of(changed.theirs)), form.fields)
            by = await self._doors.name(changed.by) if changed.by else _("Somebody")
            fault = _("{name} changed this question while you did; theirs stands beside yours.", name=by)
            return await self._editor(request, author, mine, fault=fault, theirs=changed.theirs, by=by)
        except BenchError as error:
            return await self._editor(request, author, form, fault=str(error))
        raise web.HTTPSeeOther(f"/bench/{course}/{now.path}?saved=1")

    async def attempt(self, request: web.Request) -> web.Response:
        """Grade an answer by the question as it stands in the form, and replay its examples.

        A browser without scripts presses a button for it and gets the whole page back, with what was typed in it.
        """
        author, sent = await self._doors.sent(request)
        form = drafted(await self._opened(request), sent.texts)
        if sent.get("mode") == "try":
            return await self._editor(request, author, form, fault=form.fault, answer=sent.get("try"))
        judged = await self._judged(author, self._course(request), form.opened)
        trial = await self._bench.run(partial(self._trial, self._course(request), form, sent.get("try"), judged))
        course = self._bench.courses[self._course(request)]
        looks, look = await self._looks(course.id, form, trial), sent.get("as")
        look = look if look in PLACES else PLACES[0]
        return html(self._view.page("bench_trial.html", tried=trial, course=course, looks=looks, look=look))

    async def _looks(self, course: str, form: Draft, trial: Trial) -> Previews | None:
        """How the question as it stands looks elsewhere; None where it cannot be read."""
        item, pack = trial.item, self._bench.courses[course]
        if item is None:
            return None
        now = datetime.now(UTC)
        if form.opened.id == RECAP:
            rehearsed = rehearse_recap(item, pack, _number_of(form.opened), now)
        else:
            shown = None
            if item.picture:
                shown = await self._bench.run(partial(self._bench.picture, course, item.picture))
            rehearsed = rehearse(item, pack, shown, now)
        return previews(rehearsed, f"/bench/{course}/pictures/{quote(item.picture)}") if rehearsed else None

    async def _judged(self, author: Sitting, course: str, opened: Opened) -> Sequence[Judged]:
        """The answers to a question that were marked in the author's groups, or whose writers appeal."""
        item = recap_of(_number_of(opened)) if opened.id == RECAP else opened.id
        return (await author.evidence(course, item)).judged.get(item, ())

    def _onward(self, course: str, opened: Opened) -> ListedItem | None:
        """The draft to look at next, besides this question."""
        files = {name: text for name, text in self._bench.files(course).items() if "draft:" in text}
        weeks = listed_weeks(files, {}, {}, Evidence())
        return next((each for each in drafts(weeks) if each.path != opened.path), None)

    def _trial(self, course: str, form: Draft, answer: str, judged: Sequence[Judged]) -> Trial:
        if form.fault:
            return Trial((form.fault,))
        try:
            item = self._bench.tried(course, form.opened, form.wanted)
        except PackFaults as faults:
            return Trial(tuple(_sentence(one) for one in faults.faults))
        except BenchError as error:
            return Trial((str(error),))
        return tried(item, answer, judged)

    async def remove(self, request: web.Request) -> web.StreamResponse:
        """Take a question out of the draft."""
        author, _sent = await self._doors.sent(request)
        course, opened = self._course(request), await self._opened(request)
        return await self._done(
            request, author, partial(self._bench.remove, course, opened.id, author.ref), "taken-out"
        )

    async def add(self, request: web.Request) -> web.StreamResponse:
        """A new question, begun with an id and the question alone."""
        author, sent = await self._doors.sent(request)
        course, name, ask = self._course(request), sent.get("id").strip(), sent.get("ask").strip()
        if not re.fullmatch(ID, name):
            return await self._overview(request, author, _("An id has small letters, digits and dashes: ch02-own-1."))
        if not ask:
            return await self._overview(request, author, _("Write the question as people will read it."))
        answer = sent.get("answer").strip()
        if not any(letter.isalnum() for letter in answer):
            return await self._overview(request, author, _("Write a good answer too: the first rubric is made of it."))
        try:
            await self._added(course, sent.get("week"), name, ask, answer, author)
        except BenchError as error:
            return await self._overview(request, author, str(error))
        raise web.HTTPSeeOther(f"/bench/{course}/q/{quote(name)}?saved=1")

    async def _added(self, course: str, week: str, name: str, ask: str, answer: str, author: Sitting) -> None:
        """A question more in the draft, with a first rubric if its answer says anything. Raises BenchError."""
        language = self._bench.courses[course].language
        graded: dict[str, Data] = {"ungraded": to_do(language)}
        if not left_to_reader(ask, answer):
            rubric = as_data(write_rubric(draft(ask, answer, language=language)))
            assert isinstance(rubric, dict)
            graded = {"draft": "doubtful", **rubric}
        wanted: dict[str, Data] = {"id": name, "ask": ask, "answer": answer, **graded}
        await self._bench.run(partial(self._bench.add, course, week, wanted, author.ref))

    async def proposal(self, request: web.Request) -> web.StreamResponse:
        """A member's question is taken into the draft, or declined with a word; they are told."""
        author, sent = await self._doors.sent(request)
        course, wanted = self._course(request), sent.get("proposal")
        found = next((one for one in (await author.evidence(course, "")).proposals if str(one.id) == wanted), None)
        if found is None:
            return await self._overview(request, author, _("This question is settled already."))
        if sent.get("mode") == "decline":
            await self._settle(found.id, "", sent.get("word").strip()[:1000], author.name)
            raise web.HTTPSeeOther(f"/bench/{course}?done=declined")
        ask, answer = sent.get("ask").strip() or found.text, sent.get("answer").strip()
        if not any(letter.isalnum() for letter in answer):
            return await self._overview(request, author, _("Write a good answer too: the first rubric is made of it."))
        name = f"member-{found.id}"
        try:
            await self._added(course, sent.get("week"), name, ask, answer, author)
        except BenchError as error:
            return await self._overview(request, author, str(error))
        await self._settle(found.id, name, "", author.name)
        raise web.HTTPSeeOther(f"/bench/{course}/q/{name}?saved=1")

    async def notes(self, request: web.Request) -> web.StreamResponse:
        """Notes become a week of the draft."""
        author, sent = await self._doors.sent(request)
        course = self._course(request)
        if not sent.files:
            return await self._overview(request, author, _("Choose a file of notes first."))
        notes = [(each.name, each.data) for each in sent.files]
        language = self._bench.courses[course].language

        def read() -> Gathered:
            made = weeks_of_notes(notes, self._bench.files(course), language)
            self._bench.add_files(course, made.weeks, author.ref)
            return made

        try:
            made = await self._bench.run(read)
        except (BenchError, PackFaults) as error:
            return await self._overview(request, author, str(error))
        return await self._read_in(request, author, made)

    async def _read_in(self, request: web.Request, author: Sitting, made: Gathered, *said: str) -> web.Response:
        """What became of files of notes: weeks, with what was left out of them, and those that were refused."""
        return await self._overview(request, author, " ".join(made.refused), (*said, *made.sentences), made.left)

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
        author, _sent = await self._doors.sent(request)
        course = self._course(request)
        if others := await author.others(course):
            return await self._compared(request, author, _(ELSEWHERE, group=others[0]))
        try:
            await self._bench.run(partial(self._bench.publish, course, author.ref))
        except PackFaults as faults:
            return await self._compared(request, author, _("Nothing was published: {fault}", fault=faults.faults[0]))
        except BenchError as error:
            return await self._compared(request, author, str(error))
        raise web.HTTPSeeOther(f"/bench/{course}?done=published")

    async def discard(self, request: web.Request) -> web.StreamResponse:
        """Forget the draft."""
        author, _sent = await self._doors.sent(request)
        return await self._done(request, author, partial(self._bench.discard, self._course(request)), "forgotten")

    async def undo(self, request: web.Request) -> web.StreamResponse:
        """Publish again what stood before."""
        author, sent = await self._doors.sent(request)
        course = self._course(request)
        if others := await author.others(course):
            return await self._overview(request, author, _(ELSEWHERE, group=others[0]))
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
            raise web.HTTPNotFound(text=_("There is no such course here."))
        return course

    async def _opened(self, request: web.Request) -> Opened:
        try:
            item, week = request.match_info.get("item", RECAP), request.match_info.get("week")
            found = partial(self._bench.opened, self._course(request), item, f"{week}.yaml" if week else "")
            return await self._bench.run(found)
        except (BenchError, PackFaults) as error:
            raise web.HTTPNotFound(text=str(error)) from error


DONE = {
    "published": noop(
        "Published. The group reads it from now on, and answers are graded again where a rubric changed."
    ),
    "forgotten": noop("The changes are forgotten."),
    "declined": noop("Declined, and whoever proposed it is told."),
    "taken-out": noop("The question is taken out of the draft."),
}
"""What is said once something is done, by what its address calls it."""


def _sentence(fault: Fault, *, place: bool = False) -> str:
    where = f"{fault.file}, line {fault.line}: " if place else ""
    return f"{where}{fault.what} {fault.fix}".strip()


def _done(what: str) -> Sequence[str]:
    return (_(DONE[what]),) if what in DONE else ()


def _number_of(opened: Opened) -> int:
    """The number of the week in whose file a question was opened."""
    return int("".join(filter(str.isdigit, opened.week)) or 0)
