"""The response object as it begins."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from mcptui.llm.items import new_id

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

_SECRET = ("headers", "authorization")


def new_response(body: JsonObject) -> JsonObject:
    """What the request says, and what the API says where it is silent; headers of tools stay unsaid."""

    def said(name: str, default: Any = None) -> Any:
        value = body.get(name)
        return default if value is None else value

    return {
        "id": new_id("resp"),
        "object": "response",
        "created_at": int(time.time()),
        "status": "in_progress",
        "background": said("background", False),
        "error": None,
        "incomplete_details": None,
        "instructions": said("instructions"),
        "max_output_tokens": said("max_output_tokens"),
        "max_tool_calls": said("max_tool_calls"),
        "metadata": said("metadata", {}),
        "model": body["model"],
        "output": [],
        "parallel_tool_calls": said("parallel_tool_calls", True),
        "previous_response_id": said("previous_response_id"),
        "reasoning": said("reasoning", {"effort": None, "summary": None}),
        "service_tier": said("service_tier"),
        "store": said("store", True),
        "temperature": said("temperature", 1.0),
        "text": said("text", {"format": {"type": "text"}}),
        "tool_choice": said("tool_choice", "auto"),
        "tools": [{**tool, **{name: None for name in _SECRET if name in tool}} for tool in said("tools", [])],
        "top_p": said("top_p", 1.0),
        "truncation": said("truncation", "disabled"),
        "usage": None,
        "user": said("user"),
    }
