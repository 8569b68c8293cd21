"""The way to a server through proxies of every kind, and what each step says when it fails."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NoReturn

import pytest

from mcptui.upstream.wire import opening as module
from mcptui.upstream.wire.address import Address, Origin
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.errors import ConnectError, ProxyError, TlsError
from mcptui.upstream.wire.head import header_lines, request_line
from mcptui.upstream.wire.opening import Route
from mcptui.upstream.wire.proxies import one_proxy
from mcptui.upstream.wire.tls import TlsOptions, tls_by
from tests.support.certificates import Authority
from tests.support.proxy import ForwardProxy


class Server:
    """Answers every request with its head."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.connections = 0
        self.said = b"Connection: Keep-Alive\r\n"

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = server.sockets[0].getsockname()[1]
        return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n" % (self.said, len(head)) + head)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def context(authority: Authority, host: str) -> ssl.SSLContext:
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(*authority.issue(host, host))
    return found


@pytest.fixture(params=["http", "https"])
async def server(request: pytest.FixtureRequest, authority: Authority) -> AsyncIterator[tuple[Server, Address]]:
    """A server that only a proxy knows the name of."""
    found = Server(context(authority, "mcp.test") if request.param == "https" else None)
    async with await found.start():
        yield found, Address.parse(f"{request.param}://mcp.test:{found.port}/path?q=1")


def client(authority: Authority, proxy: str) -> HttpClient:
    tls = tls_by(TlsOptions(ca=str(authority.file)))
    return HttpClient(Route(one_proxy(proxy, "HTTPS_PROXY"), tls, tls))


async def ask(http: HttpClient, address: Address) -> bytes:
    head = request_line("GET", address) + header_lines({"x-own": "1"}) + b"\r\n"
    response = await http.send(address, head)
    body = await response.read(10_000)
    response.release()
    return body


@pytest.mark.parametrize("login", [None, "me:secret"])
@pytest.mark.parametrize("over_tls", [False, True])
async def test_through_a_proxy(
    server: tuple[Server, Address], authority: Authority, login: str | None, over_tls: bool
) -> None:
    there, address = server
    async with (
        ForwardProxy(login, tls=context(authority, "127.0.0.1") if over_tls else None) as proxy,
        client(authority, proxy.url(login or "")) as http,
    ):
        heads = [await ask(http, address) for _ in range(3)]
    assert there.connections == 1
    assert all(head.splitlines()[0] == b"GET /path?q=1 HTTP/1.1" and b"x-own: 1" in head for head in heads)
    if address.origin.is_tls:
        assert proxy.asked == [f"CONNECT mcp.test:{there.port} HTTP/1.1"]
        assert b"proxy-authorization" not in heads[0]
    else:
        assert proxy.asked == [f"GET http://mcp.test:{there.port}/path?q=1 HTTP/1.1"] * 3
        assert b"host: mcp.test:" in heads[0]


async def test_a_forwarding_proxy_keeps_a_connection_only_where_it_says_so(authority: Authority) -> None:
    """Some pass on the server's head, which says nothing, and close."""
    there = Server()
    there.said = b""
    async with await there.start(), ForwardProxy() as proxy, client(authority, proxy.url()) as http:
        for _ in range(3):
            await ask(http, Address.parse(f"http://mcp.test:{there.port}/"))
    assert there.connections == 3


@pytest.mark.parametrize("used", ["", "me:wrong"])
async def test_a_proxy_that_wants_a_credential(server: tuple[Server, Address], authority: Authority, used: str) -> None:
    there, address = server
    async with ForwardProxy("me:secret") as proxy, client(authority, proxy.url(used)) as http:
        with pytest.raises(ProxyError) as caught:
            await ask(http, address)
    assert caught.value.status == 407
    assert there.connections == 0


async def test_a_proxy_that_does_not_connect(authority: Authority) -> None:
    async with ForwardProxy(refusal="403 Forbidden") as proxy, client(authority, proxy.url()) as http:
        with pytest.raises(ProxyError) as caught:
            await ask(http, Address.parse("https://mcp.test/"))
    assert caught.value.status == 403


async def test_a_refusal_of_a_forwarded_request_is_passed_on(authority: Authority) -> None:
    async with ForwardProxy(refusal="403 Forbidden") as proxy, client(authority, proxy.url()) as http:
        response = await http.send(Address.parse("http://mcp.test/"), b"GET / HTTP/1.1\r\nhost: mcp.test\r\n\r\n")
        assert response.status == 403
        response.close()


