"""Settings of the gateway process and of the secret store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from mcptui.model.names import affix
from mcptui.model.setting import about

PrefixMode: TypeAlias = Literal["always", "conflict", "never"]
LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]
SecretBackend: TypeAlias = Literal["auto", "keyring", "vault"]

DEFAULT_PORT: Final = 4000
LOOPBACK_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """The ``[gateway]`` table."""

    host: str = field(
        default="127.0.0.1",
        metadata=about("Host", "where it listens; another host than this machine needs --yes", kind="filled"),
    )
    port: int = field(default=DEFAULT_PORT, metadata=about("Port", "0 for any free one", minimum=0, maximum=65535))
    separator: str = field(
        default="__",
        metadata=about("Separator", "between prefix and tool name: github__search", **affix(1, 8)),
    )
    prefix: PrefixMode = field(
        default="always",
        metadata=about("Prefix", "which tool names have one; conflict: where two servers share a name"),
    )
    allowed_hosts: tuple[str, ...] = field(
        default=(),
        metadata=about("Hosts", "Host headers accepted besides this machine's", option="allowed-host"),
    )
    allowed_origins: tuple[str, ...] = field(
        default=(),
        metadata=about("Origins", "Origin headers accepted besides this machine's", option="allowed-origin"),
    )
    cors_origins: tuple[str, ...] = field(
        default=(),
        metadata=about("Web pages", "origins of web pages that may read the answers", option="cors-origin"),
    )
    trusted_proxies: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Proxies",
            "networks of reverse proxies whose X-Forwarded-For and -Host are believed",
            kind="networks",
            option="trusted-proxy",
        ),
    )
    tls_certfile: str | None = field(
        default=None,
        metadata=about(
            "Certificate", "serve https, with tls_keyfile; a renewed file is used without a restart", kind="filled"
        ),
    )
    tls_keyfile: str | None = field(
        default=None, metadata=about("Certificate key", "the private key of tls_certfile", kind="filled")
    )
    max_body_bytes: int = field(
        default=64 * 1024 * 1024,
        metadata=about("Largest request", "larger requests are refused", unit="bytes", minimum=1024),
    )
    log_level: LogLevel = field(default="info", metadata=about("Log level", "how much is logged"))
    survive_app: bool | None = field(
        default=None,
        metadata=about(
            "Stays",
            "whether the gateway stays when the app that started it ends",
            default_means="asks once",
        ),
    )

    @property
    def base_url(self) -> str:
        """Where a client on this machine reaches the gateway, without a trailing slash."""
        scheme = "https" if self.tls_certfile else "http"
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        host = f"[{host}]" if ":" in host else host
        return f"{scheme}://{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only programs on this machine can connect."""
        return self.host in LOOPBACK_HOSTS


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSettings:
    """The ``[secrets]`` table: where ``${secret:…}`` lives."""

    backend: SecretBackend = field(
        default="auto",
        metadata=about("Store", "where secrets are kept; auto: the keyring where it works, else the vault"),
    )
    key_file_consent: bool = field(
        default=False,
        metadata=about("Key file", "the vault's key may be a file of mode 0600 beside it, agreed to once"),
    )
