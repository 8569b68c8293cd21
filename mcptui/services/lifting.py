"""Moves secrets that are written out into the secret store, and puts references in their place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from mcptui.secrets.references import Reference, looks_like_secret, references
from mcptui.state.checks import literal_secrets

if TYPE_CHECKING:
    from mcptui.model import LlmModel, Server


def lift_server(server: Server) -> tuple[Server, dict[str, str]]:
    """``server`` with references only, and the secrets by path."""
    lifted: dict[str, str] = {}

    def keep(name: str, value: str) -> str:
        path = f"server/{server.name}/{re.sub(r'[^a-z0-9._-]', '-', name.lower())}"
        lifted[path] = value
        return str(Reference("secret", path))

    changes: dict[str, Any] = {}
    for field, *names in literal_secrets(server):
        if field == "auth_value":
            changes[field] = keep("auth", server.auth_value or "")
        else:
            values = changes.setdefault(field, dict(getattr(server, field)))
            for name in names:
                values[name] = keep(name, values[name])
    if server.url is not None and "?" in server.url:
        base, _, query = server.url.partition("?")
        changes["url"] = f"{base}?{'&'.join(_lift_parameter(part, keep) for part in query.split('&'))}"
    return replace(server, **changes), lifted


def lift_model(model: LlmModel) -> tuple[LlmModel, dict[str, str]]:
    """``model`` with a reference for its key, and the secret by path."""
    if not model.api_key or references(model.api_key):
        return model, {}
    path = f"model/{model.name}/api_key"
    return replace(model, api_key=str(Reference("secret", path))), {path: model.api_key}


def _lift_parameter(part: str, keep: Callable[[str, str], str]) -> str:
    # The value is kept as it is encoded: the reference is replaced inside the URL.
    name, _, value = part.partition("=")
    if not looks_like_secret(unquote_plus(name), unquote_plus(value)):
        return part
    return f"{name}={keep(unquote_plus(name), value)}"
