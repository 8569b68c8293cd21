"""Logins, tokens and their failures through the whole gateway, against a scripted authorization server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from aiohttp import web

from mcptui.control.client import ControlClient
from mcptui.errors import McptuiError, NotFoundError
from mcptui.model import Server
from mcptui.model.runtime import CallEvent, ServerStatus
from mcptui.model.setting import make
from mcptui.upstream.oauth import login as login_module
from mcptui.upstream.oauth.grant import Grant
from tests.support.gateway import RunningGateway, key
from tests.support.issuer import ScriptedIssuer
from tests.support.proxy import ForwardProxy
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire

Connect = Callable[..., Wire]
Start = Callable[..., Awaitable[RunningGateway]]


async def token_of(incoming: Incoming) -> dict[str, Any]:
    return text(incoming.request.headers["authorization"])


@pytest.fixture
async def issuer() -> AsyncIterator[ScriptedIssuer]:
    async with ScriptedIssuer() as server:
        yield server


@pytest.fixture(params=["handshake", "stateless"])
async def upstream(request: pytest.FixtureRequest, issuer: ScriptedIssuer) -> AsyncIterator[ScriptedUpstream]:
    async with ScriptedUpstream(eras=(request.param,), tools={"who": token_of}) as server:
        issuer.guard(server)
        yield server


@pytest.fixture
def start(serve: Start, upstream: ScriptedUpstream, tmp_path: Path) -> Start:
    async def started(**settings: Any) -> RunningGateway:
        usual = {"name": "o", "url": upstream.url, "auth_type": "oauth2", "timeout": 10.0}
        described = make(Server, usual | settings)
        keys = (key("all", servers=("*",)), key("other", servers=("*",)))
        return await serve(described, *keys, control=tmp_path / "s")

    return started


def control(gateway: RunningGateway) -> ControlClient:
    assert gateway.control is not None
    return gateway.control


async def log_in(gateway: RunningGateway, issuer: ScriptedIssuer, key_: str | None = None) -> CallEvent:
    """A login by a browser; its last event."""
    async with aclosing(control(gateway).log_in("o", key_)) as events:
        async for event in events:
            if event.type != "open":
                return event
            await issuer.log_in(event.value["url"])
    raise AssertionError("no end")


def status(gateway: RunningGateway) -> ServerStatus:
    (server,) = gateway.core.registry.all()
    return server.status()


def client(wire: Connect, gateway: RunningGateway, name: str = "all") -> Wire:
    return wire(gateway, name, "/mcp/o")


async def call(connected: Wire) -> str:
    """What the tool says, or the error."""
    answer = (await connected.ask("tools/call", {"name": "who", "arguments": {}})).json()
    value: str = answer["error"]["message"] if "error" in answer else answer["result"]["content"][0]["text"]
    return value


def stored(gateway: RunningGateway, path: str = "server/o/oauth") -> Grant:
    grant = Grant.from_text(gateway.secrets.get(path) or "")
    assert grant is not None
    return grant


async def test_from_nothing_to_a_call_and_out_again(start: Start, wire: Connect, issuer: ScriptedIssuer) -> None:
    gateway = await start()
    assert status(gateway).state == "needs_login"
    assert "mcptui server login o" in (status(gateway).hint or "")
    assert "not logged in" in await call(client(wire, gateway))
    done = await log_in(gateway, issuer)
    assert (done.type, done.value) == ("done", {"scope": "use"})
    await gateway.read()
    assert status(gateway).state == "ready"
    login = status(gateway).login
    assert login is not None
    assert login.renews
    assert login.expires == stored(gateway).expires
    assert await client(wire, gateway).names() == ["who"]
    token = stored(gateway).access_token
    assert await call(client(wire, gateway)) == f"Bearer {token}"
    (asked,) = issuer.grants("authorization_code")
    assert asked["resource"] == stored(gateway).resource
    assert asked["client_id"] == "client-1"
    assert issuer.registered[0]["redirect_uris"] == [stored(gateway).client.redirect_uri]

    await control(gateway).log_out("o")
    assert set(issuer.revoked) == {token, "refresh-2"}
    assert gateway.secrets.get("server/o/oauth") is None
    await gateway.read()
    assert status(gateway).state == "needs_login"
    assert status(gateway).login is None
    await control(gateway).log_out("o")  # twice does no harm


async def test_a_login_behind_a_proxy(
    start: Start, wire: Connect, issuer: ScriptedIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROXY_PASSWORD", "secret")
    async with ForwardProxy("me:secret") as proxy:
        gateway = await start(proxy=proxy.url("me:${env:PROXY_PASSWORD}"))
        assert (await log_in(gateway, issuer)).type == "done"
        await gateway.read()
        issuer.expire()
        assert await call(client(wire, gateway)) == f"Bearer {stored(gateway).access_token}"
        await control(gateway).log_out("o")
        asked = [line.split(" ")[1] for line in proxy.asked if line.split(" ")[1].startswith(issuer.url)]
    # Everything but what the browser does.
    assert {httpx2.URL(url).path for url in asked} == {
        "/.well-known/oauth-authorization-server", "/register", "/token", "/revoke",
    }  # fmt: skip


async def test_twenty_calls_with_an_expired_token_are_one_refresh(
    start: Start, wire: Connect, issuer: ScriptedIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = await start()
    await log_in(gateway, issuer)
    await gateway.read()
    issuer.expire()
    before = len(issuer.grants("refresh_token"))
    answers = await asyncio.gather(*(call(client(wire, gateway)) for _ in range(20)))
    assert len(issuer.grants("refresh_token")) == before + 1
    assert set(answers) == {f"Bearer {stored(gateway).access_token}"}
    (refresh,) = issuer.grants("refresh_token")[before:]
    assert refresh["resource"] == stored(gateway).resource

    # The same where it is the gateway that sees that the token is about to expire.
    monkeypatch.setattr("mcptui.upstream.oauth.grant.time", lambda moment=stored(gateway).renew: moment)
    answers = await asyncio.gather(*(call(client(wire, gateway)) for _ in range(20)))
    assert len(issuer.grants("refresh_token")) == before + 2
    assert status(gateway).state == "ready"


async def test_a_revoked_login_says_so_and_can_be_repeated(start: Start, wire: Connect, issuer: ScriptedIssuer) -> None:
    gateway = await start()
    await log_in(gateway, issuer)
    await gateway.read()
    issuer.revoke_all()
    for _ in range(2):
        message = await call(client(wire, gateway))
        assert "it is not valid any more" in message or "it has expired" in message
    assert status(gateway).state == "needs_login"
    assert "mcptui server login o" in (status(gateway).hint or "")
    assert len(issuer.grants("refresh_token")) == 1, "a refused refresh is not tried again"
    assert (await log_in(gateway, issuer)).type == "done"
    await gateway.read()
    assert await call(client(wire, gateway)) == f"Bearer {stored(gateway).access_token}"


REFUSED: list[tuple[int, dict[str, Any]]] = [
    (400, {"error": "invalid_grant"}),
    (401, {"error": "invalid_client"}),
    (400, {"error": "unauthorized_client"}),
    (401, {"error": "invalid_token"}),
    (404, {}),
    (401, {}),
    (200, {"ok": False, "error": "token_revoked"}),
    (200, {"error": "bad_refresh_token"}),
    (200, {}),
]


@pytest.mark.parametrize("refusal", REFUSED, ids=repr)
@pytest.mark.parametrize("upstream", ["stateless"], indirect=True)
async def test_a_refused_renewal_needs_a_login_and_no_call_tries_it_again(
    start: Start, wire: Connect, issuer: ScriptedIssuer, refusal: tuple[int, dict[str, Any]]
) -> None:
    gateway = await start()
    await log_in(gateway, issuer)
    await gateway.read()
    issuer.refuse_refresh = refusal
    issuer.expire()
    for _ in range(3):
        message = await call(client(wire, gateway))
        assert "it is not valid any more" in message or "it has expired" in message
    assert status(gateway).state == "needs_login"
    assert "mcptui server login o" in (status(gateway).hint or "")
    assert len(issuer.grants("refresh_token")) == 1
    issuer.refuse_refresh = None
    assert (await log_in(gateway, issuer)).type == "done"
    assert await call(client(wire, gateway)) == f"Bearer {stored(gateway).access_token}"


@pytest.mark.parametrize("problem", [(500, {}), (503, {"error": "invalid_grant"}), (429, {})], ids=repr)
@pytest.mark.parametrize("upstream", ["stateless"], indirect=True)
async def test_a_renewal_that_may_work_later_is_no_lost_login(
    start: Start, wire: Connect, issuer: ScriptedIssuer, problem: tuple[int, dict[str, Any]]
) -> None:
    gateway = await start()
    await log_in(gateway, issuer)
    await gateway.read()
    issuer.refuse_refresh = problem
    issuer.expire()
    assert await call(client(wire, gateway)) == f"Server o answered with the status {problem[0]}"
    assert f"answered {problem[0]}" in str(status(gateway).reason)
    assert status(gateway).state != "needs_login"
    issuer.refuse_refresh = None
    assert await call(client(wire, gateway)) == f"Bearer {stored(gateway).access_token}"


async def test_an_authorization_server_that_is_away_costs_nothing_before_the_token_expires(
    start: Start, wire: Connect, issuer: ScriptedIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = await start()
    await log_in(gateway, issuer)
    await gateway.read()
    grant = stored(gateway)
    issuer.refuse_refresh = "temporarily_unavailable"
    moment = grant.renew
    monkeypatch.setattr("mcptui.upstream.oauth.grant.time", lambda: moment)
    assert await call(client(wire, gateway)) == f"Bearer {grant.access_token}"
    moment = grant.expires
    assert (await call(client(wire, gateway))).startswith("Server o answered with the status ")
    assert "temporarily_unavailable" in str(status(gateway).reason)
    issuer.refuse_refresh = None
    assert await call(client(wire, gateway)) != f"Bearer {grant.access_token}"


async def test_a_missing_permission_is_asked_for_at_the_next_login(
    start: Start, wire: Connect, issuer: ScriptedIssuer, upstream: ScriptedUpstream
) -> None:
    gateway = await start()
    await log_in(gateway, issuer)
    await gateway.read()
    guard = upstream.raw
    assert guard is not None

    async def wants_more(request: web.Request) -> web.StreamResponse | None:
        answer = await guard(request)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if answer is None and b"tools/call" in await request.read() and "write" not in issuer.valid[token]:
            challenge = 'Bearer error="insufficient_scope", scope="write"'
            return web.Response(status=403, headers={"www-authenticate": challenge})
        return answer

    upstream.raw = wants_more
    assert "needs a login: it lacks permissions: write" in await call(client(wire, gateway))
    assert (await log_in(gateway, issuer)).value == {"scope": "use write"}
    await gateway.read()
    assert await call(client(wire, gateway)) == f"Bearer {stored(gateway).access_token}"


async def test_every_key_has_its_own_login(start: Start, wire: Connect, issuer: ScriptedIssuer) -> None:
    gateway = await start(credentials="per-key")
    for name in ("all", "other"):
        assert await client(wire, gateway, name).names() == []
        message = await call(client(wire, gateway, name))
        assert "not logged in" in message
        assert (await log_in(gateway, issuer, name)).type == "done"
        token = stored(gateway, f"server/o/oauth/{name}").access_token
        assert await client(wire, gateway, name).names() == ["who"]
        assert await call(client(wire, gateway, name)) == f"Bearer {token}"
    assert gateway.secrets.get("server/o/oauth") is None
    assert status(gateway).state == "needs_login", "the gateway itself has no login"
    await control(gateway).log_out("o", "all")
    assert "not logged in" in await call(client(wire, gateway, "all"))
    assert (await call(client(wire, gateway, "other"))).startswith("Bearer ")


async def test_a_client_s_own_token_wins(start: Start, wire: Connect, issuer: ScriptedIssuer) -> None:
    gateway = await start()
    issuer.valid["mine"] = "use"
    connected = client(wire, gateway)
    connected.headers["x-mcp-auth"] = "mine"
    assert await call(connected) == "Bearer mine"


async def test_client_credentials_need_nobody(start: Start, wire: Connect, issuer: ScriptedIssuer) -> None:
    issuer.secrets["robot"] = "s3cret"
    gateway = await start(
        oauth_flow="client_credentials",
        oauth_client_id="robot",
        oauth_client_secret="${secret:robot}",
        oauth_scopes=("a", "b"),
        enabled=False,
    )
    gateway.secrets.set("robot", "s3cret")
    now = gateway.core.snapshot.state
    gateway.put(replace(now, servers={"o": replace(now.servers["o"], enabled=True)}))
    await gateway.read()
    assert status(gateway).state == "ready"
    first = await call(client(wire, gateway))
    issuer.expire()
    answers = set(await asyncio.gather(*(call(client(wire, gateway)) for _ in range(20))))
    assert len(answers) == 1
    assert answers != {first}
    forms = issuer.grants("client_credentials")
    assert len(forms) == 2
    assert {(form["scope"], form["client_secret"], form["resource"]) for form in forms} == {
        ("a b", "s3cret", status_url(gateway))
    }
    assert (await log_in(gateway, issuer)).value["message"].endswith("oauth_flow is client_credentials")


def status_url(gateway: RunningGateway) -> str | None:
    return gateway.core.snapshot.state.servers["o"].url


async def test_the_url_can_be_pasted(start: Start, issuer: ScriptedIssuer) -> None:
    gateway = await start()
    async with aclosing(control(gateway).log_in("o")) as events:
        opened = await anext(events)
        async with web_browser() as browser:
            target = (await browser.get(opened.value["url"])).headers["location"]
        for bad in ("nonsense", opened.value["redirect_uri"], target.replace("state=", "state=x")):
            with pytest.raises(McptuiError, match=r"answer to the login|answers another login"):
                await control(gateway).paste_login(opened.value["id"], bad)
        await control(gateway).paste_login(opened.value["id"], f" {target}\n")
        assert (await anext(events)).type == "done"
    with pytest.raises(NotFoundError):
        await control(gateway).paste_login(opened.value["id"], target)


def web_browser() -> httpx2.AsyncClient:
    return httpx2.AsyncClient(timeout=20, verify=False)


HOSTILE: list[tuple[str, dict[str, Any], str]] = [
    ("metadata", {"issuer": "http://127.0.0.1:1"}, "says that it is another one"),
    ("metadata", {"token_endpoint": "file:///etc/passwd"}, "the token_endpoint is no https URL"),
    ("metadata", {"authorization_endpoint": "javascript:alert(1)"}, "the authorization_endpoint is no https URL"),
    ("metadata", {"token_endpoint": "http://169.254.169.254/token"}, "at an address that no server has"),
    ("metadata", {"token_endpoint": "https://10.1.2.3/token"}, "is in a private network, and the server itself"),
    ("metadata", {"registration_endpoint": "https://[64:ff9b::a9fe:a9fe]/r"}, "at an address that no server has"),
    ("metadata", {"authorization_endpoint": "https://2130706433.example@127.0.0.1/"}, "is not a plain URL"),
    ("metadata", {"token_endpoint": "http://93.184.216.34/token"}, "is not https"),
    ("metadata", {"registration_endpoint": None}, "takes no registrations"),
    ("resource", {"authorization_servers": ["https://10.0.0.1"]}, "is in a private network"),
    ("resource", {"authorization_servers": ["ftp://x"]}, "is no https URL"),
    ("resource", {"resource": "https://elsewhere.example/mcp"}, "is about another resource"),
    ("redirect", {"iss": "https://evil.example"}, "came from another authorization server"),
    ("redirect", {"iss": None}, "iss is missing"),
    ("redirect", {"error": "access_denied", "code": None}, "the login was refused: access_denied"),
]


@pytest.mark.parametrize(("where", "what", "outcome"), HOSTILE)
@pytest.mark.parametrize("upstream", ["stateless"], indirect=True)
async def test_what_cannot_be_trusted_is_not_used(
    start: Start, issuer: ScriptedIssuer, upstream: ScriptedUpstream, where: str, what: dict[str, Any], outcome: str
) -> None:
    if where == "resource":
        issuer.guard(upstream, **what)
    else:
        setattr(issuer, where, what)
    gateway = await start()
    failed = await log_in(gateway, issuer)
    assert failed.type == "failed"
    assert outcome in failed.value["message"]
    assert issuer.asked == [], "no code and no secret was sent"
    assert gateway.secrets.get("server/o/oauth") is None


@pytest.mark.parametrize("upstream", ["stateless"], indirect=True)
async def test_a_redirect_with_another_state_does_not_count(
    start: Start, issuer: ScriptedIssuer, upstream: ScriptedUpstream
) -> None:
    gateway = await start()
    async with aclosing(control(gateway).log_in("o")) as events, web_browser() as browser:
        opened = await anext(events)
        assert (await browser.get(f"{opened.value['redirect_uri']}?code=x&state=tampered")).status_code == 200
        assert (await browser.get(opened.value["redirect_uri"])).status_code == 200
        assert (await browser.get(opened.value["redirect_uri"].replace("callback", "other"))).status_code == 404
        await issuer.log_in(opened.value["url"])
        assert (await anext(events)).type == "done"
    assert [form["code"] for form in issuer.grants("authorization_code")] != ["x"]


@pytest.mark.parametrize("upstream", ["stateless"], indirect=True)
@pytest.mark.parametrize("at", ["metadata", "token"])
async def test_redirects_are_not_followed(
    start: Start, issuer: ScriptedIssuer, upstream: ScriptedUpstream, at: str
) -> None:
    reached = []
    inner = upstream.raw
    assert inner is not None

    async def redirecting(request: web.Request) -> web.StreamResponse | None:
        if "stolen" in request.path:
            reached.append(request.path)
        if at == "metadata" and request.path.startswith("/.well-known"):
            return web.Response(status=307, headers={"location": f"http://{request.host}/stolen"})
        if request.path == "/token":
            return web.Response(status=307, headers={"location": f"http://{request.host}/stolen"})
        return await inner(request)

    upstream.raw = redirecting
    if at == "token":
        issuer.metadata = {"token_endpoint": upstream.url.replace("/mcp", "/token")}
    gateway = await start()
    failed = await log_in(gateway, issuer)
    assert failed.type == "failed"
    assert ("redirects" in failed.value["message"]) is (at == "token")
    assert reached == []


@pytest.mark.parametrize("upstream", ["stateless"], indirect=True)
async def test_a_client_that_was_registered_by_hand(
    start: Start, issuer: ScriptedIssuer, upstream: ScriptedUpstream
) -> None:
    issuer.secrets["mine"] = "hush"
    gateway = await start(oauth_client_id="mine", oauth_client_secret="hush", oauth_scopes=("x",))
    assert (await log_in(gateway, issuer)).value == {"scope": "x"}
    assert issuer.registered == []
    (form,) = issuer.grants("authorization_code")
    assert (form["client_id"], form["client_secret"]) == ("mine", "hush")
    async with ScriptedIssuer() as other:
        other.guard(upstream)
        failed = await log_in(gateway, other)
        assert "names another authorization server than at the last login" in failed.value["message"]
        assert other.asked == []


@pytest.mark.parametrize("upstream", ["stateless"], indirect=True)
async def test_only_the_configured_issuer_is_trusted(start: Start, issuer: ScriptedIssuer) -> None:
    gateway = await start(oauth_issuer="https://login.example.com")
    failed = await log_in(gateway, issuer)
    assert "another authorization server than oauth_issuer" in failed.value["message"] or (
        "cannot be resolved" in failed.value["message"]
    )
    assert issuer.asked == []


@pytest.mark.parametrize("upstream", ["stateless"], indirect=True)
async def test_a_document_about_the_client(start: Start, issuer: ScriptedIssuer) -> None:
    issuer.metadata = {"client_id_metadata_document_supported": True}
    gateway = await start(oauth_client_metadata_url="https://me.example/mcptui.json")
    assert (await log_in(gateway, issuer)).type == "done"
    assert issuer.registered == []
    assert issuer.grants("authorization_code")[0]["client_id"] == "https://me.example/mcptui.json"


@pytest.mark.parametrize("upstream", ["stateless"], indirect=True)
async def test_tokens_belong_to_one_url(start: Start, wire: Connect, issuer: ScriptedIssuer) -> None:
    gateway = await start()
    await log_in(gateway, issuer)
    async with ScriptedUpstream(eras=("stateless",), tools={"who": token_of}) as other:
        now = gateway.core.snapshot.state
        gateway.put(replace(now, servers={"o": replace(now.servers["o"], url=other.url)}))
        await gateway.read()
        assert "authorization" not in {name for seen in other.seen for name in seen.headers}


@pytest.mark.parametrize("upstream", ["stateless"], indirect=True)
async def test_nobody_comes(
    start: Start, issuer: ScriptedIssuer, monkeypatch: pytest.MonkeyPatch, upstream: ScriptedUpstream
) -> None:
    monkeypatch.setattr(login_module, "PATIENCE", 0.0)
    gateway = await start()
    async with aclosing(control(gateway).log_in("o")) as events:
        assert (await anext(events)).type == "open"
        assert "no login within" in (await anext(events)).value["message"]


@pytest.mark.parametrize("upstream", ["stateless"], indirect=True)
async def test_what_has_no_login(serve: Start, upstream: ScriptedUpstream, tmp_path: Path) -> None:
    gateway = await serve(Server(name="plain", url=upstream.url), control=tmp_path / "s")
    for name, message in (("plain", "has no login"), ("nope", "there is no server nope")):
        async with aclosing(control(gateway).log_in(name)) as events:
            assert message in (await anext(events)).value["message"]
    with pytest.raises(NotFoundError):
        await control(gateway).log_out("nope")
