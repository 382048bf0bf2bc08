"""The page where an organiser drops folders of pictures and has a model taught: the same steps as in chat, in bulk."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from aiohttp import web

from bot.platforms.browser import uploads
from bot.platforms.browser.auth import Auth
from bot.platforms.browser.conversation import Conversation, Gesture
from bot.platforms.browser.folders.dropped import DropRefused, Labelled, labelled
from bot.platforms.browser.middleware import html, wants_json
from bot.platforms.browser.view import View, Viewer
from bot.platforms.host import Host
from bot.vision import pictures
from bot.vision.pictures import PictureRefused
from cogs.messages import Refusal, Reply
from cogs.training import consent, give
from study.texts import _

BATCH_BYTES, BATCH_FILES = 8 << 20, 20
"""What the page's script sends in one form."""


@dataclass(slots=True)
class Arrived:
    """What came of one form: pictures kept by label, and what was passed over, counted by reason.

    `wait`: it was not its sender's turn, so the same may be sent again.
    """

    kept: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    fault: str = ""
    wait: bool = False

    def as_json(self) -> dict[str, object]:
        """As the page's script takes it."""
        return {"kept": dict(self.kept), "passed_over": dict(self.passed_over), "fault": self.fault, "wait": self.wait}


class FolderPages:
    """The page of a channel. Every picture goes the way of one that is given in chat."""

    def __init__(self, auth: Auth, view: View, host: Host, conversation: Conversation) -> None:
        self._auth, self._view, self._host, self._conversation = auth, view, host, conversation

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        return [
            web.get("/c/{channel}/models", self.page),
            web.post("/c/{channel}/models", self.drop),
            web.post("/c/{channel}/models/train", self.train),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """The page."""
        viewer = await self._auth.viewer(request)
        self._organises(viewer)
        return self._shown(viewer, request.query.get("model", "")[:48])

    async def drop(self, request: web.Request) -> web.Response:
        """Files, folders or a zip."""
        viewer, sent = await self._auth.sent(request)
        self._organises(viewer)
        model = sent.get("model")
        arrived = await self._taken(self._auth.gesture(viewer, sent), sent, model)
        if wants_json(request):
            return web.json_response(arrived.as_json(), status=422 if arrived.fault else 200)
        return self._shown(viewer, model, arrived, 422 if arrived.fault else 200)

    async def train(self, request: web.Request) -> web.Response:
        """Begin: as the command does, whose message in the channel shows how far it is."""
        viewer, sent = await self._auth.sent(request)
        self._organises(viewer)
        did = self._auth.gesture(viewer, sent)
        outcome = await self._conversation.write(did, f"/model train model:{sent.get('model')}", None)
        if outcome.fault or not outcome.entries:
            return self._shown(viewer, sent.get("model"), Arrived(fault=outcome.fault or _("Say its name first.")), 422)
        raise web.HTTPSeeOther(f"/c/{quote(viewer.channel)}{viewer.query}#m{outcome.entries[0].id}")

    async def _taken(self, did: Gesture, sent: uploads.Sent, model: str) -> Arrived:
        arrived = Arrived()
        try:
            async with self._host.intake.place(f"{did.channel}/{did.member.id}"):
                for number, one in enumerate(labelled(sent.files, " ".join(sent.get("label").split()))):
                    arrived.passed_over.update(await self._kept(did, model, number, one, arrived.kept))
        except PictureRefused as refused:
            arrived.fault, arrived.wait = str(refused), True
        except (Refusal, DropRefused) as refused:
            arrived.fault = str(refused)
        if not arrived.fault and not arrived.kept and not arrived.passed_over:
            arrived.fault = _("Choose pictures first: a folder for each thing, or a zip of such folders.")
        return arrived

    async def _kept(self, did: Gesture, model: str, number: int, one: Labelled, kept: Counter[str]) -> Sequence[str]:
        """Give one picture, as its button in chat would; why it was passed over, if it was. Raises a Refusal."""
        if one.picture is None:
            lost = not one.label and not pictures.is_model(one.name)
            return [_("It lies in no folder, and no label was given.") if lost else pictures.not_a_picture(one.name)]
        press = replace(give(model, one.label), name="training.given")
        ask = self._conversation.ask(replace(did, key=f"{did.key}-{number}"), {"picture": one.picture})
        reply = await self._host.dispatcher.press(press.id, ask)
        assert isinstance(reply, Reply)
        if not reply.taken:
            return [reply.summary]
        kept[one.label] += 1
        return []

    def _organises(self, viewer: Viewer) -> None:
        if not viewer.organises:
            raise web.HTTPForbidden(text=_("Only organisers teach models here."))

    def _shown(self, viewer: Viewer, model: str, arrived: Arrived | None = None, status: int = 200) -> web.Response:
        page = self._view.page(
            "folders.html",
            viewer=viewer,
            back=f"/c/{quote(viewer.channel)}{viewer.query}",
            base=f"/c/{quote(viewer.channel)}/models",
            model=model,
            arrived=arrived,
            consent=consent(),
            batch=(BATCH_FILES, BATCH_BYTES),
            key=secrets.token_urlsafe(12),
        )
        return html(page, status)
