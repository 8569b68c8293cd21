"""Runs scenarios against a running gateway and keeps every exchange."""

from __future__ import annotations

import asyncio
import itertools
import json
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from tests.recorded import raw
from tests.recorded.normal import Normaliser
from tests.recorded.raw import Reply, Request, Stream
from tests.recorded.world import VERSION, World, running_world

Json: TypeAlias = dict[str, Any]
HeaderValue: TypeAlias = str | None
#: Patience with a gateway that does not answer, seconds.
_PATIENCE: Final = 60
DATA: Final = Path(__file__).with_name("data")
_BOTH: Final = "application/json, text/event-stream"
_META: Final = "io.modelcontextprotocol/"
STATELESS: Final = "2026-07-28"
_NAMED_BY: Final = {
    "tools/call": "name",
    "prompts/get": "name",
    "resources/read": "uri",
    "tasks/get": "taskId",
    "tasks/update": "taskId",
    "tasks/cancel": "taskId",
}


@dataclass(slots=True)
class Client:
    """What a scenario sends with; every exchange is kept in the order in which it began."""

    world: World
    exchanges: list[tuple[Request, Reply | None]] = field(default_factory=list)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    # -- HTTP ---------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def open(
        self,
        method: str,
        path: str,
        headers: Mapping[str, HeaderValue] | Iterable[tuple[str, str]] = (),
        body: Any = None,
        *,
        control: bool = False,
    ) -> AsyncIterator[Stream]:
        """An exchange whose answer is read bit by bit; ``body`` is bytes, or is sent as JSON."""
        given = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
        own = [(name, value) for name, value in given if value is not None]
        host, port = self.world.address
        if not any(name == "host" for name, _ in given):
            own.insert(0, ("host", "gateway" if control else f"{host}:{port}"))
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = Request(method, path, own, content)
        place = len(self.exchanges)
        self.exchanges.append((request, None))
        address = self.world.control_socket if control else (host, port)
        stream = await raw.start(address, request)
        try:
            yield stream
        finally:
            self.exchanges[place] = (request, stream.reply)
            await stream.close()

    async def send(self, *args: Any, **options: Any) -> Reply:
        """An exchange whose answer is read to its end; arguments as of :meth:`open`."""
        async with self.open(*args, **options) as stream:
            return await stream.rest()

    async def post(self, body: Any, key: str | None = "all", path: str = "/mcp", **headers: HeaderValue) -> Reply:
        """A POST of JSON; ``headers`` overrides headers ("content_type") or removes them (None)."""
        return await self.send("POST", path, _headers(key, headers), body)

    async def control(self, method: str, path: str, body: Any = None) -> Reply:
        """A request of the control API."""
        return await self.send(method, path, [], body, control=True)

    async def model(self, path: str, body: Any, key: str | None = "all", **headers: HeaderValue) -> Reply:
        """A POST of the OpenAI API."""
        return await self.post(body, key, path, accept=None, **headers)

    async def get(self, path: str, key: str | None = "all", method: str = "GET", **headers: HeaderValue) -> Reply:
        """A request without a body."""
        given: dict[str, HeaderValue] = {"content_type": None, "accept": None}
        return await self.send(method, path, _headers(key, {**given, **headers}))

    # -- MCP ----------------------------------------------------------------------------------------------

    def stateless(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        *,
        key: str | None = "all",
        capabilities: Any = None,
        meta: Mapping[str, Any] | None = None,
        **headers: HeaderValue,
    ) -> tuple[dict[str, str], Json]:
        """Headers and message of a request of 2026-07-28."""
        given = dict(params or {})
        envelope = {_META + "protocolVersion": STATELESS, _META + "clientCapabilities": capabilities or {}}
        message = {"jsonrpc": "2.0", "id": next(self._ids), "method": method}
        message["params"] = {**given, "_meta": {**envelope, **(meta or {})}}
        mirrored: dict[str, HeaderValue] = {"mcp_protocol_version": STATELESS, "mcp_method": method}
        name = given.get(_NAMED_BY.get(method, ""))
        if isinstance(name, str) and name.isascii():
            mirrored["mcp_name"] = name
        return _headers(key, {**mirrored, **headers}), message

    async def ask(
        self, method: str, params: Mapping[str, Any] | None = None, *, path: str = "/mcp", **more: Any
    ) -> Reply:
        """A request of 2026-07-28 and its whole answer; ``more`` as of :meth:`stateless`."""
        headers, message = self.stateless(method, params, **more)
        return await self.send("POST", path, headers, message)

    async def shake_hands(
        self,
        version: str = "2025-11-25",
        *,
        key: str = "all",
        path: str = "/mcp",
        capabilities: Any = None,
        **headers: HeaderValue,
    ) -> Session:
        """A new session."""
        params = {
            "protocolVersion": version,
            "capabilities": capabilities or {},
            "clientInfo": {"name": "recorded", "version": "1"},
        }
        reply = await self.post(self.message("initialize", params), key, path, **headers)
        agreed = reply.json["result"]["protocolVersion"]
        session = Session(self, key, path, agreed, reply.header("mcp-session-id"), dict(headers))
        await session.send({"method": "notifications/initialized"})
        return session

    def message(self, method: str, params: Any = None) -> Json:
        """A request with the next id."""
        message = {"jsonrpc": "2.0", "id": next(self._ids), "method": method}
        return message if params is None else {**message, "params": params}


