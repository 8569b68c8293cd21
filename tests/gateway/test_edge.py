"""The edge of the public port: web pages of other origins, reverse proxies, certificates."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from mcptui.daemon.tls import Certificate
from mcptui.errors import McptuiError
from mcptui.model import GatewaySettings
from tests.support.certificates import issue
from tests.support.gateway import RunningGateway, key

Serve = Callable[..., Awaitable[RunningGateway]]
PAGE = "https://page.example"


async def test_a_page_that_is_named_may_use_the_gateway(serve: Serve, http: httpx2.AsyncClient) -> None:
    settings = GatewaySettings(cors_origins=(PAGE,), allowed_origins=("https://silent.example",))
    gateway = await serve(key("all"), gateway=settings)
    asked = {"origin": PAGE, "access-control-request-method": "POST"}
    asked["access-control-request-headers"] = "authorization, mcp-protocol-version"
    answer = await http.options(f"{gateway.url}/mcp", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["access-control-allow-headers"] == "authorization, mcp-protocol-version"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in answer.headers
    used = await http.post(f"{gateway.url}/mcp", headers={"origin": PAGE}, json={})
    assert used.status_code == 401
    assert used.headers["access-control-allow-origin"] == PAGE
    assert used.headers["vary"] == "origin"
    assert "mcp-session-id" in used.headers["access-control-expose-headers"]

    for origin, status in (("https://silent.example", 401), ("https://other.example", 403)):
        refused = await http.post(f"{gateway.url}/mcp", headers={"origin": origin}, json={})
        assert refused.status_code == status
        assert "access-control-allow-origin" not in refused.headers
    foreign = await http.options(f"{gateway.url}/mcp", headers={**asked, "origin": "https://other.example"})
    assert foreign.status_code == 403

    gateway.put(replace(gateway.core.snapshot.state, gateway=GatewaySettings()))
    assert (await http.options(f"{gateway.url}/mcp", headers=asked)).status_code == 403


async def test_the_host_that_a_proxy_names_counts_only_where_the_proxy_is_trusted(
    serve: Serve, http: httpx2.AsyncClient
) -> None:
    named = {"x-forwarded-host": "gw.example", "host": "internal.example"}
    settings = GatewaySettings(allowed_hosts=("gw.example",))
    gateway = await serve(gateway=settings)
    assert (await http.get(f"{gateway.url}/health", headers=named)).status_code == 403
    trusting = replace(settings, trusted_proxies=("127.0.0.0/8",))
    gateway.put(replace(gateway.core.snapshot.state, gateway=trusting))
    assert (await http.get(f"{gateway.url}/health", headers=named)).status_code == 200
    evil = {**named, "x-forwarded-host": "gw.example, evil.example"}
    assert (await http.get(f"{gateway.url}/health", headers=evil)).status_code == 403


def shown(certificate: Certificate) -> str:
    """The name in the certificate that a new connection gets."""
    inward, outward, toward, back = ssl.MemoryBIO(), ssl.MemoryBIO(), ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    server = certificate.context.wrap_bio(inward, outward, server_side=True)
    client = context.wrap_bio(toward, back)
    for _ in range(4):
        for side in (client, server):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()
            inward.write(back.read())
            toward.write(outward.read())
    found = x509.load_der_x509_certificate(client.getpeercert(binary_form=True) or b"")
    return str(found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def test_a_renewed_certificate_is_used(tmp_path: Path) -> None:
    certificate = Certificate(*map(str, issue(tmp_path, "first")))
    assert shown(certificate) == "first"
    assert not certificate.renew()
    (tmp_path / "key.pem").write_bytes(b"half written")
    assert not certificate.renew()
    assert shown(certificate) == "first"
    issue(tmp_path, "second")
    assert certificate.renew()
    assert shown(certificate) == "second"
    (tmp_path / "cert.pem").unlink()
    assert not certificate.renew()


def test_a_certificate_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(McptuiError, match="No such file"):
        Certificate(str(tmp_path / "none"), str(tmp_path / "none"))
    cert_file, key_file = issue(tmp_path, "x")
    key_file.write_bytes(b"nonsense")
    with pytest.raises(McptuiError, match="they do not fit"):
        Certificate(str(cert_file), str(key_file))
