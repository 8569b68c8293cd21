"""``{{name}}`` in the arguments of saved calls."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

from mcptui.errors import McptuiError
from mcptui.model.runtime import Json
from mcptui.schema import format_json
from mcptui.secrets.known import KnownSecrets
from mcptui.secrets.recognition import is_harmless, is_secret_name

_PLACE: Final = re.compile(r"\{\{\s*(?P<env>env:)?(?P<name>[\w.-]+)\s*\}\}")


class UnknownVariableError(McptuiError):
    """A variable that has no value."""


def has_variable(text: str) -> bool:
    """Whether a part of ``text`` is the value of a variable."""
    return _PLACE.search(text) is not None


def filled_in(value: Json, variables: Mapping[str, Json], secrets: KnownSecrets) -> Json:
    """``value`` with the values of its variables; one that is a whole string keeps the type of its value.

    ``{{env:NAME}}`` is the environment variable ``NAME``, so that no secret has to be in a file.

    Args:
        secrets: gets what was filled in and may be a secret.

    Raises:
        UnknownVariableError: a variable has no value.
    """
    if isinstance(value, dict):
        return {name: filled_in(member, variables, secrets) for name, member in value.items()}
    if isinstance(value, list):
        return [filled_in(member, variables, secrets) for member in value]
    if not isinstance(value, str):
        return value
    if whole := _PLACE.fullmatch(value):
        return _value(whole, variables, secrets)
    return _PLACE.sub(lambda place: _text(_value(place, variables, secrets)), value)


def _value(place: re.Match[str], variables: Mapping[str, Json], secrets: KnownSecrets) -> Json:
    name = place["name"]
    if place["env"]:
        if (found := os.environ.get(name)) is None:
            raise UnknownVariableError(f"the environment variable {name} is not set")
        if not is_harmless(found):
            secrets.add(name, found)
        return found
    if name not in variables:
        raise UnknownVariableError(f"the variable {name} is not set", hint=f"set it in [variables], or --var {name}=…")
    value = variables[name]
    if isinstance(value, str) and is_secret_name(name):
        secrets.add(name, value)
    return value


def _text(value: Json) -> str:
    return value if isinstance(value, str) else format_json(value)
