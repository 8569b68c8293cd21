"""Results of servers as text; what is not text is named, not dumped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mcptui.cli.output import emit
from mcptui.model.runtime import JsonObject


def first_line(item: Mapping[str, Any]) -> str:
    """The start of a description, for one cell of a table."""
    lines = str(item.get("description") or item.get("title") or "").strip().splitlines()
    return lines[0][:100] if lines else ""


def emit_content(result: JsonObject) -> None:
    """Write a tool's result: its blocks, or its structured content where there is no block."""
    blocks = result.get("content") or ()
    for block in blocks:
        emit(block_text(block))
    if not blocks and "structuredContent" in result:
        emit(json.dumps(result["structuredContent"], indent=2, ensure_ascii=False))


def block_text(block: JsonObject) -> str:
    """One content block as text."""
    kind = block.get("type")
    if kind == "text":
        return str(block.get("text", ""))
    if kind in {"image", "audio"}:
        return f"[{kind} {block.get('mimeType', '')}, {_bytes(block.get('data'))} bytes; --json has it]"
    if kind == "resource" and isinstance(block.get("resource"), dict):
        return resource_text(block["resource"])
    if kind == "resource_link":
        return f"[resource {block.get('uri', '')}]"
    return json.dumps(block, ensure_ascii=False)


def resource_text(contents: JsonObject) -> str:
    """The contents of one resource as text."""
    if "text" in contents:
        return str(contents["text"])
    size = _bytes(contents.get("blob"))
    return f"[{contents.get('uri', '')} {contents.get('mimeType', '')}, {size} bytes; --json has it]"


def _bytes(base64: object) -> int:
    """How many bytes a base64 text stands for."""
    text = base64 if isinstance(base64, str) else ""
    return len(text) * 3 // 4 - text[-2:].count("=")
