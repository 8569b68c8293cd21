"""Results of tools, prompts and resources as text for reading."""

from __future__ import annotations

from collections.abc import Iterator

from mcptui.model.runtime import Json, JsonObject
from mcptui.schema import JsonTextError, format_json, parse_json, same
from mcptui.tui.clock import size


def pretty(result: JsonObject) -> str:
    """Text blocks as they are, other content in one line each, structured content as JSON."""
    parts: list[str] = []
    if isinstance(content := result.get("content"), list):
        parts.extend(_block(block) for block in content)
    if isinstance(messages := result.get("messages"), list):
        parts.extend(_message(message) for message in messages)
    if isinstance(contents := result.get("contents"), list):
        parts.extend(_resource(entry) for entry in contents)
    structured = result.get("structuredContent")
    if structured is not None and not _says_the_same(parts, structured):
        parts.append(f"structured content\n{format_json(structured)}")
    if not parts:
        return format_json(result) if result else "The result is empty."
    description = result.get("description")
    return "\n\n".join([description, *parts] if isinstance(description, str) and description else parts)


def _says_the_same(parts: list[str], structured: Json) -> bool:
    """Servers repeat structured content as text for older clients; a plain value stands under "result"."""
    value = structured["result"] if isinstance(structured, dict) and structured.keys() == {"result"} else structured
    return any(part == value or _is_json_of(part, structured) or _is_json_of(part, value) for part in parts)


def _is_json_of(text: str, value: Json) -> bool:
    try:
        return same(parse_json(text), value)
    except JsonTextError:
        return False


def _block(block: Json) -> str:
    if not isinstance(block, dict):
        return format_json(block)
    match block.get("type"):
        case "text":
            return str(block.get("text", ""))
        case "image" | "audio":
            return _blob(str(block["type"]), block.get("mimeType"), block.get("data"))
        case "resource_link":
            name = block.get("title") or block.get("name") or ""
            return f"[link {name} {block.get('uri', '')}]".replace("  ", " ")
        case "resource" if isinstance(block.get("resource"), dict):
            return _resource(block["resource"])
    return format_json(block)


def _message(message: Json) -> str:
    if not isinstance(message, dict):
        return format_json(message)
    content = message.get("content")
    blocks = content if isinstance(content, list) else [content]
    return "\n".join(_lines(f"{message.get('role', '?')}:", blocks))


def _lines(first: str, blocks: list[Json]) -> Iterator[str]:
    yield first
    for block in blocks:
        yield block if isinstance(block, str) else _block(block)


def _resource(entry: Json) -> str:
    if not isinstance(entry, dict):
        return format_json(entry)
    if isinstance(text := entry.get("text"), str):
        uri = entry.get("uri")
        return f"[{uri}]\n{text}" if uri else text
    return _blob(str(entry.get("uri", "resource")), entry.get("mimeType"), entry.get("blob"))


def _blob(what: str, media_type: Json, data: Json) -> str:
    """Type and size of what a terminal cannot show."""
    amount = size(len(data) * 3 // 4) if isinstance(data, str) else "no data"
    return f"[{what} {media_type or 'of unknown type'}, {amount}]"
