"""Values as TOML text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import tomlkit

from mcptui.state.statements import KeyPath, dotted

_READABLE_LINE: Final = 100


def render_pair(path: KeyPath, value: Any) -> str:
    """``key = value`` with its newline; a long array gets a line for each item."""
    line = f"{dotted(path)} = {render(value)}\n"
    if not isinstance(value, list) or len(line) <= _READABLE_LINE:
        return line
    items = "".join(f"  {render(item)},\n" for item in value)
    return f"{dotted(path)} = [\n{items}]\n"


def render_table(path: KeyPath, table: Mapping[str, Any]) -> str:
    """A table with its header; tables inside it are written inline."""
    return f"[{dotted(path)}]\n" + "".join(render_pair((key,), value) for key, value in table.items())


def render(value: Any) -> str:
    """One value on one line."""
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{dotted((key,))} = {render(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(render(item) for item in value)}]"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    text: str = tomlkit.item(value).as_string()
    return text
