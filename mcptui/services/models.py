"""Models of OpenAI-compatible providers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mcptui.model.names import subject_name_problem
from mcptui.secrets.references import references
from mcptui.services.checks import require, require_free, require_valid
from mcptui.services.links import SECTIONS
from mcptui.services.secrets import save_with_secrets, set_secret
from mcptui.state.encode import default_paths
from mcptui.state.extract_secrets import extract_secrets

if TYPE_CHECKING:
    from collections.abc import Collection

    from mcptui.model import LlmModel, State
    from mcptui.services.workspace import Change, Workspace


def add_model(ws: Workspace, model: LlmModel) -> Change:
    """Save a new model; secrets written out in it go to the secret store.

    Raises:
        RefusedError: the name is bad or taken.
        SecretError: a secret cannot be kept; nothing is saved then.
        StateError: the model, or the file, cannot be used.
    """
    require_valid("model", model.name, subject_name_problem(model.name))

    def add(state: State) -> State:
        require_free(state.models, "model", model.name)
        return replace(state, models={**state.models, model.name: stripped})

    stripped, secrets = extract_secrets(model)
    return save_with_secrets(ws, f"Model {model.name} added", add, secrets)


def update_model(
    ws: Workspace, name: str, model: LlmModel, *, expected: str | None = None, unset: Collection[str] = ()
) -> Change:
    """Replace a model's settings; its name stays. Secrets written out in it go to the secret store.

    One that it has no use for any more stays, for undo (:mod:`mcptui.services.orphaned_secrets`).

    Args:
        unset: settings that are left to their default; their lines go.

    Raises:
        NotFoundError: there is no such model.
        RefusedError: the file is not at revision ``expected`` any more.
        SecretError: a secret cannot be kept; nothing is saved then.
        StateError: the model, or the file, cannot be used.
    """
    stripped, secrets = extract_secrets(replace(model, name=name))

    def edit(state: State) -> State:
        require(state.models, "model", name)
        return replace(state, models={**state.models, name: stripped})

    paths = default_paths(stripped, ("models", name), unset)
    return save_with_secrets(ws, f"Model {name} saved", edit, secrets, expected=expected, unset=paths)


def set_api_key(ws: Workspace, name: str, api_key: str) -> Change | None:
    """Replace a model's API key in the secret store; None where the state file says already where it is.

    Raises:
        NotFoundError: there is no such model.
        SecretError: the key cannot be kept.
        StateError: the file cannot be used.
    """
    loaded = ws.load()
    model = require(loaded.state.models, "model", name)
    found = references(model.api_key or "")
    if len(found) == 1 and found[0].kind == "secret" and str(found[0]) == model.api_key:
        set_secret(ws, found[0].path, api_key)
        return None
    stripped, secrets = extract_secrets(replace(model, api_key=api_key))

    def edit(state: State) -> State:
        require(state.models, "model", name)
        return replace(state, models={**state.models, name: stripped})

    return save_with_secrets(ws, f"API key of {name} replaced", edit, secrets, expected=loaded.revision)


def remove_model(ws: Workspace, name: str) -> Change:
    """Remove a model; its secret stays, for undo (:mod:`mcptui.services.orphaned_secrets`).

    Raises:
        NotFoundError: there is no such model.
        StateError: the file cannot be used.
    """

    def remove(state: State) -> State:
        require(state.models, "model", name)
        return replace(state, models={other: model for other, model in state.models.items() if other != name})

    return ws.change(f"Model {name} deleted", remove)


def who_uses_model(state: State, name: str) -> list[str]:
    """Whose setting *models* names it: "team data", "key cursor" …"""
    return [
        f"{kind} {item.name}"
        for kind, section in SECTIONS.items()
        for item in getattr(state, section).values()
        if {name, f"!{name}"} & set(item.models or ())
    ]
