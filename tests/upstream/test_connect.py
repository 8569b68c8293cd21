from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from mcptui.errors import McptuiError
from mcptui.model import Server
from mcptui.model.auth import BearerToken
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.protocol.stateless import META_CAPABILITIES
from mcptui.protocol.versions import Era
from mcptui.secrets.memory import MemoryStore
from mcptui.upstream.auth import registry
from mcptui.upstream.auth.authenticator import ConstantAuthenticator
from mcptui.upstream.auth.credentials import ClientCredential
from mcptui.upstream.call import Call, Connection
from mcptui.upstream.connect import ConnectionDeps, Identity, connect
from mcptui.upstream.errors import NotMcpError, UpstreamError, UpstreamLoginError, UpstreamTimeoutError
from mcptui.upstream.negotiation import Negotiated
from tests.support.upstream import Incoming, ScriptedUpstream, text

Opener = Callable[..., Awaitable[Connection]]


@pytest.fixture
async def upstream() -> AsyncIterator[ScriptedUpstream]:
    async with ScriptedUpstream() as server:
        yield server


@pytest.fixture
async def open_(tools: ConnectionDeps, upstream: ScriptedUpstream) -> AsyncIterator[Opener]:
    opened: list[Connection] = []

    async def open_(
        *, identity: Identity | None = None, remembered: Negotiated | None = None, announce: Any = None, **more: Any
    ) -> Connection:
        config = Server(name="s", **{"url": upstream.url, "timeout": 5.0, **more})
        connection = await connect(
            config, tools, identity or Identity(), remembered or Negotiated(), announce or (lambda *_: None)
        )
        opened.append(connection)
        return connection

    yield open_
    await asyncio.gather(*(connection.close() for connection in opened))


@pytest.mark.parametrize(
    ("eras", "era"),
    [(("handshake",), "handshake"), (("stateless",), "stateless"), (("handshake", "stateless"), "stateless")],
)
async def test_the_era_is_found_out_once(
    open_: Opener, upstream: ScriptedUpstream, eras: tuple[Era, ...], era: str
) -> None:
    upstream.eras = eras
    remembered = Negotiated()
    assert (await open_(remembered=remembered)).peer.era == era
    assert (remembered.transport, remembered.era) == ("http", era)
    upstream.seen.clear()
    await open_(remembered=remembered)
    asked = {seen.message["method"] for seen in upstream.seen if seen.message}
    assert asked == ({"server/discover"} if era == "stateless" else {"initialize", "notifications/initialized"})


@pytest.mark.parametrize("version", ["2025-03-26", "2025-11-25"])
async def test_a_pinned_version_is_asked_for(open_: Opener, upstream: ScriptedUpstream, version: str) -> None:
    upstream.eras = ("handshake", "stateless")
    assert (await open_(spec_version=version)).peer.version == version
    assert upstream.messages("server/discover") == []


async def test_a_pinned_era_that_the_server_has_not(open_: Opener, upstream: ScriptedUpstream) -> None:
    with pytest.raises(RpcError, match="no stateless era"):
        await open_(spec_version="2026-07-28")
    assert upstream.messages("initialize") == []


async def test_the_server_sees_the_client_behind_the_connection(open_: Opener, upstream: ScriptedUpstream) -> None:
    identity = Identity(capabilities={"sampling": {}}, client_info={"name": "them", "version": "1"})
    await open_(identity=identity)
    params = upstream.messages("initialize")[0]["params"]
    assert (params["capabilities"], params["clientInfo"]["name"]) == ({"sampling": {}}, "them")
    upstream.eras = ("stateless",)
    connection = await open_(identity=identity)
    upstream.tools["t"] = answering
    await connection.request(Call(method="tools/call", params={"name": "t"}, capabilities={"elicitation": {}}))
    meta = upstream.messages("tools/call")[0]["params"]["_meta"]
    assert meta[META_CAPABILITIES] == {"elicitation": {}}


async def answering(call: Incoming) -> dict[str, Any]:
    return text("ok")


async def test_credentials_and_references(open_: Opener, upstream: ScriptedUpstream, secrets: MemoryStore) -> None:
    secrets.set("server/s/token", "canary")
    secrets.set("server/s/x", "x-value")
    headers = {"X-Own": "${secret:server/s/x}"}
    await open_(auth=BearerToken(auth_value="${secret:server/s/token}"), headers=headers)
    for seen in upstream.seen:
        assert seen.headers["authorization"] == "Bearer canary"
        assert seen.headers["x-own"] == "x-value"
    await open_(
        auth=BearerToken(auth_value="${secret:server/s/token}"),
        identity=Identity(credential=ClientCredential(auth="Bearer of-the-client")),
    )
    assert upstream.seen[-1].headers["authorization"] == "Bearer of-the-client"


