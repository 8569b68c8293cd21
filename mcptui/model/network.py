"""How something is reached over the network: the settings that servers and models have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from mcptui.model.setting import about

#: Heading of these settings.
NETWORK: Final = "Network"

_ABSOLUTE: Final[dict[str, Any]] = {
    "pattern": re.compile(r"(?s)([/~\\]|[A-Za-z]:[/\\]|\$\{|-----BEGIN ).*"),
    "wanted": "an absolute path, one that begins with ~/, or a reference",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Proxy and TLS. Every text may hold references; certificates and keys are files, or PEM text by a reference."""

    proxy: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "Proxy",
            'URL of a proxy; "none" for a direct connection',
            group=NETWORK,
            applies_to="url",
            pattern=re.compile(r"\S*"),
            wanted='the URL of a proxy, or "none"',
            placeholder="from HTTPS_PROXY; none; e.g. http://proxy:3128",
            default_means="from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`",
        ),
    )
    ca_file: str | None = field(
        default=None,
        metadata=about(
            "CA file",
            "file of certificates to trust in addition to the system's",
            kind="filled",
            group=NETWORK,
            applies_to="url",
            placeholder="system only; e.g. /etc/ssl/corp-ca.pem",
            **_ABSOLUTE,
        ),
    )
    client_cert: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "Client certificate",
            "file with the client certificate (mutual TLS)",
            kind="filled",
            group=NETWORK,
            applies_to="url",
            placeholder="none; or a file",
            **_ABSOLUTE,
        ),
    )
    client_key: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "Client key",
            "private key of the client certificate, if not in the same file",
            kind="filled",
            group=NETWORK,
            applies_to="url",
            placeholder="in the same file; or a file, ${secret:…}",
            **_ABSOLUTE,
        ),
    )
    client_key_password: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "Key passphrase",
            "reference to the passphrase of an encrypted client_key",
            kind="reference",
            group=NETWORK,
            applies_to="url",
            placeholder="none; or ${secret:…}",
        ),
    )
    tls_server_name: str | None = field(
        default=None,
        metadata=about(
            "TLS server name",
            "name in the server's certificate, if not the host of the URL",
            kind="filled",
            group=NETWORK,
            applies_to="url",
            pattern=re.compile(r"(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*"),
            wanted="a host name",
            placeholder="the URL's host",
            default_means="the URL's host",
        ),
    )
    verify_tls: bool = field(
        default=True,
        metadata=about(
            "Verify TLS",
            "whether the server's certificate is verified",
            group=NETWORK,
            applies_to="url",
            words={True: "yes", False: "NO: the server can be impersonated"},
        ),
    )

    def network_texts(self) -> Iterator[tuple[str, str]]:
        """The settings here in whose text references are replaced, with what they say."""
        texts = {
            "proxy": self.proxy,
            "ca_file": self.ca_file,
            "client_cert": self.client_cert,
            "client_key": self.client_key,
            "client_key_password": self.client_key_password,
        }
        yield from ((name, text) for name, text in texts.items() if text is not None)
