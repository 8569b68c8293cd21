"""Results of tools, prompts and resources as text for reading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mcptui.model.runtime import Json, JsonObject
from mcptui.schema import JsonTextError, format_json, parse_json, same
from mcptui.tui.clock import size
from mcptui.tui.text.json_text import Passage, joined

_JSON_STARTS: Final = ("{", "[")


def pretty(result: JsonObject) -> str:
    """Text blocks as they are, JSON indented, other content in one line each."""
    return joined(passages(result))[0]


def passages(result: JsonObject) -> list[Passage]:
    """The parts of :func:`pretty`, with empty lines between them."""
    parts: list[list[Passage]] = []
    if isinstance(content := result.get("content"), list):
        parts.extend(_block(block) for block in content)
    if isinstance(messages := result.get("messages"), list):
        parts.extend(_message(message) for message in messages)
    if isinstance(contents := result.get("contents"), list):
        parts.extend(_resource(entry) for entry in contents)
    structured = result.get("structuredContent")
    if structured is not None and not _is_repeated(parts, structured):
        parts.append([Passage("structured content"), _json(structured)])
    if not parts:
        return [_json(result) if result else Passage("The result is empty.")]
    description = result.get("description")
    if isinstance(description, str) and description:
        parts.insert(0, [Passage(description)])
    return list(_spaced(parts))


def _spaced(parts: list[list[Passage]]) -> Iterator[Passage]:
    for place, part in enumerate(parts):
        if place:
            yield Passage("")
        yield from part


def _json(value: Json) -> Passage:
    return Passage(format_json(value), is_json=True)


def _text(text: str) -> Passage:
    """A text as it is; an object or array in it as JSON with indentation, which many servers send on one line."""
    if text.lstrip().startswith(_JSON_STARTS):
        try:
            return _json(parse_json(text))
        except JsonTextError:
            return Passage(text)
    return Passage(text)


def _is_repeated(parts: list[list[Passage]], structured: Json) -> bool:
    """Servers repeat structured content as text for older clients, or the value of its only field "result"."""
    value = structured["result"] if isinstance(structured, dict) and structured.keys() == {"result"} else structured
    texts = [part[0].text for part in parts if len(part) == 1]
    return any(text == value or _is_json_of(text, structured) or _is_json_of(text, value) for text in texts)


def _is_json_of(text: str, value: Json) -> bool:
    try:
        return same(parse_json(text), value)
    except JsonTextError:
        return False


def _block(block: Json) -> list[Passage]:
    if not isinstance(block, dict):
        return [_json(block)]
    match block.get("type"):
        case "text":
            return [_text(str(block.get("text", "")))]
        case "image" | "audio":
            return [_blob(str(block["type"]), block.get("mimeType"), block.get("data"))]
        case "resource_link":
            name = block.get("title") or block.get("name") or ""
            return [Passage(f"[link {name} {block.get('uri', '')}]".replace("  ", " "))]
        case "resource" if isinstance(block.get("resource"), dict):
            return _resource(block["resource"])
    return [_json(block)]


def _message(message: Json) -> list[Passage]:
    if not isinstance(message, dict):
        return [_json(message)]
    content = message.get("content")
    blocks = content if isinstance(content, list) else [content]
    return [Passage(f"{message.get('role', '?')}:"), *(passage for block in blocks for passage in _said(block))]


def _said(block: Json) -> list[Passage]:
    return [_text(block)] if isinstance(block, str) else _block(block)


def _resource(entry: Json) -> list[Passage]:
    if not isinstance(entry, dict):
        return [_json(entry)]
    if isinstance(text := entry.get("text"), str):
        uri = entry.get("uri")
        return [Passage(f"[{uri}]"), _text(text)] if uri else [_text(text)]
    return [_blob(str(entry.get("uri", "resource")), entry.get("mimeType"), entry.get("blob"))]


def _blob(what: str, media_type: Json, data: Json) -> Passage:
    """Type and size of what a terminal cannot show."""
    amount = size(len(data) * 3 // 4) if isinstance(data, str) else "no data"
    return Passage(f"[{what} {media_type or 'of unknown type'}, {amount}]")
