"""JSON configurations of MCP clients, in the shapes in which people copy them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mcptui.interop.entries import is_entry, read_entry
from mcptui.interop.reading import Reading

# The keys under which clients keep their servers: Cursor, Claude, Windsurf, Cline, Gemini · VS Code · Zed ·
# LiteLLM, Codex, Anthropic API · OpenAI requests.
_CONTAINERS: Final = ("mcpServers", "servers", "context_servers", "mcp_servers", "mcp", "tools")


def load_json(text: str) -> Any:
    """Parse JSON as found in the wild: comments, trailing commas, or the inside of an object.

    Raises:
        ValueError: it is not JSON, with line and column.
    """
    try:
        return _parse(text)
    except ValueError as first:
        relaxed = _without_comments(text)
        for candidate in (relaxed, f"{{{relaxed.strip().rstrip(',')}}}"):
            try:
                return _parse(candidate)
            except ValueError:
                continue
        raise first from None


def is_incomplete(text: str) -> bool:
    """Whether ``text`` is the beginning of JSON: an object, array, string or comment in it is not closed."""
    rest = re.sub(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', "", text, flags=re.DOTALL)
    opened = sum(rest.count(sign) for sign in "{[") - sum(rest.count(sign) for sign in "}]")
    return opened > 0 or '"' in rest or "/*" in rest


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _without_comments(text: str) -> str:
    strings_or_comments = r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/'
    text = re.sub(strings_or_comments, lambda match: match[1] or "", text, flags=re.DOTALL)
    return re.sub(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])', lambda match: match[1] or "", text, flags=re.DOTALL)


def read_document(reading: Reading, document: object) -> list[str]:
    """Add every server of ``document``; the answer says what is wrong with it."""
    problems: list[str] = []
    found = False
    reading.questions |= _questions(document)
    for name, entry in _places(document, reading.dialect.servers):
        found = True
        problem = read_entry(reading, name, entry)
        if problem is not None:
            problems.append(problem)
    if not found:
        return ["no MCP server in this JSON: expected mcpServers, servers, or an object with url or command"]
    return problems


def _places(document: object, paths: Sequence[tuple[str, ...]]) -> Iterator[tuple[str | None, object]]:
    """The entries at ``paths``; where there is none of them, wherever some client keeps its servers."""
    seen = False
    for path in paths:
        for inside in _at(document, path):
            # opencode: a version 2 file must not be read as one of version 1.
            if seen and "*" not in path:
                return
            seen = True
            for name, value in inside.items():
                if not _is_comment(str(name), value):
                    yield str(name), value
    if not seen:
        yield from _entries(document)


def _is_comment(name: str, value: object) -> bool:
    """JSON has no comments, so people write texts beside the servers."""
    return isinstance(value, str) and (name.lower() == "comment" or name[:1] in {"", "_", "/", "#", "$"})


def _at(value: object, path: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    if not isinstance(value, Mapping):
        return
    if not path:
        yield value
    elif path[0] == "*":
        for inside in value.values():
            yield from _at(inside, path[1:])
    else:
        yield from _at(value.get(path[0]), path[1:])


def _questions(document: object) -> dict[str, str]:
    """VS Code: what its ``inputs`` ask for, by id."""
    inputs = document.get("inputs") if isinstance(document, Mapping) else None
    asked = [item for item in inputs if isinstance(item, Mapping)] if isinstance(inputs, list) else []
    return {str(item.get("id")): str(item.get("description") or item.get("id")) for item in asked}


def _entries(document: object, *, in_container: bool = False) -> Iterator[tuple[str | None, object]]:
    if isinstance(document, list):
        for item in document:
            if is_entry(item):
                yield None, item
        return
    if not isinstance(document, Mapping):
        return
    if is_entry(document):
        yield None, document
        return
    for key in _CONTAINERS:
        inside = document.get(key)
        if isinstance(inside, list) or (isinstance(inside, Mapping) and key != "tools" and not is_entry(inside)):
            yield from _entries(inside, in_container=True)
            return
    for name, value in document.items():
        # Where servers are kept, whatever is none is told; elsewhere it may be anything.
        if isinstance(value, Mapping) or (in_container and not _is_comment(str(name), value)):
            yield str(name), value
