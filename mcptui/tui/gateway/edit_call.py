"""A recorded call as one to edit and send from Test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mcptui.access import decide
from mcptui.model import State
from mcptui.model.runtime import CallRecord
from mcptui.protocol.text import one_line
from mcptui.services.calls import known_arguments
from mcptui.tui.call_to_test import CallToTest, Tab
from mcptui.tui.clock import time_of_day

_TABS: Final[Mapping[str, Tab]] = {"tools/call": "tools", "prompts/get": "prompts", "resources/read": "resources"}
_OWNER: Final = "(owner)"


@dataclass(frozen=True, slots=True)
class EditedCall:
    """What Test is to show, and the key to send it as; None is the owner."""

    call: CallToTest
    key: str | None


def is_editable(record: CallRecord) -> bool:
    """Whether Test has a form for it."""
    return record.method in _TABS and bool(_server_and_name(record)[1])


def edited_call(state: State, record: CallRecord) -> EditedCall:
    """``record``, which has a form, with what is known of its arguments; as its key where that may still make it."""
    tab = _TABS[record.method]
    server, name = _server_and_name(record)
    key, why = _key(state, record.key, tab, server, name)
    params = record.params if isinstance(record.params, dict) else {}
    arguments, missing = known_arguments(params.get("arguments") or {})
    if "cut" in params or record.params is None:
        to_do = "the arguments were not recorded; enter them"
    else:
        to_do = f"redacted or truncated, enter by hand: {one_line(', '.join(missing), limit=200)}" if missing else ""
    who = f"key {key}" if key is not None else "owner"
    note = f"From the call at {time_of_day(record.at)}, to be sent as {who}{why}. Another key: f8"
    return EditedCall(CallToTest(tab, server, name, arguments, note, to_do), key)


def _server_and_name(record: CallRecord) -> tuple[str, str]:
    """Also of a call that was denied, which reached no server."""
    denied = record.denied or {}
    name = record.name if record.method == "resources/read" else record.tool or denied.get("name") or record.name
    return str(record.server or denied.get("server") or ""), str(name or "")


def _key(state: State, name: str, tab: Tab, server: str, called: str) -> tuple[str | None, str]:
    """Whom to send it as, and why that is the owner where another one had made it."""
    if name == _OWNER:
        return None, ""
    key = state.keys.get(name)
    if key is None:
        return None, f", as there is no key {one_line(name, limit=40)}"
    if not key.enabled:
        return None, f", as key {name} is disabled"
    access = decide(state, name)
    allows = {
        "tools": access.allows_tool(server, called),
        "prompts": access.allows_prompts(server),
        "resources": access.allows_resources(server),
    }
    return (name, "") if allows[tab] else (None, f", as key {name} has no access to it")
