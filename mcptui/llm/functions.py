"""MCP tools as functions of the OpenAI API, and MCP results as text for a model."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

_MAX_NAME: Final = 64
_MAX_DESCRIPTION: Final = 1024
_MAX_RESULT: Final = 400_000
# The API refuses these beside "type": "object" at the top of a schema.
_REFUSED_AT_TOP: Final = frozenset({"anyOf", "oneOf", "allOf", "not", "enum", "if", "then", "else", "$schema"})


class Functions:
    """The functions that a model is offered, and which MCP tool each of them is."""

    def __init__(self, tools: Sequence[JsonObject]) -> None:
        self._tools: dict[str, str] = {}
        self.definitions: list[JsonObject] = []
        for tool in tools:
            name = self._free_name(str(tool["name"]))
            self._tools[name] = str(tool["name"])
            self.definitions.append({"type": "function", "function": _function(name, tool)})

    def tool(self, function: str) -> str | None:
        """The MCP tool that ``function`` stands for."""
        return self._tools.get(function)

    def _free_name(self, tool: str) -> str:
        """``tool`` itself where the API takes it; else a name that is stable for this tool."""
        name = re.sub(r"[^a-zA-Z0-9_-]", "_", tool)
        if name == tool and 0 < len(name) <= _MAX_NAME and name not in self._tools:
            return name
        digest = hashlib.sha256(tool.encode("utf-8", "surrogatepass")).hexdigest()
        length = 8
        while (candidate := f"{name[: _MAX_NAME - length - 1]}_{digest[:length]}") in self._tools:
            length += 8
        return candidate


def _function(name: str, tool: JsonObject) -> JsonObject:
    description = tool.get("description") or tool.get("title") or ""
    return {
        "name": name,
        "description": str(description)[:_MAX_DESCRIPTION],
        "parameters": _parameters(tool.get("inputSchema")),
    }


def _parameters(schema: object) -> JsonObject:
    given = schema if isinstance(schema, Mapping) else {}
    kept = {key: value for key, value in given.items() if key not in _REFUSED_AT_TOP}
    return {**kept, "type": "object", "properties": kept.get("properties") or {}}


def result_text(result: JsonObject) -> str:
    """What a model is told of a CallToolResult: its texts, else its structured content; errors marked as such."""
    content = result.get("content")
    parts = [_block_text(block) for block in content or () if isinstance(block, Mapping)]
    if not any(parts) and result.get("structuredContent") is not None:
        parts = [json.dumps(result["structuredContent"], ensure_ascii=False)]
    text = "\n".join(part for part in parts if part) or "(no output)"
    if len(text) > _MAX_RESULT:
        text = f"{text[:_MAX_RESULT]}\n(cut: {len(text)} characters in all)"
    return f"Error: {text}" if result.get("isError") else text


def _block_text(block: Mapping[str, Any]) -> str:
    match block.get("type"):
        case "text":
            return str(block.get("text", ""))
        case "resource":
            resource = block.get("resource")
            if isinstance(resource, Mapping):
                return str(resource.get("text") or f"(resource {resource.get('uri')})")
            return ""
        case "resource_link":
            return f"(resource {block.get('uri')}: {block.get('title') or block.get('name')})"
        case kind:
            return f"({kind} {block.get('mimeType', '')})"


def error_result(message: str) -> JsonObject:
    """A CallToolResult that says why a call did not happen."""
    return {"content": [{"type": "text", "text": message}], "isError": True}


def read_arguments(text: str) -> JsonObject | None:
    """The arguments of a call, or None if they are not a JSON object. Some models send "" where there are none."""
    if not text.strip():
        return {}
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")
