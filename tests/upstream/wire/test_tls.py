"""How TLS is done: whom to trust, what is shown, and which file is at fault."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from mcptui.upstream.wire.address import Address, Origin
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.errors import TlsError, TlsSettingError
from mcptui.upstream.wire.head import request_line
from mcptui.upstream.wire.opening import Route
from mcptui.upstream.wire.tls import TlsOptions, context_of, missing_authorities, tls_by
from tests.support.certificates import Authority, Pair, issue

Serve = Callable[..., Awaitable[Address]]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serve on this machine with a certificate; ``clients`` is the authority that clients have to be known to."""
    servers = []
    # What the tests want refused is told by the client.
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)

    async def start(pair: Pair, clients: Path | None = None, host: str = "127.0.0.1") -> Address:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
        if clients is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(clients)

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                await writer.drain()
            except (OSError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
        servers.append(server)
        return Address.parse(f"https://{host}:{server.sockets[0].getsockname()[1]}/")

    yield start
    for server in servers:
        server.close()
        await server.wait_closed()


async def ask(address: Address, options: TlsOptions = TlsOptions()) -> bytes:
    async with HttpClient(Route(tls_for=tls_by(options))) as client:
        response = await client.send(address, request_line("GET", address) + b"\r\n")
        body = await response.read(100)
        response.close()
        return body


async def test_an_authority_of_ones_own(serve: Serve, authority: Authority) -> None:
    address = await serve(authority.issue("server", "127.0.0.1"))
    text = authority.file.read_text(encoding="ascii")
    for ca in (str(authority.file), text, f"# Stammzertifikat für Büros\n{text}"):
        assert await ask(address, TlsOptions(ca=ca)) == b"ok"
    with pytest.raises(TlsError) as caught:
        await ask(address)
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
    found = caught.value.certificate
    assert found is not None
    assert (found.issuer, found.names, found.is_self_signed) == ("Authority of the test", ("127.0.0.1",), False)


async def test_an_authority_of_the_environment(
    serve: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    address = await serve(authority.issue("server", "127.0.0.1"))
    # A context is kept; another set of options makes one anew.
    assert await ask(address, TlsOptions(server_name="127.0.0.1")) == b"ok"


async def test_a_certificate_signed_by_itself(serve: Serve, tmp_path: Path) -> None:
    pair = issue(tmp_path, "self", "127.0.0.1")
    address = await serve(pair)
    with pytest.raises(TlsError) as caught:
        await ask(address)
    assert caught.value.certificate is not None
    assert caught.value.certificate.is_self_signed
    assert await ask(address, TlsOptions(ca=str(pair.certificate))) == b"ok"


@pytest.mark.parametrize(
    ("name", "begins", "ends", "code"),
    [("127.0.0.1", -2, -1, 10), ("127.0.0.1", 1, 2, 9), ("other.test", -1, 1, 64), ("127.0.0.2", -1, 1, 64)],
)
async def test_a_certificate_that_does_not_hold(
    serve: Serve, authority: Authority, name: str, begins: int, ends: int, code: int
) -> None:
    address = await serve(authority.issue("server", name, begins=begins, ends=ends))
    with pytest.raises(TlsError) as caught:
        await ask(address, TlsOptions(ca=str(authority.file)))
    assert getattr(caught.value.__cause__, "verify_code", None) == code
    assert await ask(address, TlsOptions(verifies=False)) == b"ok"


async def test_another_name(serve: Serve, authority: Authority) -> None:
    address = await serve(authority.issue("server", "mcp.example.test"))
    assert await ask(address, TlsOptions(ca=str(authority.file), server_name="mcp.example.test")) == b"ok"


async def test_a_client_certificate(serve: Serve, authority: Authority) -> None:
    pair, ca = authority.issue("server", "127.0.0.1"), str(authority.file)
    mine = authority.issue("me")
    address = await serve(pair, clients=authority.file)
    both = mine.certificate.read_text(encoding="ascii") + mine.key.read_text(encoding="ascii")
    for shown in (
        TlsOptions(ca=ca, certificate=str(mine.certificate), key=str(mine.key)),
        TlsOptions(ca=ca, certificate=str(mine.certificate), key=mine.key.read_text(encoding="ascii")),
        TlsOptions(ca=ca, certificate=both),
    ):
        assert await ask(address, shown) == b"ok"
    locked = authority.issue("locked", passphrase="open sesame")
    opened = TlsOptions(ca, str(locked.certificate), str(locked.key), "open sesame")
    assert await ask(address, opened) == b"ok"


async def test_files_that_cannot_be_used(authority: Authority, tmp_path: Path) -> None:
    one, other = authority.issue("one"), authority.issue("other")
    locked = authority.issue("locked", passphrase="right")
    nothing, junk = tmp_path / "nothing.pem", tmp_path / "junk.p12"
    junk.write_bytes(b"\x30\x82junk")
    cases: list[tuple[TlsOptions, str, str]] = [
        (TlsOptions(ca=str(nothing)), "ca_file", "cannot be read"),
        (TlsOptions(ca=str(junk)), "ca_file", "no certificate"),
        (TlsOptions(ca="-----BEGIN CERTIFICATE-----\njunk"), "ca_file", "the PEM text"),
        (TlsOptions(ca="~nosuchuser/x.pem"), "ca_file", "~nosuchuser/x.pem cannot be read"),
        (TlsOptions(ca="/etc/\0.pem"), "ca_file", "cannot be read"),
        (TlsOptions(ca="~\0/ca.pem"), "ca_file", "cannot be read"),
        (TlsOptions(ca="/etc/\ud800.pem"), "ca_file", "cannot be read"),
        (TlsOptions(certificate="~nosuchuser/x.pem"), "client_cert", "cannot be read"),
        (TlsOptions(certificate="/etc/\0.pem"), "client_cert", "cannot be read"),
        (TlsOptions(certificate=str(one.certificate), key="/etc/\0.pem"), "client_key", "cannot be read"),
        (TlsOptions(certificate=str(nothing)), "client_cert", "cannot be read"),
        (TlsOptions(certificate=str(one.certificate)), "client_cert", "private key"),
        (TlsOptions(certificate=str(junk)), "client_cert", "private key"),
        (TlsOptions(certificate=str(one.certificate), key=str(nothing)), "client_key", "cannot be read"),
        (TlsOptions(certificate=str(one.certificate), key=str(other.key)), "client_key", "does not belong"),
        (TlsOptions(certificate=str(one.certificate), key=str(junk)), "client_key", "no certificate"),
        (TlsOptions(certificate=str(locked.certificate), key=str(locked.key)), "client_key", "is encrypted"),
        (
            TlsOptions(certificate=str(locked.certificate), key=str(locked.key), passphrase="wrong"),
            "client_key_password",
            "does not open",
        ),
        (TlsOptions(key=str(one.key)), "client_key", "needs client_cert"),
    ]
    for options, setting, says in cases:
        with pytest.raises(TlsSettingError, match=says) as caught:
            context_of(options)
        assert caught.value.setting == setting
        assert "wrong" not in f"{caught.value}{caught.value.hint}"


def test_files_are_read_again_when_they_change(authority: Authority, tmp_path: Path) -> None:
    mine = authority.issue("me")
    options = TlsOptions(certificate=str(mine.certificate), key=str(mine.key))
    before = context_of(options)
    assert context_of(options) is before
    (tmp_path / "later").mkdir()
    renewed = Authority(tmp_path / "later").issue("me")
    mine.certificate.write_bytes(renewed.certificate.read_bytes() + b"\n")
    mine.key.write_bytes(renewed.key.read_bytes() + b"\n")
    assert context_of(options) is not before


def test_what_is_for_the_server_alone_counts_with_nobody_else(authority: Authority) -> None:
    own, other = Origin("a.test", 443, True), Origin("b.test", 443, True)
    options = TlsOptions(ca=str(authority.file), verifies=False, server_name="name.test")
    tls_for = tls_by(options, own)
    assert (tls_for(own).context.verify_mode, tls_for(own).server_name) == (ssl.CERT_NONE, "name.test")
    assert (tls_for(other).context.verify_mode, tls_for(other).server_name) == (ssl.CERT_REQUIRED, "b.test")
    assert tls_for(other).context.check_hostname


def test_variables_that_lead_nowhere_are_named(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    assert missing_authorities() is None
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    assert missing_authorities() == "SSL_CERT_FILE"


async def test_who_does_not_speak_tls() -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(TlsError) as caught:
            await ask(Address.parse(f"https://127.0.0.1:{port}/"))
    assert isinstance(caught.value.__cause__, ssl.SSLError)


def test_a_key_is_in_no_repr() -> None:
    options = TlsOptions(certificate="canary", key="canary", passphrase="canary")
    assert "canary" not in repr(options)
