"""How Discord writes its things down: users, members, guilds, channels, messages and their components as JSON."""

from __future__ import annotations

import itertools
import mimetypes
from datetime import UTC, datetime
from typing import Any

from tests.counterparts.discord.world import COMPONENTS_V2, EPOCH_MS, ApiError, Channel, Guild, Member, User, World

MAX_COMPONENTS = 40
MAX_TEXT = 4000


def stamp(snowflake: int) -> str:
    """The time inside an id."""
    return datetime.fromtimestamp(((snowflake >> 22) + EPOCH_MS) / 1000, UTC).isoformat()


def user_shape(user: User) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "id": str(user.id),
        "username": user.username,
        "discriminator": "0000" if user.bot else "0",
        "global_name": None if user.bot else user.display,
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    if user.bot:
        shape["bot"] = True
    return shape


def member_shape(guild: Guild, member: Member) -> dict[str, Any]:
    return {
        "user": user_shape(member.user),
        "nick": member.nick,
        "avatar": None,
        "banner": None,
        "roles": [str(role) for role in member.roles],
        "joined_at": stamp(guild.id),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }


def role_shape(role: Any, position: int) -> dict[str, Any]:
    return {
        "id": str(role.id),
        "name": role.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": position,
        "permissions": str(role.permissions),
        "managed": role.managed,
        "mentionable": False,
        "flags": 0,
    }


def channel_shape(channel: Channel, world: World) -> dict[str, Any]:
    if channel.kind == 1:
        assert channel.recipient is not None
        return {"id": str(channel.id), "type": 1, "flags": 0, "recipients": [user_shape(channel.recipient)]}
    assert channel.guild is not None
    if channel.kind == 11:
        assert channel.parent is not None
        return {
            "id": str(channel.id),
            "type": 11,
            "name": channel.name,
            "guild_id": str(channel.guild.id),
            "parent_id": str(channel.parent.id),
            "owner_id": str(world.bot.id),
            "last_message_id": None,
            "rate_limit_per_user": 0,
            "message_count": len(channel.messages),
            "member_count": 1,
            "total_message_sent": len(channel.messages),
            "flags": 0,
            "thread_metadata": {
                "archived": False,
                "archive_timestamp": stamp(channel.id),
                "auto_archive_duration": 1440,
                "locked": False,
                "create_timestamp": stamp(channel.id),
            },
        }
    return {
        "id": str(channel.id),
        "type": channel.kind,
        "guild_id": str(channel.guild.id),
        "name": channel.name,
        **({"available_tags": []} if channel.kind == 15 else {}),
        "topic": None,
        "position": 0,
        "parent_id": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "flags": 0,
        "permission_overwrites": [
            {"id": str(key), "type": 0 if key in channel.guild.roles else 1, "allow": str(allow), "deny": str(deny)}
            for key, (allow, deny) in channel.overwrites.items()
        ],
    }


def event_shape(world: World, guild: Guild, body: dict[str, Any]) -> dict[str, Any]:
    """A scheduled event that the bot makes."""
    return {
        "id": str(world.snowflake()),
        "guild_id": str(guild.id),
        "creator_id": str(world.bot.id),
        "creator": user_shape(world.bot),
        "channel_id": None,
        "entity_id": None,
        "image": None,
        "status": 1,
        "recurrence_rule": None,
        "guild_scheduled_event_exceptions": [],
        **body,
    }


def guild_shape(guild: Guild, world: World) -> dict[str, Any]:
    """A guild as GUILD_CREATE brings it. Without the members intent only the bot itself is listed."""
    empty: list[Any] = []
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner.id),
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "description": None,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "application_id": None,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "verification_level": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "nsfw": False,
        "features": empty,
        "emojis": empty,
        "stickers": empty,
        "soundboard_sounds": empty,
        "hub_type": None,
        "incidents_data": None,
        "joined_at": stamp(guild.id),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_shape(guild, guild.members[world.bot.id])],
        "presences": empty,
        "voice_states": empty,
        "threads": empty,
        "stage_instances": empty,
        "guild_scheduled_events": empty,
        "channels": [channel_shape(c, world) for c in guild.channels.values() if c.kind == 0],
        "roles": [role_shape(role, at) for at, role in enumerate(guild.roles.values())],
        "preferred_locale": guild.locale,
        "premium_progress_bar_enabled": False,
        "premium_subscription_count": 0,
        "premium_tier": 0,
        "public_updates_channel_id": None,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "system_channel_flags": 0,
        "system_channel_id": str(next(iter(guild.channels), 0)) if guild.channels else None,
        "vanity_url_code": None,
        "max_members": 500000,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 50,
        "region": "deprecated",
        "home_header": None,
    }


ONLY_AT_THE_GATEWAY = {
    *("hub_type", "joined_at", "large", "unavailable", "member_count", "members", "presences", "voice_states"),
    *("threads", "stage_instances", "guild_scheduled_events", "channels", "soundboard_sounds"),
}


def rest_guild_shape(guild: Guild, world: World) -> dict[str, Any]:
    """A guild as the REST API has it."""
    shown = {key: value for key, value in guild_shape(guild, world).items() if key not in ONLY_AT_THE_GATEWAY}
    return {**shown, "widget_enabled": False, "widget_channel_id": None, "max_presences": None}


