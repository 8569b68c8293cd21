"""A server as a child process, in either era: one JSON message a line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from mcptui.model.limits import Limits
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError
from mcptui.protocol.jsonrpc import Message, TooManyValuesError
from mcptui.protocol.lenient import Remark
from mcptui.protocol.sse import beginning_and_end
from mcptui.protocol.versions import LATEST_STATELESS
from mcptui.tasks import beside_others, start_task
from mcptui.upstream import group, last_words
from mcptui.upstream.call import Announce, Call, Peer
from mcptui.upstream.dispatcher import Dispatcher
from mcptui.upstream.errors import (
    ExitedError,
    FloodError,
    MessageTooLargeError,
    NotMcpError,
    NotReadError,
    UpstreamError,
    UpstreamTimeoutError,
)
from mcptui.upstream.handshake import Opening, has_roots, shake_hands
from mcptui.upstream.large_messages import LargeMessages
from mcptui.upstream.pending import Pending
from mcptui.upstream.process import CHUNK, ServerProcess
from mcptui.upstream.remarks import unremarked
from mcptui.upstream.stateless import discovered, with_envelope
from mcptui.upstream.stdout import (
    Lines,
    Noise,
    id_in,
    is_broken_message,
    may_be_message,
    read_message,
)

#: How long a server may stay silent on ``server/discover`` before ``initialize`` is sent as well, seconds.
SILENCE: Final = 2.0
#: A server that has printed text which is no message, and then neither prints nor works for so long, will not answer,
#: seconds. An installation does one or the other.
GARBAGE_PATIENCE: Final = 10.0
#: As much of a line that is no message as is kept.
_SHOWN: Final = 500
#: How long what an ended process wrote last may take to arrive, seconds.
_LAST_WORDS: Final = 0.5


class StdioConnection:
    """One process and the messages to and from it."""

    peer: Peer

    def __init__(
        self,
        process: ServerProcess,
        announce: Announce,
        remark: Remark,
        limits: Callable[[], Limits],
        large: LargeMessages | None,
        server: str,
    ) -> None:
        self.process = process
        self.large = LargeMessages(lambda: limits().max_large_bytes) if large is None else large
        self._reading = self.large.reading(server, self._give_up)
        self._lines = Lines(lambda: limits().max_message_bytes)
        #: The rest of a line that is not waited for any more comes at some time, or never.
        self._has_given_up = False
        self._limits = limits
        self._dispatcher = Dispatcher(self._send, announce, remark, limits)
        self._noise = Noise()
        #: What it was ended for.
        self._failure: UpstreamError | None = None
        #: Why nothing more can be sent.
        self._ended: UpstreamError | None = None
        self._life = start_task(self._live(), name=f"stdio server {process.pid}")

    @classmethod
    async def open(
        cls,
        process: ServerProcess,
        call: Opening,
        announce: Announce,
        *,
        era: str | None = None,
        remark: Remark = unremarked,
        limits: Callable[[], Limits] = Limits,
        large: LargeMessages | None = None,
        server: str = "",
    ) -> StdioConnection:
        """Find out the era (unless given) and open the connection.

        Args:
            process: the started server.
            call: the ``initialize`` request for the handshake era.
            announce: takes notifications outside calls.
            era: "stateless" or "handshake" to skip the question.
            remark: takes what the server does otherwise than the protocol says.
            limits: those in effect.
            large: bounds what is read of large messages at once.
            server: of whose several processes the large messages are counted together.

        Raises:
            RpcError: the server refuses.
            UpstreamError: it exits, stays silent, or does not speak MCP.
        """
        connection = cls(process, announce, remark, limits, large, server)
        try:
            connection.peer = await connection._negotiate(call, era)
            if connection.peer.era == "handshake" and has_roots(call):
                await connection._dispatcher.settle()
        except UpstreamError as error:
            await connection.close()
            raise connection._explained(error, call.timeout) from None
        except BaseException:
            await connection.close()
            raise
        process.has_answered = True
        return connection

    async def _negotiate(self, call: Opening, era: str | None) -> Peer:
        if era == "handshake":
            return await shake_hands(self._dispatcher, call)
        asking = [discovering := start_task(self._discover(call), name="discover", awaited=True)]
        try:
            if era == "stateless":
                return await discovering
            done, _ = await asyncio.wait([discovering], timeout=SILENCE)
            if done and discovering.exception() is None:
                return discovering.result()
            if done and isinstance(discovering.exception(), UpstreamError) and self.closed:
                return discovering.result()
            # Anything but a DiscoverResult means: ask the old way (basic/transports/stdio §Detection). A slow
            # starter may still answer the first question first.
            asking.append(shaking := start_task(shake_hands(self._dispatcher, call), name="initialize", awaited=True))
            waiting = {shaking} if done else {shaking, discovering}
            while waiting:
                worked = group.work(self.process.pid)
                finished, waiting = await asyncio.wait(
                    waiting, return_when=asyncio.FIRST_COMPLETED, timeout=GARBAGE_PATIENCE
                )
                for task in finished:
                    if task.exception() is None:
                        return task.result()
                if not finished and self._noise.lines and self._is_at_rest(worked):
                    raise UpstreamError("it printed text and answered nothing")
            return shaking.result()
        finally:
            # Also where whoever waits for the connection gives up: nobody else takes what these come to.
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)

    def _is_at_rest(self, worked: int | None) -> bool:
        """Whether the server has lately neither printed anything nor worked."""
        return self.process.silent_for >= GARBAGE_PATIENCE and group.work(self.process.pid) == worked

    async def _discover(self, call: Call) -> Peer:
        question = Call(
            method="server/discover",
            params={},
            capabilities=call.params["capabilities"],
            timeout=call.timeout,
        )
        question.params = with_envelope(question, LATEST_STATELESS)
        return discovered(await self._dispatcher.request(question), LATEST_STATELESS)

    def _explained(self, error: UpstreamError, patience: float) -> UpstreamError:
        """Why there was no answer, in what the server printed where that tells more."""
        if isinstance(self._ended, ExitedError):
            return self._ended
        printed = self.process.printed
        if self._noise.lines:
            return NotMcpError(
                f"the command printed text instead of MCP messages: {self._noise.first!r}",
                hint="Is it an MCP server over stdio? Some need an argument such as 'stdio'.",
                stderr=printed,
            )
        if isinstance(error, UpstreamTimeoutError):
            last = f"; it printed last: {printed[-1]}" if printed else " and printed nothing"
            return UpstreamTimeoutError(
                f"it did not answer within {patience:g} s of its start{last}",
                hint="Raise start_timeout for this server if it needs longer; run its command in a terminal to see "
                "what it waits for.",
                stderr=printed,
            )
        return error

    @property
    def closed(self) -> bool:
        """Whether the process or its output has ended."""
        return self._dispatcher.closed

    @property
    def hears(self) -> bool:
        """Whether what the server says outside calls would arrive now."""
        return not self.closed

    async def request(self, call: Call) -> dict[str, Any]:
        """Write a request and wait for its answer."""
        if self.peer.era == "stateless":
            call.params = with_envelope(call, self.peer.version)
        return await self._dispatcher.request(call)

    async def notify(self, method: str, params: dict[str, Any] | None = None) -> None:
        """Write a notification."""
        await self._dispatcher.notify(method, params)

    async def close(self) -> None:
        """End the process and everything it started."""
        self._dispatcher.fail(UpstreamError("the connection was closed"))
        self._life.cancel()
        await self.process.stop()

    async def _send(self, message: Message, pending: Pending | None) -> None:
        stdin = self.process.stdin
        was_open = not stdin.is_closing()
        try:
            stdin.write(jsonrpc.encode(message) + b"\n")
            await stdin.drain()
        except (ConnectionError, RuntimeError):
            error = await self.process.exit_error()
            self._end(error)
            # What was written before the pipe broke may have been read.
            raise (error if was_open else NotReadError.because(error)) from None

    def _end(self, error: UpstreamError) -> None:
        self._ended = self._ended or error
        self._dispatcher.fail(error)

    async def _live(self) -> None:
        """Read until the process or its output ends, then see to it that nothing of it stays."""
        reading = start_task(self._read(), name=f"stdout of {self.process.pid}")
        exiting = start_task(self.process.exited.wait(), name=f"exit of {self.process.pid}")
        try:
            await asyncio.wait({reading, exiting}, return_when=asyncio.FIRST_COMPLETED)
            # A grandchild may hold the pipe open for ever.
            await asyncio.wait({reading}, timeout=_LAST_WORDS)
        finally:
            reading.cancel()
            exiting.cancel()
        self._end(self._failure or await self.process.exit_error())
        await self.process.stop()

    async def _read(self) -> None:
        try:
            while chunk := await self.process.stdout.read(CHUNK):
                for line, is_cut in self._lines.feed(chunk):
                    if is_cut:
                        self._take_cut(line)
                    else:
                        await self._take(line)
                    if self._failure is not None:
                        return
                await self._reading.holds(self._lines.held)
            await self._take(self._lines.rest())
        except FloodError as error:
            self._failure = error
        finally:
            self._reading.end()

    def _take_cut(self, line: bytes) -> None:
        if self._has_given_up:
            self._has_given_up = False  # who waited for it has heard so
        else:
            self._pass_over(line, MessageTooLargeError.bytes("the server", self._limits().max_message_bytes))

    def _give_up(self) -> None:
        """The server has stopped in the middle of a large message, and others wait."""
        self._has_given_up = True
        self._reading.end()
        self._pass_over(
            self._lines.cut(), UpstreamError("the server stopped in the middle of a large message", ran=True)
        )

    def _pass_over(self, line: bytes, error: UpstreamError) -> None:
        """Of a message that is too large there are beginning and end: who waits for it hears so now."""
        self._count(line, "too large: ")
        self._dispatcher.unreadable(line, error)

    async def _take(self, line: bytes) -> None:
        if may_be_message(line):
            most = self._limits().max_json_values
            self._reading.is_whole = True
            try:
                with self._reading:
                    message, is_repaired = await beside_others(
                        len(line), read_message, line, most, self._dispatcher.remark
                    )
            except TooManyValuesError:
                self._pass_over(beginning_and_end(line), MessageTooLargeError.values("the server", most))
                return
            except RpcError as error:
                self._fail_request_of(line, error)
            else:
                if is_repaired:
                    self._count(line, "not UTF-8: ")
                await self._dispatcher.deliver(message)
                return
        if line.strip():
            # Banners and logs happen; what matters is whether an answer follows.
            self._count(line, last_words.ON_STDOUT)

    def _count(self, line: bytes, what: str) -> None:
        self.process.note(line, what=what, limit=_SHOWN)
        self.process.unreadable += 1
        if not self._noise.add(line) and self._failure is None:
            self._failure = UpstreamError(
                f"the server was ended: it printed {self._noise.lines:,} lines that are no messages",
                hint="Its standard output is for MCP messages alone; have it write its log to stderr or a file.",
                ran=True,
            )

    def _fail_request_of(self, line: bytes, error: RpcError) -> None:
        """An answer that cannot be read: who waits for it hears so now."""
        if is_broken_message(line):
            self._dispatcher.fail_one(
                id_in(line),
                UpstreamError(
                    f"the server's answer cannot be read: {error.message}",
                    hint="The line is in the server's details.",
                    ran=True,
                ),
            )
