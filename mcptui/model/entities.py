"""Who may use servers and models: orgs, teams, users, keys; and groups and models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

#: Server name → globs; ``!glob`` denies.
ToolRules: TypeAlias = Mapping[str, tuple[str, ...]]
SubjectKind: TypeAlias = Literal["org", "team", "user", "key"]
ModelApi: TypeAlias = Literal["responses", "chat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Org:
    """The widest level. ``servers`` None says nothing, () allows none (as on every level)."""

    name: str
    servers: tuple[str, ...] | None = None
    tools: ToolRules | None = None
    models: tuple[str, ...] | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team, in at most one org."""

    name: str
    org: str | None = None
    servers: tuple[str, ...] | None = None
    tools: ToolRules | None = None
    models: tuple[str, ...] | None = None
    rpm: int | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person, in at most one team."""

    name: str
    team: str | None = None
    servers: tuple[str, ...] | None = None
    tools: ToolRules | None = None
    models: tuple[str, ...] | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A gateway key; belongs to at most one of user, team, org. Only its hash is kept."""

    name: str
    hash: str
    hint: str = ""
    user: str | None = None
    team: str | None = None
    org: str | None = None
    servers: tuple[str, ...] | None = None
    tools: ToolRules | None = None
    models: tuple[str, ...] | None = None
    created: datetime | None = None
    expires: datetime | None = None
    rpm: int | None = None
    #: The most calls that may be under way at a time.
    max_concurrent: int | None = None
    #: CIDR networks that clients may come from; None and () are every network.
    networks: tuple[str, ...] | None = None
    enabled: bool = True
    #: During a rotation the earlier key stays valid until ``previous_expires``.
    previous_hash: str | None = None
    previous_expires: datetime | None = None
    description: str = ""

    def works(self, now: datetime) -> bool:
        """Whether the key is enabled and has not expired."""
        return self.enabled and (self.expires is None or self.expires > now)


Subject: TypeAlias = Org | Team | User | Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A named set of servers, written ``@name`` wherever a server name may stand."""

    name: str
    servers: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmModel:
    """A model of an OpenAI-compatible provider. Prices are US dollars for a million tokens; None is unknown."""

    name: str
    base_url: str
    model: str
    api: ModelApi = "responses"
    api_key: str | None = None
    #: How many tokens a conversation may have, the answer included.
    context_size: int | None = None
    input_price: float | None = None
    output_price: float | None = None
    #: Of input that the provider had in its cache; as other input where it is not said.
    cached_input_price: float | None = None
