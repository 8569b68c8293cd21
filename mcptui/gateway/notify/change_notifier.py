"""Who is to hear of changes: open streams of clients, told only what they can see."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.catalogue.view import View
from mcptui.gateway.catalogue.views import Catalogue
from mcptui.gateway.identity.client_headers import ClientHeaders
from mcptui.gateway.lifetime.lifetimes import ClientSide, Lifetimes, Open
from mcptui.gateway.principal import Principal
from mcptui.gateway.scope import Scope
from mcptui.protocol.listed.items import KINDS
from mcptui.upstream.lease import CATALOGUE, SHARED, Owner
from mcptui.upstream.server.audience import ANYBODY, Audience
from mcptui.upstream.server.server import UpstreamServer

log = logging.getLogger(__name__)

#: A storm of changes becomes one round of notifications, seconds.
COALESCE: Final = 0.05

#: What servers announce again within this time without a change that can be seen is the same announcement, seconds.
TWICE: Final = 1.0

#: List method → the notification that its result changed.
CHANGED: Final = {method: f"notifications/{kind.feature}/list_changed" for method, kind in KINDS.items()}

_LIST_CHANGES: Final = frozenset(CHANGED.values())

#: Connections that no client has for itself.
_NOBODYS: Final = frozenset({CATALOGUE, SHARED})

Deliver = Callable[[str, dict[str, Any]], None]


class Listener(Open):
    """Who is told of changes: which principal, which scope, which credentials of its own, which resources.

    ``stream_of`` is the request whose stream it is; None for a session, which ends by itself.
    """

    def __init__(
        self,
        principal: Principal,
        scope: Scope,
        deliver: Deliver,
        end: Callable[[], None],
        *,
        session: str = "",
        client: ClientHeaders | None = None,
        audience: Audience = ANYBODY,
        stream_of: ClientSide | None = None,
    ) -> None:
        super().__init__(principal, end, kind=None if stream_of is None else "stream", peer=stream_of)
        self.scope = scope
        #: The handshake session that it belongs to.
        self.session = session
        self.client = client
        self.audience = audience
        self.deliver = deliver
        self.resources: set[str] = set()
        self.seen: dict[str, bytes] = {}
        #: When it was told of each kind of change, monotonic seconds.
        self.told: dict[str, float] = {}

    def hear(self, server: str, method: str, params: dict[str, Any]) -> None:
        """Take what ``server`` said; a client is not told which one that was."""
        self.deliver(method, params)

    def uses(self, source: Owner) -> bool:
        """Whether the connection of ``source`` is the one that the listener's own requests take."""
        if source in _NOBODYS:
            return True
        return source.principal == self.principal.id and source.session in ("", self.session)


class ChangeNotifier:
    """Compares what each listener sees before and after a change."""

    def __init__(self, registry: Registry, catalogue: Catalogue, lifetimes: Lifetimes) -> None:
        self._registry = registry
        self._catalogue = catalogue
        self._lifetimes = lifetimes
        self._listeners: set[Listener] = set()
        self._timer: asyncio.TimerHandle | None = None
        #: (notification, the session that alone is told, else "") → by whom.
        self._announced: defaultdict[tuple[str, str], set[UpstreamServer]] = defaultdict(set)
        registry.listen(self._heard)

    def add(self, listener: Listener) -> None:
        """Tell ``listener`` of changes from now on."""
        listener.seen = dict(self._view(listener).encoded)
        self._listeners.add(listener)
        self._lifetimes.add(listener)

    def remove(self, listener: Listener) -> None:
        """Forget ``listener``, also where it was never added."""
        self._listeners.discard(listener)
        self._lifetimes.remove(listener)

    def end_all(self) -> None:
        """End every stream: the gateway stops."""
        for listener in list(self._listeners):
            self.remove(listener)
            listener.end()

    def _view(self, listener: Listener) -> View:
        return self._catalogue.view(
            self._lifetimes.snapshot, listener.principal, listener.scope, listener.client, listener.audience
        )

    def _reaches(self, listener: Listener, server: UpstreamServer) -> bool:
        """Whether it is this form of the server that the listener's own requests go to."""
        return self._registry.upstream(server.config.name, listener.principal, listener.client) is server

    def keep_alive(self) -> None:
        """Servers whose changes somebody with credentials of their own listens to are in use."""
        own_logins = self._lifetimes.snapshot.has_own_logins
        for listener in self._listeners if own_logins else [each for each in self._listeners if each.client]:
            for name in self._view(listener).servers:
                self._registry.upstream(name, listener.principal, listener.client)

    def _heard(self, server: UpstreamServer, event: str, params: dict[str, Any], source: Owner) -> None:
        if event == "lists":
            self.changed()
        elif event in _LIST_CHANGES:
            # Relayed even where the list reads the same: the server has its reasons to say so.
            self._announced[event, source.session].add(server)
            self.changed()
        elif event == "notifications/resources/updated":
            self._updated(server, params, source)
        elif event != "status" and source not in _NOBODYS:
            # The end of an elicitation, the status of a task, a log line: what belongs to no call, for one client.
            for listener in list(self._listeners):
                if listener.uses(source) and server.config.name in self._view(listener).servers:
                    listener.hear(server.config.name, event, params)

    def changed(self) -> None:
        """Lists or grants changed: compare soon."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(COALESCE, self._compare)

    def _compare(self) -> None:
        self._timer = None
        announced, self._announced = self._announced, defaultdict(set)
        for listener in list(self._listeners):
            view = self._view(listener)
            notes = {CHANGED[method] for method in CHANGED if view.encoded[method] != listener.seen.get(method)}
            notes |= {
                note
                for (note, session), servers in announced.items()
                if session in ("", listener.session)
                and not self._was_told(listener, note)
                and self._concerns(listener, view, note, servers)
            }
            listener.seen = dict(view.encoded)
            for note in sorted(notes):
                listener.told[note] = time.monotonic()
                listener.deliver(note, {})

    @staticmethod
    def _was_told(listener: Listener, note: str) -> bool:
        """Whether that was just said: one change comes by the connection of a session and by that of the gateway."""
        return time.monotonic() - listener.told.get(note, -TWICE) < TWICE

    def _concerns(self, listener: Listener, view: View, note: str, servers: set[UpstreamServer]) -> bool:
        """Whether ``servers`` announced a change of a list that the listener sees all of.

        Of one that it sees in parts, it hears when its part changes: else it would hear of what is hidden from it.
        """
        access = self._lifetimes.snapshot.access(listener.principal)
        kind = note.split("/")[1]
        return any(
            server.config.name in view.servers
            and access.sees_all(server.config.name, kind)
            and self._reaches(listener, server)
            for server in servers
        )

    def _updated(self, server: UpstreamServer, params: dict[str, Any], source: Owner) -> None:
        uri = params.get("uri")
        if not isinstance(uri, str):
            return
        for listener in list(self._listeners):
            if not (uri in listener.resources and listener.uses(source) and self._reaches(listener, server)):
                continue
            if self._view(listener).owner_of(uri) == server.config.name:
                listener.hear(server.config.name, "notifications/resources/updated", params)
