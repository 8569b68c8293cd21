"""The tools of a request: ours, to be run here, and those that go to the provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mcptui.gateway.core import Core
from mcptui.gateway.fronts.openai.gateway_tools import GatewayTools
from mcptui.gateway.fronts.openai.request import ModelRequest, refused_key
from mcptui.gateway.fronts.openai.server_url import Meant, meant_by
from mcptui.gateway.identity.authenticate import AuthError
from mcptui.gateway.identity.client_headers import PREFIX, SCOPE
from mcptui.gateway.principal import Principal
from mcptui.gateway.scope import ALL
from mcptui.llm.errors import bad_request
from mcptui.llm.mcp_tool import McpTool, parse_mcp_tool
from mcptui.protocol.keys import KEY_HEADERS, key_digest


@dataclass(slots=True)
class RequestTools:
    """The entries of ``tools``, sorted."""

    ours: list[GatewayTools] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)

    @property
    def labels(self) -> frozenset[str]:
        """The labels that are ours."""
        return frozenset(source.label for source in self.ours)

    @property
    def function_names(self) -> frozenset[str]:
        """The names of the client's own functions and custom tools, in the words of either API."""
        described = (about for tool in self.others for about in (tool, tool.get("function"), tool.get("custom")))
        names = (about.get("name") for about in described if isinstance(about, Mapping))
        return frozenset(name for name in names if isinstance(name, str))


async def sort_tools(core: Core, request: ModelRequest) -> RequestTools:
    """Find out whose every tool of ``request`` is, and read the lists of ours.

    Raises:
        LlmError: a tool is malformed, its key is refused, or it has no tools; says why.
    """
    entries = request.body.get("tools")
    entries = [] if entries is None else entries
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise bad_request("tools must be a list of objects", "tools")
    found = RequestTools()
    for index, entry in enumerate(entries):
        param = f"tools[{index}]"
        tool = parse_mcp_tool(entry, param) if entry.get("type") == "mcp" else None
        source = await _source(core, request, tool, param) if tool is not None else None
        if source is None:
            found.others.append(_for_provider(core, request, entry, param))
            continue
        if source.label in found.labels:
            raise bad_request(f"server_label {source.label!r} stands there twice", f"{param}.server_label")
        found.ours.append(source)
    for source in found.ours:
        await source.read()
    return found


async def _source(core: Core, request: ModelRequest, tool: McpTool, param: str) -> GatewayTools | None:
    """The tool as one of ours; None where its URL is foreign."""
    headers = {name: [value] for name, value in tool.headers.items()}
    snapshot = core.snapshot
    host = next(iter(request.headers.get("host", ())), None)

    def meaning(principal: Principal) -> Meant | None:
        reachable = [snapshot.state.servers[name] for name in snapshot.access(principal).servers]
        return meant_by(tool.url, snapshot.state.gateway, host, reachable)

    principal = request.principal
    meant = meaning(principal)
    is_own = meant is not None and not meant.registered
    # With the URL of a registered server, Authorization is that server's.
    if any(name in headers for name in (KEY_HEADERS if is_own else KEY_HEADERS[:2])):
        try:
            principal = await core.admit(principal.address, headers, f"{param} of /v1/responses")
        except AuthError as error:
            if not is_own:
                return None
            refused = refused_key(error)
            refused.message, refused.param = f"{tool.label}: {refused.message}", f"{param}.headers"
            raise refused from None
        meant = meaning(principal)
    if meant is None:
        return None
    named = meant.servers or ",".join(headers.get(SCOPE, ())) or None
    scope = ALL if named is None else snapshot.scope(principal, named)
    if scope is None:
        message = f"{tool.label}: there is no server {named!r} here that the key may use"
        raise bad_request(message, f"{param}.server_url", "mcp_server_not_found")
    registered = meant.servers if meant.registered else None
    passed = _for_servers(request.headers, headers, registered)
    return GatewayTools(core, tool, principal, scope, passed)


def _for_servers(
    request: Mapping[str, list[str]], tool: Mapping[str, list[str]], registered: str | None
) -> dict[str, list[str]]:
    """What may be addressed to servers: everything of the tool but keys, over the credentials of the request."""
    headers = {name: values for name, values in request.items() if name.startswith(PREFIX) and name != SCOPE}
    # Authorization is a key where no other header is.
    keys = KEY_HEADERS[:2] if registered or any(name in tool for name in KEY_HEADERS[:2]) else KEY_HEADERS
    headers |= {name: values for name, values in tool.items() if name not in (*keys, SCOPE)}
    if registered is not None and "authorization" in headers:
        headers.setdefault(f"{PREFIX}{registered}-authorization", headers.pop("authorization"))
    return headers


def _for_provider(core: Core, request: ModelRequest, entry: dict[str, Any], param: str) -> dict[str, Any]:
    """A tool that the provider runs, without anything that opens this gateway."""
    if entry.get("type") != "mcp":
        return entry
    if request.model.api == "chat":
        raise bad_request(
            f"{entry.get('server_label')}: {entry.get('server_url') or 'this kind of server'} is not behind this "
            f"gateway, and the provider of {request.model.name} does not speak MCP itself",
            f"{param}.server_url",
            "mcp_server_not_found",
        )
    headers = entry.get("headers")
    kept = dict(entry)
    if isinstance(headers, Mapping):
        kept["headers"] = {
            name: value for name, value in headers.items() if not _is_key(core, request, str(name).lower(), value)
        }
    if _is_key(core, request, "authorization", entry.get("authorization")):
        del kept["authorization"]
    return kept


def _is_key(core: Core, request: ModelRequest, name: str, value: object) -> bool:
    """Whether a header's value is a key of this gateway, whatever its header is called."""
    if not isinstance(value, str):
        return False
    if name == "x-mcptui-key":
        return True
    credential = _bare(value)
    sent = (_bare(other) for header in KEY_HEADERS for other in request.headers.get(header, ()))
    return core.snapshot.key_with(key_digest(credential))[0] is not None or credential in sent


def _bare(value: str) -> str:
    return value.partition(" ")[2].strip() if value.lower().startswith("bearer ") else value.strip()
