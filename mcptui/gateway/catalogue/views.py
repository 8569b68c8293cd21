"""Views of principals, kept until the state or a list changes."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, NamedTuple

from mcptui.gateway.catalogue.build import Member, build
from mcptui.gateway.catalogue.registry import NOT_APART, Registry
from mcptui.gateway.catalogue.view import View
from mcptui.gateway.identity.client_headers import ClientHeaders
from mcptui.gateway.principal import KeyPrincipal, Principal
from mcptui.gateway.scope import Scope
from mcptui.gateway.snapshot import Snapshot
from mcptui.protocol.listed.items import FEATURES
from mcptui.upstream.server.audience import ANYBODY, Audience

#: Views of clients that are told apart, by credentials of their own or by what they declare, that are kept.
MAX_CLIENT_VIEWS: Final = 256


class _Shown(NamedTuple):
    """To whom a server is shown."""

    #: The lists of which no key is denied anything.
    every_key: frozenset[str]
    #: Whether some key may use it.
    any_key: bool


class Catalogue:
    """Builds views and keeps them until the state or a list changes."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._views: dict[tuple[Principal, Scope], View] = {}
        self._built_for: tuple[str, int] = ("", -1)
        self._client_views: OrderedDict[object, View] = OrderedDict()
        self._shown: dict[str, _Shown] = {}
        self._shown_in = ""

    def view(
        self,
        snapshot: Snapshot,
        principal: Principal,
        scope: Scope,
        client: ClientHeaders | None = None,
        audience: Audience = ANYBODY,
    ) -> View:
        """The view of ``principal`` in ``scope``.

        Args:
            snapshot: the state that counts.
            principal: whose access counts.
            scope: the servers that are meant.
            client: what the request says to servers.
            audience: whom servers may show other lists than everybody.
        """
        apart = self._registry.apart(audience)
        if client is not None or snapshot.has_own_logins or apart != NOT_APART:
            return self._client_view(snapshot, principal, scope, client, audience)
        built_for = (snapshot.revision, self._registry.revision)
        if built_for != self._built_for:
            self._views.clear()
            self._built_for = built_for
        key = (principal, scope)
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = self._build(snapshot, principal, scope)
        return view

    def _client_view(
        self,
        snapshot: Snapshot,
        principal: Principal,
        scope: Scope,
        client: ClientHeaders | None,
        audience: Audience,
    ) -> View:
        revisions = (snapshot.revision, self._registry.revision, self._registry.variant_revision)
        told_apart = (client.digest if client is not None else "", *self._registry.apart(audience))
        key = (*revisions, principal, scope, *told_apart)
        view = self._client_views.get(key)
        if view is None:
            view = self._client_views[key] = self._build(snapshot, principal, scope, client, audience)
            if len(self._client_views) > MAX_CLIENT_VIEWS:
                self._client_views.popitem(last=False)
        self._client_views.move_to_end(key)
        return view

    def _build(
        self,
        snapshot: Snapshot,
        principal: Principal,
        scope: Scope,
        client: ClientHeaders | None = None,
        audience: Audience = ANYBODY,
    ) -> View:
        access = snapshot.access(principal)
        named = None if scope.names is None else snapshot.servers_in(scope.names)
        reached = {
            name: server
            for name in (access.servers if named is None else named)
            if access.allows_server(name) and (server := self._registry.upstream(name, principal, client)) is not None
        }
        others = (name for name in (snapshot.state.servers if named is None else named) if name not in reached)
        is_everybodys = not any(self._shown_to(snapshot, name).any_key for name in others)
        members = []
        for name, server in reached.items():
            is_same = is_everybodys and server is self._registry.get(name) and not server.is_apart(audience)
            shown = self._shown_to(snapshot, name).every_key if is_same else frozenset[str]()
            members.append(Member(server.config, server.offer(audience), shown))
        return build(members, access, scope, snapshot.state.gateway)

    def _shown_to(self, snapshot: Snapshot, server: str) -> _Shown:
        if snapshot.revision != self._shown_in:
            self._shown.clear()
            self._shown_in = snapshot.revision
        shown = self._shown.get(server)
        if shown is None:
            every = [snapshot.access(KeyPrincipal(name)) for name in snapshot.state.keys]
            shown = self._shown[server] = _Shown(
                frozenset(kind for kind in FEATURES if all(access.sees_all(server, kind) for access in every)),
                any(access.allows_server(server) for access in every),
            )
        return shown
