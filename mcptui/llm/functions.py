"""MCP tools as functions of the OpenAI API, and MCP results as text for a model."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from mcptui.llm.parameters import parameters

if TYPE_CHECKING:
    from mcptui.llm.tools import Listed
    from mcptui.model.runtime import JsonObject

_MAX_NAME: Final = 64
_MAX_DESCRIPTION: Final = 1024
_MAX_RESULT: Final = 400_000
#: How many a model is told that has called another.
_NAMED_TOOLS: Final = 50


Source = TypeVar("Source", bound="Listed")


@dataclass(frozen=True, slots=True)
class Offered(Generic[Source]):
    """One MCP tool as a function: whose it is, and its own name."""

    source: Source
    tool: str


class Functions(Generic[Source]):
    """The functions that a model is offered, and which MCP tool each of them is.

    Args:
        sources: whose tools they are.
        taken: the names of the client's own functions, which no tool may get.
    """

    def __init__(self, sources: Sequence[Source], taken: Iterable[str] = ()) -> None:
        #: Whose tools they are.
        self.sources = sources
        self._taken = set(taken)
        self._offered: dict[str, Offered[Source]] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._definitions: dict[str, JsonObject] = {}
        for source in sources:
            for tool in source.tools:
                self._add(source, tool)

    def definitions(self, wanted: Callable[[str, str], bool] | None = None) -> list[JsonObject]:
        """The tools as the Responses API takes them; all, or those whose label and name are ``wanted``."""
        return [
            self._definitions[function]
            for function, offered in self._offered.items()
            if wanted is None or wanted(offered.source.label, offered.tool)
        ]

    def offered(self, function: str) -> Offered[Source] | None:
        """The MCP tool that ``function`` stands for."""
        return self._offered.get(function)

    def is_taken(self, function: str) -> bool:
        """Whether the client has a function of this name."""
        return function in self._taken

    def why_unknown(self, function: str) -> str:
        """What a model is told that calls a function which there is not."""
        known = ", ".join(list(self._offered)[:_NAMED_TOOLS])
        more = ", …" if len(self._offered) > _NAMED_TOOLS else ""
        return f"there is no tool {function!r}; nothing was called. There is: {known or 'none'}{more}"

    def name_of(self, label: str, tool: str) -> str:
        """The function that stands for a tool; also for one that is not offered any more."""
        return self._names.get((label, tool)) or _accepted(tool)[:_MAX_NAME] or "tool"

    def find(self, label: str, tool: str) -> Offered[Source] | None:
        """The tool of that label and name, if it is offered."""
        name = self._names.get((label, tool))
        return None if name is None else self._offered[name]

    def _add(self, source: Source, tool: JsonObject) -> None:
        name = str(tool["name"])
        function = self._free_name(source.label, name)
        self._offered[function] = Offered(source, name)
        self._names[source.label, name] = function
        self._definitions[function] = _definition(function, tool)

    def _free_name(self, label: str, tool: str) -> str:
        """``tool`` itself where the API takes it; else a name that is stable for this tool."""
        name = _accepted(tool)
        if name == tool and 0 < len(name) <= _MAX_NAME and self._is_free(name):
            return name
        digest = hashlib.sha256(f"{label}\0{tool}".encode("utf-8", "surrogatepass")).hexdigest()
        length = 8
        while not self._is_free(candidate := f"{name[: _MAX_NAME - length - 1]}_{digest[:length]}"):
            length += 8
        return candidate

    def _is_free(self, name: str) -> bool:
        return name not in self._offered and name not in self._taken


def _accepted(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_-]", "_", name)


def _definition(function: str, tool: JsonObject) -> JsonObject:
    description = tool.get("description") or tool.get("title") or ""
    return {
        "type": "function",
        "name": function,
        "description": str(description)[:_MAX_DESCRIPTION],
        "parameters": parameters.of(tool),
        "strict": False,
    }


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


def result_media(result: JsonObject) -> list[JsonObject]:
    """The images of a CallToolResult, as parts of the Responses API."""
    parts: list[JsonObject] = []
    for block in result.get("content") or ():
        if isinstance(block, Mapping) and block.get("type") == "image" and isinstance(block.get("data"), str):
            url = f"data:{block.get('mimeType', 'image/png')};base64,{block['data']}"
            parts.append({"type": "input_image", "image_url": url, "detail": "auto"})
    return parts
