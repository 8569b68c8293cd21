"""Who may use servers and models: orgs, teams, users, keys; and groups and models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, get_args

from mcptui.model.network import Network
from mcptui.model.setting import about

#: Server name → globs; ``!glob`` denies.
ToolRules: TypeAlias = Mapping[str, tuple[str, ...]]
SubjectKind: TypeAlias = Literal["org", "team", "user", "key"]
#: Rules for tools that are made of what servers have: see :mod:`mcptui.services.tool_presets`.
ToolPreset: TypeAlias = Literal["all", "read-only"]
TOOL_PRESETS: Final[tuple[ToolPreset, ...]] = get_args(ToolPreset)
ModelApi: TypeAlias = Literal["responses", "chat"]

#: The address of OpenAI's own API.
OPENAI_URL: Final = "https://api.openai.com/v1"

# A heading of a model's settings.
_SIZE: Final = "Size and prices"

# What the levels of access have in common.
_SERVERS: Final = about(
    "Servers",
    'allowed servers, @groups or "*"; "!name" denies one',
    kind="names",
    order=7,
    option="server",
    default_means="not set",
    placeholder="not set; e.g. git, @docs, !mail; * for all, - for none",
)
_TOOLS: Final = about(
    "Tools",
    "globs of allowed tools by server; !glob denies",
    order=6,
    default_means="not set",
    placeholder="read_*, !delete_*",
)
_MODELS: Final = about(
    "Models",
    'allowed models or "*"; "!name" denies one',
    kind="names",
    order=5,
    option="model",
    default_means="not set",
    placeholder="not set; e.g. gpt-5, !o3; * for all, - for none",
)
_BELONGS: Final[dict[str, Any]] = {"one_of": "Belongs to", "default_means": "none", "order": 1}
_ORG: Final = about("Org", "the org it belongs to", section="orgs", **_BELONGS)
_TEAM: Final = about("Team", "the team it belongs to", section="teams", **_BELONGS)
_USER: Final = about("User", "the user it belongs to", section="users", **_BELONGS)
_DESCRIPTION: Final = about("Description", "a short description", placeholder="optional note")
_RPM: Final = about("Rate limit", "requests per minute", order=3, unit="requests per minute", placeholder="unlimited")


@dataclass(frozen=True, slots=True, kw_only=True)
class Org:
    """The widest level. ``servers`` None is not set, () allows none (as on every level)."""

    name: str
    servers: tuple[str, ...] | None = field(default=None, metadata=_SERVERS)
    tools: ToolRules | None = field(default=None, metadata=_TOOLS)
    models: tuple[str, ...] | None = field(default=None, metadata=_MODELS)
    description: str = field(default="", metadata=_DESCRIPTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team, in at most one org."""

    name: str
    org: str | None = field(default=None, metadata=_ORG)
    servers: tuple[str, ...] | None = field(default=None, metadata=_SERVERS)
    tools: ToolRules | None = field(default=None, metadata=_TOOLS)
    models: tuple[str, ...] | None = field(default=None, metadata=_MODELS)
    rpm: int | None = field(default=None, metadata=_RPM)
    description: str = field(default="", metadata=_DESCRIPTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person, in at most one team."""

    name: str
    team: str | None = field(default=None, metadata=_TEAM)
    servers: tuple[str, ...] | None = field(default=None, metadata=_SERVERS)
    tools: ToolRules | None = field(default=None, metadata=_TOOLS)
    models: tuple[str, ...] | None = field(default=None, metadata=_MODELS)
    description: str = field(default="", metadata=_DESCRIPTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A gateway key; belongs to at most one of user, team, org. Only its hash is kept."""

    name: str
    hash: str = field(
        metadata=about("Hash", "the SHA-256 hash of the key", kind="key_hash", is_editable=False),
    )
    hint: str = field(default="", metadata=about("Key", "first and last characters of the key", is_editable=False))
    user: str | None = field(default=None, metadata=_USER)
    team: str | None = field(default=None, metadata=_TEAM)
    org: str | None = field(default=None, metadata=_ORG)
    servers: tuple[str, ...] | None = field(default=None, metadata=_SERVERS)
    tools: ToolRules | None = field(default=None, metadata=_TOOLS)
    models: tuple[str, ...] | None = field(default=None, metadata=_MODELS)
    created: datetime | None = field(default=None, metadata=about("Created", "creation date", is_editable=False))
    expires: datetime | None = field(
        default=None,
        metadata=about(
            "Expires",
            "expiry date of the key",
            order=2,
            placeholder="e.g. 2027-01-31",
            suggestions=("7d", "30d", "90d", "365d", "never"),
            default_means="never",
        ),
    )
    rpm: int | None = field(default=None, metadata=_RPM)
    max_concurrent: int | None = field(
        default=None,
        metadata=about(
            "Max concurrent",
            "concurrent calls",
            order=3,
            unit="calls",
            placeholder="unlimited",
        ),
    )
    networks: tuple[str, ...] | None = field(
        default=None,
        metadata=about(
            "Networks",
            "client addresses (CIDR) that can use the key",
            kind="networks",
            order=4,
            option="network",
            placeholder="anywhere; e.g. 10.0.0.0/8, ::1",
            default_means="anywhere",
        ),
    )
    enabled: bool = field(default=True, metadata=about("Enabled", "whether the key works", is_editable=False))
    previous_hash: str | None = field(
        default=None,
        metadata=about(
            "Previous hash", "hash of the previous key, valid during a rotation", kind="key_hash", is_editable=False
        ),
    )
    previous_expires: datetime | None = field(
        default=None, metadata=about("Previous key expires", "until when the previous key is valid", is_editable=False)
    )
    description: str = field(default="", metadata=_DESCRIPTION)

    def works(self, now: datetime) -> bool:
        """Whether the key is enabled and has not expired."""
        return self.enabled and (self.expires is None or self.expires > now)


Subject: TypeAlias = Org | Team | User | Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A named set of servers, written ``@name`` wherever a server name may stand."""

    name: str
    servers: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Servers",
            "servers and other @groups",
            kind="names",
            order=1,
            option="server",
            placeholder="e.g. git, docs, @other",
        ),
    )
    description: str = field(default="", metadata=_DESCRIPTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmModel(Network):
    """A model of an OpenAI-compatible provider. Prices are US dollars per million tokens; None is unknown."""

    name: str
    base_url: str = field(
        metadata=about("Base URL", "e.g. https://api.openai.com/v1", kind="url", order=1, placeholder="https://…/v1")
    )
    model: str = field(metadata=about("Model", "name at the provider", kind="filled", placeholder="gpt-4o"))
    api: ModelApi = field(
        default="responses",
        metadata=about(
            "API",
            "the API of the provider that is used",
            order=3,
            words={"responses": "Responses API", "chat": "Chat Completions"},
        ),
    )
    api_key: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "API key",
            "reference to the API key of the provider",
            kept_as="api_key",
            order=2,
            placeholder="sk-…, saved in the secret store",
        ),
    )
    context_size: int | None = field(
        default=None,
        metadata=about(
            "Context window",
            "input and output tokens together; warns before it is full",
            group=_SIZE,
            unit="tokens",
            placeholder="unknown",
        ),
    )
    max_tools: int | None = field(
        default=None,
        metadata=about(
            "Tool limit",
            "functions in one request; more is an error",
            group=_SIZE,
            unit="functions",
            placeholder="128 at OpenAI, Azure, Groq, xAI",
        ),
    )
    input_price: float | None = field(
        default=None,
        metadata=about(
            "Input price",
            "US dollars per million input tokens; costs need both prices",
            kind="price",
            group=_SIZE,
            unit="$ per 1M tokens",
            placeholder="unknown",
        ),
    )
    output_price: float | None = field(
        default=None,
        metadata=about(
            "Output price",
            "US dollars per million output tokens",
            kind="price",
            group=_SIZE,
            unit="$ per 1M tokens",
            placeholder="unknown",
        ),
    )
    cached_input_price: float | None = field(
        default=None,
        metadata=about(
            "Cached input price",
            "US dollars per million input tokens from the cache of the provider",
            kind="price",
            group=_SIZE,
            unit="$ per 1M tokens",
            placeholder="same as the input price",
            default_means="as input_price",
        ),
    )


def api_at(base_url: str) -> ModelApi:
    """The API of a new model by default: only OpenAI itself surely has the Responses API."""
    return "responses" if base_url.rstrip("/") == OPENAI_URL else "chat"
