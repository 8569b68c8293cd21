"""Requests in both directions over one connection with state: ids, progress tokens, questions, cancellation."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final

from mcptui.model.limits import Limits
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.protocol.jsonrpc import Message
from mcptui.protocol.lenient import Remark, looks_like_answer, read_message
from mcptui.protocol.stateless import LISTEN, META_SUBSCRIPTION, level_reached, without_subscription
from mcptui.protocol.text import beginning
from mcptui.tasks import start_task
from mcptui.upstream.call import Announce, Call
from mcptui.upstream.errors import (
    FloodError,
    NotMcpError,
    NotReadError,
    UpstreamError,
    UpstreamTimeoutError,
)
from mcptui.upstream.pace import Pace
from mcptui.upstream.pending import Pending
from mcptui.upstream.progress_tokens import PROGRESS
from mcptui.upstream.questions import ROOTS, Questions
from mcptui.upstream.remarks import unremarked

log = logging.getLogger(__name__)

#: How long a server that has just been connected to may take for a ping, seconds.
PING_PATIENCE: Final = 1.0
#: How long a server may take to read what needs no answer, seconds.
TAKEN: Final = 5.0
#: How long a server has for what it does with the roots, seconds.
ROOTS_PAUSE: Final = 0.1

#: Sends one message; the id names the call whose answer stream it opens (requests over HTTP).
Send = Callable[[Message, Pending | None], Awaitable[None]]


class Dispatcher:
    """Matches answers with requests and brings what the server says on its own to where it belongs.

    Args:
        send: writes one message.
        announce: takes notifications that belong to no call.
        remark: takes what the server does otherwise than the protocol says.
        limits: those in effect.
    """

    def __init__(
        self,
        send: Send,
        announce: Announce,
        remark: Remark = unremarked,
        limits: Callable[[], Limits] = Limits,
    ) -> None:
        self._send = send
        self._announce = announce
        self.remark = remark
        # Some servers keep answers of all sessions in one place, by id only: ids differ between connections.
        self._next_id = secrets.randbelow(2**31)
        self._pending: dict[int, Pending] = {}
        #: Why no more requests are sent.
        self._ended: UpstreamError | None = None
        self.questions = Questions(self._tell)
        self._limits = limits
        self._asking = Pace(lambda: limits().max_questions_per_second)
        self._saying = Pace(lambda: limits().max_notifications_per_second)

    @property
    def closed(self) -> bool:
        """Whether no more requests are sent; those under way may still be answered."""
        return self._ended is not None

    async def request(self, call: Call) -> dict[str, Any]:
        """Send ``call`` and wait; a cancelled wait cancels it at the server too.

        Raises:
            RpcError: the server's own answer.
            NotReadError: it has not got to the server.
            UpstreamError: there was no answer.
        """
        if self._ended is not None:
            raise NotReadError.because(self._ended)
        self._next_id += 1
        pending = Pending(self._next_id, call)
        params = call.params
        if pending.token is not None:
            # Tokens are unique per client only, so each leg has its own: the request id.
            params = {**params, "_meta": {**params["_meta"], "progressToken": pending.id}}
        self._pending[pending.id] = pending
        try:
            with pending.deadline:
                await self._send(jsonrpc.request(pending.id, call.method, params), pending)
                result = await pending.answer
                if pending.outbox is not None:
                    await pending.outbox.flush()
        except TimeoutError:
            # Who waits has waited long enough: a server that reads nothing takes no cancellation either.
            if _is_at_work_on(pending):
                start_task(self._cancel(pending.id, "timeout"), name="cancellation")
                await asyncio.sleep(0)  # one that does is told first
            await _take_back(pending.guessed)
            raise pending.deadline.error(call.method) from None
        except asyncio.CancelledError:
            if _is_at_work_on(pending):
                await asyncio.shield(self._cancel(pending.id, "cancelled by the client"))
            await _take_back(pending.guessed)
            raise
        finally:
            del self._pending[pending.id]
            if pending.questions:
                await _take_back(pending.questions)
            if pending.outbox is not None:
                pending.outbox.close()
            if not pending.answer.cancel() and not pending.answer.cancelled():
                pending.answer.exception()  # seen: nobody waited for it where sending failed
        if not isinstance(result, dict):
            raise RpcError(INTERNAL_ERROR, "the server's result is not an object")
        return result

    async def _cancel(self, id_: int, reason: str) -> None:
        note = jsonrpc.notification("notifications/cancelled", {"requestId": id_, "reason": reason})
        try:
            await self._tell(note)
        except UpstreamError:
            log.debug("a cancellation could not be sent")

    async def _tell(self, message: Message) -> None:
        """Send what needs no answer."""
        try:
            async with asyncio.timeout(TAKEN):
                await self._send(message, None)
        except TimeoutError:
            raise UpstreamTimeoutError(f"the server has not read it within {TAKEN:g} s", ran=True) from None

    async def notify(self, method: str, params: dict[str, Any] | None = None) -> None:
        """Send a notification.

        Raises:
            NotReadError: the connection has ended.
            UpstreamError: the server refuses it, or does not read it in time.
        """
        if self._ended is not None:
            raise NotReadError.because(self._ended)
        if method == PROGRESS and (params := self.questions.tokens.restored(params or {})) is None:
            return
        await self._tell(jsonrpc.notification(method, params))

    async def settle(self) -> None:
        """Wait until the server knows the roots of the client that it was just connected for, if it asks for them.

        What the server sends because of ``initialized`` it has sent before it answers a ping that follows.
        """
        await self._ping()
        if self.questions.are_about_roots:
            await self.questions.roots_named()
            await self._ping()
            # Servers look at the folders before they use them, and do not say when they have.
            await asyncio.sleep(ROOTS_PAUSE)

    async def _ping(self) -> None:
        with contextlib.suppress(RpcError, UpstreamError):
            await self.request(Call(method="ping", params={}, timeout=PING_PATIENCE))

    def retire(self, reason: UpstreamError) -> None:
        """Send no more requests: the server takes none. What it is answering, it goes on to answer."""
        if self._ended is None:
            self._ended = reason

    def fail(self, error: UpstreamError) -> None:
        """Nothing will come any more: every open request gets ``error``, and may have run."""
        self.retire(error)
        error.ran = True
        self.questions.withdraw_all()
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(error)

    def fail_one(self, id_: int | None, error: UpstreamError) -> None:
        """An answer cannot be read: the request with that id gets ``error``, or the only open one where it has none."""
        pending = self._only() if id_ is None else self._pending.get(id_)
        if pending is not None and not pending.answer.done():
            pending.answer.set_exception(error)

    async def deliver(self, message: Any, origin: Pending | None = None) -> None:
        """Take one message from the server; ``origin`` is the call on whose stream it came, if known.

        Raises:
            FloodError: the server asks more than is bearable; the connection has ended for it.
        """
        if isinstance(message, list):  # 2025-03-26 servers may send batches
            for item in message:
                await self.deliver(item, origin)
            return
        try:
            message = read_message(message, self.remark)
        except RpcError as error:
            self.remark(f"sends messages that are none of JSON-RPC, which are passed over: {error}")
            await self._saying.keep()
            return
        if jsonrpc.is_request(message):
            self._bear_a_question()
            await self._question(message, origin)
        elif jsonrpc.is_notification(message):
            await self._saying.keep()
            await self._notification(message["method"], message.get("params") or {}, origin)
        elif not self._response(message, origin):
            await self._saying.keep()

    def _bear_a_question(self) -> None:
        """Each question costs a request to the server: one that asks without end would cost others theirs."""
        if self._asking.ahead():
            most = self._limits().max_questions_per_second
            what = f"asks its client more than {most:,} times a second"
            error = FloodError(
                f"the connection was ended: the server {what}",
                hint="The setting of the gateway is max_questions_per_second.",
                ran=True,
                public=what,
            )
            self.fail(error)
            raise error

    def unreadable(self, data: bytes, error: UpstreamError | None = None, origin: Pending | None = None) -> None:
        """Something came that is no message; if it was the answer to a request, that fails at once.

        Args:
            data: what came, or its beginning and its end.
            error: why it was not read; None where it is not JSON.
            origin: the call on whose stream it came, if known.
        """
        for pending in self._pending.values() if origin is None else (origin,):
            if looks_like_answer(data, pending.id if origin is None else None):
                problem = f"the answer to {pending.call.method} cannot be read: it is not JSON"
                self.fail_one(pending.id, error or NotMcpError(problem, ran=True))
                return
        if error is not None and looks_like_answer(data):
            self.fail_one(None, error)
        self.remark(f"sends what is no message, which is passed over: {beginning(data, 60)!r}")

    def _asked(self, id_: object, origin: Pending | None) -> Pending | None:
        """The open request that is answered.

        A server that could not read a request answers without an id (JSON-RPC 2.0 §5); what comes in the answer to a
        POST is the answer to that; and else an answer without an id is clear where only one is waited for.
        """
        found = self._pending.get(id_) if isinstance(id_, int) else None
        if found is None and origin is not None and origin.id in self._pending:
            self.remark("answers requests under another id")
            return origin
        if found is None and id_ is None and (found := self._only()) is not None:
            self.remark("answers without an id")
        return found

    def _only(self) -> Pending | None:
        """The request that waits for an answer, where it is clear which; an open subscription waits for none."""
        waiting = [pending for pending in self._pending.values() if pending.call.method != LISTEN]
        return waiting[0] if len(waiting) == 1 else None

    def _response(self, message: Message, origin: Pending | None) -> bool:
        """Whether a request waited for it."""
        pending = self._asked(message["id"], origin)
        if pending is None or pending.answer.done():
            log.debug("an answer to no open request was ignored")
            return False
        if "error" in message:
            pending.answer.set_exception(RpcError.from_wire(message["error"]))
        else:
            pending.answer.set_result(message["result"])
        return True

    async def _notification(self, method: str, params: dict[str, Any], origin: Pending | None) -> None:
        listening, params = self._subscription(params), without_subscription(params)
        if method == PROGRESS:
            token = params.get("progressToken")
            target = self._pending.get(token) if isinstance(token, int) else None
            if target is not None:
                target.deadline.extend()
            if target is not None and target.token is not None:
                await self._pass_on(target, method, {**params, "progressToken": target.token}, origin)
        elif method == "notifications/message":
            target = origin or self._latest()
            if (only := self._only()) is not None:
                # With others open nobody could tell whose sign of life it is; a stream of its own extends by itself.
                only.deadline.extend()
            if target is not None and target.call.notify is not None:
                if level_reached(params.get("level"), target.call.log_level):
                    await self._pass_on(target, method, params, origin)
            else:
                self._announce(method, params)
        elif method == "notifications/cancelled":
            self.questions.withdraw(params.get("requestId"))
        elif listening is not None:
            await self._pass_on(listening, method, params, origin)
        elif origin is not None and origin.call.notify is not None and not method.endswith("list_changed"):
            await self._pass_on(origin, method, params, origin)
        else:
            self._announce(method, params)

    async def _pass_on(self, target: Pending, method: str, params: dict[str, Any], origin: Pending | None) -> None:
        """To the client of ``target``: at its pace on a stream of its own, never at it on a shared one."""
        if target.outbox is None or target.call.notify is None:
            return
        if target is origin:
            await target.call.notify(method, params)
        else:
            await target.outbox.put(method, params)

    def _subscription(self, params: dict[str, Any]) -> Pending | None:
        """The open ``subscriptions/listen`` that a notification of the stateless era belongs to."""
        meta = params.get("_meta")
        id_ = meta.get(META_SUBSCRIPTION) if isinstance(meta, dict) else None
        return self._pending.get(id_) if isinstance(id_, int) else None

    def _latest(self) -> Pending | None:
        """The newest open call that can be asked: a question over stdio or SSE does not say whose it is."""
        for pending in reversed(self._pending.values()):
            if pending.call.notify is not None or pending.call.ask is not None:
                return pending
        return None

    async def _question(self, message: Message, origin: Pending | None) -> None:
        belongs_to_client = origin is None and self.questions.client.ask is not None
        # Over stdio and SSE a question does not say whose it is: most likely the newest call's, but roots are nobody's.
        target = origin or (None if belongs_to_client and message["method"] == ROOTS else self._latest())
        if target is None:
            await self.questions.take(message, None, None, None)
        else:
            because_of = target.guessed if belongs_to_client else target.questions
            await self.questions.take(message, target.call.ask, target.deadline, because_of)


def _is_at_work_on(pending: Pending) -> bool:
    """Whether the server may still do what it can be told to give up."""
    # A cancelled wait has cancelled the future that it waited for; any other that is done was answered.
    is_answered = pending.answer.done() and not pending.answer.cancelled()
    return not is_answered and pending.call.method != "initialize"


async def _take_back(questions: set[asyncio.Task[None]]) -> None:
    """The request is over: nobody needs the answers any more, and the client is told before it hears the end."""
    for task in list(questions):
        task.cancel()
    await asyncio.gather(*questions, return_exceptions=True)
