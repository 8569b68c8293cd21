"""One session of the handshake era: what its client declared, is asked, and runs."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from mcptui.gateway.fronts.mcp.kept import Kept
from mcptui.gateway.fronts.mcp.streams import KEPT_FOR, KEPT_STREAMS, EventStream
from mcptui.gateway.lifetime.lifetimes import Open
from mcptui.gateway.notify.change_notifier import CHANGED, Listener
from mcptui.gateway.principal import Principal
from mcptui.gateway.scope import Scope
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.protocol.jsonrpc import Message, RequestId
from mcptui.protocol.questions import refusal
from mcptui.protocol.versions import negotiate_handshake
from mcptui.tasks import start_task

#: Answers that are kept for clients that come back, bytes a session; the newest whatever its size.
_KEPT_BYTES: Final = 16 * 1024 * 1024
#: Messages that wait for the stream of a request; the oldest is left out.
_TO_SAY: Final = 1_000

_CHANGES: Final = frozenset({*CHANGED.values(), "notifications/resources/updated"})


class Session:
    """One client's session: what it declared, what it is asked, what it runs.

    Args:
        principal: whose it is.
        scope: the servers that it is about.
        version: of MCP.
        params: of ``initialize``.
        all_kept: bounds what the streams of all sessions keep.
    """

    def __init__(
        self,
        principal: Principal,
        scope: Scope,
        version: str,
        params: dict[str, Any],
        all_kept: Kept | None = None,
    ) -> None:
        self._all_kept = Kept() if all_kept is None else all_kept
        self.id = secrets.token_urlsafe(24)
        self.principal = principal
        self.scope = scope
        self.version = version
        self.capabilities: dict[str, Any] = {}
        self.client_info: dict[str, Any] | None = None
        self.log_level: str | None = None
        self.last_used = time.monotonic()
        self.running: dict[RequestId, asyncio.Task[Any]] = {}
        #: Opens the answer streams of the requests that run, by the order in which they came.
        self.answering: dict[RequestId, Callable[[], Awaitable[EventStream]]] = {}
        #: The stream for what belongs to no call, opened by GET.
        self.standalone = EventStream("get", has_answers=True, all_kept=self._all_kept, owner=principal.id)
        self.listener: Listener | None = None
        self.has_ended = False
        #: Itself among all that is open.
        self.opened: Open | None = None
        self._ids = itertools.count(1)
        self._questions: dict[RequestId, asyncio.Future[dict[str, Any]]] = {}
        self._streams: OrderedDict[str, EventStream] = OrderedDict()
        # What belongs to no request, and waits for the stream of one to begin.
        self._to_say: deque[bytes] = deque(maxlen=_TO_SAY)
        self._saying: asyncio.Task[None] | None = None
        self.declare(params)

    def used_by(self, principal: Principal) -> None:
        """Its principal has just sent a request; during a rotation perhaps with the new credential."""
        self.last_used = time.monotonic()
        self.principal = principal
        for each in (self.opened, self.listener):
            if each is not None:
                each.principal = principal
                each.used = self.last_used

    def declare(self, params: dict[str, Any]) -> None:
        """What the client says about itself in ``initialize``."""
        capabilities, info = params.get("capabilities"), params.get("clientInfo")
        self.capabilities = capabilities if isinstance(capabilities, dict) else {}
        self.client_info = info if isinstance(info, dict) else None
        if "protocolVersion" in params:
            self.version = negotiate_handshake(params["protocolVersion"])

    def new_stream(self) -> EventStream:
        """A stream for one POST, kept for a while after its connection broke."""
        stream = EventStream(f"s{next(self._ids)}", all_kept=self._all_kept, owner=self.principal.id)
        self._streams[stream.name] = stream
        while len(self._streams) > KEPT_STREAMS:
            self._forget(next(iter(self._streams)))
        kept = sum(each.bytes for each in self._streams.values())
        for name, each in list(self._streams.items()):
            if kept > _KEPT_BYTES and each.ended:
                kept -= each.bytes
                self._forget(name)
        return stream

    def _forget(self, name: str) -> None:
        self._streams.pop(name).release()

    @property
    def in_use(self) -> bool:
        """Whether a request runs, or the client holds its stream open."""
        return bool(self.running) or self.standalone.attached

    def drop_old_streams(self) -> None:
        """Forget finished streams that no client will come back for."""
        limit = time.monotonic() - KEPT_FOR
        for stream in list(self._streams.values()):
            if stream.ended_at is not None and stream.ended_at < limit:
                self._forget(stream.name)

    def stream(self, name: str) -> EventStream | None:
        """The stream that an event id names."""
        return self.standalone if name == self.standalone.name else self._streams.get(name)

    async def outside(self) -> EventStream:
        """The stream for what belongs to no request; where the client holds none open, that of its newest request."""
        if not self.standalone.attached and self.answering:
            return await self.answering[next(reversed(self.answering))]()
        return self.standalone

    def say(self, method: str, params: dict[str, Any]) -> None:
        """Tell the client what belongs to no request; what it only has to look at again waits for its own stream."""
        data = jsonrpc.encode(jsonrpc.notification(method, params or None))
        if method in _CHANGES or self.standalone.attached or not self.answering:
            self.standalone.put(data)
            return
        self._to_say.append(data)
        if self._saying is None or self._saying.done():
            self._saying = start_task(self._say_on_an_answer(), name="say in a session")

    async def _say_on_an_answer(self) -> None:
        while self._to_say:
            stream = await self.outside()
            stream.put(self._to_say.popleft())

    async def ask_outside(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send a request to the client that belongs to none of its own, and wait for its answer.

        Raises:
            RpcError: as of :meth:`ask`.
        """
        return await self.ask(await self.outside(), method, params)

    async def ask(self, stream: EventStream, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send a request to the client on ``stream`` and wait for its answer.

        Raises:
            RpcError: the client did not declare that it can be asked this, or it refuses.
        """
        if (refused := refusal(method, params, self.capabilities)) is not None:
            raise refused
        if self.has_ended:
            raise RpcError(INTERNAL_ERROR, "the client has gone")
        id_ = f"mcptui-{next(self._ids)}"
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._questions[id_] = answer
        try:
            await stream.write(jsonrpc.encode(jsonrpc.request(id_, method, params)))
            return await answer
        except asyncio.CancelledError:
            note = {"requestId": id_, "reason": "no longer needed"}
            await stream.write(jsonrpc.encode(jsonrpc.notification("notifications/cancelled", note)))
            raise
        finally:
            self._questions.pop(id_, None)

    def take_answer(self, message: Message) -> None:
        """Match a response that the client POSTed; unknown ones are ignored."""
        waiting = self._questions.get(message.get("id") or "")
        if waiting is None or waiting.done():
            return
        if "error" in message:
            waiting.set_exception(RpcError.from_wire(message["error"]))
        elif isinstance(message["result"], dict):
            waiting.set_result(message["result"])
        else:
            waiting.set_exception(RpcError(INTERNAL_ERROR, "the client's answer is not an object"))

    def cancel(self, request_id: object) -> None:
        """``notifications/cancelled`` from the client."""
        task = self.running.get(request_id) if isinstance(request_id, (str, int)) else None
        if task is not None:
            task.cancel()

    def end(self) -> None:
        """Cancel what runs."""
        self.has_ended = True
        for task in list(self.running.values()):
            task.cancel()
        for waiting in self._questions.values():
            if not waiting.done():
                waiting.cancel()
        for name in list(self._streams):
            self._forget(name)
        self.standalone.release()
