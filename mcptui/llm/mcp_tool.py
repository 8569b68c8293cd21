"""A tool of type ``mcp`` as a request describes it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mcptui.llm.errors import bad_request
from mcptui.protocol.annotations import is_read_only

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

_LABEL: Final = re.compile(r"[^\x00-\x1f\x7f]{1,128}")


@dataclass(frozen=True, slots=True)
class ToolFilter:
    """``{tool_names, read_only}``; what is absent does not restrict."""

    names: Collection[str] | None = None
    read_only: bool | None = None

    def matches(self, tool: JsonObject, *names: str) -> bool:
        """Whether a tool that is known by any of ``names`` is meant."""
        if self.names is not None and not any(name in self.names for name in (tool["name"], *names)):
            return False
        return self.read_only is None or self.read_only == is_read_only(tool)


@dataclass(frozen=True, slots=True)
class McpTool:
    """One entry of ``tools`` with type ``mcp``."""

    label: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    allowed: ToolFilter = field(default_factory=ToolFilter)
    #: Exceptions from "always"; a tool that both mean needs an approval.
    never: ToolFilter | None = None
    always: ToolFilter | None = None

    def needs_approval(self, tool: JsonObject, *names: str) -> bool:
        """Whether a person must agree before ``tool`` is called. Without a word about it: yes, as at OpenAI."""
        if self.always is not None and self.always.matches(tool, *names):
            return True
        return self.never is None or not self.never.matches(tool, *names)


def parse_mcp_tool(entry: JsonObject, param: str) -> McpTool | None:
    """The tool that ``entry`` describes; None where it names no server by URL (connectors, tunnels).

    Raises:
        LlmError: it is malformed.
    """
    label, url = entry.get("server_label"), entry.get("server_url")
    if not isinstance(label, str) or not _LABEL.fullmatch(label):
        raise bad_request("server_label must be a string", f"{param}.server_label")
    if url is None:
        return None
    if not isinstance(url, str):
        raise bad_request("server_url must be a string", f"{param}.server_url")
    headers = entry.get("headers") or {}
    if not isinstance(headers, Mapping) or not all(isinstance(value, str) for value in headers.values()):
        raise bad_request("headers must be an object of strings", f"{param}.headers")
    headers = {str(name).lower(): value for name, value in headers.items()}
    token = entry.get("authorization")
    if isinstance(token, str) and token:
        headers.setdefault("authorization", f"Bearer {token}")
    approval = _approval(entry.get("require_approval"), f"{param}.require_approval")
    allowed = _filter(entry.get("allowed_tools"), f"{param}.allowed_tools")
    return McpTool(label, url, headers, allowed or ToolFilter(), **approval)


def _approval(value: Any, param: str) -> dict[str, ToolFilter | None]:
    if value in (None, "always"):
        return {}
    if value == "never":
        return {"never": ToolFilter()}
    if not isinstance(value, Mapping):
        raise bad_request('require_approval must be "always", "never" or an object of both', param)
    return {name: _filter(value.get(name), f"{param}.{name}") for name in ("never", "always")}


def _filter(value: Any, param: str) -> ToolFilter | None:
    if value is None:
        return None
    if isinstance(value, list):
        value = {"tool_names": value}
    if not isinstance(value, Mapping):
        raise bad_request("must be a list of tool names, or an object", param)
    names, read_only = value.get("tool_names"), value.get("read_only")
    if names is not None and not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise bad_request("tool_names must be a list of strings", param)
    if read_only is not None and not isinstance(read_only, bool):
        raise bad_request("read_only must be true or false", param)
    return ToolFilter(None if names is None else frozenset(names), read_only)
