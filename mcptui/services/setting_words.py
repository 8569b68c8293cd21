"""Values of settings as people read them, on the command line and in the app."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcptui.model.entities import ToolRules
    from mcptui.model.setting import Setting


def value_words(setting: Setting, value: Any) -> str | None:
    """``value`` of ``setting`` in a line; empty or None where it is not set."""
    about = setting.about
    if setting.kind == "tool_rules":
        return rules(value) or about.default_means
    if value is None:
        return about.default_means if setting.kind == "names" else None
    if setting.kind in ("names", "globs"):
        return joined(value) if setting.is_optional or value else None
    if setting.kind in ("texts", "networks"):
        return ", ".join(value)
    if setting.kind == "text_map":
        return ", ".join(f"{name}={text}" for name, text in value.items())
    if setting.kind == "flag":
        return "yes" if value else "no"
    if setting.kind == "price":
        return f"${value:g} per 1M tokens"
    if setting.kind == "seconds":
        return f"{value:g} s"
    return f"{value:,} {about.unit}" if about.unit else str(value)


def joined(items: Iterable[str] | None, *, none: str = "") -> str:
    """A list for one cell; ``none`` where it is not set, and an empty list in words."""
    if items is None:
        return none
    return ", ".join(items) or "none"


def rules(tools: ToolRules | None) -> str:
    """Tool rules as ``--tools`` takes them."""
    return " ".join(f"{server}={','.join(globs)}" for server, globs in (tools or {}).items())
