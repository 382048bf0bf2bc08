"""Who vouches for people: the providers that the settings name, and what is known of the usual ones.

Whoever speaks OpenID Connect needs an issuer alone, for its addresses are discovered. Discord and GitHub speak OAuth
2.0 without it: for them the addresses are declared, and which of the facts told about a person is their id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from bot.platforms.browser.limits import is_loopback
from bot.settings import SettingsError, from_environment, read

_NAME = re.compile(r"[a-z][a-z0-9]*")


class ProviderSettings(BaseSettings):
    """What is set for one provider; NAME stands for its name in `STUDYBOT_SIGNIN`, in capitals."""

    model_config = from_environment("SIGNIN_NAME_")

    client_id: str = Field("", description="Client id that the provider NAME of `STUDYBOT_SIGNIN` gave to this page.")
    client_secret: SecretStr = Field(SecretStr(""), description="Client secret of the same.")
    issuer: str = Field(
        "",
        description="Issuer of an OpenID provider, `https://login.example.org`; `google`, `slack`, `discord` and "
        "`github` need none.",
    )
    title: str = Field("", description="What people know the provider by; without it, its name.")
    only: str = Field(
        "",
        description="Let in only people of whom the provider says this, as `claim=value`: `hd=example.org` for the "
        "people of one Google domain.",
    )

    @field_validator("issuer")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        if value and not trustworthy(value):
            raise ValueError("must begin with https://")
        return value

    @field_validator("only")
    @classmethod
    def _a_claim(cls, value: str) -> str:
        if value and not all(value.rpartition("=")[::2]):
            raise ValueError("must be claim=value, such as hd=example.org")
        return value


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a provider.

    `issuer` names whose ids these are; where `authorize` is empty its addresses are discovered, and people come with a
    token that it signed. `ids` are the claims that together are somebody's id. Where its people are those of a platform
    of the bot, `platform` names it, and `workspace` the claim with the workspace (empty: ids are good in all of them).
    """

    title: str
    issuer: str
    authorize: str = ""
    token: str = ""
    userinfo: str = ""
    scope: str = "openid profile"
    ids: tuple[str, ...] = ("sub",)
    names: tuple[str, ...] = ("name", "preferred_username", "nickname")
    platform: str = ""
    workspace: str = ""

    @property
    def discovers(self) -> bool:
        """Whether it speaks OpenID Connect."""
        return not self.authorize


KNOWN: Mapping[str, Profile] = {
    "google": Profile("Google", "https://accounts.google.com"),
    "slack": Profile(
        "Slack",
        "https://slack.com",
        ids=("https://slack.com/team_id", "https://slack.com/user_id"),
        platform="slack",
        workspace="https://slack.com/team_id",
    ),
    "discord": Profile(
        "Discord",
        "https://discord.com",
        authorize="https://discord.com/oauth2/authorize",
        token="https://discord.com/api/oauth2/token",  # noqa: S106 - an address
        userinfo="https://discord.com/api/users/@me",
        scope="identify",
        ids=("id",),
        names=("global_name", "username"),
        platform="discord",
    ),
    "github": Profile(
        "GitHub",
        "https://github.com",
        authorize="https://github.com/login/oauth/authorize",
        token="https://github.com/login/oauth/access_token",  # noqa: S106 - an address
        userinfo="https://api.github.com/user",
        scope="",
        ids=("id",),
        names=("name", "login"),
    ),
}


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody who vouches for people, and what this page is to them. `name` stands in addresses."""

    name: str
    profile: Profile
    client_id: str
    client_secret: str = field(repr=False)
    only: tuple[str, str] = ("", "")


def providers(listed: str) -> tuple[Provider, ...]:
    """The providers of that list of names, as they are set. Raises SettingsError."""
    names = [each.strip() for each in listed.split(",") if each.strip()]
    return tuple(_provider(name) for name in dict.fromkeys(names))


def _provider(name: str) -> Provider:
    if not _NAME.fullmatch(name):
        raise SettingsError(f"STUDYBOT_SIGNIN: {name!r} is no name for a provider; use small letters and digits.")
    prefix = f"SIGNIN_{name.upper()}_"
    own = type("OwnSettings", (ProviderSettings,), {"model_config": from_environment(prefix), "__module__": __name__})
    given: ProviderSettings = read(own)
    profile = Profile(name, given.issuer) if given.issuer else KNOWN.get(name)
    if profile is None:
        raise SettingsError(
            f"{prefix}ISSUER: set the issuer of the provider {name}, such as https://login.example.org."
        )
    if not given.client_id:
        raise SettingsError(f"{prefix}CLIENT_ID: set the client id that {profile.title} gave to this page.")
    claim, _, wanted = given.only.rpartition("=")
    titled = replace(profile, title=given.title or profile.title)
    return Provider(name, titled, given.client_id, given.client_secret.get_secret_value(), (claim, wanted))


def with_mail(known: tuple[Provider, ...]) -> tuple[Provider, ...]:
    """The same, asked for e-mail addresses too, where they speak OpenID Connect, which has them verified."""
    return tuple(
        replace(one, profile=replace(one.profile, scope=f"{one.profile.scope} email")) if one.profile.discovers else one
        for one in known
    )


def trustworthy(url: str) -> bool:
    """Whether nobody on the way can read or change what is said there: encrypted, or on this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))
