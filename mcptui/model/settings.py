"""Settings of the gateway process and of the secret store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

PrefixMode: TypeAlias = Literal["always", "conflict", "never"]
LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]
SecretBackend: TypeAlias = Literal["auto", "keyring", "vault"]

DEFAULT_PORT: Final = 4000
LOOPBACK_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """The ``[gateway]`` table."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    separator: str = "__"
    prefix: PrefixMode = "always"
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    #: CIDR networks of reverse proxies whose X-Forwarded-For, -Host and -Proto are believed.
    trusted_proxies: tuple[str, ...] = ()
    tls_certfile: str | None = None
    tls_keyfile: str | None = None
    max_body_bytes: int = 64 * 1024 * 1024
    log_level: LogLevel = "info"
    #: Whether the gateway stays when the app that started it ends; None asks once.
    survive_app: bool | None = None

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

    backend: SecretBackend = "auto"
    #: The user agreed once that the vault's key is a file with mode 0600 beside it.
    key_file_consent: bool = False
