"""Whose a request is: the server that answers it, and the names that it has there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.catalogue.view import View
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.relay.client_views import ClientViews
from mcptui.gateway.relay.failures import unavailable
from mcptui.gateway.relay.links import Links
from mcptui.gateway.relay.owners import owner_of
from mcptui.protocol import headers as h
from mcptui.protocol.errors import (
    HEADER_MISMATCH,
    RpcError,
    invalid_params,
    method_not_found,
    unknown_prompt,
    unknown_resource,
    unknown_task,
    unknown_tool,
)
from mcptui.protocol.listed.items import is_sayable
from mcptui.stores.tasks import TaskStore


class Target(NamedTuple):
    """Where a request goes."""

    server: str
    #: As that server understands them.
    params: dict[str, Any]
    #: The input schema of a tool whose arguments are mirrored in headers, else None.
    schema: Any = None


class Targets:
    """Finds the server of a request, if its principal may use it."""

    def __init__(self, registry: Registry, views: ClientViews, tasks: TaskStore, links: Links) -> None:
        self._registry = registry
        self._views = views
        self._tasks = tasks
        self._links = links

    async def of(self, exchange: Exchange) -> Target:
        """Where the request of ``exchange`` goes.

        Raises:
            RpcError: nowhere; unknown and forbidden look alike.
        """
        params = exchange.params
        match exchange.method:
            case "tools/call":
                return await self._tool(exchange)
            case "prompts/get":
                return await self._prompt(exchange)
            case "resources/read":
                return Target(await self.resource_owner(exchange), params)
            case "completion/complete":
                return await self._completion(exchange)
            case method if method.startswith("tasks/") and method != "tasks/list":
                return Target(await self._task_owner(exchange), params)
            case _:
                return Target(self._only_server(exchange), params)

    def _only_server(self, exchange: Exchange) -> str:
        """A method of an extension or of a later revision: with one server behind, it is clear whose."""
        method, servers = exchange.method, self._views.now(exchange).servers
        if len(servers) != 1:
            raise method_not_found(method)
        (server,) = servers
        if exchange.snapshot.access(exchange.principal).restricts_tools(server):
            raise method_not_found(method)  # nobody knows whether it leads around the restriction
        if method == "tasks/list" and self._is_shared(exchange, server):
            raise method_not_found(method)  # it would show everybody's
        return server

    def _is_shared(self, exchange: Exchange, name: str) -> bool:
        server = self._registry.get(name)
        return server is None or server.is_shared(owner_of(exchange))

    async def _tool(self, exchange: Exchange) -> Target:
        name = _text(exchange.params, "name")
        # Without any, many servers refuse the call that takes none; the schema of a tool describes an object.
        arguments = {} if (given := exchange.params.get("arguments")) is None else given
        if not isinstance(arguments, dict):
            raise invalid_params("params.arguments must be an object")
        view = self._views.now(exchange)
        owner = view.tool(name)
        if owner is None:
            view = await self._views.ready(exchange)
            owner = view.tool(name) or self._unlisted(exchange, view, name)
        if owner is None:
            view = await self._looked_for(exchange, view, name)
            owner = view.tool(name)
        if owner is None:
            raise unknown_tool(name)
        schema = view.mirrored.get(name if name in view.tools else view.bare.get(name, name))
        if schema is not None and exchange.era == "stateless" and name in view.tools:
            # Only for tools that this principal sees: no answer tells of others.
            problem = h.param_mismatch(schema, arguments, exchange.headers)
            if problem is not None:
                raise RpcError(HEADER_MISMATCH, problem)
        exchange.feature, exchange.tool = "tool", owner[1]
        return Target(owner[0], {**exchange.params, "name": owner[1], "arguments": arguments}, schema)

    @staticmethod
    def _unlisted(exchange: Exchange, view: View, name: str) -> tuple[str, str] | None:
        """(server, name) of a tool that may be callable without being listed: the one server there is knows best.

        Only where no rule says anything of its tools: else nobody knows whether the name leads around the rule.
        """
        if not exchange.scope.bare or len(view.servers) != 1:
            return None
        (server,) = view.servers
        access = exchange.snapshot.access(exchange.principal)
        sees_all = access.sees_all(server, "tools") and access.allows_tool(server, name)
        return (server, name) if sees_all else None

    async def _looked_for(self, exchange: Exchange, view: View, name: str) -> View:
        """The view after the servers that may have ``name`` by now were read once more.

        Raises:
            RpcError: one of them could never be read; that is said, rather than "unknown".
        """
        settings = exchange.snapshot.state.gateway
        likely = []
        for each in view.servers:
            server = self._views.server(exchange, each)
            if server is None:
                continue
            prefix, is_explicit = server.config.tool_prefix, server.config.prefix is not None
            is_bare = exchange.scope.bare or not prefix or (settings.prefix != "always" and not is_explicit)
            is_under = bool(prefix) and name.startswith(prefix + settings.separator)
            if not server.has_lists and (exchange.scope.bare or is_under):
                raise unavailable(each, server.unavailable(), exchange, self._registry.known)
            if is_bare or is_under:
                likely.append(each)
        return await self._views.looked_for(exchange, likely)

    async def _prompt(self, exchange: Exchange) -> Target:
        server, name = await self._prompt_owner(exchange, _text(exchange.params, "name"))
        return Target(server, {**exchange.params, "name": name})

    async def _prompt_owner(self, exchange: Exchange, name: str) -> tuple[str, str]:
        """(server, name there) of a prompt that the principal may use."""
        owner = self._views.now(exchange).prompts.get(name)
        if owner is None:
            view = await self._views.ready(exchange)
            owner = view.prompts.get(name)
            if owner is None:
                owner = (await self._looked_for(exchange, view, name)).prompts.get(name)
        if owner is None:
            raise unknown_prompt(name)
        exchange.feature = "prompt"
        return owner

    async def resource_owner(self, exchange: Exchange) -> str:
        """The server whose resource ``params.uri`` is, if the principal may read it.

        Raises:
            RpcError: unknown and forbidden alike.
        """
        return await self._owner_of(exchange, _text(exchange.params, "uri"))

    async def _owner_of(self, exchange: Exchange, uri: str) -> str:
        server = self._known_owner(exchange, self._views.now(exchange), uri)
        if server is None:
            view = await self._views.ready(exchange)
            server = self._known_owner(exchange, view, uri)
            if server is None:
                server = self._known_owner(exchange, await self._views.looked_for(exchange, view.servers), uri)
        if server is None:
            raise unknown_resource(uri)
        exchange.feature = "resource"
        return server

    def _known_owner(self, exchange: Exchange, view: View, uri: str) -> str | None:
        """Who lists it, else who gave it to this principal, else whose it is by a template."""
        owner = view.listed_owner(uri)
        if owner is not None:
            return owner
        giver = self._links.owner(exchange.principal.id, uri)
        may_read = giver in view.servers and exchange.snapshot.access(exchange.principal).allows_resources(giver)
        return giver if may_read else view.likely_owner(uri)

    async def _completion(self, exchange: Exchange) -> Target:
        params = exchange.params
        ref = params.get("ref")
        kind = ref.get("type") if isinstance(ref, dict) else None
        if isinstance(ref, dict) and kind == "ref/prompt":
            server, name = await self._prompt_owner(exchange, _text(ref, "name"))
            return Target(server, {**params, "ref": {**ref, "name": name}})
        if isinstance(ref, dict) and kind == "ref/resource":
            return Target(await self._owner_of(exchange, _text(ref, "uri")), params)
        raise invalid_params("params.ref must be a ref/prompt or a ref/resource")

    async def _task_owner(self, exchange: Exchange) -> str:
        """The server of a task that the principal has started and may still use; any other is unknown."""
        started = await self._tasks.find(exchange.principal.id, _text(exchange.params, "taskId"))
        if started is None or started.server not in self._views.now(exchange).servers:
            raise unknown_task()
        server, tool = started.server, started.tool
        access = exchange.snapshot.access(exchange.principal)
        if tool is not None and not access.allows_tool(server, tool):
            raise unknown_task()
        return server


def _text(params: Mapping[str, Any], member: str) -> str:
    """A name or a URI, which servers of the stateless era are told in a header too."""
    value = params.get(member)
    if not isinstance(value, str):
        raise invalid_params(f"params.{member} must be a string")
    if not is_sayable(value):
        raise invalid_params(f"params.{member} has half of a surrogate pair")
    return value
