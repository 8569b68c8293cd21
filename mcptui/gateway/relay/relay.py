"""One request from a client to the server that answers it: access, name, connection, era."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping
from typing import Any, Final

from mcptui.errors import McptuiError
from mcptui.gateway.catalogue.pages import Pages
from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.catalogue.views import LISTS, Catalogue, View
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.lifetime.lifetimes import Lifetimes, Open
from mcptui.gateway.lifetime.work import AccessLostError, Work
from mcptui.gateway.principal import KeyPrincipal, Operator, Principal
from mcptui.gateway.relay.call_tap import overhear
from mcptui.gateway.relay.concurrency import take_place
from mcptui.gateway.relay.era_bridge import EraBridge, PreparedCall
from mcptui.gateway.relay.seal import Sealer
from mcptui.gateway.relay.suspended import SuspendedCalls
from mcptui.gateway.relay.tasks import started_task
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import (
    HEADER_MISMATCH,
    INTERNAL_ERROR,
    UNSUPPORTED_VERSION,
    UPSTREAM_TIMEOUT,
    UPSTREAM_UNAVAILABLE,
    RpcError,
    invalid_params,
    method_not_found,
    unknown_prompt,
    unknown_resource,
    unknown_task,
    unknown_tool,
)
from mcptui.stores.bundle import Stores
from mcptui.upstream.errors import UpstreamError, UpstreamTimeoutError
from mcptui.upstream.pool import Owner
from mcptui.upstream.server.server import UpstreamServer

#: How long lists wait for servers that were never read, seconds: only after a start.
FIRST_READ: Final = 5.0

#: The capabilities by which a client says what it can be asked for.
_ASKABLE: Final = ("sampling", "elicitation", "roots")


class Relay:
    """Answers every request that is about servers."""

    def __init__(self, registry: Registry, catalogue: Catalogue, stores: Stores, lifetimes: Lifetimes) -> None:
        self._registry = registry
        self._catalogue = catalogue
        sealer = Sealer(stores.seal_keys.load())
        self._lifetimes = lifetimes
        self._connected: dict[Principal, Open] = {}
        self._leases = stores.leases
        self._tasks = stores.tasks
        self.parked = SuspendedCalls(lifetimes)
        self.pages = Pages(sealer)
        self._crossing = EraBridge(sealer, self.parked)

    async def ready_view(self, exchange: Exchange) -> View:
        """The client's view, once every server in it has been read or has failed for the first time."""
        view = self.view(exchange)
        if self._registry.settled and exchange.client is None and not exchange.snapshot.has_own_logins:
            return view
        waiting = [server for name in view.servers if (server := self.upstream(exchange, name)) and not server.was_read]
        if waiting:
            await asyncio.gather(*(server.first_read(FIRST_READ) for server in waiting))
            view = self.view(exchange)
        return view

    def view(self, exchange: Exchange) -> View:
        """What the client sees."""
        self._will_connect(exchange.principal)
        return self._catalogue.view(exchange.snapshot, exchange.principal, exchange.scope, exchange.client)

    def upstream(self, exchange: Exchange, name: str) -> UpstreamServer | None:
        """The server ``name`` as the client reaches it."""
        return self._registry.upstream(name, exchange.principal, exchange.client)

    async def request(self, exchange: Exchange) -> dict[str, Any]:
        """The result of any method but lists and those that belong to a front.

        Raises:
            RpcError: every failure, in words that a client may see.
        """
        overhear(exchange)
        method, params = exchange.method, exchange.params
        if method in LISTS:
            view = await self.ready_view(exchange)
            return {LISTS[method]: list(view.items[method])}
        if method == "tools/call":
            server, params, schema = await self._tool(exchange)
            return await self._send(exchange, server, params, schema)
        if method == "prompts/get":
            server, params = await self._prompt(exchange, params)
        elif method == "resources/read":
            server = await self.resource_owner(exchange)
        elif method == "completion/complete":
            server, params = await self._completion(exchange, params)
        elif method.startswith("tasks/") and method != "tasks/list":
            server = await self._task_owner(exchange)
        elif len(servers := self.view(exchange).servers) == 1:
            # A method of an extension or of a later revision: with one server behind, it is clear whose.
            server = servers[0]
            if exchange.snapshot.access(exchange.principal).restricts_tools(server):
                raise method_not_found(method)  # nobody knows whether it leads around the restriction
            if method == "tasks/list" and self._is_shared(server):
                raise method_not_found(method)  # it would show everybody's
        else:
            raise method_not_found(method)
        return await self._send(exchange, server, params)

    # -- whose is it ---------------------------------------------------------------------------------------

    async def _tool(self, exchange: Exchange) -> tuple[str, dict[str, Any], Any]:
        name = _text(exchange.params, "name")
        arguments = exchange.params.get("arguments")
        if arguments is not None and not isinstance(arguments, dict):
            raise invalid_params("params.arguments must be an object")
        view = self.view(exchange)
        owner = view.tool(name)
        if owner is None:
            view = await self.ready_view(exchange)
            owner = view.tool(name)
        if owner is None:
            self._blame_server(exchange, view, name)
            raise unknown_tool(name)
        exchange.feature, exchange.tool = "tool", owner[1]
        schema = view.mirrored.get(view.bare.get(name, name) if name not in view.tools else name)
        return owner[0], {**exchange.params, "name": owner[1]}, schema

    def _blame_server(self, exchange: Exchange, view: View, name: str) -> None:
        """A name under the prefix of a server that could never be read: say that, rather than "unknown"."""
        separator = exchange.snapshot.state.gateway.separator
        for each in view.servers:
            server = self.upstream(exchange, each)
            if server is None or server.peer is not None:
                continue
            prefix = server.config.tool_prefix
            if exchange.scope.bare or (prefix and name.startswith(prefix + separator)):
                raise unavailable(each, server.unavailable())

    async def _prompt(self, exchange: Exchange, params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        name = _text(params, "name")
        owner = self.view(exchange).prompts.get(name) or (await self.ready_view(exchange)).prompts.get(name)
        if owner is None:
            raise unknown_prompt(name)
        exchange.feature = "prompt"
        return owner[0], {**params, "name": owner[1]}

    async def resource_owner(self, exchange: Exchange) -> str:
        """The server whose resource ``params.uri`` is, if the principal may read it.

        Raises:
            RpcError: unknown and forbidden alike.
        """
        return await self._owner_of(exchange, _text(exchange.params, "uri"))

    async def _owner_of(self, exchange: Exchange, uri: str) -> str:
        server = self.view(exchange).owner_of(uri) or (await self.ready_view(exchange)).owner_of(uri)
        if server is None:
            raise unknown_resource(uri)
        exchange.feature = "resource"
        return server

    async def _completion(self, exchange: Exchange, params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        ref = params.get("ref")
        kind = ref.get("type") if isinstance(ref, dict) else None
        view = self.view(exchange)
        if isinstance(ref, dict) and kind == "ref/prompt":
            owner = view.prompts.get(_text(ref, "name"))
            if owner is None:
                raise unknown_prompt(_text(ref, "name"))
            exchange.feature = "prompt"
            return owner[0], {**params, "ref": {**ref, "name": owner[1]}}
        if isinstance(ref, dict) and kind == "ref/resource":
            return await self._owner_of(exchange, _text(ref, "uri")), params
        raise invalid_params("params.ref must be a ref/prompt or a ref/resource")

    # -- sending -------------------------------------------------------------------------------------------

    async def _send(self, exchange: Exchange, name: str, params: dict[str, Any], schema: Any = None) -> dict[str, Any]:
        exchange.server = name
        server = self.upstream(exchange, name)
        if server is None:
            raise _unknown(exchange)
        started = exchange.sent = time.perf_counter()
        capabilities = {key: exchange.capabilities[key] for key in _ASKABLE if key in exchange.capabilities}
        work = PreparedCall(exchange, server, _owner(exchange, capabilities), capabilities, schema)
        try:
            with Work(self._lifetimes, exchange.principal, exchange.is_allowed, exchange.snapshot):
                result = await self._translated(work, params)
            if (task := started_task(exchange, result)) is not None:
                await self._tasks.put(task)
            return result
        except AccessLostError:
            raise _unknown(exchange) from None
        except RpcError as error:
            if error.code in (HEADER_MISMATCH, UNSUPPORTED_VERSION):
                # What we sent upstream was wrong for it: not the client's fault.
                raise RpcError(
                    INTERNAL_ERROR, f"server {name} refused the gateway's request: {error.message}"
                ) from None
            raise
        except McptuiError as error:
            raise unavailable(name, error) from None
        finally:
            exchange.upstream_ms = (time.perf_counter() - started) * 1000

    async def _translated(self, work: PreparedCall, params: dict[str, Any]) -> dict[str, Any]:
        """The result of the server, whichever era it and the client are of."""
        exchange = work.exchange
        lease = await take_place(self._leases, exchange)
        try:
            return await self._crossing.result(work, params)
        finally:
            if lease is not None:
                await lease.release()

    def _will_connect(self, principal: Principal) -> None:
        """From now on there may be connections that speak for ``principal``; they end when its key does."""
        if isinstance(principal, Operator) or principal in self._connected:
            return

        def forget() -> None:
            self._connected.pop(principal, None)
            self._registry.forget(principal.id)

        connections = self._connected[principal] = Open(KeyPrincipal(principal.name), forget)
        self._lifetimes.add(connections)

    def _is_shared(self, name: str) -> bool:
        server = self._registry.get(name)
        return server is None or server.is_shared

    async def _task_owner(self, exchange: Exchange) -> str:
        """The server of a task that the principal has started and may still use; any other is unknown."""
        started = await self._tasks.find(exchange.principal.id, _text(exchange.params, "taskId"))
        if started is None or started.server not in self.view(exchange).servers:
            raise unknown_task()
        server, tool = started.server, started.tool
        access = exchange.snapshot.access(exchange.principal)
        if tool is not None and not access.allows_tool(server, tool):
            raise unknown_task()
        return server


def unavailable(name: str, error: McptuiError) -> RpcError:
    """An upstream that did not do its part, as the client is told."""
    timed_out = isinstance(error, UpstreamTimeoutError)
    retryable = not (isinstance(error, UpstreamError) and error.ran)
    data: dict[str, Any] = {"server": name, "retryable": retryable}
    if error.hint:
        data["hint"] = error.hint
    code = UPSTREAM_TIMEOUT if timed_out else UPSTREAM_UNAVAILABLE
    return RpcError(code, f"Server {name} failed: {error.message}", data, outcome="unreachable")


def _unknown(exchange: Exchange) -> RpcError:
    """What a name that does not exist gets; the answer where access was lost on the way."""
    match exchange.feature:
        case "prompt":
            return unknown_prompt(str(exchange.params.get("name", "")))
        case "resource":
            return unknown_resource(str(exchange.params.get("uri", "")))
        case _:
            return unknown_tool(str(exchange.params.get("name", "")))


def _text(params: Mapping[str, Any], member: str) -> str:
    value = params.get(member)
    if not isinstance(value, str):
        raise invalid_params(f"params.{member} must be a string")
    return value


def _owner(exchange: Exchange, capabilities: Mapping[str, Any]) -> Owner:
    """Whose connection a handshake server gets: the client session's where it can be asked, else the key's."""
    session = exchange.session if exchange.ask is not None and capabilities else ""
    digest = ""
    if capabilities:
        digest = hashlib.sha256(jsonrpc.canonical(capabilities)).hexdigest()[:16]
    return Owner(exchange.principal.id, session, digest)
