"""HTTP that deviates."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.quirks.peer import Peer
from tests.quirks.row import HTTP, Failure, GoOn, Http, Message, Row, Sdk

Wanted = Callable[[web.Request, Any], bool]


def is_get(request: web.Request, _: Any) -> bool:
    return request.method == "GET"


def is_method(name: str) -> Wanted:
    return lambda _, message: isinstance(message, dict) and message.get("method") == name


def answered(wanted: Wanted, answer: Callable[[Any], web.Response]) -> Http:
    """What is wanted is answered otherwise."""

    async def http(_: Peer, request: web.Request, message: Any, go_on: GoOn) -> web.StreamResponse:
        return answer(message) if wanted(request, message) else await go_on()

    return http


def status(number: int, text: str = "") -> Callable[[Any], web.Response]:
    return lambda _: web.Response(status=number, text=text)


def rpc_error(number: int, code: int, words: str, *, own_id: bool = False) -> Callable[[Any], web.Response]:
    def answer(message: Any) -> web.Response:
        id_ = message["id"] if own_id else None
        body = {"jsonrpc": "2.0", "id": id_, "error": {"code": code, "message": words}}
        return web.json_response(body, status=number)

    return answer


def lost_before_the_second_call(answer: Callable[[Any], web.Response]) -> Http:
    """As after a restart: the session of the first call is unknown."""

    async def http(peer: Peer, request: web.Request, message: Any, go_on: GoOn) -> web.StreamResponse:
        session = request.headers.get("mcp-session-id", "")
        if is_method("tools/call")(request, message) and len(peer.ran) == 1 and peer.count("lost") == 1:
            peer.sessions.discard(session)
        if request.method == "POST" and session and session not in peer.sessions:
            return answer(message)
        return await go_on()

    return http


async def ping_events(_: Peer, request: web.Request, message: Any, go_on: GoOn) -> web.StreamResponse:
    """Events that are no messages before every answer."""
    response = await go_on()
    if not isinstance(response, web.Response) or request.method != "POST" or not response.body:
        return response
    assert isinstance(response.body, bytes)
    stream = web.StreamResponse(headers={"content-type": "text/event-stream"})
    if "mcp-session-id" in response.headers:
        stream.headers["mcp-session-id"] = response.headers["mcp-session-id"]
    await stream.prepare(request)
    await stream.write(b": hello\n\nevent: ping\ndata: ping\n\nevent: heartbeat\ndata: {}\n\n")
    await stream.write(b"event: message\ndata: " + response.body + b"\n\n")
    return stream


async def without_content_type(_: Peer, __: web.Request, message: Any, go_on: GoOn) -> web.StreamResponse:
    response = await go_on()
    if isinstance(response, web.Response) and response.body:
        response.headers["content-type"] = ""
    return response


async def redirected(_: Peer, request: web.Request, __: Any, go_on: GoOn) -> web.StreamResponse:
    if not request.path.endswith("/there"):
        return web.Response(status=307, headers={"location": f"{request.path}/there?{request.query_string}"})
    return await go_on()


async def never_takes_initialized(_: Peer, request: web.Request, message: Any, go_on: GoOn) -> web.StreamResponse:
    if is_method("notifications/initialized")(request, message):
        await asyncio.Event().wait()
    return await go_on()


def hangs_up(wanted: Wanted) -> Http:
    async def http(_: Peer, request: web.Request, message: Any, go_on: GoOn) -> web.StreamResponse:
        if wanted(request, message):
            assert request.transport is not None
            request.transport.abort()
        return await go_on()

    return http


def empty_stream(_: Any) -> web.Response:
    return web.Response(text="", content_type="text/event-stream")


def elsewhere(_: Any) -> web.Response:
    return web.Response(status=307, headers={"location": "http://127.0.0.1:1/login"})


def only_version(version: str, answer: Callable[[str, str], Callable[[Any], web.Response]]) -> Http:
    """``initialize`` with any other version is an error instead of a negotiation."""

    async def http(_: Peer, request: web.Request, message: Any, go_on: GoOn) -> web.StreamResponse:
        if is_method("initialize")(request, message):
            asked = message["params"]["protocolVersion"]
            if asked != version:
                return answer(asked, version)(message)
        return await go_on()

    return http


def refused_version(asked: str, version: str) -> Callable[[Any], web.Response]:
    return rpc_error(200, -32602, f"Unsupported protocol version: {asked}", own_id=True)


def refused_version_400(asked: str, version: str) -> Callable[[Any], web.Response]:
    return status(400, f"Unsupported protocol version {asked}, supported: {version}")


async def unsupported_but_supported(peer: Peer, request: web.Request, message: Any, go_on: GoOn) -> web.StreamResponse:
    if is_method("server/discover")(request, message) and peer.count("discover") == 1:
        data = {"supported": ["2026-07-28"], "requested": "2026-07-28"}
        error = {"code": -32022, "message": "Unsupported version", "data": data}
        return web.json_response({"jsonrpc": "2.0", "id": message["id"], "error": error}, status=400)
    return await go_on()


def version_named(version: str) -> Callable[[Message], Message]:
    return lambda _: {
        "protocolVersion": version,
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "quirk", "version": "1"},
    }


def error_of_tool(number: int, *, own_id: bool) -> Http:
    return answered(is_method("tools/call"), rpc_error(number, -32000, "no such file", own_id=own_id))


TYPESCRIPT: tuple[Sdk, ...] = ("typescript",)
BOTH: tuple[Sdk, ...] = ("python", "typescript")
DISCOVER = is_method("server/discover")
INITIALIZED = is_method("notifications/initialized")
SESSION_LOST = "Bad Request: No valid session ID provided"

ROWS = [
    *(
        Row(name=f"GET is answered {number}", over=("http",), http=answered(is_get, status(number)))
        for number in (400, 404, 405, 500)
    ),
    *(
        Row(name=f"a lost session is {name}", over=("http",), http=lost_before_the_second_call(answer), runs=2,
            fails=("python", "typescript"))
        for name, answer in {
            "404": status(404),
            "404 with an error": rpc_error(404, -32001, "Session not found"),
            "400 with an error": rpc_error(400, -32000, SESSION_LOST),
            "400 with the own id": rpc_error(400, -32000, SESSION_LOST, own_id=True),
            "401 in words": status(401, "Unauthorized: Session not found"),
            "200 with an error": rpc_error(200, -32000, "Session not found"),
        }.items()
    ),
    *(
        Row(name=f"initialized is answered {number}", over=("http",), http=answered(INITIALIZED, status(number)),
            fails=("typescript",))
        for number in (400, 404, 500)
    ),
    Row(name="initialized is never answered", over=("http",), http=never_takes_initialized, fails=BOTH),
    Row(name="events that are no messages", over=HTTP, http=ping_events),
    Row(name="no content type", over=HTTP, http=without_content_type, fails=("python", "typescript")),
    Row(name="redirected within the origin", over=(*HTTP, "sse"), http=redirected),
    *(
        Row(name=f"discovery is {name}", over=("http",), http=http, fails=fails)
        for name, http, fails in (
            ("401", answered(DISCOVER, status(401)), TYPESCRIPT),
            ("403", answered(DISCOVER, status(403)), TYPESCRIPT),
            ("404", answered(DISCOVER, status(404)), ()),
            ("500", answered(DISCOVER, status(500, "oops")), TYPESCRIPT),
            ("202", answered(DISCOVER, status(202)), TYPESCRIPT),
            ("an empty stream", answered(DISCOVER, empty_stream), TYPESCRIPT),
            ("a redirect elsewhere", answered(DISCOVER, elsewhere), ()),
            ("hung up on", hangs_up(DISCOVER), BOTH),
        )
    ),
    Row(name="a version is refused", over=("http",), http=only_version("2025-03-26", refused_version),
        results={"initialize": version_named("2025-03-26")}, fails=("python", "typescript")),
    Row(name="a version is refused by HTTP", over=("http",), http=only_version("2025-06-18", refused_version_400),
        results={"initialize": version_named("2025-06-18")}, fails=("python", "typescript")),
    Row(name="the own version is not supported, and is", over=("stateless http",), http=unsupported_but_supported),
    *(
        Row(name=f"an error of a tool is {number}, {'own' if own_id else 'no'} id", over=HTTP,
            http=error_of_tool(number, own_id=own_id), steps=("tools", "call echo"),
            wanted={"call echo": Failure("no such file")}, runs=0)
        for number, own_id in ((200, True), (404, True), (400, True), (400, False), (500, True))
    ),
    Row(name="an HTTP error has words", over=HTTP, http=answered(is_method("tools/call"), status(500, "disk full")),
        steps=("tools", "call echo", "tools"), wanted={"call echo": Failure("disk full")}, runs=0,
        fails=("python",)),
    Row(name="a method of a list is unknown, as 404", over=("http",), steps=("tools", "call echo"),
        http=answered(is_method("prompts/list"), rpc_error(404, -32601, "Method not found", own_id=True))),
]  # fmt: skip
