"""The real gateway inside the test's own event loop: public port and control socket, no process."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mcptui.control.client import ControlClient
from mcptui.daemon.composition import Gateway
from mcptui.daemon.live_state import LiveState
from mcptui.gateway.core import Core
from mcptui.gateway.fronts.mcp.entry import McpEntry
from mcptui.model import Key, Server, State
from mcptui.model.runtime import CallRecord, ConfigError
from mcptui.secrets.memory import MemoryStore
from mcptui.state.loaded import Loaded
from mcptui.stores.bundle import Stores
from mcptui.stores.history.log import History
from mcptui.upstream.network import Networks


def key(name: str, **more: Any) -> Key:
    """A key whose credential is ``sk-name``."""
    return Key(name=name, hash="sha256:" + hashlib.sha256(f"sk-{name}".encode()).hexdigest(), **more)


def state(*entries: Server | Key, **more: Any) -> State:
    """A state of servers and keys."""
    return State(
        servers={entry.name: entry for entry in entries if isinstance(entry, Server)},
        keys={entry.name: entry for entry in entries if isinstance(entry, Key)},
        **more,
    )


class GivenState:
    """A state that a test gives, in the place of the state file."""

    def __init__(self, state: State) -> None:
        self._revisions = itertools.count(1)
        self.newest = Loaded(state, "revision-0")
        self.error: ConfigError | None = None

    def put(self, state: State) -> Loaded:
        """Another content from now on."""
        self.newest = Loaded(state, f"revision-{next(self._revisions)}")
        return self.newest

    def first(self) -> Loaded:
        """The state to start with."""
        return self.newest

    def read(self) -> Loaded:
        """What was put last."""
        return self.newest

    async def changes(self) -> AsyncIterator[None]:
        """None: tests say when a change takes effect."""
        await asyncio.Event().wait()
        yield


class CallList(History):
    """Keeps the records of calls in a list too."""

    def __init__(self) -> None:
        super().__init__(None)
        self.records: list[CallRecord] = []

    async def record(self, records: Sequence[CallRecord]) -> None:
        """Add ``records``."""
        self.records.extend(records)
        await super().record(records)


@dataclass(slots=True)
class RunningGateway:
    """A gateway that runs in here, and what it wrote."""

    url: str
    core: Core
    entry: McpEntry
    secrets: MemoryStore
    records: list[CallRecord]
    stopped: asyncio.Event
    #: Where its state comes from; a test may set its ``error``.
    source: GivenState
    _live: LiveState
    control: ControlClient | None = None

    def put(self, new: State) -> None:
        """Put ``new`` into effect, as after a change of the state file."""
        self._live.use(self.source.put(new), self.core)

    async def read(self) -> None:
        """Wait until every server was read, or could not be."""
        await asyncio.gather(*(server.asked(10) for server in self.core.registry.all() if server.config.enabled))


@dataclass(frozen=True)
class SocketAt:
    """A control socket anywhere, of a gateway that wants no token unless one lies beside it."""

    socket: Path

    @property
    def control_token(self) -> Path:
        return self.socket.with_name("control.token")

    def check_socket(self) -> None:
        pass


@contextlib.asynccontextmanager
async def running_gateway(
    initial: State,
    control_socket: Path | None = None,
    kept: Path | None = None,
    earlier: Sequence[CallRecord] = (),
    grace: float = 0,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[RunningGateway]:
    """A gateway with ``initial`` in effect, on a free port of 127.0.0.1.

    Args:
        initial: the first state.
        control_socket: where its control API is; None for nowhere.
        kept: the state directory, which survives it; None for memory.
        earlier: calls that an earlier process has recorded.
        grace: what requests under way get at the end, seconds; none, without the pauses of a gentle stop.
        environment: what names proxies.
    """
    source, secrets, history = GivenState(initial), MemoryStore(), CallList()
    await history.record(earlier)
    live = LiveState(source)
    stores = replace(Stores.in_memory() if kept is None else Stores.in_directory(kept), history=history)
    with contextlib.ExitStack() as stack:
        networks = stack.enter_context(contextlib.closing(Networks(environment or {})))
        listener = stack.enter_context(contextlib.closing(_listener()))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        gateway = Gateway(live, secrets, stores, networks, url)
        control, bound = None, None
        if control_socket is not None:
            bound = stack.enter_context(contextlib.closing(socket.socket(socket.AF_UNIX)))
            bound.bind(str(control_socket))
            control = ControlClient(SocketAt(control_socket))
        async with gateway.running(listener, bound, grace=grace):
            yield RunningGateway(
                url,
                gateway.core,
                gateway.entry,
                secrets,
                history.records,
                gateway.stopping,
                source,
                live,
                control,
            )


def _listener() -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    return listener
