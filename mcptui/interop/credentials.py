"""The credential of one entry, in the many forms in which clients and LiteLLM write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from mcptui.interop.reading import Reading
from mcptui.interop.values import first
from mcptui.model import AuthType


def credentials(reading: Reading, entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Server fields for the credential of ``entry``."""
    auth_type = entry.get("auth_type")
    value = first(entry, ("auth_value", "authentication_token"))
    if isinstance(auth_type, str):
        if auth_type not in get_args(AuthType):
            reading.note(f"{name}: auth_type {auth_type} does not exist here; set its credential by hand")
            return {}
        details: dict[str, Any] = {"auth_type": cast("AuthType", auth_type)}
        if value is not None:
            details["auth_value"] = reading.text(value, "auth_value")
        return details
    token = first(entry, ("authorization_token", "authorization", "bearer_token")) or value
    variable = entry.get("bearer_token_env_var")
    if isinstance(variable, str) and variable:
        token = f"${{env:{variable}}}"
    if token:
        return {"auth_type": "bearer_token", "auth_value": reading.text(token, "token")}
    return _oauth(reading, entry, name)


def _oauth(reading: Reading, entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    settings = next((entry[key] for key in ("oauth", "auth") if isinstance(entry.get(key), Mapping)), None)
    if settings is None or settings.get("enabled") is False:
        return {}
    reading.note(f"{name}: it asks for a login (OAuth)")
    return {"auth_type": "oauth2"}
