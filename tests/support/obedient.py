"""A model that does as it is told: it calls the tool that the person names, and tells what came of it."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from tests.support.provider import Says

#: "call NAME {arguments}", where NAME may be the end of the function's name.
_CALL: Final = re.compile(r"call (?P<name>[\w-]+) (?P<arguments>\{.*\})", re.DOTALL)


def obey(body: Any) -> Says:
    """The answer to a request of either API."""
    items = body.get("messages") or body.get("input")
    items = [{"role": "user", "content": items}] if isinstance(items, str) else items
    last = items[-1]
    if last.get("type") == "function_call_output" or last.get("role") == "tool":
        return Says(f"It said: {_text(last.get('output') or last.get('content'))}")
    asked = [_text(item.get("content")) for item in items if item.get("role") == "user"]
    if (found := _CALL.search(asked[-1])) is not None:
        names = [tool.get("name") or tool.get("function", {}).get("name") or "" for tool in body.get("tools") or ()]
        name = next((name for name in names if name.endswith(found["name"])), found["name"])
        return Says(calls=((name, found["arguments"]),))
    return Says(f"You have said {len(asked)} things, the first was: {asked[0]}")


def _text(content: Any) -> str:
    if isinstance(content, list):
        return " ".join(str(part.get("text", "")) for part in content)
    return content if isinstance(content, str) else json.dumps(content)
