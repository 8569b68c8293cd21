"""All servers at run time, kept equal to the state: started, replaced and closed as it changes."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from mcptui.gateway.catalogue.cache import environment, source
from mcptui.gateway.catalogue.per_credential import PerCredentialServers, VariantKey
from mcptui.gateway.identity.client_headers import ClientHeaders
from mcptui.gateway.principal import KeyPrincipal, Principal
from mcptui.model import Server
from mcptui.secrets.references import uses_secret
from mcptui.tasks import start_task
from mcptui.upstream.auth.credentials import ClientCredential
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.lease import Owner
from mcptui.upstream.server.audience import Audience
from mcptui.upstream.server.server import UpstreamServer

log = logging.getLogger(__name__)

#: What tells those apart who see what everybody sees.
NOT_APART: Final = ("", 0)
#: Sessions with lists of their own that are told apart; more than a gateway has at a time.
MAX_SESSIONS_APART: Final = 10_000

#: Called with the server, what happened ("lists", "profiles", "status" or a notification's method), its params, and
#: whose connection brought it.
Listener = Callable[[UpstreamServer, str, dict[str, Any], Owner], None]


class Registry:
    """Servers by name, and as clients with a credential of their own reach them.

    Args:
        tools: what opening connections needs.
        restore: gives a new server what was known of it before a restart.
    """

    def __init__(self, tools: ConnectionDeps, restore: Callable[[UpstreamServer], None] = lambda _: None) -> None:
        self._tools = tools
        #: The secrets in use, which are not told.
        self.known = tools.known
        self._restore = restore
        self._servers: dict[str, UpstreamServer] = {}
        self._variants = PerCredentialServers(self._close)
        self._listeners: list[Listener] = []
        self._closing: set[asyncio.Task[None]] = set()
        #: Grows whenever any list changes; views are built for one revision.
        self.revision = 0
        #: The same for the lists of those that have a credential of their own.
        self.variant_revision = 0
        #: The profiles that see something of their own at any server.
        self._profiles_apart: frozenset[str] = frozenset()
        #: The sessions that do, each with a number that its lists have had alone.
        self._sessions_apart: OrderedDict[str, int] = OrderedDict()
        self._numbers = itertools.count(1)

    def apart(self, audience: Audience) -> tuple[str, int]:
        """What tells ``audience`` from those that see the same; nothing, for nearly everybody."""
        digest = audience.profile.digest
        return digest if digest in self._profiles_apart else "", self._sessions_apart.get(audience.session, 0)

    def listen(self, listener: Listener) -> None:
        """Have ``listener`` called on every event."""
        self._listeners.append(listener)

    def get(self, name: str) -> UpstreamServer | None:
        """The running server ``name``."""
        return self._servers.get(name)

    def upstream(self, name: str, principal: Principal, client: ClientHeaders | None) -> UpstreamServer | None:
        """The server ``name`` as ``principal`` reaches it: with credentials of its request, or with its own login."""
        server = self._servers.get(name)
        if server is None or (client is None and not server.config.auth.has_own_logins):
            return server
        key, credential, account = _form(server.config, principal, client)
        if not key.credential:
            return server
        return self._variants.get(key, lambda: self._variant(server, credential, account))

    def key(self, name: str, principal: Principal, client: ClientHeaders | None) -> VariantKey:
        """Stands for what :meth:`upstream` returns, also when that is made anew."""
        server = self._servers.get(name)
        return VariantKey(name) if server is None else _form(server.config, principal, client)[0]

    def find(self, key: VariantKey) -> UpstreamServer | None:
        """The server that ``key`` stands for, while it runs."""
        return self._variants.find(key) if key.credential else self._servers.get(key.server)

    def _variant(self, of: UpstreamServer, credential: ClientCredential | None, account: str | None) -> UpstreamServer:
        return UpstreamServer(
            of.config, self._tools, self._heard, credential=credential, account=account, limit=of.limit
        )

    async def logged_in(self, name: str, key: str | None) -> None:
        """The login at ``name``, or that of ``key``, is another one: connect anew."""
        if key is None:
            await self.reopen(name)
        else:
            principal = KeyPrincipal(key).id
            self._end_variants(lambda each: (each.server, each.principal) == (name, principal))

    def end_idle(self) -> None:
        """Close what was opened with clients' credentials and is used no more."""
        self._variants.end_idle()

    def connected(self) -> list[UpstreamServer]:
        """Every server in every form."""
        return [*self._servers.values(), *self._variants]

    def all(self) -> list[UpstreamServer]:
        """Every configured server, in file order."""
        return list(self._servers.values())

    def apply(self, servers: Mapping[str, Server]) -> None:
        """Make the running servers those of a new state; connections stay where they would be opened alike."""
        before = self._servers
        self._servers = {}
        same = {
            name for name, server in before.items() if name in servers and server.config.connects_like(servers[name])
        }
        self._variants.end_where(lambda key: key.server not in same)
        for variant in self._variants:
            variant.config = servers[variant.config.name]
        for name, config in servers.items():
            running = before.pop(name, None)
            if running is not None and name in same:
                running.config = config
                self._servers[name] = running
                continue
            self._servers[name] = fresh = UpstreamServer(config, self._tools, self._heard)
            if running is None:
                self._restore(fresh)
            else:
                if running.peer is not None and source(running.config) == source(config):
                    is_same = environment(running.config) == environment(config)
                    (fresh.restore if is_same else fresh.show)(running.peer, running.lists)
                self._close(running)
            fresh.start()
        for gone in before.values():
            self._close(gone)
        self._lists_changed()

    async def reopen(self, name: str) -> None:
        """Connect to ``name`` anew, as after a change of its description."""
        running = self._servers.get(name)
        if running is not None:
            self._end_variants(lambda key: key.server == name)
            self._servers[name] = fresh = UpstreamServer(running.config, self._tools, self._heard)
            fresh.show(running.peer, running.lists)
            self._close(running)
            fresh.start()
            self._lists_changed()  # views of it are of another server, which is to be waited for

    async def reopen_using(self, path: str | None) -> None:
        """Connect anew to every server that uses the secret ``path``, or any where None.

        None means that secrets can be read now: a server whose process is not needed waits for its first use.
        """
        for name, server in list(self._servers.items()):
            if uses_secret(server.config, path) and not (path is None and server.is_at_rest):
                await self.reopen(name)

    def reopen_soon(self) -> None:
        """Connect anew, in the background, to every server that uses a secret."""
        self._later(self.reopen_using(None), "reopen those with secrets")

    def forget(self, principal: str, name: str) -> None:
        """Close the connections that speak for ``principal`` at the server ``name``, which it may no longer use."""
        self._end_variants(lambda key: (key.server, key.principal) == (name, principal))
        server = self._servers.get(name)
        if server is not None:
            self._later(server.forget(principal), f"forget {principal} at {name}")

    def forget_session(self, session: str) -> None:
        """Close the connections of a client session that has ended, at every server."""
        self._sessions_apart.pop(session, None)
        for server in self.connected():
            self._later(server.forget_session(session), f"forget a session at {server.config.name}")

    def _end_variants(self, condition: Callable[[VariantKey], bool]) -> None:
        self._variants.end_where(condition)
        self._lists_changed(of_variant=True)

    async def close(self) -> None:
        """Close all servers, side by side."""
        self._variants.end_where(lambda _: True)
        for server in self._servers.values():
            self._close(server)
        self._servers = {}
        await asyncio.gather(*self._closing, return_exceptions=True)

    def _close(self, server: UpstreamServer) -> None:
        self._later(server.close(), f"close {server.config.name}")

    def _later(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = start_task(work, name=name)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _heard(self, server: UpstreamServer, event: str, params: dict[str, Any], source: Owner) -> None:
        is_configured = self._servers.get(server.config.name) is server
        if not is_configured and server not in self._variants:
            return  # closed
        if event == "lists" and source.session:
            self._sessions_apart[source.session] = next(self._numbers)
            self._sessions_apart.move_to_end(source.session)
            if len(self._sessions_apart) > MAX_SESSIONS_APART:
                self._sessions_apart.popitem(last=False)
        elif event == "lists":
            self._lists_changed(of_variant=not is_configured)
        for listener in self._listeners:
            listener(server, event, params, source)

    def _lists_changed(self, *, of_variant: bool = False) -> None:
        self.revision += not of_variant
        self.variant_revision += of_variant
        self._profiles_apart = frozenset[str]().union(*(each.profiles.apart for each in self.connected()))


def _form(
    config: Server, principal: Principal, client: ClientHeaders | None
) -> tuple[VariantKey, ClientCredential | None, str | None]:
    """Which form of a server somebody reaches, and what it shows: a credential, or the login of a key."""
    credential = client.credential(config) if client is not None else None
    account = principal.name if config.auth.has_own_logins and isinstance(principal, KeyPrincipal) else None
    if credential is None and account is None:
        return VariantKey(config.name), None, None
    shown = credential.digest if credential is not None else "login"
    return VariantKey(config.name, principal.id, shown), credential, account
