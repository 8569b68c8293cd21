from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mcptui.upstream.wire import client as client_module
from mcptui.upstream.wire.address import Address
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.errors import ConnectError
from mcptui.upstream.wire.head import request_line


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1 that nobody trusts, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
async def address(certificate: Path) -> AsyncIterator[Address]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1_000_000)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    # The test of a refused certificate is told by the client.
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    async with server:
        yield Address.parse(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")


async def test_a_trusted_certificate(address: Address, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_tls", lambda: ssl.create_default_context(cafile=str(certificate)))
    async with HttpClient() as client:
        response = await client.send(address, request_line("GET", address) + b"\r\n")
        assert await response.read(1_000_000) == b"x" * 1_000_000
        response.close()


async def test_a_certificate_that_nobody_trusts(address: Address) -> None:
    async with HttpClient() as client:
        with pytest.raises(ConnectError) as caught:
            await client.send(address, request_line("GET", address) + b"\r\n")
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)


async def test_who_does_not_speak_tls() -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server, HttpClient() as client:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ConnectError) as caught:
            await client.send(Address.parse(f"https://127.0.0.1:{port}/"), b"")
    assert isinstance(caught.value.__cause__, ssl.SSLError)
