"""Settings of the gateway process and of the secret store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from mcptui.model.limits import Limits
from mcptui.model.names import affix
from mcptui.model.setting import about, settings_of

PrefixMode: TypeAlias = Literal["always", "conflict", "never"]
LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]
Notices: TypeAlias = Literal["off", "bell", "terminal"]
SecretBackend: TypeAlias = Literal["auto", "keyring", "vault"]

DEFAULT_PORT: Final = 4000
# Headings of the gateway's settings.
_TOOL_NAMES: Final = "Tool names"
_CLIENTS: Final = "Clients"
_TLS: Final = "TLS"
_PROCESS: Final = "Process"
_SECRETS: Final = "Secrets"

LOOPBACK_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings(Limits):
    """The ``[gateway]`` table."""

    host: str = field(
        default="127.0.0.1",
        metadata=about(
            "Host", "address to listen on; beyond loopback it needs confirmation", kind="filled", needs_restart=True
        ),
    )
    port: int = field(
        default=DEFAULT_PORT, metadata=about("Port", "0 for any free one", minimum=0, maximum=65535, needs_restart=True)
    )
    separator: str = field(
        default="__",
        metadata=about("Separator", "between prefix and tool name: github__search", group=_TOOL_NAMES, **affix(1, 8)),
    )
    prefix: PrefixMode = field(
        default="always",
        metadata=about(
            "Prefix",
            "which tool names have one; conflict: those of several servers",
            group=_TOOL_NAMES,
            order=-1,
            words={"conflict": "conflict: where two servers share a name"},
        ),
    )
    allowed_hosts: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Hosts",
            "additional accepted Host headers",
            group=_CLIENTS,
            option="allowed-host",
            placeholder="this machine's; mcp.example.com",
        ),
    )
    allowed_origins: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Origins",
            "additional accepted Origin headers",
            group=_CLIENTS,
            option="allowed-origin",
            placeholder="this machine's; https://app.example.com",
        ),
    )
    cors_origins: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Web pages",
            "origins of web pages that may read the answers",
            group=_CLIENTS,
            option="cors-origin",
            placeholder="none; https://app.example.com",
        ),
    )
    trusted_proxies: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Proxies",
            "reverse proxies whose X-Forwarded-For and -Host are believed",
            kind="networks",
            group=_CLIENTS,
            option="trusted-proxy",
            placeholder="none; 10.0.0.0/8, ::1",
        ),
    )
    tls_certfile: str | None = field(
        default=None,
        metadata=about(
            "Certificate",
            "serve https, with tls_keyfile; renewed files are read again",
            needs_restart=True,
            kind="filled",
            group=_TLS,
            placeholder="none; a file, /etc/ssl/mcp.pem",
        ),
    )
    tls_keyfile: str | None = field(
        default=None,
        metadata=about(
            "Private key",
            "the private key of tls_certfile",
            needs_restart=True,
            kind="filled",
            group=_TLS,
            placeholder="none; a file",
        ),
    )
    log_level: LogLevel = field(default="info", metadata=about("Log level", "how much is logged", group=_PROCESS))
    survive_app: bool | None = field(
        default=None,
        metadata=about(
            "On quit",
            "whether the gateway stays when the app that started it ends",
            group=_PROCESS,
            default_means="asks once",
            words={True: "keeps running", False: "ends with the app"},
        ),
    )

    notices: Notices = field(
        default="off",
        metadata=about(
            "Notices",
            "of denied calls, servers that are down, logins due",
            group=_PROCESS,
            words={"bell": "bell of the terminal", "terminal": "terminal notification"},
        ),
    )

    def restart_for(self, started: GatewaySettings) -> tuple[str, ...]:
        """The settings of a gateway that was ``started`` with others, which these take effect with after a restart."""
        restarting = (name for name, setting in settings_of(GatewaySettings).items() if setting.about.needs_restart)
        return tuple(name for name in restarting if getattr(self, name) != getattr(started, name))

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
        metadata=about("Store", "where secrets are kept; auto: keyring where it works, else vault", group=_SECRETS),
    )
    key_file_consent: bool = field(
        default=False,
        metadata=about(
            "Key file",
            "store the key of the vault in a file beside it, mode 0600",
            group=_SECRETS,
            words={False: "asks first", True: "agreed to"},
        ),
    )


def titles_of(names: Iterable[str]) -> str:
    """What people call the settings ``names`` of ``[gateway]``; one that a later version has is called by its name."""
    known = settings_of(GatewaySettings)
    return ", ".join(known[name].about.title if name in known else name for name in names)
