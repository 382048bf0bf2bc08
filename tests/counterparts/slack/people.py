"""A person at their screen: types commands, presses buttons, fills in modals, and sees what Slack would show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.counterparts.slack.model import PATIENCE, Ack, Channel, Json, Message, StoredFile, StoredView, Team, User
from tests.counterparts.slack.webapi import words

if TYPE_CHECKING:
    from tests.counterparts.slack.server import Slack


class Unacknowledged(AssertionError):
    """Slack showed the person that the app did not answer in time."""


class Member:
    def __init__(self, slack: Slack, team: Team, user: User) -> None:
        self.slack = slack
        self.team = team
        self.user = user
        self.last: tuple[str, Json] = ("", {})

    @property
    def id(self) -> str:
        return self.user.id

    # --- what they see ------------------------------------------------------------------------------------------

    @property
    def modal(self) -> StoredView | None:
        stack = self.slack.stacks.get(self.id) or []
        return stack[-1] if stack and stack[-1].open else None

    def reads(self) -> str:
        return words(self.modal.view) if self.modal else ""

    def told(self, channel: Channel) -> list[Message]:
        return [one for one in channel.ephemerals if one.to == self.id]

    def direct(self) -> list[Message]:
        return self.slack.dm(self.team, self.id).messages

    async def sees(self, so: Any, seconds: float = PATIENCE, what: str = "") -> Any:
        return await self.slack.changes.until(so, seconds, what)

    async def modal_with(self, text: str, seconds: float = PATIENCE) -> StoredView:
        found = await self.sees(lambda: self.modal if text in self.reads() else None, seconds, f"a modal with {text!r}")
        assert isinstance(found, StoredView)
        return found

    async def told_with(self, channel: Channel, text: str, seconds: float = PATIENCE) -> Message:
        def so() -> Message | None:
            return next((one for one in self.told(channel) if text in words(one)), None)

        found = await self.sees(so, seconds, f"an ephemeral message with {text!r}")
        assert isinstance(found, Message)
        return found

    # --- what they do -------------------------------------------------------------------------------------------

    async def slash(self, channel: Channel, line: str, **more: Any) -> Ack:
        command, _, text = line.partition(" ")
        payload = {
            "token": "x",
            "team_id": self.team.id,
            "team_domain": self.team.name.lower(),
            "channel_id": channel.id,
            "channel_name": channel.name,
            "user_id": self.id,
            "user_name": self.user.name.lower(),
            "command": command,
            "text": text,
            "api_app_id": "A1",
            "is_enterprise_install": "false",
            "response_url": self.slack.response_url(self.team, channel.id, self.id),
            "trigger_id": self.slack.trigger(self.id),
            **more,
        }
        return await self._sent("slash_commands", payload)

    async def click(self, where: Message | StoredView | Json, label: str) -> Ack:
        """Press a button by its label, in a message, in the modal or on one's own page."""
        blocks = (
            where.blocks
            if isinstance(where, Message)
            else where.view["blocks"]
            if isinstance(where, StoredView)
            else where["blocks"]
        )
        for at, block in enumerate(blocks):
            for element in block.get("elements", []) if block["type"] == "actions" else []:
                if element["text"]["text"] == label:
                    return await self.act(where, {**element, "block_id": block.get("block_id", f"b{at}")})
        raise AssertionError(f"no button {label!r} in: {words(blocks)}")

    async def choose(self, where: Json, action_id: str, value: str) -> Ack:
        for block in where["blocks"]:
            element = block.get("accessory") or {}
            if element.get("action_id") == action_id:
                option = next(one for one in element["options"] if one["value"] == value)
                chosen = {"type": "static_select", "action_id": action_id, "block_id": "b", "selected_option": option}
                return await self.act(where, chosen)
        raise AssertionError(f"no select {action_id}")

    async def act(self, where: Message | StoredView | Json, element: Json) -> Ack:
        payload: Json = {
            "type": "block_actions",
            "user": self._who(),
            "api_app_id": "A1",
            "token": "x",
            "trigger_id": self.slack.trigger(self.id),
            "team": {"id": self.team.id, "domain": self.team.name.lower()},
            "enterprise": None,
            "is_enterprise_install": False,
            "actions": [
                {**{k: v for k, v in element.items() if k != "accessibility_label"}, "action_ts": self.slack.ids.ts()}
            ],
        }
        if isinstance(where, Message):
            channel = self.team.channels[where.channel]
            payload |= {
                "container": {
                    "type": "message",
                    "message_ts": where.ts,
                    "channel_id": channel.id,
                    "is_ephemeral": bool(where.to),
                },
                "channel": {"id": channel.id, "name": channel.name},
                "response_url": self.slack.response_url(self.team, channel.id, self.id, where.ts),
            }
            if not where.to:
                payload["message"] = where.as_json()
        elif isinstance(where, StoredView):
            payload |= {"container": {"type": "view", "view_id": where.id}, "view": where.as_json()}
        else:
            view = {
                **where,
                "id": "VH" + self.id,
                "team_id": self.team.id,
                "app_installed_team_id": self.team.id,
                "hash": "h",
            }
            payload |= {"container": {"type": "view", "view_id": view["id"]}, "view": view}
        return await self._sent("interactive", payload)

    async def writes(self, text: str, *files: StoredFile) -> Message:
        """Write to the bot in their own conversation with it, and read what it says to that."""
        there = self.slack.dm(self.team, self.id)
        before = len(there.messages)
        told = {"type": "message", "channel_type": "im", "channel": there.id, "user": self.id, "text": text}
        if files:
            told |= {"subtype": "file_share", "files": [file.as_json(self.slack.url) for file in files]}
        assert await self.slack.event(self.team, {**told, "ts": self.slack.ids.ts()}) is not None
        found = await self.sees(lambda: there.messages[before:], what=f"something said to {text!r}")
        return found[-1]

    async def mentions(self, channel: Channel, text: str, **more: Any) -> None:
        """Mention the bot in a channel."""
        said = f"<@{self.team.bot_user}> {text}"
        told = {"type": "app_mention", "channel": channel.id, "user": self.id, "text": said, **more}
        assert await self.slack.event(self.team, {**told, "ts": self.slack.ids.ts()}) is not None

    def upload(self, name: str, data: bytes, mimetype: str = "image/png", **more: Any) -> StoredFile:
        made = StoredFile(self.slack.ids.make("F"), name, mimetype, data, self.id, self.team.id, **more)
        self.slack.files[made.id] = made
        return made

    def share(self, channel: Channel, file: StoredFile) -> Message:
        file.shared.add(channel.id)
        shown = file.as_json(self.slack.url, bare=file.connect)
        made = Message(self.slack.ids.ts(), channel.id, "look", [], self.id, bot=False, files=[shown])
        channel.messages.append(made)
        return made

    async def submit(self, fields: dict[str, Any] | None = None, *, patience: float = 3.0) -> dict[str, str]:
        """Fill in the open modal and send it; the errors shown on its fields, if any."""
        view = self.modal
        assert view is not None, "no modal is open"
        ack = await self._sent("interactive", self.submission(view, fields or {}), patience)
        return self.apply(view, ack)

    def submission(self, view: StoredView, fields: dict[str, Any]) -> Json:
        values: Json = {}
        for at, block in enumerate(view.view["blocks"]):
            if block["type"] != "input":
                continue
            block_id, element = block.get("block_id", f"b{at}"), block["element"]
            name = block_id.removeprefix("field:")
            values[block_id] = {element["action_id"]: self._state(element, name in fields, fields.get(name))}
        unknown = set(fields) - {key.removeprefix("field:") for key in values}
        assert not unknown, f"no such field: {unknown}; there are {list(values)}"
        return {
            "type": "view_submission",
            "team": {"id": self.team.id, "domain": self.team.name.lower()},
            "user": self._who(),
            "api_app_id": "A1",
            "token": "x",
            "trigger_id": self.slack.trigger(self.id),
            "view": view.as_json(values),
            "response_urls": [],
            "is_enterprise_install": False,
            "enterprise": None,
        }

    def apply(self, view: StoredView, ack: Ack) -> dict[str, str]:
        """What Slack does with the acknowledgement of a submission."""
        answer = ack.payload or {}
        action = answer.get("response_action", "")
        if action == "errors":
            known = [block.get("block_id") for block in view.view["blocks"] if block["type"] == "input"]
            for block_id in answer["errors"]:
                if block_id not in known:
                    self.slack.faults.append(f"an error for a field that is not there: {block_id}")
            return {key.removeprefix("field:"): text for key, text in answer["errors"].items()}
        if action in ("update", "push"):
            from tests.counterparts.slack import checks

            self.slack.faults += list(checks.view(answer["view"]))
            if action == "update":
                self.slack.redraw(view, answer["view"])
            else:
                self.slack.show(self.team, self.id, answer["view"], push=True)
        else:
            self.close()
        return {}

    def close(self) -> None:
        for view in self.slack.stacks.get(self.id, []):
            view.open = False
        self.slack.stacks[self.id] = []

    async def suggestions(self, name: str, typed: str = "", kind: str = "field") -> list[str]:
        assert self.modal is not None
        payload = {
            "type": "block_suggestion",
            "user": self._who(),
            "container": {"type": "view", "view_id": self.modal.id},
            "api_app_id": "A1",
            "token": "x",
            "action_id": f"{kind}:{name}",
            "block_id": f"field:{name}",
            "value": typed,
            "team": {"id": self.team.id},
            "view": self.modal.as_json(),
        }
        ack = await self._sent("interactive", payload)
        return [one["value"] for one in (ack.payload or {})["options"]]

    async def home(self) -> Json:
        before = self.team.homes.get(self.id)
        opened = {"type": "app_home_opened", "user": self.id, "channel": "D1", "tab": "home"}
        assert await self.slack.event(self.team, opened) is not None
        await self.sees(lambda: self.team.homes.get(self.id) is not before)
        return self.team.homes[self.id]

    async def shortcut(self, callback_id: str) -> Ack:
        payload = {
            "type": "shortcut",
            "token": "x",
            "action_ts": self.slack.ids.ts(),
            "team": {"id": self.team.id},
            "user": self._who(),
            "callback_id": callback_id,
            "trigger_id": self.slack.trigger(self.id),
        }
        return await self._sent("interactive", payload)

    async def on_message(self, message: Message, callback_id: str) -> Ack:
        channel = self.team.channels[message.channel]
        payload = {
            "type": "message_action",
            "token": "x",
            "action_ts": self.slack.ids.ts(),
            "team": {"id": self.team.id},
            "user": self._who(),
            "channel": {"id": channel.id, "name": channel.name},
            "callback_id": callback_id,
            "trigger_id": self.slack.trigger(self.id),
            "response_url": self.slack.response_url(self.team, channel.id, self.id),
            "message_ts": message.ts,
            "message": message.as_json(),
        }
        return await self._sent("interactive", payload)

    async def again(self) -> Ack | None:
        """The last thing done, delivered once more in a new envelope."""
        kind, payload = self.last
        return await self.slack.deliver(kind, payload, attempt=1)

    def _who(self) -> Json:
        name = self.user.name.lower().replace(" ", ".")
        return {"id": self.id, "username": name, "name": name, "team_id": self.user.home_team or self.team.id}

    def _state(self, element: Json, given: bool, value: Any) -> Json:
        kind = element["type"]
        if kind == "file_input":
            files = [value] if isinstance(value, StoredFile) else []
            return {"type": kind, "files": [file.as_json(self.slack.url, bare=file.connect) for file in files]}
        if kind in ("radio_buttons", "checkboxes"):
            return {"type": kind, **_tapped(element, value if given else None)}
        if kind == "conversations_select":
            assert value is not None, "Slack sends no form in which the channel was not chosen"
            return {"type": kind, "selected_conversation": value.id}
        if kind == "users_select":
            return {"type": kind, "selected_user": value.id if value else None}
        if kind in ("static_select", "external_select"):
            if not given:
                return {"type": kind, "selected_option": element.get("initial_option")}
            options = element.get("options", []) + [o for g in element.get("option_groups", []) for o in g["options"]]
            found = next((o for o in options if value in (o["value"], o["text"]["text"])), None)
            if found is None and kind == "external_select" and value:
                text, value = value if isinstance(value, tuple) else (value, value)
                found = {"text": {"type": "plain_text", "text": text, "emoji": False}, "value": value}
            assert found is not None or not value, f"no option {value!r}"
            return {"type": kind, "selected_option": found}
        text = value if given else element.get("initial_value")
        assert text is None or len(text) <= element.get("max_length", 3000), "Slack takes no more characters than that"
        return {"type": kind, "value": text or None}

    async def _sent(self, kind: str, payload: Json, seconds: float = PATIENCE) -> Ack:
        self.last = (kind, payload)
        ack = await self.slack.deliver(kind, payload, seconds=seconds)
        if ack is None:
            raise Unacknowledged(f"{payload.get('type') or payload.get('command')} was not acknowledged")
        return ack


def _tapped(element: Json, tapped: str | list[str] | None) -> Json:
    """What is tapped of options: one, or of boxes to tick any number; untouched, what was marked before."""
    if element["type"] == "radio_buttons":
        if tapped is None:
            return {"selected_option": element.get("initial_option")}
        return {"selected_option": next(one for one in element["options"] if one["value"] == tapped)}
    if tapped is None:
        return {"selected_options": element.get("initial_options", [])}
    assert set(tapped) <= {one["value"] for one in element["options"]}
    return {"selected_options": [one for one in element["options"] if one["value"] in tapped]}


def _view(where: StoredView | Json) -> Json:
    return where.view if isinstance(where, StoredView) else where
