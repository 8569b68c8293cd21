"""One function for everything that reads bytes of strangers: it takes any bytes, and fails where a promise is broken.

A target raises nothing for bytes that are refused in the way that its code documents.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import orjson
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from mcptui.call_filter.language import FilterError, parse_filter
from mcptui.daemon.bounded_http import BoundedHttp
from mcptui.daemon.connections import Connections
from mcptui.gateway.catalogue.uri_templates import UriTemplate
from mcptui.gateway.identity.client_headers import read_client_headers
from mcptui.interop.errors import ImportFileError
from mcptui.interop.sources import read_source
from mcptui.model import GatewaySettings, Server
from mcptui.protocol import headers as h
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError
from mcptui.protocol.json_values import has_more_values
from mcptui.protocol.lenient import read_json, read_message
from mcptui.protocol.sse import EventParser, EventTooLargeError, encode_event
from mcptui.protocol.stateless import check_request, is_stateless
from mcptui.protocol.text import one_line, visible
from mcptui.schema.for_models import for_models
from mcptui.secrets.references import references, without_references
from mcptui.state.errors import StateError
from mcptui.state.reader import parse_bytes
from mcptui.upstream.stdout import Lines, id_in, is_broken_message
from mcptui.upstream.wire.connection import MAX_HEAD, Connection
from mcptui.upstream.wire.errors import WireError
from tests.support.transport import Transport

Target: TypeAlias = Callable[[bytes], None]

TARGETS: Final[dict[str, Target]] = {}
#: What a fuzzer begins with.
SEEDS: Final[dict[str, tuple[bytes, ...]]] = {}
_FILE: Final = Path("mcptui.toml")


def target(*seeds: bytes) -> Callable[[Target], Target]:
    """Register a target under its name."""

    def register(function: Target) -> Target:
        TARGETS[function.__name__] = function
        SEEDS[function.__name__] = seeds
        return function

    return register


def _halves(data: bytes) -> tuple[bytes, bytes]:
    """Two inputs in one: apart at the first zero byte."""
    first, _, second = data.partition(b"\0")
    return first, second


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


_CALL: Final = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"x":[1,2.5,null]}}}'


@target(_CALL, b'{"a":1,"a":2}', b'"\\ud800"', b"[" * 300 + b"]" * 300, b'{"id":12345678901234567890123}')
def messages(data: bytes) -> None:
    """A message of a client: what is taken is written as it was read."""
    try:
        value = jsonrpc.decode_bounded(data, 1_000)
    except RpcError:
        return
    assert jsonrpc.decode(jsonrpc.encode(value)) == value
    jsonrpc.canonical(value)
    with contextlib.suppress(RpcError):
        message = jsonrpc.check_envelope(value)
        headers = {"mcp-method": ["tools/call"], "mcp-protocol-version": ["2026-07-28"]}
        if is_stateless(message, headers) and jsonrpc.is_request(message):
            check_request(message, headers)


@target(_CALL, b"\xef\xbb\xbf{}", b'{"jsonrpc":"2.0","id":"1","result":NaN}', b'{"id":1.0,"result":{},"error":null}')
def messages_of_servers(data: bytes) -> None:
    """A message of a server: what is read can be sent on."""
    remarks: list[str] = []
    with contextlib.suppress(RpcError):
        message = read_message(read_json(data, remarks.append), remarks.append)
        jsonrpc.encode(message)
    id_in(data)
    is_broken_message(data)


@target(b'[1,"a,b",{"c":[]}]', b'"\\"' + b"," * 20, b"[{},{},{}]")
def json_values(data: bytes) -> None:
    """Values are counted as a parser finds them; lists and objects that are empty twice."""
    try:
        value = orjson.loads(data)
    except ValueError:
        has_more_values(data * 50, 10)
        return
    count = _count(value)
    assert not has_more_values(data, count) or b'"' in data  # an object may repeat its members
    if len(data) > 2 * (count - 1):
        assert has_more_values(data, count - 1)


def _count(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + (sum(1 + _count(each) for each in value.values()) or 1)
    return 1 + (sum(map(_count, value)) or 1) if isinstance(value, list) else 1


@target(
    b"event: message\ndata: {}\nid: 1\n\n",
    b"data: a\r\ndata: b\r\r: c\n\nretry: 10\ndata\n\n",
    b"\xef\xbb\xbfdata: x\n\n",
)
def event_streams(data: bytes) -> None:
    """Events are the same in whatever pieces they come, and can be sent on."""
    try:
        whole = EventParser(limit=1_000).feed(data)
    except EventTooLargeError:
        return
    for size in (1, 3):
        parser = EventParser(limit=1_000)
        with contextlib.suppress(EventTooLargeError):
            assert [event for piece in _pieces(data, size) for event in parser.feed(piece)] == whole
    for event in whole:
        if b"\n" not in event.data:
            (again,) = EventParser(limit=100_000).feed(encode_event(event.data))
            assert again.data == event.data


@target(b'{"a":1}\nhello\n{"b', b"\xff\n\n\r\n")
def lines_of_processes(data: bytes) -> None:
    """Lines are the same in whatever pieces they come."""
    found = []
    for size in (max(len(data), 1), 1):
        lines = Lines(lambda: 10_000)
        found.append([line for piece in _pieces(data, size) for line in lines.feed(piece)])
    assert found[0] == found[-1]


_RESPONSE: Final = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


@target(
    _RESPONSE + b"content-length: 2\r\n\r\n{}",
    _RESPONSE + b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx: y\r\n\r\n",
    _RESPONSE + b"content-encoding: gzip\r\n\r\n\x1f\x8b\x08",
    b"HTTP/1.1 100 Continue\r\n\r\n" + _RESPONSE + b"connection: close\r\n\r\n{}",
)
def responses_of_servers(data: bytes) -> None:
    """Whatever comes over a connection is a response of bounded size, or an error in words."""
    asyncio.run(_response(data))


async def _response(data: bytes) -> None:
    connection = Connection(lambda _: None)
    connection.connection_made(Transport())
    asking = asyncio.create_task(connection.send(b"HEAD", b""))
    await asyncio.sleep(0)
    for piece in _pieces(data, 40):
        if not connection.closed:
            connection.data_received(piece)
    connection.connection_lost(None)
    with contextlib.suppress(WireError):
        response = await asking
        assert sum(len(name) + len(value) for name, value in response.headers.items()) <= MAX_HEAD
        assert len(await response.read(10_000)) <= 10_000
    if not asking.done():
        asking.cancel()


_REQUEST: Final = b"POST /mcp HTTP/1.1\r\nhost: h\r\n"


@target(
    _REQUEST + b"content-length: 2\r\n\r\nhi" + _REQUEST + b"\r\n",
    _REQUEST + b"transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nx: y\r\n\r\n",
    _REQUEST + b"connection: upgrade\r\nupgrade: h2c\r\ncontent-length: 2\r\n\r\nhi",
    b"\x16\x03\x01\x02\x00\x01",
)
def requests_of_clients(data: bytes) -> None:
    """Whatever comes over a connection is answered or refused; nothing is raised, and heads have their limit."""
    asyncio.run(_requests(data))


async def _requests(data: bytes) -> None:
    settings = GatewaySettings(max_head_bytes=1_024, max_headers=8)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert len(scope["headers"]) <= settings.max_headers
        assert sum(len(name) + len(value) for name, value in scope["headers"]) <= 2 * settings.max_head_bytes
        while (message := await receive())["type"] == "http.request" and message.get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    config = uvicorn.Config(
        app, loop="none", http=HttpToolsProtocol, ws="none", lifespan="off", log_config=None, access_log=False
    )
    config.load()
    state = ServerState()
    protocol = BoundedHttp(Connections(lambda: settings), config=config, server_state=state, app_state={})
    transport = Transport()
    protocol.connection_made(transport)
    for piece in _pieces(data, 40):
        if not transport.is_closing():
            protocol.data_received(piece)
        await asyncio.sleep(0)
    protocol.connection_lost(None)
    for task in [*state.tasks]:
        await task


@target(b"Bearer sk-a\0x-mcp-a-authorization", b"a\0x-mcp-auth", b"=?base64?YQ==?=\0mcp-param-x")
def headers_of_clients(data: bytes) -> None:
    """Headers are read, whatever they hold."""
    value, name = _halves(data)
    grouped = h.group([(name.lower(), value), (b"authorization", value)])
    servers = {"a": Server(name="a", url="https://a.example")}
    read_client_headers(grouped, servers, frozenset({"x-mcp-auth"}), with_key=False, is_key=lambda text: text == "sk-a")
    text = value.decode("latin-1")
    decoded = h.decode_value(text)
    if decoded is not None:
        assert h.decode_value(h.encode_value(decoded)) == decoded
    schema = {"type": "object", "properties": {text: {"type": "string", "x-mcp-header": text}}}
    if h.annotation_problem(schema) is None:
        h.param_mismatch(schema, {text: decoded}, grouped)


_STATE: Final = b"""[gateway]
port = 4000
[servers.a]
url = "https://a.example/mcp"
auth_type = "bearer_token"
auth_value = "${secret:a}"
[servers.b]
command = "npx"
args = ["-y", "x"]
[keys.k]
hash = "sha256:"
servers = ["*"]
"""


@target(_STATE, b'[servers.a]\nurl = "x"\n[groups.g]\nservers = ["a"]', b"= 1", b"[a]\n[a]\n", b"\xff")
def state_files(data: bytes) -> None:
    """A state file is read, or refused in words that name the place."""
    with contextlib.suppress(StateError):
        parse_bytes(data, _FILE)


_IMPORT: Final = b'{"mcpServers": {"a": {"command": "npx", "args": ["-y", "x"], "env": {"K": "${env:K:-d}"}}}}'


@target(
    _IMPORT,
    b"claude mcp add --transport http a https://a.example/mcp --header 'A: b'",
    b"mcp_servers:\n  a:\n    url: https://a.example\nmodel_list: []\n",
    b'[mcp_servers.a]\ncommand = "x"\n',
    b'{"servers": {"a": {"url": "https://a.example", "headers": {"a": "${input:x}"}}}, // c\n}',
    b'{"server": {"name": "io.x/y", "remotes": [{"type": "sse", "url": "https://{host}/sse"}]}}',
)
def imports(data: bytes) -> None:
    """A configuration of another program is read, or refused in words."""
    with contextlib.suppress(ImportFileError):
        read_source(data.decode("utf-8", "replace"))


@target(b"res://{a}/{+b}\0res://1/2/3", b"{+a}{+b}{+c}!\0aaaaaaaa", b"{a\0{a", b"{?x}{&y}{#z}\0?x=1")
def uri_templates(data: bytes) -> None:
    """Matching ends, and a template without expressions means itself."""
    template, uri = (each.decode("utf-8", "replace") for each in _halves(data))
    matches = UriTemplate(template).matches(uri)
    if "{" not in template:
        assert matches is (template == uri)


@target(b'{"type":"object","properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{"b":{"anyOf":[{"$ref":"#"}]}}}')
def schemas(data: bytes) -> None:
    """What a schema becomes for models can be sent, and stays as it is when it is mended once more."""
    try:
        schema = jsonrpc.decode_bounded(data, 1_000)
    except RpcError:
        return
    made = for_models(schema).parameters
    jsonrpc.encode(made)
    assert for_models(made).parameters == made


@target(b'tool:a* status:error -key:"b c" ms>100 since:1h', b'"', b"a:b:c !x (")
def filters(data: bytes) -> None:
    """A filter is read, or refused in words."""
    with contextlib.suppress(FilterError):
        parse_filter(data.decode("utf-8", "replace"), datetime(2026, 1, 1, tzinfo=UTC))


@target(b"${secret:a/b} ${env:X:-d} ${file:/a}", b"${${}}", b"\x1b[31m\xe2\x80\xae\xcc\x80")
def texts(data: bytes) -> None:
    """Foreign text is shown without what moves the cursor; references are found in it."""
    text = data.decode("utf-8", "replace")
    for shown in (visible(text), one_line(text)):
        assert not any(ord(each) < 32 and each not in "\n\t" for each in shown)
    references(text)
    without_references(text)