def attachment_shape(made: int, name: str, data: bytes, url: str, alt: str | None = None) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "id": str(made),
        "filename": name,
        "size": len(data),
        "url": url,
        "proxy_url": url,
        "content_type": mimetypes.guess_type(name)[0] or "application/octet-stream",
    }
    if alt:
        shape["description"] = alt
    if shape["content_type"].startswith("image/"):
        shape |= {"width": 64, "height": 64}
    return shape


def walk(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every component, nested ones included."""
    found = []
    for component in components:
        found.append(component)
        inner = list(component.get("components", []))
        inner += [component[key] for key in ("accessory", "component") if key in component]
        found += walk(inner)
    return found


def check_layout(components: list[dict[str, Any]], *, v2: bool) -> None:
    """The limits that stand in no schema."""
    everything = walk(components)
    if not v2 and any(c["type"] not in (1, 2, 3, 5, 6, 7, 8) for c in everything):
        raise bad_body("components", "IS_COMPONENTS_V2 is needed for these components")
    if len(everything) > MAX_COMPONENTS:
        raise bad_body("components", f"Must be {MAX_COMPONENTS} or fewer in length")
    if sum(len(c["content"]) for c in everything if c["type"] == 10) > MAX_TEXT:
        raise bad_body("components", f"Text displays must be {MAX_TEXT} or fewer in total length")
    ids = [c["custom_id"] for c in everything if c.get("custom_id")]
    if len(ids) != len(set(ids)):
        raise bad_body("components", "Component custom id cannot be duplicated")
    for row in everything:
        if row["type"] == 1 and len(row["components"]) > 5:
            raise bad_body("components", "Must be 5 or fewer in length")
    given = [c["id"] for c in everything if c.get("id")]
    if len(given) != len(set(given)):
        raise bad_body("components", "Component id cannot be duplicated")


def bad_body(where: str, why: str) -> ApiError:
    """Invalid Form Body, with the place and the reason."""
    return ApiError(400, 50035, "Invalid Form Body", {where: {"_errors": [{"code": "BASE_TYPE_BAD", "message": why}]}})


def answered_components(
    components: list[dict[str, Any]], attachments: dict[str, dict[str, Any]], world: World
) -> list[dict[str, Any]]:
    """The components as Discord gives them back: every one with an id, media resolved to the CDN."""
    taken = {c["id"] for c in walk(components) if c.get("id")}
    numbers = (n for n in itertools.count(1) if n not in taken)

    def media(reference: dict[str, Any]) -> dict[str, Any]:
        url = reference["url"]
        if not url.startswith("attachment://"):
            return {"id": str(world.snowflake()), "url": url, "proxy_url": url}
        attached = attachments.get(url.removeprefix("attachment://"))
        if attached is None:
            raise bad_body("components", f"The referenced attachment was not found: {url}")
        return {"id": str(world.snowflake()), "url": attached["url"], "proxy_url": attached["url"]}

    def answered(component: dict[str, Any]) -> dict[str, Any]:
        made = {key: value for key, value in component.items() if value is not None}
        made["id"] = component.get("id") or next(numbers)
        match made["type"]:
            case 1 | 9:
                made["components"] = [answered(c) for c in made["components"]]
                if "accessory" in made:
                    made["accessory"] = answered(made["accessory"])
            case 17:
                made["components"] = [answered(c) for c in made["components"]]
                made.setdefault("accent_color", None)
                made.setdefault("spoiler", False)
            case 12:
                made["items"] = [
                    {
                        "media": media(item["media"]),
                        "description": item.get("description"),
                        "spoiler": bool(item.get("spoiler")),
                    }
                    for item in made["items"]
                ]
            case 11:
                made |= {
                    "media": media(made["media"]),
                    "description": made.get("description"),
                    "spoiler": bool(made.get("spoiler")),
                }
            case 13:
                name = made["file"]["url"].removeprefix("attachment://")
                made |= {
                    "file": media(made["file"]),
                    "name": name,
                    "size": attachments[name]["size"],
                    "spoiler": bool(made.get("spoiler")),
                }
            case 14:
                made.setdefault("divider", True)
                made.setdefault("spacing", 1)
        return made

    return [answered(component) for component in components]


def message_shape(
    world: World, channel: Channel, body: dict[str, Any], attachments: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """A new message of the bot's."""
    flags = int(body.get("flags") or 0)
    v2 = bool(flags & COMPONENTS_V2)
    components = body.get("components") or []
    if v2 and (body.get("content") or body.get("embeds")):
        raise bad_body("content", "The content field cannot be used when using MessageFlags.IS_COMPONENTS_V2")
    if len(body.get("content") or "") > 2000:
        raise bad_body("content", "Must be 2000 or fewer in length.")
    if not (body.get("content") or body.get("embeds") or components or attachments or flags & 128):
        raise ApiError(400, 50006, "Cannot send an empty message")
    check_layout(components, v2=v2)
    made = world.snowflake()
    said = " ".join(c["content"] for c in walk(components) if c["type"] == 10)
    allowed = [str(role) for role in (body.get("allowed_mentions") or {}).get("roles", ())]
    return {
        "id": str(made),
        "type": 0,
        "channel_id": str(channel.id),
        "author": user_shape(world.bot),
        "content": body.get("content") or "",
        "timestamp": stamp(made),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [role for role in allowed if f"<@&{role}>" in said],
        "attachments": list(attachments.values()),
        "embeds": body.get("embeds") or [],
        "pinned": False,
        "flags": flags,
        "components": answered_components(components, attachments, world),
    }
