"""What may be asked of URLs that somebody else named, and that the address that was checked is the one dialled."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
from aiohappyeyeballs import AddrInfoType
from aiohttp import web

from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.guarded import MAX_BODY, GuardedHttp
from mcptui.upstream.wire.address import Address, Origin
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.opening import Route
from mcptui.upstream.wire.proxies import one_proxy
from mcptui.upstream.wire.tls import TlsOptions, tls_by
from tests.support.aiohttp_server import runner_of
from tests.support.certificates import Authority
from tests.support.proxy import ForwardProxy

Names = Callable[..., None]


def entry(address: str, port: int = 443) -> AddrInfoType:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Say what a host resolves to: the entries in turn, the last one from then on."""
    known: dict[str, list[Sequence[AddrInfoType]]] = {}

    async def resolve(_: HttpClient, origin: Origin) -> Sequence[AddrInfoType]:
        if origin.host not in known:
            raise OSError("no such host")
        answers = known[origin.host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    monkeypatch.setattr(HttpClient, "resolve", resolve)

    def say(host: str, *answers: Sequence[AddrInfoType]) -> None:
        known[host] = list(answers)

    return say


@pytest.fixture
async def ports() -> AsyncIterator[list[int]]:
    """Two HTTP servers on this machine; each answers with its own port and takes what it is sent."""
    runners = []
    found = []
    for _ in range(2):
        app = web.Application(client_max_size=MAX_BODY)

        async def answer(request: web.Request) -> web.Response:
            if request.path == "/moved":
                raise web.HTTPFound("/elsewhere")
            if request.path == "/large":
                return web.Response(body=b"x" * (MAX_BODY + 1))
            if request.path == "/list":
                return web.json_response([1])
            assert request.transport is not None
            said = {"port": request.transport.get_extra_info("sockname")[1], "type": request.content_type}
            return web.json_response(said | {"body": await request.text()})

        app.router.add_route("*", "/{path:.*}", answer)
        runner = runner_of(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        runners.append(runner)
        found.append(runner.addresses[0][1])
    yield found
    for runner in runners:
        await runner.cleanup()


async def test_a_name_that_changes_between_check_and_dial_is_dialled_where_it_was_checked(
    names: Names, ports: list[int]
) -> None:
    names("rebinding.test", [entry("127.0.0.1", ports[0])], [entry("127.0.0.1", ports[1])])
    async with GuardedHttp("http://rebinding.test/mcp").opened() as http:
        for _ in range(2):
            answer = await http.get("http://rebinding.test/metadata", "the metadata")
            assert answer.json()["port"] == ports[0]


@pytest.mark.parametrize(
    ("server", "address", "named", "says"),
    [
        ("203.0.114.1", "127.0.0.1", "https://named.test/", "on this machine"),
        ("203.0.114.1", "10.0.0.1", "https://named.test/", "in a private network"),
        ("203.0.114.1", "169.254.169.254", "https://named.test/", "at an address that no server has"),
        ("203.0.114.1", "::ffff:127.0.0.1", "https://named.test/", "on this machine"),
        ("10.0.0.1", "127.0.0.1", "https://named.test/", "on this machine"),
        ("127.0.0.1", "169.254.169.254", "https://named.test/", "at an address that no server has"),
        ("203.0.114.1", "203.0.114.2", "http://named.test/", "is not https"),
    ],
)
async def test_metadata_leads_no_further_in_than_the_server_is(
    names: Names, server: str, address: str, named: str, says: str
) -> None:
    names("server.test", [entry(server)])
    names("named.test", [entry(address)])
    async with GuardedHttp("https://server.test/mcp").opened() as http:
        with pytest.raises(OAuthError, match=says):
            await http.check(named, "the metadata")


@pytest.mark.parametrize(
    ("server", "issuer", "address", "named"),
    [
        ("https://server.test/mcp", None, "203.0.114.2", "https://named.test/"),
        ("http://server.test/mcp", None, "127.0.0.1", "http://named.test/"),
        ("https://server.test/mcp", "http://issuer.test/", "10.0.0.2", "http://named.test/"),
    ],
)
async def test_what_is_where_the_server_or_the_configured_issuer_is_may_be_asked(
    names: Names, server: str, issuer: str | None, address: str, named: str
) -> None:
    names("server.test", [entry("127.0.0.1" if server.startswith("http:") else "203.0.114.1")])
    names("issuer.test", [entry("10.0.0.1")])
    names("named.test", [entry(address)])
    async with GuardedHttp(server, issuer).opened() as http:
        await http.check(named, "the metadata")


async def test_one_bad_address_among_several_is_enough(names: Names) -> None:
    names("server.test", [entry("203.0.114.1")])
    names("named.test", [entry("203.0.114.2"), entry("127.0.0.1")])
    async with GuardedHttp("https://server.test/").opened() as http:
        with pytest.raises(OAuthError, match="on this machine"):
            await http.check("https://named.test/", "the metadata")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://named.test/", "no https URL"),
        ("javascript:alert(1)", "no https URL"),
        ("https:///path", "no https URL"),
        ("https://named.test:port/", "not a URL"),
        ("https://user:sk-live-1@named.test/", "not a plain URL"),
        ("https://named.test/a\\b", "not a plain URL"),
        ("https://named.test/a b", "not a plain URL"),
        ("https://named.test/\x01", "not a plain URL"),
    ],
)
async def test_what_is_no_plain_url_is_refused(names: Names, url: str, says: str) -> None:
    names("named.test", [entry("203.0.114.1")])
    async with GuardedHttp("https://named.test/").opened() as http:
        with pytest.raises(OAuthError, match=says) as caught:
            await http.check(url, "the metadata")
    assert "sk-live-1" not in str(caught.value)


