"""Commands that have not answered yet are started one at a time: two would install the same package at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias, TypeVar

from mcptui.errors import McptuiError
from mcptui.model import Server
from mcptui.protocol.errors import RpcError
from mcptui.upstream.process import ServerProcess

T = TypeVar("T")

#: Told of every process that is started.
Started: TypeAlias = Callable[[ServerProcess], None]
Failure: TypeAlias = McptuiError | RpcError

#: What makes two starts of one command alike.
_ALIKE: Final = ("env", "cwd", "inherit_env", "spec_version")


class _First:
    """A start under way of a command that has not answered yet."""

    def __init__(self, server: Server, started: Started) -> None:
        self.server = server
        self._process: ServerProcess | None = None
        self._listeners = [started]
        #: How it failed; None where it answered, or nobody waits for it any more.
        self.outcome: asyncio.Future[Failure | None] = asyncio.get_running_loop().create_future()

    def tell(self, process: ServerProcess) -> None:
        """Its process runs, or another one in place of the first."""
        self._process = process
        for started in self._listeners:
            started(process)

    def join(self, started: Started) -> None:
        """Tell ``started`` of the process that runs, and of those that follow."""
        self._listeners.append(started)
        if self._process is not None:
            started(self._process)

    def is_like(self, server: Server) -> bool:
        return all(getattr(self.server, name) == getattr(server, name) for name in _ALIKE)


class FirstStarts:
    """Which commands have answered since the gateway started, and which are on their way to that."""

    def __init__(self) -> None:
        self._answered: set[tuple[str | None, ...]] = set()
        self._running: dict[tuple[str | None, ...], _First] = {}

    async def run(self, server: Server, start: Callable[[Started], Awaitable[T]], started: Started) -> T:
        """What ``start`` gives, begun when no other first start of the same command is under way.

        Args:
            server: what is started.
            start: starts it; tells of its processes.
            started: told of them, and before that of the processes that are waited for.

        Raises:
            McptuiError: what ``start`` raises; or what a start just like it, that was waited for, has raised.
            RpcError: as above.
        """
        command = (server.command, *server.args)
        while command not in self._answered and (first := self._running.get(command)) is not None:
            first.join(started)
            failure = await asyncio.shield(first.outcome)
            if failure is not None and first.is_like(server):
                raise failure
        if command in self._answered:
            return await start(started)
        return await self._first(command, server, start, started)

    async def _first(
        self,
        command: tuple[str | None, ...],
        server: Server,
        start: Callable[[Started], Awaitable[T]],
        started: Started,
    ) -> T:
        first = self._running[command] = _First(server, started)
        failure: Failure | None = None
        try:
            result = await start(first.tell)
        except (McptuiError, RpcError) as error:
            failure = error
            raise
        else:
            self._answered.add(command)
            return result
        finally:
            del self._running[command]
            first.outcome.set_result(failure)