@dataclass(slots=True)
class Session:
    """A handshake session."""

    client: Client
    key: str
    path: str
    version: str
    id: str
    more: dict[str, HeaderValue]

    def headers(self, **headers: HeaderValue) -> dict[str, str]:
        """What every request carries."""
        own = {"mcp_session_id": self.id, "mcp_protocol_version": self.version}
        return _headers(self.key, {**self.more, **own, **headers})

    async def send(self, message: Any, **headers: HeaderValue) -> Reply:
        """A message, or a batch."""
        whole = {"jsonrpc": "2.0", **message} if isinstance(message, dict) else message
        return await self.client.send("POST", self.path, self.headers(**headers), whole)

    async def ask(self, method: str, params: Any = None, **headers: HeaderValue) -> Reply:
        """A request and its whole answer."""
        return await self.send(self.client.message(method, params), **headers)

    def open(self, message: Json) -> Any:
        """A request whose answer is read bit by bit."""
        return self.client.open("POST", self.path, self.headers(), message)

    def listen(self, **headers: HeaderValue) -> Any:
        """The GET stream."""
        given: dict[str, HeaderValue] = {"content_type": None, "accept": "text/event-stream"}
        return self.client.open("GET", self.path, self.headers(**{**given, **headers}))

    async def delete(self) -> Reply:
        """End the session."""
        return await self.client.send("DELETE", self.path, self.headers(content_type=None, accept=None))


def _headers(key: str | None, headers: Mapping[str, HeaderValue]) -> dict[str, str]:
    usual: dict[str, HeaderValue] = {"content-type": "application/json", "accept": _BOTH}
    if key is not None:
        usual["authorization"] = f"Bearer sk-{key}"
    usual |= {name.replace("_", "-"): value for name, value in headers.items()}
    return {name: value for name, value in usual.items() if value is not None}


Scenario: TypeAlias = Callable[[Client], Awaitable[object]]


def add(scenarios: dict[str, Scenario], name: str) -> Callable[[Scenario], Scenario]:
    """Add a scenario to the table of a group."""

    def added(scenario: Scenario) -> Scenario:
        assert name not in scenarios, name
        scenarios[name] = scenario
        return scenario

    return added


async def run(scenarios: Mapping[str, Scenario]) -> list[Json]:
    """The exchanges of a group, one scenario after the other, as they are kept."""
    with tempfile.TemporaryDirectory() as folder:
        async with running_world(Path(folder)) as world:
            return [exchange for name, scenario in scenarios.items() for exchange in await _run(world, name, scenario)]


async def _run(world: World, name: str, scenario: Scenario) -> list[Json]:
    client = Client(world)
    try:
        async with asyncio.timeout(_PATIENCE):
            await scenario(client)
    except Exception as error:
        last = client.exchanges[-1] if client.exchanges else None
        raise AssertionError(f"scenario {name!r} did not get to its end, its last exchange: {last}") from error
    normal = Normaliser(world.ports, VERSION)
    kept = []
    for number, (request, reply) in enumerate(client.exchanges, 1):
        exchange: Json = {"name": f"{name} #{number}", "request": normal.request(request)}
        exchange["reply"] = None if reply is None else normal.reply(reply)
        kept.append(exchange)
    return kept


def file_of(group: str) -> Path:
    """Where the recordings of a group are."""
    return DATA / f"{group}.jsonl"


def write(group: str, exchanges: Iterable[Json]) -> None:
    """Keep the recordings of a group."""
    lines = [json.dumps(exchange, ensure_ascii=False) + "\n" for exchange in exchanges]
    file_of(group).write_text("".join(lines), encoding="utf-8")


def read(group: str) -> list[Json]:
    """The recordings of a group."""
    with file_of(group).open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]
