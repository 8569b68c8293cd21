"""Every layer tells itself apart, names what can be set, and shows no secret."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime

import pytest

from mcptui.upstream.unreachable import why_unconnected
from mcptui.upstream.wire.certificate import PeerCertificate
from mcptui.upstream.wire.errors import BadProxyError, ConnectError, ProxyError, TlsError, TlsSettingError
from mcptui.upstream.wire.proxies import Proxy

WHERE = "https://a.test/mcp"
PROXY = Proxy.parse("http://p:3128", "HTTPS_PROXY")
WITH_LOGIN = Proxy.parse("http://me:canary@p:3128", "proxy")


def by(error: ConnectError, cause: Exception | None) -> ConnectError:
    error.__cause__ = cause
    return error


def verification(code: int, message: str = "what OpenSSL says") -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED]")
    error.verify_code, error.verify_message = code, message
    return error


def alert(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}]")
    error.reason = reason
    return error


def certificate(*, issuer: str = "Corp CA", is_self_signed: bool = False, year: int = 2020) -> PeerCertificate:
    begins, ends = datetime(2019, 1, 2, tzinfo=UTC), datetime(year, 3, 4, tzinfo=UTC)
    return PeerCertificate(("b.test", "c.test"), issuer, is_self_signed, begins, ends)


CASES: list[tuple[ConnectError, str, str]] = [
    # Name and connection.
    (by(ConnectError("x"), socket.gaierror("canary")), "host name of https://a.test/mcp cannot", "HTTPS_PROXY"),
    (by(ConnectError("x"), ConnectionRefusedError()), "connection refused", "port"),
    (by(ConnectError("no connection within 10 s"), TimeoutError()), "timed out (no connection within 10 s)", "proxy"),
    (by(ConnectError("x"), OSError(113, "No route to host")), "No route to host", ""),
    # Proxy.
    (BadProxyError("ALL_PROXY", "is not the URL of a proxy"), "ALL_PROXY is not the URL", "http://proxy.example.com"),
    (BadProxyError("proxy", "is not the URL of a proxy"), "proxy is not the URL", "written with % (also in a secret)"),
    (ProxyError(PROXY, "x", 407), "http://p:3128 requires authentication (407)", "HTTPS_PROXY: http://USER"),
    (ProxyError(WITH_LOGIN, "x", 407), "rejected the user and password (407)", "Check them in proxy."),
    (ProxyError(WITH_LOGIN, "x", 401), "rejected the user and password (401)", "Check them in proxy."),
    (ProxyError(PROXY, "x", 500), "cannot reach https://a.test/mcp (it returned 500)", "NO_PROXY"),
    (ProxyError(PROXY, "x", 403), "does not allow connections to https://a.test/mcp (it returned 403)", "HTTPS_PROXY"),
    (ProxyError(PROXY, "x", 502), "cannot reach https://a.test/mcp (it returned 502)", "NO_PROXY"),
    (by(ProxyError(PROXY, "x"), socket.gaierror()), "host name of the proxy http://p:3128 cannot", "HTTPS_PROXY"),
    (by(ProxyError(PROXY, "x"), ConnectionRefusedError()), "refused by the proxy http://p:3128", "HTTPS_PROXY"),
    (by(ProxyError(PROXY, "x"), TimeoutError()), "proxy http://p:3128 does not answer in time", "HTTPS_PROXY"),
    (by(ProxyError(PROXY, "x"), verification(20)), "certificate of the proxy http://p:3128", "ca_file"),
    (by(ProxyError(PROXY, "x"), alert("WRONG_VERSION_NUMBER")), "http://p:3128 does not speak TLS", "http://"),
    (by(ProxyError(PROXY, "x"), OSError(113, "No route to host")), "No route to host", "HTTPS_PROXY"),
    (ProxyError(PROXY, "it closed the connection"), "it closed the connection", "HTTPS_PROXY"),
    # Certificates of the server.
    (by(TlsError("x", certificate()), verification(10)), "has expired on 2020-03-04", "renewed"),
    (by(TlsError("x", certificate(year=9000)), verification(10)), "or that of its authority, has expired", "clock"),
    (by(TlsError("x"), verification(10)), "has expired", "renewed"),
    (by(TlsError("x", certificate()), verification(9)), "not valid yet (it begins on 2019-01-02)", "clock"),
    (by(TlsError("x", certificate()), verification(62)), "not for that host but for b.test, c.test", "tls_server_name"),
    (by(TlsError("x"), verification(64)), "is not for that host", "tls_server_name"),
    (by(TlsError("x"), verification(18)), "signed by itself", "ca_file"),
    (by(TlsError("x", certificate(is_self_signed=True)), verification(20)), "signed by itself", "ca_file"),
    (by(TlsError("x", certificate()), verification(20)), "issued by Corp CA, an authority", "SSL_CERT_FILE"),
    (by(TlsError("x", certificate()), verification(19)), "issued by Corp CA, an authority that is not", "ca_file"),
    (by(TlsError("x"), verification(20)), "issued by an authority that is not", "ca_file"),
    (by(TlsError("x"), verification(79, "invalid CA")), "not trusted: invalid CA", "ca_file"),
    # What the server thinks of the client.
    (by(TlsError("x"), alert("TLSV13_ALERT_CERTIFICATE_REQUIRED")), "requires a client certificate", "client_cert"),
    (by(TlsError("x"), alert("TLSV1_ALERT_UNKNOWN_CA")), "does not know the issuer of the client", "client_cert"),
    (by(TlsError("x"), alert("SSLV3_ALERT_CERTIFICATE_EXPIRED")), "client certificate has expired", "client_cert"),
    (by(TlsError("x"), alert("SSLV3_ALERT_BAD_CERTIFICATE")), "rejects the client", "client_cert"),
    (by(TlsError("x"), alert("SSLV3_ALERT_HANDSHAKE_FAILURE")), "refused the TLS handshake", "client_cert"),
    (by(TlsError("x"), alert("TLSV1_UNRECOGNIZED_NAME")), "no certificate for that host name", "tls_server_name"),
    (by(TlsError("x"), alert("UNSUPPORTED_PROTOCOL")), "no version of TLS", "updated"),
    (by(TlsError("x"), alert("WRONG_VERSION_NUMBER")), "does not speak TLS (wrong version number)", "http://"),
    (by(TlsError("x"), ssl.SSLError()), "does not speak TLS", "http://"),
    # What is configured.
    (TlsSettingError("ca_file", "x.pem cannot be read", "the path"), "ca_file for https://a.test/mcp: x", "path"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "says", "names"), CASES, ids=[says for _, says, _ in CASES])
def test_the_layer_and_what_to_do(error: ConnectError, says: str, names: str) -> None:
    why = why_unconnected(error, WHERE)
    assert says in why.message
    assert names in (why.hint or "")
    assert "canary" not in f"{why.message}{why.hint}"


def test_a_variable_that_leads_nowhere_is_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    why = why_unconnected(by(TlsError("x", certificate()), verification(20)), WHERE)
    assert "SSL_CERT_FILE names what is not there" in str(why.hint)
