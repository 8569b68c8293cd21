"""Moves secrets that are written out into the secret store, and puts references in their place."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from mcptui.model import LlmModel, Server
from mcptui.model.setting import changed, values_of
from mcptui.secrets.references import Reference, references_in
from mcptui.state.literals import Literal, literal_secrets

EntityT = TypeVar("EntityT", bound=Server | LlmModel)

#: What is shown in the place of a secret.
COVER: Final = "••••"


def extract_secrets(entity: EntityT) -> tuple[EntityT, dict[str, str]]:
    """``entity`` with references only, and the secrets by path."""
    section = "server" if isinstance(entity, Server) else "model"
    # What the entity refers to already stays what it is.
    taken = {found.path for found in references_in(entity) if found.kind == "secret"}
    secrets: dict[str, str] = {}

    def keep(literal: Literal, value: str) -> str:
        wanted = f"{section}/{entity.name}/{re.sub(r'[^a-z0-9._-]', '-', literal.name.lower())}"
        path, number = wanted, 2
        while path in taken or secrets.get(path, value) != value:
            path, number = f"{wanted}-{number}", number + 1
        secrets[path] = value
        return str(Reference("secret", path))

    return replace_secrets(entity, keep), dict(reversed(secrets.items()))


def cover_secrets(entity: EntityT) -> EntityT:
    """``entity`` as it may be shown: dots in the place of secrets that are written out."""
    return replace_secrets(entity, lambda *_: COVER)


def replace_secrets(entity: EntityT, replacement: Callable[[Literal, str], str]) -> EntityT:
    """``entity`` with what ``replacement`` returns for each secret that is written out, and its value."""
    # From the end, so that the places before stay where they are.
    for literal in reversed(list(literal_secrets(entity))):
        entity = _with_text(entity, literal, replacement)
    return entity


def _with_text(entity: EntityT, literal: Literal, replacement: Callable[[Literal, str], str]) -> EntityT:
    field, *names = literal.path
    before: Any = values_of(entity)[field]
    text = literal.text(entity)
    # In a URL the value is kept as it is encoded: the reference is replaced inside the URL.
    text = text[: literal.start] + replacement(literal, text[literal.start : literal.end]) + text[literal.end :]
    after: Any = text
    if isinstance(before, tuple):
        after = (*before[: literal.index], text, *before[literal.index + 1 :])
    elif not isinstance(before, str):
        after = {**before, names[0]: text}
    return changed(entity, {field: after})
