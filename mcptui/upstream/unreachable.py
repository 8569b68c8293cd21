"""Why no connection came about, in words: each layer has its own, and says what to do about it."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime
from typing import Final, NamedTuple

from mcptui.protocol.text import one_line
from mcptui.upstream.wire.certificate import PeerCertificate
from mcptui.upstream.wire.errors import BadProxyError, ConnectError, ProxyError, TlsError, TlsSettingError
from mcptui.upstream.wire.tls import missing_authorities


class Why(NamedTuple):
    """One sentence, and what to do."""

    message: str
    hint: str | None = None


# What OpenSSL says of a certificate (X509_V_ERR_…).
_NOT_YET_VALID: Final = 9
_EXPIRED: Final = 10
_SELF_SIGNED: Final = 18
_UNKNOWN_AUTHORITY: Final = frozenset({2, 19, 20, 21})
_WRONG_NAME: Final = frozenset({62, 63, 64})

#: By what a server says in an alert about the certificate that it was shown, or was not.
_ALERTS: Final = {
    "CERTIFICATE_REQUIRED": "it requires a client certificate",
    "UNKNOWN_CA": "it does not know the issuer of the client certificate",
    "CERTIFICATE_EXPIRED": "the client certificate has expired",
    "CERTIFICATE_REVOKED": "the client certificate is revoked",
    "BAD_CERTIFICATE": "it rejects the client certificate",
    "UNSUPPORTED_CERTIFICATE": "it does not support this kind of client certificate",
    "CERTIFICATE_UNKNOWN": "it rejects the client certificate",
    "ACCESS_DENIED": "it denies access to this client certificate",
}
#: What to do where a client certificate is missing or rejected.
SET_CERTIFICATE: Final = "Set client_cert and client_key to a certificate that the server accepts."
_TRUST: Final = "Set ca_file to the authority's certificate"


def why_unconnected(error: ConnectError, where: str) -> Why:
    """What went wrong on the way to ``where``, a URL without secrets."""
    cause = error.__cause__
    if isinstance(error, TlsSettingError):
        return Why(f"{error.setting} for {where}: {one_line(str(error), limit=400)}", error.hint)
    if isinstance(error, BadProxyError):
        hint = (
            "It looks like http://proxy.example.com:3128; https, socks5 and socks5h are known too. "
            "Characters with a meaning in URLs are written with % (also in a secret)."
        )
        return Why(f"{error.source} {error}, so {where} cannot be reached", hint)
    if isinstance(error, ProxyError):
        return _proxy(error, where)
    if isinstance(error, TlsError):
        return _tls(error, where)
    if isinstance(cause, socket.gaierror):
        return Why(
            f"the host name of {where} cannot be resolved",
            "Check the URL and the network. If only a proxy resolves names, set proxy or HTTPS_PROXY.",
        )
    if isinstance(cause, ConnectionRefusedError):
        return Why(f"connection refused at {where}", "Check that the server is running and the port is correct.")
    if isinstance(cause, TimeoutError):
        return Why(
            f"connection to {where} timed out ({error})",
            "Check the host and the network. Behind a proxy, set proxy or HTTPS_PROXY.",
        )
    return Why(f"cannot connect to {where}: {_reason(cause)}")


def short_reason(error: ConnectError) -> str:
    """The same without a name of anything, as clients are told."""
    cause = error.__cause__
    if isinstance(error, (TlsSettingError, BadProxyError)):
        return "it is not configured completely"
    if isinstance(error, ProxyError):
        return "the proxy on the way to it"
    if isinstance(error, TlsError):
        return "no secure connection"
    if isinstance(cause, socket.gaierror):
        return "its name cannot be resolved"
    if isinstance(cause, ConnectionRefusedError):
        return "connection refused"
    return "no connection in time" if isinstance(cause, TimeoutError) else "no connection"


def _proxy(error: ProxyError, where: str) -> Why:
    proxy, cause, status = error.proxy, error.__cause__, error.status
    named = f"the proxy {proxy.shown}"
    said_by = f"The proxy is set by {proxy.source}."
    if status in (401, 407):
        if proxy.user is None:
            return Why(
                f"{named} requires authentication ({status})",
                f"Add user and password to {proxy.source}: {proxy.scheme}://USER:PASSWORD@{proxy.host}:{proxy.port}",
            )
        return Why(f"{named} rejected the user and password ({status})", f"Check them in {proxy.source}.")
    if status is not None and status >= 500:
        return Why(
            f"{named} cannot reach {where} (it returned {status})",
            f'Check the URL; NO_PROXY or proxy = "none" bypasses the proxy. {said_by}',
        )
    if status is not None:
        return Why(
            f"{named} does not allow connections to {where} (it returned {status})",
            f"Have that host and port allowed, or bypass the proxy with NO_PROXY. {said_by}",
        )
    if isinstance(cause, socket.gaierror):
        return Why(f"the host name of {named} cannot be resolved", f"{said_by} Check its host name.")
    if isinstance(cause, ConnectionRefusedError):
        return Why(f"connection refused by {named}", said_by)
    if isinstance(cause, TimeoutError):
        return Why(f"{named} does not answer in time", said_by)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Why(
            f"the TLS certificate of {named} is not trusted: {_said(cause)}",
            f"{_TRUST}, or SSL_CERT_FILE. {said_by}",
        )
    if isinstance(cause, ssl.SSLError):
        return Why(f"{named} does not speak TLS", f"Is it http:// rather than https://? {said_by}")
    if cause is not None:
        return Why(f"{named} cannot be reached: {_reason(cause)}", said_by)
    return Why(f"{named} did not connect to {where}: {one_line(str(error), limit=200)}", said_by)


def _tls(error: TlsError, where: str) -> Why:
    cause = error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _certificate(cause, error.certificate, where)
    reason = str(getattr(cause, "reason", None) or "")
    for alert, words in _ALERTS.items():
        if reason.endswith(f"ALERT_{alert}"):
            return Why(f"{where} refused the TLS connection: {words}", SET_CERTIFICATE)
    if reason.endswith("ALERT_HANDSHAKE_FAILURE"):
        return Why(
            f"{where} refused the TLS handshake",
            "It may want a client certificate (client_cert, client_key) or another host name (tls_server_name).",
        )
    if reason.endswith("UNRECOGNIZED_NAME"):
        return Why(f"{where} has no certificate for that host name", "Set tls_server_name to the name that it knows.")
    if "PROTOCOL" in reason or "UNSUPPORTED" in reason:
        return Why(f"{where} speaks no version of TLS that is still secure ({_said(cause)})", "Have it updated.")
    return Why(
        f"{where} does not speak TLS" + (f" ({_said(cause)})" if reason else ""), "Is it http:// rather than https://?"
    )


def _certificate(cause: ssl.SSLCertVerificationError, found: PeerCertificate | None, where: str) -> Why:
    code = getattr(cause, "verify_code", None)
    issuer = f"{one_line(found.issuer, limit=80)}, " if found else ""
    if code == _EXPIRED:
        since = f" on {_day(found.ends)}" if found and found.ends < datetime.now(UTC) else ""
        what = "" if since or found is None else ", or that of its authority,"
        return Why(
            f"the TLS certificate of {where}{what} has expired{since}",
            "Have it renewed at the server; also check this machine's clock.",
        )
    if code == _NOT_YET_VALID:
        begins = f" (it begins on {_day(found.begins)})" if found else ""
        return Why(f"the TLS certificate of {where} is not valid yet{begins}", "Check this machine's clock.")
    if code in _WRONG_NAME:
        names = f" but for {one_line(', '.join(found.names[:5]), limit=200)}" if found else ""
        return Why(
            f"the TLS certificate of {where} is not for that host{names}",
            "Check the URL's host name, or set tls_server_name to the name in the certificate.",
        )
    if code == _SELF_SIGNED or (found is not None and found.is_self_signed):
        return Why(
            f"the TLS certificate of {where} is signed by itself",
            "If it is the right one, set ca_file to a copy of that certificate.",
        )
    if code in _UNKNOWN_AUTHORITY:
        missing = missing_authorities()
        more = f" {missing} names what is not there." if missing else ""
        return Why(
            f"the TLS certificate of {where} is issued by {issuer}an authority that is not trusted here",
            f"{_TRUST}, or SSL_CERT_FILE for all servers.{more}",
        )
    return Why(f"the TLS certificate of {where} is not trusted: {_said(cause)}", f"{_TRUST}, or SSL_CERT_FILE.")


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _said(cause: BaseException | None) -> str:
    said = getattr(cause, "verify_message", None) or str(getattr(cause, "reason", None) or "").replace("_", " ").lower()
    return one_line(str(said), limit=120) or type(cause).__name__


def _reason(cause: BaseException | None) -> str:
    return getattr(cause, "strerror", None) or type(cause).__name__
