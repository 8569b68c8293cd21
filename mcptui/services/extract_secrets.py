"""Moves secrets that are written out into the secret store, and puts references in their place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mcptui.model.setting import changed, values_of
from mcptui.secrets.references import Reference, references
from mcptui.state.literals import Literal, literal_secrets

if TYPE_CHECKING:
    from mcptui.model import LlmModel, Server


def extract_server_secrets(server: Server) -> tuple[Server, dict[str, str]]:
    """``server`` with references only, and the secrets by path."""
    secrets: dict[str, str] = {}

    def keep(name: str, value: str) -> str:
        wanted = f"server/{server.name}/{re.sub(r'[^a-z0-9._-]', '-', name.lower())}"
        path, number = wanted, 2
        while secrets.get(path, value) != value:
            path, number = f"{wanted}-{number}", number + 1
        secrets[path] = value
        return str(Reference("secret", path))

    # From the end, so that the places before stay where they are.
    for literal in reversed(list(literal_secrets(server))):
        server = _replaced(server, literal, keep)
    return server, dict(reversed(secrets.items()))


def extract_model_secrets(model: LlmModel) -> tuple[LlmModel, dict[str, str]]:
    """``model`` with a reference for its key, and the secret by path."""
    if not model.api_key or references(model.api_key):
        return model, {}
    path = f"model/{model.name}/api_key"
    return replace(model, api_key=str(Reference("secret", path))), {path: model.api_key}


def _replaced(server: Server, literal: Literal, keep: Callable[[str, str], str]) -> Server:
    field, *names = literal.path
    before: Any = values_of(server)[field]
    key: Any = names[0] if names else literal.index
    text: str = before if isinstance(before, str) else before[key]
    # In a URL the value is kept as it is encoded: the reference is replaced inside the URL.
    text = text[: literal.start] + keep(literal.name, text[literal.start : literal.end]) + text[literal.end :]
    after: Any = text
    if isinstance(before, tuple):
        after = (*before[:key], text, *before[key + 1 :])
    elif not isinstance(before, str):
        after = {**before, key: text}
    return changed(server, {field: after})
