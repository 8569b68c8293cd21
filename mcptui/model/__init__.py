"""Frozen values that every other package speaks in; no I/O."""

from __future__ import annotations

from mcptui.model.entities import Group, Key, LlmModel, Org, Subject, Team, User
from mcptui.model.server import AuthType, Prefix, Server, SpecVersion, Transport
from mcptui.model.settings import GatewaySettings, PrefixMode, SecretSettings
from mcptui.model.state import State

__all__ = [
    "AuthType",
    "GatewaySettings",
    "Group",
    "Key",
    "LlmModel",
    "Org",
    "Prefix",
    "PrefixMode",
    "SecretSettings",
    "Server",
    "SpecVersion",
    "State",
    "Subject",
    "Team",
    "Transport",
    "User",
]
