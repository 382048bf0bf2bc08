"""The Web API as the local Slack serves it: what each method takes, does and refuses."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.counterparts.slack import checks
from tests.counterparts.slack.model import Channel, Json, Message, Refused, StoredFile, StoredView, Team, Trouble

if TYPE_CHECKING:
    from tests.counterparts.slack.server import Slack

SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.postEphemeral": "chat:write",
    "pins.add": "pins:write",
    "pins.remove": "pins:write",
    "users.info": "users:read",
    "users.list": "users:read",
    "files.info": "files:read",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "conversations.info": "channels:read",
    "conversations.members": "channels:read",
    "conversations.join": "channels:join",
    "conversations.open": "im:write",
}
AS_JSON = ("chat.", "views.")
READABLE = ("title", "text", "elements", "blocks", "label", "hint", "element", "accessory")


class WebApi:
    def __init__(self, slack: Slack) -> None:
        self.slack = slack

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/api/{method}", self.call),
            web.post("/response/{token}", self.respond),
            web.post("/upload/{file}", self.uploaded),
            web.get("/files-pri/{tail:.*}", self.private_file),
        ]

    async def call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args = await self._args(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or args.pop("token", "")
        args.pop("token", None)
        self.slack.calls.append((method, args, time.monotonic()))
        if method.startswith(AS_JSON) and request.method == "POST" and request.content_type != "application/json":
            self.slack.faults.append(f"{method} came as {request.content_type}")
        if self.slack.away:
            return await _dropped(request)
        trouble = self.slack.next_trouble(method, args)
        if trouble is not None and (stopped := await self._before(request, trouble)) is not None:
            return stopped
        headers: dict[str, str] = {}
        try:
            if trouble is not None and trouble.kind.isidentifier() and trouble.kind not in ("drop", "slow"):
                raise Refused(trouble.kind)
            team = self._team(method, token)
            if team is not None:
                headers["x-oauth-scopes"] = ",".join(sorted(team.scopes))
                scope = SCOPES.get(method)
                if scope is not None and scope not in team.scopes:
                    raise Refused("missing_scope", needed=scope, provided=headers["x-oauth-scopes"])
            self.slack.faults += list(checks.arguments(method, args))
            handler = getattr(self, "_" + method.replace(".", "_"), None)
            if handler is None:
                raise Refused("unknown_method")
            answer: Json = {"ok": True, **(await handler(team, args, token))}
        except Refused as refused:
            answer = {"ok": False, "error": refused.error, **refused.more}
        self.slack.changes.tell()
        if trouble is not None and trouble.kind == "slow-after":
            await asyncio.sleep(trouble.seconds)
        if trouble is not None and trouble.kind == "500-after":
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)
        if trouble is not None and trouble.kind == "502-html":
            return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
        if trouble is not None and trouble.kind == "drop-after":
            return await _dropped(request)
        return web.json_response(answer, headers=headers)

    async def _before(self, request: web.Request, trouble: Trouble) -> web.StreamResponse | None:
        if trouble.kind == "429":
            body = {"ok": False, "error": "ratelimited"}
            return web.json_response(body, status=429, headers={"Retry-After": str(int(trouble.seconds))})
        if trouble.kind == "500":
            return web.Response(status=500, text="", content_type="text/html")
        if trouble.kind == "drop":
            return await _dropped(request)
        if trouble.kind == "slow":
            self.slack.changes.tell()
            await asyncio.sleep(trouble.seconds)
        return None

    async def _args(self, request: web.Request) -> Json:
        args: Json = dict(request.query)
        if request.content_type == "application/json":
            args |= await request.json()
        elif request.method == "POST":
            args |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
        return args

    def _team(self, method: str, token: str) -> Team | None:
        if method in ("oauth.v2.access", "apps.connections.open", "apps.manifest.export"):
            return None
        team = next((one for one in self.slack.teams.values() if one.token and one.token == token), None)
        if team is None:
            raise Refused("invalid_auth" if token else "not_authed")
        if team.revoked:
            raise Refused(team.revoked)
        return team

    # --- the app ------------------------------------------------------------------------------------------------

    async def _auth_test(self, team: Team, args: Json, token: str) -> Json:
        return {"url": "https://x.slack.com/", "team": team.name, "user": "study", "team_id": team.id,
                "user_id": team.bot_user, "bot_id": "B1", "is_enterprise_install": False}  # fmt: skip

    async def _auth_revoke(self, team: Team, args: Json, token: str) -> Json:
        team.revoked = "token_revoked"
        return {"revoked": True}

    async def _apps_connections_open(self, team: None, args: Json, token: str) -> Json:
        if not token.startswith("xapp-"):
            raise Refused("not_allowed_token_type")
        if token != self.slack.app_token:
            raise Refused("invalid_auth")
        if not self.slack.socket_mode:
            raise Refused("socket_mode_not_enabled")
        return {"url": self.slack.sockets.ticket()}

    async def _apps_manifest_export(self, team: None, args: Json, token: str) -> Json:
        if token != self.slack.config_token:
            raise Refused("invalid_auth")
        return {"manifest": self.slack.manifest or {}}

    async def _oauth_v2_access(self, team: None, args: Json, token: str) -> Json:
        basic = base64.b64encode(f"{self.slack.client_id}:{self.slack.client_secret}".encode()).decode()
        if token != f"Basic {basic}":
            raise Refused("bad_client_secret")
        found = self.slack.codes.pop(args.get("code", ""), None)
        if found is None:
            raise Refused("invalid_code")
        joined, installer = found
        joined.token = f"xoxb-{joined.id}-{self.slack.ids.make('k')}"
        joined.revoked = ""
        return {
            "access_token": joined.token,
            "token_type": "bot",
            "scope": ",".join(sorted(joined.scopes)),
            "bot_user_id": joined.bot_user,
            "app_id": "A1",
            "team": {"id": joined.id, "name": joined.name},
            "enterprise": None,
            "is_enterprise_install": False,
            "authed_user": {"id": installer},
        }

    # --- people -------------------------------------------------------------------------------------------------

    async def _users_info(self, team: Team, args: Json, token: str) -> Json:
        user = team.users.get(args.get("user", ""))
        if user is None:
            raise Refused("user_not_found")
        told = {"locale": user.locale} if args.get("include_locale") else {}
        return {"user": user.as_json() | told}

    async def _users_list(self, team: Team, args: Json, token: str) -> Json:
        everybody = list(team.users.values())
        start, limit = int(args.get("cursor") or 0), int(args.get("limit") or 1000)
        after = str(start + limit) if start + limit < len(everybody) else ""
        page = [user.as_json() for user in everybody[start : start + limit]]
        return {"members": page, "response_metadata": {"next_cursor": after}}

    async def _usergroups_list(self, team: Team, args: Json, token: str) -> Json:
        self._granted(team, "usergroups:read")
        return {"usergroups": [{"id": one, "name": name, "handle": name} for one, (name, _) in team.groups.items()]}

    async def _usergroups_users_list(self, team: Team, args: Json, token: str) -> Json:
        self._granted(team, "usergroups:read")
        if args.get("usergroup") not in team.groups:
            raise Refused("no_such_subteam")
        return {"users": sorted(team.groups[args["usergroup"]][1])}

    def _granted(self, team: Team, scope: str) -> None:
        if scope not in team.scopes:
            raise Refused("missing_scope", needed=scope)

    # --- messages -----------------------------------------------------------------------------------------------

    def _channel(self, team: Team, name: str, *, writing: bool = True) -> Channel:
        if name in team.users and writing:
            user = team.users[name]
            if user.deleted:
                raise Refused("user_disabled")
            if user.bot:
                raise Refused("cannot_dm_bot")
            return self.slack.dm(team, name)
        channel = team.channels.get(name)
        if channel is None or (channel.private and team.bot_user not in channel.members):
            raise Refused("channel_not_found")
        if channel.archived and writing:
            raise Refused("is_archived")
        if team.bot_user not in channel.members and not channel.dm:
            raise Refused("not_in_channel")
        if channel.restricted and writing:
            raise Refused("restricted_action")
        return channel

    def _checked(self, team: Team, args: Json, channel: Channel | None, viewer: str = "") -> None:
        faults = list(checks.message(args))
        wished = {*team.groups, "channel"} if team.mentioned else set()
        faults += [f"mentions {one}" for one in checks.mentions(args.get("blocks") or []) if one not in wished]
        self.slack.faults += faults
        if faults:
            raise Refused("invalid_blocks", response_metadata={"messages": faults})
        self._pictures(team, args.get("blocks") or [], channel.id if channel else "", viewer)

    def _pictures(self, team: Team, blocks: list[Json], channel: str, viewer: str) -> None:
        for block in blocks:
            if block["type"] == "image" and "slack_file" in block:
                file = self.slack.files.get(block["slack_file"]["id"])
                seen = file is not None and bool(file.shared & {channel, viewer} or (viewer and file.user == viewer))
                if not seen:
                    told = "[ERROR] invalid slack file"
                    raise Refused("invalid_blocks", response_metadata={"messages": [told]})

    async def _chat_postMessage(self, team: Team, args: Json, token: str) -> Json:  # noqa: N802
        channel = self._channel(team, args["channel"])
        self._checked(team, args, channel)
        thread = args.get("thread_ts", "")
        if thread and not any(one.ts == thread for one in channel.messages):
            raise Refused("thread_not_found")
        now = time.monotonic()
        made = Message(self.slack.ids.ts(), channel.id, args["text"], args.get("blocks") or [], team.bot_user,
                       metadata=args.get("metadata"), thread_ts=thread)  # fmt: skip
        channel.messages.append(made)
        self.slack.posted_at.setdefault(channel.id, []).append(now)
        return {"channel": channel.id, "ts": made.ts, "message": made.as_json(metadata=True)}

    async def _chat_update(self, team: Team, args: Json, token: str) -> Json:
        channel = self._channel(team, args["channel"])
        self._checked(team, args, channel)
        found = next((one for one in channel.messages if one.ts == args["ts"]), None)
        if found is None:
            raise Refused("message_not_found")
        if found.user != team.bot_user:
            raise Refused("cant_update_message")
        found.text, found.blocks = args["text"], args.get("blocks") or []
        found.metadata = args.get("metadata", found.metadata)
        found.edits += 1
        return {"channel": channel.id, "ts": found.ts, "text": found.text}

    def _pinnable(self, team: Team, args: Json) -> tuple[Channel, str]:
        channel = self._channel(team, args["channel"])
        if not any(one.ts == args["timestamp"] for one in channel.messages):
            raise Refused("message_not_found")
        return channel, args["timestamp"]

    async def _pins_add(self, team: Team, args: Json, token: str) -> Json:
        channel, ts = self._pinnable(team, args)
        if ts in channel.pins:
            raise Refused("already_pinned")
        channel.pins.append(ts)
        return {}

    async def _pins_remove(self, team: Team, args: Json, token: str) -> Json:
        channel, ts = self._pinnable(team, args)
        if ts not in channel.pins:
            raise Refused("no_pin")
        channel.pins.remove(ts)
        return {}

    async def _chat_postEphemeral(self, team: Team, args: Json, token: str) -> Json:  # noqa: N802
        channel = self._channel(team, args["channel"])
        if args["user"] not in channel.members:
            raise Refused("user_not_in_channel")
        self._checked(team, args, channel, args["user"])
        made = Message(self.slack.ids.ts(), channel.id, args["text"], args.get("blocks") or [], to=args["user"])
        channel.ephemerals.append(made)
        return {"message_ts": made.ts}

    async def respond(self, request: web.Request) -> web.Response:
        """A response URL: five uses, no token, in channels where the bot is not, too."""
        found = self.slack.response_urls.get(request.match_info["token"])
        body = await request.json()
        trouble = self.slack.next_trouble("response_url", {"channel": found["channel"]} if found else {})
        if trouble is not None and (stopped := await self._before(request, trouble)) is not None:
            return stopped
        if found is None or found["uses"] >= 5:
            return web.Response(status=404, text="used_url")
        found["uses"] += 1
        team = self.slack.teams[found["team"]]
        channel = team.channels.get(found["channel"]) or self.slack.dm(team, found["user"])
        extra = {"response_type", "replace_original", "delete_original"}
        faults = list(checks.message({key: value for key, value in body.items() if key not in extra}))
        self.slack.faults += faults
        if faults:
            return web.Response(status=400, text="invalid_blocks")
        try:
            self._pictures(team, body.get("blocks") or [], channel.id, found["user"])
        except Refused:
            return web.Response(status=400, text="invalid_blocks")
        public = body.get("response_type") == "in_channel"
        made = Message(self.slack.ids.ts(), channel.id, body["text"], body.get("blocks") or [], team.bot_user,
                       to="" if public else found["user"])  # fmt: skip
        if body.get("replace_original") and found.get("message"):
            shown = channel.ephemerals if not public else channel.messages
            for at, one in enumerate(shown):
                if one.ts == found["message"]:
                    made.ts = one.ts
                    shown[at] = made
                    break
        else:
            (channel.messages if public else channel.ephemerals).append(made)
        self.slack.changes.tell()
        return web.Response(text="ok")

    # --- conversations ------------------------------------------------------------------------------------------

    async def _conversations_history(self, team: Team, args: Json, token: str) -> Json:
        channel = self._channel(team, args["channel"], writing=False)
        if channel.dm and "im:history" not in team.scopes:
            raise Refused("missing_scope", needed="im:history")
        oldest = float(args.get("oldest", 0))
        found = [one for one in reversed(channel.posts()) if float(one.ts) > oldest]
        start, limit = int(args.get("cursor") or 0), int(args.get("limit", 100))
        full = str(args.get("include_all_metadata", "")).lower() in ("1", "true")
        page = []
        for one in found[start : start + limit]:
            made = one.as_json(metadata=full)
            if replies := channel.thread(one.ts):
                made |= {"thread_ts": one.ts, "reply_count": len(replies)}
            page.append(made)
        after = str(start + limit) if start + limit < len(found) else ""
        return {"messages": page, "has_more": bool(after), "response_metadata": {"next_cursor": after}}

    async def _conversations_replies(self, team: Team, args: Json, token: str) -> Json:
        channel = self._channel(team, args["channel"], writing=False)
        return {"messages": [one.as_json(metadata=True) for one in channel.thread(args["ts"])]}

    async def _conversations_info(self, team: Team, args: Json, token: str) -> Json:
        channel = team.channels.get(args["channel"])
        within = channel is not None and team.bot_user in channel.members
        if channel is None or (channel.private and not within):
            raise Refused("channel_not_found")
        told = {"id": channel.id, "name": channel.name, "is_archived": channel.archived, "is_member": within}
        return {"channel": {**told, "is_private": channel.private}}

    async def _conversations_members(self, team: Team, args: Json, token: str) -> Json:
        channel = self._channel(team, args["channel"], writing=False)
        everybody = sorted(channel.members)
        start, limit = int(args.get("cursor") or 0), int(args.get("limit") or 100)
        after = str(start + limit) if start + limit < len(everybody) else ""
        return {"members": everybody[start : start + limit], "response_metadata": {"next_cursor": after}}

    async def _conversations_join(self, team: Team, args: Json, token: str) -> Json:
        channel = team.channels.get(args["channel"])
        if channel is None or channel.private:
            raise Refused("channel_not_found")
        channel.members.add(team.bot_user)
        return {"channel": {"id": channel.id}}

    async def _conversations_open(self, team: Team, args: Json, token: str) -> Json:
        if args["users"] not in team.users:
            raise Refused("user_not_found")
        return {"channel": {"id": self._channel(team, args["users"]).id}}

    # --- views --------------------------------------------------------------------------------------------------

    def _view(self, given: Json | str, team: Team, viewer: str) -> Json:
        view: Json = json.loads(given) if isinstance(given, str) else given
        faults = list(checks.view(view))
        self.slack.faults += faults
        if faults:
            raise Refused("invalid_arguments", response_metadata={"messages": faults})
        self._pictures(team, view["blocks"], "", viewer)
        return view

    def _exchanged(self, trigger: str) -> Json:
        found = self.slack.triggers.get(trigger)
        if found is None:
            raise Refused("invalid_trigger_id")
        if found["used"]:
            raise Refused("exchanged_trigger_id")
        if time.monotonic() - found["at"] > self.slack.trigger_seconds:
            raise Refused("expired_trigger_id")
        return found

    async def _views_open(self, team: Team, args: Json, token: str) -> Json:
        found = self._exchanged(args["trigger_id"])
        view = self._view(args["view"], team, found["user"])
        found["used"] = True
        return {"view": self.slack.show(team, found["user"], view).as_json()}

    async def _views_push(self, team: Team, args: Json, token: str) -> Json:
        found = self._exchanged(args["trigger_id"])
        stack = self.slack.stacks.get(found["user"], [])
        if len(stack) >= 3:
            raise Refused("push_limit_reached")
        view = self._view(args["view"], team, found["user"])
        found["used"] = True
        return {"view": self.slack.show(team, found["user"], view, push=True).as_json()}

    async def _views_update(self, team: Team, args: Json, token: str) -> Json:
        stored: StoredView | None = self.slack.views.get(args.get("view_id", ""))
        if stored is None or not stored.open:
            raise Refused("not_found")
        if args.get("hash") and args["hash"] != stored.hash:
            raise Refused("hash_conflict")
        self.slack.redraw(stored, self._view(args["view"], team, stored.user))
        return {"view": stored.as_json()}

    async def _views_publish(self, team: Team, args: Json, token: str) -> Json:
        if args["user_id"] not in team.users:
            raise Refused("invalid_arguments")
        view = self._view(args["view"], team, args["user_id"])
        team.homes[args["user_id"]] = view
        return {"view": {"id": "VH" + args["user_id"], **view}}

    # --- files --------------------------------------------------------------------------------------------------

    async def _files_info(self, team: Team, args: Json, token: str) -> Json:
        file = self.slack.files.get(args.get("file", ""))
        if file is None:
            raise Refused("file_not_found")
        return {"file": file.as_json(self.slack.url)}

    async def _files_getUploadURLExternal(self, team: Team, args: Json, token: str) -> Json:  # noqa: N802
        made = StoredFile(self.slack.ids.make("F"), args["filename"], "", b"", team.bot_user, team.id,
                          size=int(args["length"]), alt=args.get("alt_txt", ""))  # fmt: skip
        self.slack.files[made.id] = made
        return {"upload_url": f"{self.slack.url}/upload/{made.id}", "file_id": made.id}

    async def uploaded(self, request: web.Request) -> web.Response:
        file = self.slack.files[request.match_info["file"]]
        file.data = await request.read()
        if len(file.data) != file.size:
            self.slack.faults.append(f"{len(file.data)} bytes came where {file.size} were announced")
        return web.Response(text=f"OK - {len(file.data)}")

    async def _files_completeUploadExternal(self, team: Team, args: Json, token: str) -> Json:  # noqa: N802
        given = json.loads(args["files"]) if isinstance(args["files"], str) else args["files"]
        files = [self.slack.files[one["id"]] for one in given]
        if args.get("channel_id"):
            channel = self._channel(team, args["channel_id"])
            for file in files:
                file.mimetype = "image/png" if file.data.startswith(b"\x89PNG") else "application/octet-stream"
                file.shared |= {channel.id, *(channel.members if channel.dm else ())}
            shown = [file.as_json(self.slack.url) for file in files]
            channel.messages.append(
                Message(
                    self.slack.ids.ts(),
                    channel.id,
                    "",
                    [],
                    team.bot_user,
                    files=shown,
                    thread_ts=args.get("thread_ts") or "",
                )
            )
        return {"files": [{"id": file.id, "title": file.name} for file in files]}

    async def private_file(self, request: web.Request) -> web.StreamResponse:
        """A private file: the login page, status 200, for whoever may not read it."""
        self.slack.fetched.append((request.path, request.headers.get("Authorization", "")))
        parts = [part for part in request.match_info["tail"].split("/") if part not in ("download", "moved")]
        team_id, _, file_id = parts[0].partition("-")
        file, team = self.slack.files.get(file_id), self.slack.teams.get(team_id)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if file is None or team is None:
            return web.Response(status=404)
        if token != team.token or "files:read" not in team.scopes or file.serve == "login":
            return web.Response(
                text="<!DOCTYPE html><html><title>Sign in to Slack</title></html>", content_type="text/html"
            )
        if file.serve.startswith("302 ") and "moved" not in request.match_info["tail"]:
            raise web.HTTPFound(file.serve[4:] or f"{self.slack.url}/files-pri/moved/{parts[0]}/{file.name}")
        if file.serve == "circle":
            raise web.HTTPFound(request.path)
        if file.serve.isdigit():
            return web.Response(status=int(file.serve))
        return web.Response(body=file.data, content_type=file.mimetype or "application/octet-stream")


async def _dropped(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    raise asyncio.CancelledError


def words(value: Any) -> str:
    """Everything readable in blocks, a view or a message."""
    if isinstance(value, Message):
        return words(value.blocks) or value.text
    if isinstance(value, list):
        return "\n".join(part for part in map(words, value) if part)
    if isinstance(value, dict):
        if value.get("type") == "text":
            return str(value["text"])
        if value.get("type") in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
            return "".join(words(one) for one in value["elements"])
        if value.get("type") == "table":
            return "\n".join(" | ".join(map(words, row)) for row in value["rows"])
        if value.get("type") in ("radio_buttons", "checkboxes"):
            return words(value["options"])
        parts = [words(value[key]) for key in READABLE if key in value]
        if isinstance(value.get("alt_text"), str):
            parts.append(value["alt_text"])
        return "\n".join(part for part in parts if part)
    return value if isinstance(value, str) else ""
