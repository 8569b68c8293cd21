"""How TLS is done with a server: whom to trust, what to show, under which name."""

from __future__ import annotations

import contextlib
import functools
import os
import ssl
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from mcptui.upstream.wire.address import Origin
from mcptui.upstream.wire.errors import TlsSettingError

_PEM: Final = "-----BEGIN "
_CONVERT: Final = "It has to be PEM (text that begins with -----BEGIN); openssl converts other formats."


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """What is configured: certificates and keys as the path of a file or as PEM text, references replaced."""

    #: Trusted beside the system's authorities.
    ca: str | None = None
    #: Its private key may stand there too.
    certificate: str | None = field(default=None, repr=False)
    #: None where it stands in the file of the certificate.
    key: str | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)
    #: The name that the server's certificate has to have, and that is asked for (SNI), where it is not the host's.
    server_name: str | None = None
    verifies: bool = True

    @property
    def for_others(self) -> TlsOptions:
        """The part that counts for whom the server names: its own authority, never its exceptions."""
        return TlsOptions(ca=self.ca)


class Tls(NamedTuple):
    """What a handshake needs."""

    context: ssl.SSLContext
    server_name: str


#: How TLS is done with an origin.
TlsFor: TypeAlias = Callable[[Origin], Tls]


def system_tls(origin: Origin) -> Tls:
    """Certificates are checked against the system's authorities, or those of SSL_CERT_FILE and SSL_CERT_DIR."""
    return Tls(_context(TlsOptions(), ()), origin.host)


def tls_by(options: TlsOptions, own: Origin | None = None) -> TlsFor:
    """TLS by ``options``: the whole of them with ``own``, with everybody where that is None.

    Files are read again when they have changed: certificates are renewed.
    """

    def tls_for(origin: Origin) -> Tls:
        """Raises a TlsSettingError."""
        counting = options if own in (None, origin) else options.for_others
        return Tls(context_of(counting), counting.server_name or origin.host)

    return tls_for


def context_of(options: TlsOptions) -> ssl.SSLContext:
    """The context for ``options``, made once for every state of its files.

    Raises:
        TlsSettingError: a file cannot be used.
    """
    files = [text for text in (options.ca, options.certificate, options.key) if text and _PEM not in text]
    return _context(options, tuple(map(_age, files)))


def _age(file: str) -> tuple[int, int]:
    try:
        found = Path(_expanded(file)).stat()
    except (OSError, ValueError):
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


@functools.lru_cache(maxsize=64)
def _context(options: TlsOptions, _: tuple[tuple[int, int], ...]) -> ssl.SSLContext:
    """Kept, since reading the system's authorities takes 10 ms."""
    context = ssl.create_default_context()
    # From Python 3.13 on certificates are checked as RFC 5280 writes them; authorities of companies often are not
    # written so, and no other client minds.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if options.ca is not None:
        _trust(context, options.ca)
    if options.certificate is not None:
        _show(context, options.certificate, options.key, options.passphrase)
    elif options.key is not None:
        raise TlsSettingError("client_key", "needs client_cert beside it", "Set client_cert, or leave out client_key.")
    if not options.verifies:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _trust(context: ssl.SSLContext, ca: str) -> None:
    path = Path(_expanded(ca))
    try:
        if _PEM in ca:
            # Text around the certificates may be in any language; Python takes ASCII only.
            context.load_verify_locations(cadata=ca.encode("ascii", "ignore").decode("ascii"))
        elif path.is_dir():
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise TlsSettingError("ca_file", f"{_shown(ca)} holds no certificate that can be read", _CONVERT) from None
    except (OSError, ValueError) as error:
        raise _unreadable("ca_file", ca, error) from None


def _show(context: ssl.SSLContext, certificate: str, key: str | None, passphrase: str | None) -> None:
    asked = False

    def password() -> str:
        # Without this, OpenSSL would ask on the terminal.
        nonlocal asked
        asked = True
        return passphrase or ""

    with contextlib.ExitStack() as stack:
        cert_file = stack.enter_context(_as_file("client_cert", certificate))
        key_file = None if key is None else stack.enter_context(_as_file("client_key", key))
        try:
            context.load_cert_chain(cert_file, key_file, password)
        except (ssl.SSLError, ValueError) as error:
            raise _refused(error, certificate, key, passphrase, asked=asked) from None
        except OSError as error:
            raise _unreadable("client_cert" if key is None else "client_key", key or certificate, error) from None


def _refused(
    error: Exception, certificate: str, key: str | None, passphrase: str | None, *, asked: bool
) -> TlsSettingError:
    setting = "client_cert" if key is None else "client_key"
    shown = _shown(key or certificate)
    if asked and not passphrase:
        return TlsSettingError(setting, f"{shown} is encrypted", "Set client_key_password to its passphrase.")
    if asked:
        return TlsSettingError("client_key_password", f"does not open {shown}", "Check the passphrase of the key.")
    if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH":
        return TlsSettingError(
            setting, f"{shown} does not belong to the certificate in client_cert", "Check that both are of one pair."
        )
    if key is None:
        return TlsSettingError(
            setting,
            f"{shown} does not hold a certificate and its private key",
            f"Set client_key where the key is in another file. {_CONVERT}",
        )
    return TlsSettingError(setting, f"{shown} and client_cert are no certificate with its private key", _CONVERT)


@contextlib.contextmanager
def _as_file(setting: str, text: str) -> Iterator[str]:
    """A path, which OpenSSL wants; PEM text lies for that moment in a file that only this account can read."""
    if _PEM not in text:
        path = Path(_expanded(text))
        try:
            path.open("rb").close()
        except (OSError, ValueError) as error:
            raise _unreadable(setting, text, error) from None
        yield str(path)
        return
    with tempfile.NamedTemporaryFile("w", encoding="ascii", errors="replace", suffix=".pem") as file:
        file.write(text)
        file.flush()
        yield file.name


def _unreadable(setting: str, text: str, error: Exception) -> TlsSettingError:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return TlsSettingError(setting, f"{_shown(text)} cannot be read: {reason}", "Check the path of the file.")


def _shown(text: str) -> str:
    return "the PEM text" if _PEM in text else _expanded(text)


def _expanded(path: str) -> str:
    """``path`` with its ``~`` replaced; as it is where that names nobody here, which is no file either."""
    try:
        return str(Path(path).expanduser())
    except (RuntimeError, ValueError):
        return path


def missing_authorities() -> str | None:
    """The variable of SSL_CERT_FILE and SSL_CERT_DIR that leads nowhere: OpenSSL then trusts nobody, silently."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        value = os.environ.get(name)
        if value and not any(Path(each).exists() for each in value.split(os.pathsep)):
            return name
    return None