async def test_a_name_that_is_not_known(names: Names) -> None:
    names("server.test", [entry("203.0.114.1")])
    async with GuardedHttp("https://server.test/").opened() as http:
        with pytest.raises(UpstreamError, match=r"the host of the metadata, other\.test, cannot be resolved"):
            await http.get("https://other.test/", "the metadata")


async def test_a_post_sends_a_form_or_json(ports: list[int]) -> None:
    url = f"http://127.0.0.1:{ports[0]}/"
    async with GuardedHttp(url).opened() as http:
        form = (await http.post(url, "the form", form={"a": "1 2"})).json()
        assert (form["type"], form["body"]) == ("application/x-www-form-urlencoded", "a=1+2")
        sent = (await http.post(url, "the JSON", json_body={"a": 1})).json()
        assert (sent["type"], sent["body"]) == ("application/json", '{"a": 1}')


async def test_redirects_are_not_followed(ports: list[int]) -> None:
    url = f"http://127.0.0.1:{ports[0]}/moved"
    async with GuardedHttp(url).opened() as http:
        assert (await http.get(url, "the metadata")).status == 302
        with pytest.raises(OAuthError, match="redirects are not followed"):
            await http.post(url, "the token endpoint", form={})


async def test_an_answer_is_bounded_and_may_be_no_object(ports: list[int]) -> None:
    base = f"http://127.0.0.1:{ports[0]}"
    async with GuardedHttp(base).opened() as http:
        with pytest.raises(OAuthError, match="answered with too much"):
            await http.get(f"{base}/large", "the metadata")
        assert (await http.get(f"{base}/list", "the metadata")).json() == {}


async def test_who_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcptui.upstream.oauth.guarded._PATIENCE", 0.05)
    hung_up = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # the request, and then its end
        writer.close()
        await writer.wait_closed()
        hung_up.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server:
        async with GuardedHttp(url).opened() as http:
            with pytest.raises(UpstreamError, match="did not answer in time"):
                await http.get(url, "the metadata")
        await hung_up.wait()


async def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
        async with GuardedHttp(url).opened() as http:
            with pytest.raises(UpstreamError):
                await http.get(url, "the metadata")


def through(proxy: str) -> Route:
    return Route(one_proxy(proxy, "HTTPS_PROXY"))