async def test_a_proxy_that_is_not_there(
    server: tuple[Server, Address], authority: Authority, unused_tcp_port: int
) -> None:
    for host, kind in (("127.0.0.1", ConnectionRefusedError), ("nothing.invalid", socket.gaierror)):
        async with client(authority, f"http://{host}:{unused_tcp_port}") as http:
            with pytest.raises(ProxyError) as caught:
                await ask(http, server[1])
            assert isinstance(caught.value.__cause__, kind)


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nmore", b"HTTP/1.1 x\r\n\r\n"])
async def test_what_does_not_answer_as_a_proxy(authority: Authority, answer: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with client(authority, f"http://127.0.0.1:{port}") as http:
            with pytest.raises(ProxyError) as caught:
                await ask(http, Address.parse("https://mcp.test/"))
    assert caught.value.status is None


async def test_a_proxy_that_says_nothing(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "THROUGH_PROXY", 0.05)
    hung_up = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # the request, and then its end
        writer.close()
        hung_up.set()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with client(authority, f"http://127.0.0.1:{port}") as http:
            with pytest.raises(ProxyError, match="did not answer"):
                await ask(http, Address.parse("https://mcp.test/"))
            await hung_up.wait()


async def test_the_certificate_behind_a_proxy_is_checked_and_told_of(tmp_path: Path, authority: Authority) -> None:
    (tmp_path / "other").mkdir()
    there = Server(context(Authority(tmp_path / "other", "Another"), "mcp.test"))
    # Both attempts fail in the handshake.
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    async with await there.start(), ForwardProxy() as proxy, client(authority, proxy.url()) as http:
        with pytest.raises(TlsError) as caught:
            await ask(http, Address.parse(f"https://mcp.test:{there.port}/"))
    assert caught.value.certificate is not None
    assert caught.value.certificate.issuer == "Another"


class Socks:
    """A SOCKS5 proxy (RFC 1928, 1929) that takes one user."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, number = await reader.readexactly(2)
        methods = await reader.readexactly(number)
        if 2 not in methods:
            writer.write(b"\5\xff")
            writer.close()
            return
        writer.write(b"\5\2")
        _, size = await reader.readexactly(2)
        user = await reader.readexactly(size)
        password = await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\1\0" if (user, password) == (b"me", b"secret") else b"\1\1")
        kind = (await reader.readexactly(4))[3]
        self.asked.append(await reader.readexactly(4 if kind == 1 else (await reader.readexactly(1))[0]))
        port = int.from_bytes(await reader.readexactly(2), "big")
        try:
            there, onward = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError:
            writer.write(b"\5\5\0\1" + bytes(6))
            writer.close()
            return
        writer.write(b"\5\0\0\1" + bytes(6))

        async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            try:
                while data := await source.read(65536):
                    target.write(data)
            finally:
                target.close()

        await asyncio.gather(copy(reader, onward), copy(there, writer))


@pytest.fixture
async def socks() -> AsyncIterator[tuple[Socks, int]]:
    found = Socks()
    async with await asyncio.start_server(found.serve, "127.0.0.1", 0) as listening:
        yield found, listening.sockets[0].getsockname()[1]


async def test_through_socks(server: tuple[Server, Address], authority: Authority, socks: tuple[Socks, int]) -> None:
    there, address = server
    found, port = socks
    async with client(authority, f"socks5h://me:secret@127.0.0.1:{port}") as http:
        assert b"GET /path?q=1" in await ask(http, address)
    assert (found.asked, there.connections) == ([b"mcp.test"], 1)


async def test_socks_with_names_resolved_here(authority: Authority, socks: tuple[Socks, int]) -> None:
    there = Server()
    found, port = socks
    async with await there.start(), client(authority, f"socks5://me:secret@127.0.0.1:{port}") as http:
        await ask(http, Address.parse(f"http://localhost:{there.port}/"))
        assert found.asked == [bytes((127, 0, 0, 1))]
        with pytest.raises(ConnectError) as caught:
            await ask(http, Address.parse("http://nothing.invalid/"))
        assert isinstance(caught.value.__cause__, socket.gaierror)


async def test_socks_that_refuses(authority: Authority, socks: tuple[Socks, int], unused_tcp_port: int) -> None:
    _, port = socks
    for proxy, host in (
        (f"socks5h://127.0.0.1:{port}", "mcp.test"),
        (f"socks5h://me:secret@127.0.0.1:{port}", f"mcp.test:{unused_tcp_port}"),
        (f"socks5h://127.0.0.1:{unused_tcp_port}", "mcp.test"),
    ):
        async with client(authority, proxy) as http:
            with pytest.raises(ProxyError) as caught:
                await ask(http, Address.parse(f"http://{host}/"))
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxy_that_is_not_trusted_gets_no_password(authority: Authority, scheme: str) -> None:
    """Whatever is taken of the server."""
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    async with ForwardProxy("me:secret", tls=context(authority, "127.0.0.1")) as proxy:
        route = Route(one_proxy(proxy.url("me:secret"), "proxy"), tls_by(TlsOptions(verifies=False)))
        async with HttpClient(route) as http:
            with pytest.raises(ProxyError) as caught:
                await ask(http, Address.parse(f"{scheme}://mcp.test/"))
        assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
        assert proxy.asked == []


@pytest.mark.parametrize("after", [0, 2])
@pytest.mark.parametrize("resets", [False, True])
async def test_socks_that_hangs_up_in_its_handshake(authority: Authority, after: int, resets: bool) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        writer.write(b"\5\0"[:after])
        if after:
            await reader.readexactly(8)
        if resets:
            end = writer.get_extra_info("socket")
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with client(authority, f"socks5h://127.0.0.1:{port}") as http:
            with pytest.raises(ProxyError, match="closed"):
                await ask(http, Address.parse("http://mcp.test/"))


@pytest.mark.parametrize(
    ("login", "host"),
    [("me:p%C3%A4ss", "mcp.test"), (f"me:{'x' * 256}", "mcp.test"), ("me:secret", ".".join(["a" * 63] * 5))],
)
async def test_what_socks_cannot_say(authority: Authority, socks: tuple[Socks, int], login: str, host: str) -> None:
    async with client(authority, f"socks5h://{login}@127.0.0.1:{socks[1]}") as http:
        with pytest.raises(ProxyError, match="255"):
            await ask(http, Address.parse(f"http://{host}/"))


async def test_a_name_that_nobody_resolves_in_time(
    authority: Authority, socks: tuple[Socks, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: Origin) -> NoReturn:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(module, "CONNECT", 0.05)
    async with client(authority, f"socks5://127.0.0.1:{socks[1]}") as http:
        monkeypatch.setattr(http, "resolve", never)
        with pytest.raises(ConnectError, match="no address within") as caught:
            await ask(http, Address.parse("http://mcp.test/"))
    assert isinstance(caught.value.__cause__, TimeoutError)
