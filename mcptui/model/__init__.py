"""Frozen values that every other package speaks in; no I/O."""

from __future__ import annotations

from mcptui.model.auth import ApiKey, Auth, Authorization, Basic, BearerToken, NoAuth, OAuth, Token
from mcptui.model.entities import Group, Key, LlmModel, Org, Subject, Team, User
from mcptui.model.server import Prefix, Server, SpecVersion, Transport
from mcptui.model.settings import GatewaySettings, PrefixMode, SecretSettings
from mcptui.model.state import State

__all__ = [
    "ApiKey",
    "Auth",
    "Authorization",
    "Basic",
    "BearerToken",
    "GatewaySettings",
    "Group",
    "Key",
    "LlmModel",
    "NoAuth",
    "OAuth",
    "Org",
    "Prefix",
    "PrefixMode",
    "SecretSettings",
    "Server",
    "SpecVersion",
    "State",
    "Subject",
    "Team",
    "Token",
    "Transport",
    "User",
]
