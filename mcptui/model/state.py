"""The whole desired state: one immutable value per revision of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mcptui.model.entities import Group, Key, LlmModel, Org, Team, User
from mcptui.model.server import Server
from mcptui.model.settings import GatewaySettings, SecretSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What ``mcptui.toml`` says. Maps are in file order and must not be changed."""

    gateway: GatewaySettings = field(default_factory=GatewaySettings)
    secrets: SecretSettings = field(default_factory=SecretSettings)
    servers: Mapping[str, Server] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    orgs: Mapping[str, Org] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    users: Mapping[str, User] = field(default_factory=dict)
    keys: Mapping[str, Key] = field(default_factory=dict)
    models: Mapping[str, LlmModel] = field(default_factory=dict)
