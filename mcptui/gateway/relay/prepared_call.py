"""One request with everything that was decided about it."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.identity.client_headers import forwarded_plain
from mcptui.gateway.relay.owners import identity_of, owner_of
from mcptui.gateway.relay.seal import binding
from mcptui.upstream.call import Ask, Call, Notify
from mcptui.upstream.connect import Identity
from mcptui.upstream.lease import Owner
from mcptui.upstream.server.server import UpstreamServer


@dataclass(slots=True)
class PreparedCall:
    """A request, its server, and whose connection it takes."""

    exchange: Exchange
    server: UpstreamServer
    #: The input schema of a tool whose arguments are mirrored in headers, else None.
    schema: Any
    owner: Owner = field(init=False)
    #: Whom a new connection speaks for: the client behind the call, never the gateway.
    identity: Identity = field(init=False)

    def __post_init__(self) -> None:
        self.owner, self.identity = owner_of(self.exchange), identity_of(self.exchange)

    def binding(self, params: dict[str, Any]) -> str:
        """What a sealed state of this request is bound to."""
        return binding(self.exchange.principal.id, self.server.config.name, self.exchange.method, params)

    def send(
        self, params: dict[str, Any], ask: Ask | None, notify: Notify | None
    ) -> Coroutine[Any, Any, dict[str, Any]]:
        """Send the request, with ways back to its client.

        Raises:
            RpcError: the server's own answer.
            McptuiError: there was none.
        """
        exchange, config = self.exchange, self.server.config
        call = Call(
            exchange.method,
            params,
            exchange.capabilities,
            exchange.client_info,
            exchange.log_level,
            exchange.log_level_asked,
            notify,
            ask,
        )
        if config.forward_headers:
            call.headers = forwarded_plain(config, exchange.headers)
        call.schema, call.key = self.schema, exchange.principal.id
        call.timeout, call.hard_timeout = config.timeout, config.hard_timeout
        return self.server.request(call, self.owner, self.identity)
