"""Every general setting, in one frozen object read from the environment and `.env` when the program starts.

What concerns one platform alone stands in that platform's folder and is read in the same way.
"""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import BotError
from bot.packs import PACKS


def host_and_port(address: str) -> tuple[str, int]:
    """An address to listen on, as host and port; a port alone is this machine's. Raises ValueError."""
    host, _, port = address.rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        raise ValueError("must be a port such as 9321, or an address and port such as 0.0.0.0:9321")
    return host.strip("[]") or "127.0.0.1", int(port)


def listed(value: str) -> tuple[str, ...]:
    """What a setting lists, separated by commas."""
    return tuple(filter(None, map(str.strip, value.split(","))))


class SettingsError(BotError):
    """A setting cannot be used; the message names it and says what it wants."""


def from_environment(prefix: str) -> SettingsConfigDict:
    """How settings are read: from variables of this prefix, above those in `.env`; never changed afterwards."""
    return SettingsConfigDict(
        env_prefix=prefix,
        env_file=".env",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )


Join = Literal["name", "invitation", "sign-in", "anyone"]
"""Who may join the browser page. A name alone is enough only where nobody else can reach it."""


class Settings(BaseSettings):
    """What an operator may set. Nothing is required: without any, the bot runs in the browser with SQLite."""

    model_config = from_environment("STUDYBOT_")

    data: Path = Field(Path("data"), description="Folder that holds everything the bot keeps.")
    database_url: str = Field(
        "",
        validation_alias="DATABASE_URL",
        description="`postgresql://user:password@host/name`; without it, SQLite inside the data folder.",
    )
    packs: Path = Field(PACKS, description="Folder of course packs, one folder a course.")
    host: str = Field("127.0.0.1", description="Address the browser page listens on; loopback unless changed.")
    port: int = Field(8321, ge=0, le=65535, description="Port of the browser page; 0 takes any.")
    join: Join = Field(
        "name",
        description="Who may join the browser page: `name` whoever chooses one, on this machine alone; `invitation` "
        "whoever was given a link; `sign-in` whoever signs in by `STUDYBOT_SIGNIN` or `STUDYBOT_PROXY_USER`; `anyone` "
        "whoever reaches the address, as you know.",
    )
    organisers: str = Field(
        "",
        description="Who organises every group, from the first start on, separated by commas: `discord:ID` and "
        "`slack:ID` name people of these platforms, there and where they sign in on the page; `proxy:NAME` whom a "
        "proxy calls so; an e-mail address whoever signs in on the page by a provider that has verified it.",
    )
    signin: str = Field(
        "",
        description="Providers by which people may sign in on the page, separated by commas: `google`, `slack`, "
        "`discord`, `github`, or a name of your own for any other OpenID provider; each is set by `SIGNIN_NAME_…`.",
    )
    proxy_user: str = Field(
        "",
        description="Header in which a proxy of `STUDYBOT_PROXIES` with a login of its own says who somebody is, such "
        "as `X-Forwarded-User`; then nobody comes onto the page otherwise.",
    )
    proxies: str = Field(
        "",
        description="Proxies before the page, as addresses or networks separated by commas: what they say of where a "
        "request came from (`X-Forwarded-For`, `X-Forwarded-Proto`) is believed, nobody else's word is.",
    )
    page_url: str = Field(
        "",
        description="Address at which people reach the page, for links the bot gives out: `https://study.example.org`.",
    )
    push: str = Field(
        "https://fcm.googleapis.com, https://*.push.services.mozilla.com, https://*.push.apple.com, "
        "https://*.notify.windows.com",
        description="Push services by which the page may tell people on their devices, if they allow it, separated by "
        "commas; no other address is called. Empty: it is not offered.",
    )
    demo: bool = Field(
        True,
        description="Give the page's organisers a clock to move; only on loopback, never beside Discord or Slack.",
    )
    zone: str = Field("", description="Zone of the first group; else the machine's.")
    catch_up_hours: float = Field(
        12.0,
        gt=0,
        description="How late a weekly post may still go out after an outage; later it is recorded as missed.",
    )
    keep_days: float = Field(
        0.0,
        ge=0,
        description="Days after which the words of answers are cleared, scores kept; 0 keeps them for ever.",
    )
    member_mb: float = Field(
        500.0,
        ge=0,
        description="Megabytes of words and pictures that the browser page keeps for one member; more is "
        "refused, in a sentence, until words are cleared. 0 keeps any amount.",
    )
    records_days: float = Field(
        400.0,
        ge=0,
        description="Days after which records that nobody reads again are deleted: letters and edits that were sent, "
        "notices that were told, what was changed in a group; 0 keeps them for ever.",
    )
    metrics: str = Field(
        "",
        description="Where programs look at the bot (`/metrics`, `/livez`, `/readyz`), apart from the page: a port of "
        "this machine, `9321`, or an address and port, `0.0.0.0:9321`; without it nowhere. See docs/operations.md.",
    )
    traces: str = Field(
        "",
        description="Where an OpenTelemetry collector takes traces by HTTP: `http://collector:4318/v1/traces`. Needs "
        "the extra `otel`; without it none are made.",
    )
    backup_passphrase: SecretStr = Field(
        SecretStr(""),
        description="Wraps the keys of the data folder: `studybot backup` holds them then, `restore` puts them back.",
    )
    tick_seconds: float = Field(5.0, gt=0, description="How often the clock looks for what is due.")
    semantic: bool = Field(
        False,
        description="Let a sentence encoder show doubtful answers to the organiser; it must be installed.",
    )
    advice_url: str = Field(
        "",
        description="Address of an OpenAI-compatible server, such as `http://127.0.0.1:8080/v1`, whose language model "
        "advises organisers on answers that wait for them. It grades nothing; empty: nothing is asked.",
    )
    advice_model: str = Field("", validate_default=True, description="Name of the language model there.")
    advice_key: SecretStr = Field(SecretStr(""), description="Bearer token that server asks for, if any.")
    models_url: str = Field(
        "",
        validation_alias="MODELS_URL",
        description="Address of a running model service, or after `oip+` of any server of the Open Inference Protocol; "
        "without it the bot starts one beside itself.",
    )
    models_map: Path | None = Field(
        None,
        validation_alias="MODELS_MAP",
        description="How another server's models are fed (default: `models.yaml` in the data folder).",
    )
    models_token: SecretStr = Field(
        SecretStr(""),
        validation_alias="MODELS_TOKEN",
        description="Bearer token the model service asks for, if any.",
    )
    log: str = Field("INFO", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`.")

    log_format: Literal["text", "json"] = Field(
        "text", description="`text` for people to read, or `json` for one object a line: at, level, logger, message."
    )

    @field_validator("log")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgres://", "sqlite://")):
            raise ValueError("must begin with postgresql:// or sqlite:///")
        return value

    @field_validator("metrics")
    @classmethod
    def _known_listener(cls, value: str) -> str:
        if value:
            host_and_port(value)
        return value

    @field_validator("organisers")
    @classmethod
    def _known_organisers(cls, value: str) -> str:
        for each in listed(value):
            kind, _, rest = each.partition(":")
            if not (kind in ("discord", "slack", "proxy") and rest) and not re.fullmatch(r"[^\s@:]+@[^\s@:]+", each):
                raise ValueError(f"{each}: must be discord:ID, slack:ID, proxy:NAME or an e-mail address")
        return value

    @field_validator("page_url", "traces", "advice_url")
    @classmethod
    def _known_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// or http://")
        return value.rstrip("/")

    @field_validator("advice_model")
    @classmethod
    def _named(cls, value: str, given: ValidationInfo) -> str:
        if given.data.get("advice_url") and not value:
            raise ValueError("must name a language model of the server at STUDYBOT_ADVICE_URL")
        return value

    @field_validator("proxy_user")
    @classmethod
    def _header_name(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", value):
            raise ValueError("must be the name of a header, such as X-Forwarded-User")
        return value

    @field_validator("proxies")
    @classmethod
    def _known_networks(cls, value: str) -> str:
        try:
            for each in filter(str.strip, value.split(",")):
                ip_network(each.strip())
        except ValueError:
            raise ValueError("must list addresses or networks such as 10.0.0.0/8, separated by commas") from None
        return value

    @property
    def map_of_models(self) -> Path:
        """Where it is written how another server's models are fed."""
        return self.models_map or self.data / "models.yaml"

    @property
    def database(self) -> str:
        """The database that is meant: the one named, else the file in the data folder."""
        return self.database_url or f"sqlite:///{self.data.absolute() / 'studybot.sqlite3'}"


Kind = TypeVar("Kind", bound=BaseSettings)


def variable(kind: type[BaseSettings], field: str) -> str:
    """The environment variable that a field is read from."""
    alias = kind.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"{kind.model_config['env_prefix']}{field}".upper()


def read(kind: type[Kind], **given: object) -> Kind:
    """Read settings; what is given here stands above the environment. Raises SettingsError, all faults in one."""
    try:
        return kind(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        named = {name: variable(kind, name) for name in kind.model_fields}
        faults = "; ".join(
            f"{named.get(str(fault['loc'][0]), fault['loc'][0])}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        )
        raise SettingsError(f"These settings cannot be used. {faults}.") from None


def read_settings(**given: object) -> Settings:
    """Read the general settings. Raises SettingsError."""
    return read(Settings, **given)
