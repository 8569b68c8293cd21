"""One request on its way to an upstream, and what a connection looks like to the gateway."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Protocol, TypeAlias

from mcptui.protocol.versions import Era
from mcptui.upstream.deadline import Deadline

Notify: TypeAlias = Callable[[str, dict[str, Any]], Awaitable[None]]
#: Asks the client behind the call; raises RpcError when it refuses or cannot.
Ask: TypeAlias = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
#: What the server says outside any call: (method, params).
Announce: TypeAlias = Callable[[str, dict[str, Any]], None]


class ClientBehind:
    """Whom the server of a connection asks outside any call; nobody, where ``ask`` is None."""

    __slots__ = ("ask",)

    def __init__(self, ask: Ask | None) -> None:
        self.ask = ask


@dataclass(slots=True)
class Call:
    """A request in plain JSON with the way back to the client that caused it."""

    method: str
    params: dict[str, Any]
    capabilities: Mapping[str, Any] = field(default_factory=dict)
    client_info: dict[str, Any] | None = None
    log_level: str | None = None
    #: The client has said so; else it gets what servers send by themselves.
    log_level_asked: bool = False
    notify: Notify | None = None
    ask: Ask | None = None
    _: KW_ONLY
    #: With ``initialize``: whom the server asks outside any call.
    client: ClientBehind | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: Input schema of the tool, for the headers that mirror arguments.
    schema: Any = None
    #: Whose it is; "" for the gateway's own. Keys share what is there for large answers.
    key: str = ""
    timeout: float = 60.0
    #: However much progress is reported; None for the timeout.
    hard_timeout: float | None = None

    def deadline(self) -> Deadline:
        """How long its answer is waited for, from now on."""
        return Deadline(self.timeout, self.timeout if self.hard_timeout is None else self.hard_timeout)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """What a server said about itself when the connection was opened."""

    era: Era
    version: str
    capabilities: Mapping[str, Any]
    server_info: dict[str, Any] | None = None
    instructions: str | None = None


class Connection(Protocol):
    """An open connection to one server."""

    peer: Peer

    @property
    def closed(self) -> bool:
        """Whether requests can no longer be sent."""
        ...

    @property
    def hears(self) -> bool:
        """Whether what the server says outside calls would arrive now."""
        ...

    async def request(self, call: Call) -> dict[str, Any]:
        """Send one request and wait for its result.

        Raises:
            RpcError: the server answered with an error.
            UpstreamError: there was no answer.
        """
        ...

    async def notify(self, method: str, params: dict[str, Any] | None = None) -> None:
        """Send a notification."""
        ...

    async def close(self) -> None:
        """End the connection; idempotent."""
        ...
