"""Opening the connections of one server: its process where it is a command, and what that tells of the server."""

from __future__ import annotations

from dataclasses import replace

from mcptui.upstream.auth.credentials import ClientCredential
from mcptui.upstream.call import Announce, Connection
from mcptui.upstream.connect import ConnectionDeps, Identity, connect
from mcptui.upstream.launch import launch
from mcptui.upstream.server.health import ServerHealth
from mcptui.upstream.server.known import Known


class Opening:
    """Opens connections in the way that worked before.

    Args:
        known: of the server.
        deps: for opening connections.
        health: told of the start of a process, which may take long.
        credential: what is shown in place of the configured credential, where clients bring their own.
        account: the key whose own login is used, where keys log in themselves.
    """

    def __init__(
        self,
        known: Known,
        deps: ConnectionDeps,
        health: ServerHealth,
        credential: ClientCredential | None,
        account: str | None,
    ) -> None:
        self._known = known
        self._deps = deps
        self._health = health
        self._credential = credential
        self._account = account

    async def open(self, identity: Identity, announce: Announce, *, beside: bool) -> Connection:
        """A connection for ``identity``.

        Args:
            identity: whom it speaks for.
            announce: told of what the server says outside any call.
            beside: it is one of the handshake era, whatever the server is for others.

        Raises:
            RpcError: the server refused the handshake.
            McptuiError: no connection came about.
        """
        known, before = self._known, self._known.peer
        negotiated = replace(known.negotiated, era="handshake", is_required=True) if beside else known.negotiated
        identity = replace(identity, credential=self._credential, account=self._account)
        if not known.config.is_stdio:
            return await connect(known.config, self._deps, identity, negotiated, announce)
        self._health.starting()
        connection = await launch(known.config, self._deps, identity, negotiated, announce, known.started)
        if before is not None:
            self._health.started()
            if self.is_other_version(connection):
                known.negotiated.era = None  # it may speak another era too: the next start asks
        return connection

    def is_other_version(self, connection: Connection) -> bool:
        """Whether the server calls itself otherwise than what is known of it."""
        known = self._known.peer
        return known is not None and known.server_info != connection.peer.server_info