@pytest.mark.parametrize(
    ("server", "named", "says"),
    [
        # Addresses, and names that are known here, are judged as without a proxy.
        ("https://public.test/mcp", "https://127.0.0.1/", "on this machine"),
        ("https://public.test/mcp", "https://10.0.0.1/", "in a private network"),
        ("https://public.test/mcp", "https://[::ffff:169.254.169.254]/", "at an address that no server has"),
        ("https://public.test/mcp", "https://inside.test/", "in a private network"),
        # What only the proxy can resolve is outside, unless its name says otherwise.
        ("https://public.test/mcp", "https://unknown.test/", None),
        ("https://unknown.test/mcp", "https://other-unknown.test/", None),
        ("https://public.test/mcp", "https://vault/", "in a private network"),
        ("https://public.test/mcp", "https://vault.corp.internal/", "in a private network"),
        ("https://unknown.test/mcp", "https://printer.local./", "in a private network"),
        ("https://mcp.internal/mcp", "https://login.internal/", None),
        ("https://inside.test/mcp", "https://login.internal/", None),
        # Without TLS nothing shows that the proxy comes to the place that was checked.
        ("http://inside.test/mcp", "http://inside.test/metadata", None),
        ("http://inside.test/mcp", "http://inside.test:8080/", None),
        ("http://inside.test/mcp", "http://other-inside.test/", "is not https"),
        ("http://unknown.test/mcp", "http://other-unknown.test/", "is not https"),
        ("https://inside.test/mcp", "http://inside.test/", "is not https"),
    ],
)
async def test_behind_a_proxy_that_resolves_names(names: Names, server: str, named: str, says: str | None) -> None:
    names("public.test", [entry("203.0.114.1")])
    names("inside.test", [entry("10.0.0.2")])
    names("other-inside.test", [entry("10.0.0.3")])
    for address in ("127.0.0.1", "10.0.0.1", "::ffff:a9fe:a9fe", "::ffff:169.254.169.254"):
        names(address, [entry(address)])
    async with GuardedHttp(server, route=through("http://proxy.test:3128")).opened() as http:
        if says is None:
            await http.check(named, "the metadata")
        else:
            with pytest.raises(OAuthError, match=says):
                await http.check(named, "the metadata")


async def test_socks_with_names_resolved_here_is_as_without_a_proxy(names: Names) -> None:
    names("server.test", [entry("203.0.114.1")])
    async with GuardedHttp("https://server.test/", route=through("socks5://proxy.test")).opened() as http:
        with pytest.raises(UpstreamError, match="cannot be resolved"):
            await http.check("https://unknown.test/", "the metadata")


async def test_a_proxy_is_dialled_that_is_not_known_before(names: Names, ports: list[int]) -> None:
    """What the metadata names goes to the proxy; the proxy itself is where the user says."""
    async with ForwardProxy(ports={"server.test": ports[0]}) as proxy:
        names("127.0.0.1", [entry("127.0.0.1", proxy.port)])
        url = "http://server.test/metadata"
        async with GuardedHttp(url, route=through(proxy.url())).opened() as http:
            answer = await http.get(url, "the metadata")
        assert answer.json()["port"] == ports[0]
        assert proxy.asked == ["GET http://server.test/metadata HTTP/1.1"]


async def test_a_certificate_for_another_name_gets_nothing(names: Names, tmp_path: Path) -> None:
    """The proxy comes to a machine inside, which its name did not show: it has no certificate for that name."""
    asked = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read())
        writer.close()

    authority = Authority(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("inside", "inside.test"))
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    inside = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    port = inside.sockets[0].getsockname()[1]
    async with inside, ForwardProxy(ports={"rebinding.test": port}) as proxy:
        names("127.0.0.1", [entry("127.0.0.1", proxy.port)])
        names("rebinding.test", [entry("203.0.114.1")])
        route = Route(
            one_proxy(proxy.url(), "HTTPS_PROXY"),
            tls_by(TlsOptions(ca=str(authority.file), verifies=False), Address.parse("https://server.test/").origin),
        )
        async with GuardedHttp("https://server.test/mcp", route=route).opened() as http:
            names("server.test", [entry("203.0.114.2")])
            with pytest.raises(UpstreamError, match="not for that host"):
                await http.post("https://rebinding.test/token", "the token endpoint", form={"a": "b"})
    assert not asked
