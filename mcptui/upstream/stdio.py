"""A server as a child process, in either era: one JSON message a line."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError
from mcptui.protocol.jsonrpc import Message
from mcptui.protocol.versions import LATEST_STATELESS
from mcptui.tasks import start_task
from mcptui.upstream.call import Announce, Call, Peer
from mcptui.upstream.dispatcher import Dispatcher, Pending
from mcptui.upstream.errors import NotMcpError, NotReadError, UpstreamError
from mcptui.upstream.handshake import has_roots, shake_hands
from mcptui.upstream.process import ServerProcess
from mcptui.upstream.stateless import discovered, with_envelope

#: How long a server may stay silent on ``server/discover`` before ``initialize`` is sent as well, seconds.
SILENCE: Final = 2.0
#: A server that has printed text which is no message gets this long for an answer, seconds.
GARBAGE_PATIENCE: Final = 5.0
#: How long what an ended process wrote last may take to arrive, seconds.
_LAST_WORDS: Final = 0.5


class StdioConnection:
    """One process and the messages to and from it."""

    peer: Peer

    def __init__(self, process: ServerProcess, announce: Announce) -> None:
        self.process = process
        self._dispatcher = Dispatcher(self._send, announce)
        self._garbage: str | None = None
        self._failure: UpstreamError | None = None
        self._life = start_task(self._live(), name=f"stdio server {process.pid}")

    @classmethod
    async def open(
        cls, process: ServerProcess, call: Call, announce: Announce, *, era: str | None = None
    ) -> StdioConnection:
        """Find out the era (unless given) and open the connection.

        Args:
            process: the started server.
            call: the ``initialize`` request for the handshake era.
            announce: takes notifications outside calls.
            era: "stateless" or "handshake" to skip the question.

        Raises:
            RpcError: the server refuses.
            UpstreamError: it exits, stays silent, or does not speak MCP.
        """
        connection = cls(process, announce)
        try:
            connection.peer = await connection._negotiate(call, era)
            if connection.peer.era == "handshake" and has_roots(call):
                await connection._dispatcher.settle()
        except UpstreamError as error:
            await connection.close()
            raise connection._explained(error) from None
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _negotiate(self, call: Call, era: str | None) -> Peer:
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
                finished, waiting = await asyncio.wait(
                    waiting, return_when=asyncio.FIRST_COMPLETED, timeout=GARBAGE_PATIENCE
                )
                for task in finished:
                    if task.exception() is None:
                        return task.result()
                if not finished and self._garbage is not None:
                    raise UpstreamError("it printed text and answered nothing")
            return shaking.result()
        finally:
            # Also where whoever waits for the connection gives up: nobody else takes what these come to.
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)

    async def _discover(self, call: Call) -> Peer:
        question = Call(
            method="server/discover",
            params={},
            capabilities=call.params["capabilities"],
            timeout=call.timeout,
        )
        question.params = with_envelope(question, LATEST_STATELESS)
        return discovered(await self._dispatcher.request(question), LATEST_STATELESS)

    def _explained(self, error: UpstreamError) -> UpstreamError:
        """A silent or broken server that printed text is better described by that text."""
        if self._garbage is None:
            return error
        return NotMcpError(
            f"the command printed text instead of MCP messages: {self._garbage!r}",
            hint="Is it an MCP server over stdio? Some need an argument such as 'stdio'.",
            stderr=self.process.stderr,
        )

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
            self._dispatcher.fail(error)
            # What was written before the pipe broke may have been read.
            raise (error if was_open else NotReadError.because(error)) from None

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
        self._dispatcher.fail(self._failure or await self.process.exit_error())
        await self.process.stop()

    async def _read(self) -> None:
        try:
            while line := await self.process.stdout.readline():
                try:
                    message = jsonrpc.decode(line.strip()) if line.strip() else None
                except RpcError:
                    # Banners happen; what matters is whether an answer follows.
                    self._garbage = self._garbage or line[:120].decode("utf-8", "replace").strip()
                    continue
                if message is not None:
                    await self._dispatcher.deliver(message)
        except ValueError:
            self._failure = UpstreamError("the server sent a line that is too long", ran=True)
