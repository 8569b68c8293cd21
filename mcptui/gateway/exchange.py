"""The unit of work: one request of one client, with the way back to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from mcptui.access.denial import Feature
from mcptui.gateway.identity.client_headers import ClientHeaders
from mcptui.gateway.principal import Principal
from mcptui.gateway.scope import ALL, Scope
from mcptui.gateway.snapshot import Snapshot
from mcptui.protocol.versions import Era
from mcptui.upstream.call import Ask, Notify
from mcptui.upstream.server.audience import PLAIN, Audience, profile_of


@dataclass(slots=True)
class Exchange:
    """Principal, request, what the client can do, and how to reach it meanwhile.

    One is made for every request: what stands behind the headers is better set as attributes, since keywords take
    longer the more there are.
    """

    principal: Principal
    snapshot: Snapshot
    era: Era
    version: str
    method: str
    params: dict[str, Any]
    scope: Scope = ALL
    #: The request's headers by lower-case name; one of them is the gateway's key unless ``with_key`` is False.
    headers: Mapping[str, list[str]] = field(default_factory=dict, repr=False)
    _: KW_ONLY
    with_key: bool = True
    capabilities: Mapping[str, Any] = field(default_factory=dict)
    client_info: dict[str, Any] | None = None
    #: The level that the client asked for; None where it asked for none.
    log_level: str | None = None
    #: Whether it did; in the handshake era it gets logs without asking.
    log_level_asked: bool = False
    #: The client's session in the handshake era.
    session: str = ""
    notify: Notify | None = None
    #: Only in the handshake era; a stateless client is asked by an ``input_required`` result.
    ask: Ask | None = None
    #: Asks the client of a session outside its requests.
    ask_outside: Ask | None = None
    #: Filled in on the way, for the recorder; moments are of ``time.perf_counter``.
    server: str | None = None
    sent: float | None = None
    connect_ms: float | None = None
    upstream_ms: float | None = None
    #: What client and server said to each other meanwhile; see :mod:`mcptui.gateway.relay.call_tap`.
    events: list[dict[str, Any]] | None = None
    #: What the request is about, once its server is known.
    feature: Feature | None = None
    #: The tool's name at its server.
    tool: str | None = None
    #: Beyond the key's limit of calls at a time, wait rather than fail: one request to a model has many calls.
    waits: bool = False
    #: Credentials for servers among the headers.
    client: ClientHeaders | None = field(init=False)
    _audience: Audience | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.client = self.snapshot.client_headers(self.headers, with_key=self.with_key)

    @property
    def declared(self) -> Mapping[str, Any]:
        """What servers are told that the client can do: all but requests about its tasks, which cannot be passed on."""
        if "tasks" not in self.capabilities:
            return self.capabilities
        return {name: value for name, value in self.capabilities.items() if name != "tasks"}

    @property
    def audience(self) -> Audience:
        """For whom lists are read that the client wants."""
        if self._audience is None:
            # Every request needs it, most more than once, and what a client declares may be long.
            profile = profile_of(self.declared) if self.capabilities else PLAIN
            self._audience = Audience(profile, self.session)
        return self._audience

    def is_allowed(self, snapshot: Snapshot) -> bool:
        """Whether ``snapshot`` allows the request, as far as it is known what it is about.

        Not asked here is whether the principal itself may still be used.
        """
        access, server = snapshot.access(self.principal), self.server
        if server is None:
            return True
        match self.feature:
            case "tool":
                return access.allows_tool(server, self.tool or "")
            case "prompt":
                return access.allows_prompts(server)
            case "resource":
                return access.allows_resources(server)
            case _:
                return access.allows_server(server)
