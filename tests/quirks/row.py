"""One row of the table of quirks: a server that deviates in one thing, and what every client gets from it.

Imported by servers over stdio, of which the tests start hundreds: nothing here imports more than the standard library,
nor what of that takes long.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from aiohttp import web

    from tests.quirks.peer import Peer

Message: TypeAlias = dict[str, Any]
#: How the server is spoken to.
Over: TypeAlias = Literal["http", "stateless http", "sse", "stdio", "stateless stdio"]
#: The official clients.
Sdk: TypeAlias = Literal["python", "typescript"]

HTTP: Final[tuple[Over, ...]] = ("http", "stateless http")
STDIO: Final[tuple[Over, ...]] = ("stdio", "stateless stdio")
HANDSHAKE: Final[tuple[Over, ...]] = ("http", "sse", "stdio")
ALL: Final[tuple[Over, ...]] = ("http", "stateless http", "sse", "stdio", "stateless stdio")

#: What the server writes for one message: an object, a JSON text, or whatever bytes.
Said: TypeAlias = Message | str | bytes
#: From the normal reply and the request that it answers to what is written instead, in order.
Say: TypeAlias = Callable[[Message, Message], Iterable[Said]]
#: A result in place of the normal one; a function gets the request.
Result: TypeAlias = Message | Callable[[Message], Message]
#: Answers an HTTP request normally.
GoOn: TypeAlias = "Callable[[], Awaitable[web.StreamResponse]]"
#: Around every HTTP request: the server, the request, its message if there is one, and what answers it normally.
Http: TypeAlias = "Callable[[Peer, web.Request, Any, GoOn], Awaitable[web.StreamResponse]]"


class Failure(NamedTuple):
    """A step that fails for everybody: what its error must say."""

    says: str


#: What a step gives; see :mod:`tests.quirks.visit`.
Outcome: TypeAlias = Any

TOOLS: Final = "tools"
ECHO: Final = "call echo"
#: What the steps give at a server without deviation.
NORMAL: Final[Mapping[str, Outcome]] = {
    "tools": ["echo"],
    "call echo": "hello",
    "prompts": ["greet"],
    "resources": ["test://one"],
    "templates": ["test://{id}"],
}


class Row(NamedTuple):
    """One deviation.

    Attributes:
        name: what the server does.
        over: where it makes sense.
        steps: what a client does, in order: ``tools``, ``prompts``, ``resources``, ``templates``, ``call NAME``.
        wanted: what steps give, where that is not what :data:`NORMAL` says; a :class:`Failure` for an error.
        fails: the official clients that do not cope, so that the gateway is better than they are.
        results: method, or ``call NAME`` → result in place of the normal one.
        say: what is written in place of one reply.
        heard: told of every message that arrives; may end a process over stdio.
        http: around every HTTP request.
        stream: answers are event streams rather than JSON, in HTTP.
        tools: names of its tools, all like ``echo``.
        capabilities: what it says it has.
        server: settings of the server in the gateway.
        runs: how often tools run altogether, for each client.
    """

    name: str
    over: tuple[Over, ...]
    steps: tuple[str, ...] = (TOOLS, ECHO, ECHO)
    wanted: Mapping[str, Outcome] = {}
    fails: tuple[Sdk, ...] = ()
    results: Mapping[str, Result] = {}
    say: Say | None = None
    heard: Callable[[Message], None] | None = None
    http: Http | None = None
    stream: bool = False
    tools: tuple[str, ...] = ("echo",)
    capabilities: Mapping[str, Any] = {"tools": {}, "prompts": {}, "resources": {}}
    server: Mapping[str, Any] = {}
    runs: int | None = None

    @property
    def outcomes(self) -> list[Outcome]:
        """What every client gets, step by step."""
        return [self.wanted.get(step, NORMAL.get(step)) for step in self.steps]

    @property
    def expected_runs(self) -> int:
        """How often tools run for one client."""
        return sum(step.startswith("call ") for step in self.steps) if self.runs is None else self.runs
