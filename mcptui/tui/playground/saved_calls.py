"""Calls of the Test mode as calls of a collection."""

from __future__ import annotations

from typing import Final

from mcptui.schema.json_path import path_text
from mcptui.services.collections.values import Expectation, Kind, SavedCall
from mcptui.services.one_call import Outcome as Expected
from mcptui.services.one_call import text_of
from mcptui.tui.call_to_test import Tab
from mcptui.tui.playground.items import Item, Request
from mcptui.tui.playground.outcome import Kind as Ended
from mcptui.tui.playground.outcome import Outcome

_KINDS: Final[dict[Tab, Kind]] = {"tools": "tool", "prompts": "prompt", "resources": "resource"}
_EXPECTED: Final[dict[Ended, Expected]] = {"ok": "ok", "tool_error": "tool_error", "protocol_error": "error"}
#: A longer text is no expectation: it is rather data that changes.
_LONGEST: Final = 500


def saved_call(item: Item, request: Request, name: str, key: str | None, shown: Outcome | None) -> SavedCall:
    """The call that ``request`` makes; the result ``shown`` is what it is expected to return."""
    params = request.params
    return SavedCall(
        name=name,
        kind=_KINDS[item.tab],
        target=str(params.get("name") or params.get("uri")),
        arguments=params.get("arguments", {}),
        key=key,
        expect=_expectation(shown) if shown is not None else Expectation(),
    )


def _expectation(shown: Outcome) -> Expectation:
    outcome = _EXPECTED.get(shown.kind)
    if outcome is None:
        return Expectation()
    structured = shown.body.get("structuredContent") if isinstance(shown.body, dict) else None
    if outcome == "ok" and structured is not None:
        values = structured if isinstance(structured, dict) else {}
        plain = {name: value for name, value in values.items() if isinstance(value, str | int | float | bool)}
        return Expectation(json={path_text((name,)): value for name, value in plain.items()})
    text = text_of(shown.body)
    return Expectation(outcome=outcome, text=(text,) if 0 < len(text) <= _LONGEST else ())
