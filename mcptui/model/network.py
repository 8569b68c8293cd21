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
            'the URL of a proxy; "none" for a direct connection',
            group=NETWORK,
            applies_to="url",
            pattern=re.compile(r"\S*"),
            wanted='the URL of a proxy, or "none"',
            placeholder="as HTTPS_PROXY says; none, http://proxy:3128",
            default_means="as `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say",
        ),
    )
    ca_file: str | None = field(
        default=None,
        metadata=about(
            "Authority",
            "a file of certificates that are trusted beside the system's",
            kind="filled",
            group=NETWORK,
            applies_to="url",
            placeholder="the system's; a file, /etc/ssl/corp-ca.pem",
            **_ABSOLUTE,
        ),
    )
    client_cert: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "Client cert",
            "a file with the certificate that is shown (mutual TLS)",
            kind="filled",
            group=NETWORK,
            applies_to="url",
            placeholder="none; a file",
            **_ABSOLUTE,
        ),
    )
    client_key: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "Client key",
            "its private key, where that is not in the same file",
            kind="filled",
            group=NETWORK,
            applies_to="url",
            placeholder="in the same file; a file, ${secret:…}",
            **_ABSOLUTE,
        ),
    )
    client_key_password: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "Passphrase",
            "a reference to the passphrase of an encrypted client_key",
            kind="reference",
            group=NETWORK,
            applies_to="url",
            placeholder="not encrypted; ${secret:…}",
        ),
    )
    tls_server_name: str | None = field(
        default=None,
        metadata=about(
            "TLS name",
            "the name in its certificate, where it is not the host",
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
            "Certificate",
            "whether its certificate is checked",
            group=NETWORK,
            applies_to="url",
            words={True: "checked", False: "NOT checked: anybody on the way can pose as it"},
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