class AddressedAuthenticator(ConstantAuthenticator[BearerToken]):
    """What it shows depends on where it is shown."""

    def shown(self, value: str) -> dict[str, str]:
        return {"x-for": f"{value} at {self.sign_in.url}"}


@pytest.mark.parametrize("own", [None, ClientCredential(auth="theirs")], ids=["configured", "x-mcp-auth"])
async def test_what_is_shown_is_for_the_url_without_references(
    open_: Opener,
    upstream: ScriptedUpstream,
    secrets: MemoryStore,
    monkeypatch: pytest.MonkeyPatch,
    own: ClientCredential | None,
) -> None:
    monkeypatch.setattr(registry, "AUTHENTICATORS", {BearerToken: AddressedAuthenticator})
    secrets.set("server/s/url", upstream.url)
    identity = Identity(credential=own)
    await open_(url="${secret:server/s/url}", auth=BearerToken(auth_value="ours"), identity=identity)
    said = "ours" if own is None else "theirs"
    assert {seen.headers["x-for"] for seen in upstream.seen} == {f"{said} at {upstream.url}"}


async def test_a_missing_secret_is_named_and_nothing_is_sent(open_: Opener, upstream: ScriptedUpstream) -> None:
    with pytest.raises(McptuiError, match="server/s/none"):
        await open_(auth=BearerToken(auth_value="${secret:server/s/none}"))
    assert upstream.seen == []


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_credential_ends_the_search(open_: Opener, upstream: ScriptedUpstream, status: int) -> None:
    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=status)

    upstream.raw = refuse
    with pytest.raises(UpstreamLoginError, match=str(status)):
        await open_()
    assert len(upstream.seen) == 2, "a server of the older era may refuse a question that it does not know"


@pytest.mark.parametrize("status", [200, 400, 404, 405])
async def test_a_website(open_: Opener, upstream: ScriptedUpstream, status: int) -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(status=status, text="<html>", content_type="text/html")

    upstream.raw = page
    with pytest.raises(NotMcpError) as caught:
        await open_()
    assert caught.value.hint


@pytest.mark.parametrize("status", [500, 503])
async def test_a_broken_server(open_: Opener, upstream: ScriptedUpstream, status: int) -> None:
    async def broken(request: web.Request) -> web.Response:
        return web.Response(status=status)

    upstream.raw = broken
    with pytest.raises(UpstreamError, match=f"returned {status}"):
        await open_()


async def test_one_that_never_answers_is_asked_once_in_each_era(open_: Opener, upstream: ScriptedUpstream) -> None:
    async def hang(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    upstream.raw = hang
    with pytest.raises(UpstreamTimeoutError):
        await open_(timeout=0.05)
    assert len(upstream.seen) == 2


async def test_nobody_listens(open_: Opener, unused_tcp_port: int) -> None:
    with pytest.raises(UpstreamError, match="connection refused"):
        await open_(url=f"http://127.0.0.1:{unused_tcp_port}/mcp")


@pytest.mark.parametrize("url", ["ftp://h/mcp", "http://", "http:///mcp", "not a url", "http://h:99999/"])
async def test_urls_that_are_none(open_: Opener, url: str) -> None:
    with pytest.raises(UpstreamError):
        await open_(url=url, transport="http", spec_version="2025-11-25")


async def test_a_version_that_nobody_knows(open_: Opener, upstream: ScriptedUpstream) -> None:
    async def initialize(call: Incoming) -> dict[str, Any]:
        return {"protocolVersion": "1999-01-01", "capabilities": {}}

    upstream.handlers["initialize"] = initialize
    with pytest.raises(NotMcpError, match="1999-01-01"):
        await open_(transport="http", spec_version="2025-11-25")


@pytest.mark.parametrize(
    "result",
    [{}, {"supportedVersions": "2026-07-28"}, {"supportedVersions": ["2027-01-01"]}, {"supportedVersions": [{}]}],
)
async def test_a_discovery_that_helps_nothing_falls_back(
    open_: Opener, upstream: ScriptedUpstream, result: dict[str, Any]
) -> None:
    async def discover(call: Incoming) -> dict[str, Any]:
        return result

    upstream.eras = ("handshake", "stateless")
    upstream.handlers["server/discover"] = discover
    assert (await open_()).peer.era == "handshake"


async def test_any_error_on_the_new_question_falls_back(open_: Opener, upstream: ScriptedUpstream) -> None:
    async def discover(call: Incoming) -> dict[str, Any]:
        raise RpcError(INTERNAL_ERROR, "boom")

    upstream.eras = ("handshake", "stateless")
    upstream.handlers["server/discover"] = discover
    assert (await open_()).peer.era == "handshake"
