"""One MCP server as the state file describes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from mcptui.model.names import affix
from mcptui.model.setting import about, settings_of

Transport: TypeAlias = Literal["auto", "http", "sse", "stdio"]
AuthType: TypeAlias = Literal["none", "api_key", "bearer_token", "basic", "authorization", "token", "oauth2"]
SpecVersion: TypeAlias = Literal["auto", "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]
OAuthFlow: TypeAlias = Literal["authorization_code", "client_credentials"]
Credentials: TypeAlias = Literal["shared", "per-key"]
Isolation: TypeAlias = Literal["auto", "shared"]
Environment: TypeAlias = Literal["dev", "test", "staging", "prod"]
Prefix: TypeAlias = str | None

DEFAULT_TIMEOUT: Final = 60.0
#: A request that reports progress may take this many times its timeout, where nothing else is said.
PROGRESS_FACTOR: Final = 10

# Headings of its settings.
FOR_CLIENTS: Final = "For clients"
ON_THE_WIRE: Final = "On the wire"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An upstream MCP server: either ``url`` or ``command`` is set.

    ``headers``, ``env``, ``args``, ``cwd``, ``auth_value`` and ``url`` may hold ``${secret:…}``, ``${env:…}`` and
    ``${file:…}`` references; they are resolved where the connection is opened, never here.
    """

    name: str
    url: str | None = field(
        default=None, metadata=about("URL", "an http or https address", kind="url", is_editable=False)
    )
    command: str | None = field(
        default=None,
        metadata=about(
            "Command", "a process that the gateway starts", kind="filled", applies_to="command", is_editable=False
        ),
    )
    args: tuple[str, ...] = field(
        default=(), metadata=about("Arguments", "of the command", applies_to="command", is_editable=False)
    )
    env: Mapping[str, str] = field(
        default_factory=dict,
        metadata=about("Variables", "the environment of the command", applies_to="command", order=5),
    )
    cwd: str | None = field(
        default=None,
        metadata=about(
            "Folder",
            "where the command runs",
            kind="filled",
            applies_to="command",
            order=5,
            placeholder="where the command runs",
        ),
    )
    transport: Transport = field(
        default="auto",
        metadata=about("Transport", "auto tries Streamable HTTP, then SSE", applies_to="url", order=1),
    )
    description: str = field(
        default="",
        metadata=about("Description", "a line for people", reconnects=False, placeholder="what it is good for"),
    )
    environment: Environment | None = field(
        default=None,
        metadata=about(
            "Environment",
            "what depends on it; in prod the app asks before anything that is not read-only",
            group=FOR_CLIENTS,
            order=1,
            reconnects=False,
            words={"": "not said", "prod": "prod: ask before changes"},
        ),
    )
    auth_type: AuthType = field(
        default="none", metadata=about("Sign-in", "how the gateway signs in to it", applies_to="url", order=2)
    )
    auth_value: str | None = field(
        default=None,
        metadata=about(
            "Secret",
            "the credential, in the form of its auth_type",
            is_secret=True,
            applies_to="url",
            order=2,
            placeholder="kept in the secret store",
        ),
    )
    credentials: Credentials = field(
        default="shared",
        metadata=about(
            "Logins",
            "with oauth2: one login for everybody, or one for each key",
            applies_to="url",
            order=3,
            words={"shared": "shared by everybody", "per-key": "one for each key"},
        ),
    )
    oauth_flow: OAuthFlow = field(
        default="authorization_code",
        metadata=about(
            "Flow", "a login by a person, or client_credentials, which needs none", applies_to="url", order=2
        ),
    )
    oauth_client_id: str | None = field(
        default=None,
        metadata=about(
            "Client id",
            "a client that is registered by hand",
            kind="filled",
            applies_to="url",
            order=5,
            placeholder="the gateway registers itself",
            default_means="the gateway registers itself",
        ),
    )
    oauth_client_secret: str | None = field(
        default=None,
        metadata=about(
            "Client secret",
            "the secret of that client",
            kind="filled",
            is_secret=True,
            applies_to="url",
            order=5,
            placeholder="kept in the secret store",
        ),
    )
    oauth_client_metadata_url: str | None = field(
        default=None,
        metadata=about(
            "Client URL",
            "the https URL of a document about this client, where the authorization server takes those",
            kind="url",
            applies_to="url",
            order=5,
            placeholder="https document about the client",
        ),
    )
    oauth_scopes: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Scopes",
            "what a login asks for",
            option="oauth-scope",
            applies_to="url",
            order=4,
            placeholder="those that the server asks for",
            default_means="what the server asks for",
        ),
    )
    oauth_issuer: str | None = field(
        default=None,
        metadata=about(
            "Issuer",
            "the only authorization server to trust for it",
            kind="url",
            applies_to="url",
            order=6,
            placeholder="the only one to trust; any",
            default_means="any",
        ),
    )
    oauth_redirect_port: int | None = field(
        default=None,
        metadata=about(
            "Redirect port",
            "where the browser comes back to",
            maximum=65535,
            applies_to="url",
            order=6,
            placeholder="any free one",
            default_means="any free one",
        ),
    )
    spec_version: SpecVersion = field(
        default="auto", metadata=about("Protocol", "pin a protocol revision", group=ON_THE_WIRE, order=6)
    )
    enabled: bool = field(
        default=True, metadata=about("Enabled", "whether it is connected and offered", is_editable=False)
    )
    headers: Mapping[str, str] = field(
        default_factory=dict,
        metadata=about("Headers", "sent with every request", option="header", applies_to="url", order=4),
    )
    forward_headers: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Pass on",
            "headers passed on from the client",
            option="forward-header",
            applies_to="url",
            group=ON_THE_WIRE,
            order=5,
            placeholder="none; headers of clients, X-Request-Id",
        ),
    )
    timeout: float = field(
        default=DEFAULT_TIMEOUT,
        metadata=about(
            "Timeout",
            "seconds that a request may be silent; each progress message starts them again",
            kind="seconds",
            unit="s",
            group=ON_THE_WIRE,
            reconnects=False,
            placeholder="seconds for one request",
        ),
    )
    max_timeout: float | None = field(
        default=None,
        metadata=about(
            "At most",
            "seconds that a request may take, whatever progress it reports",
            kind="seconds",
            unit="s",
            group=ON_THE_WIRE,
            reconnects=False,
            placeholder="seconds, however much progress it reports",
            default_means="ten times `timeout`",
        ),
    )
    allowed_tools: tuple[str, ...] | None = field(
        default=None,
        metadata=about(
            "Tools",
            "globs; only these",
            kind="globs",
            group=FOR_CLIENTS,
            reconnects=False,
            placeholder="all; read_*, get_* for some, - for none",
            default_means="all",
        ),
    )
    disallowed_tools: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Not tools",
            "globs; denied to everybody",
            kind="globs",
            group=FOR_CLIENTS,
            reconnects=False,
            placeholder="none; delete_*",
        ),
    )
    prefix: Prefix = field(
        default=None,
        metadata=about(
            "Prefix",
            'stands in tool names; "" for none',
            group=FOR_CLIENTS,
            order=-1,
            reconnects=False,
            placeholder="the server's name; - for none",
            default_means="the name",
            **affix(0, 32),
        ),
    )
    allow_all_keys: bool = field(
        default=False,
        metadata=about(
            "Open to",
            "open to every enabled key",
            group=FOR_CLIENTS,
            reconnects=False,
            words={False: "keys that are allowed it", True: "every enabled key"},
        ),
    )
    isolation: Isolation = field(
        default="auto",
        metadata=about(
            "Process",
            "one process for everybody (shared), or more",
            applies_to="command",
            group=ON_THE_WIRE,
            order=2,
            words={"shared": "shared by everybody"},
        ),
    )
    max_processes: int = field(
        default=16,
        metadata=about(
            "Processes",
            "at most, for all its users",
            unit="processes",
            applies_to="command",
            group=ON_THE_WIRE,
            order=2,
            placeholder="at most",
        ),
    )
    max_concurrent: int = field(
        default=100,
        metadata=about(
            "At a time",
            "requests that the server gets at a time; four times as many wait, more are refused",
            unit="requests",
            group=ON_THE_WIRE,
            order=1,
            reconnects=False,
            placeholder="requests; more wait",
        ),
    )
    tags: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Tags",
            "words to find it by",
            option="tag",
            group=FOR_CLIENTS,
            order=1,
            reconnects=False,
            placeholder="a, b",
        ),
    )

    def connects_like(self, other: Server) -> bool:
        """Whether connections that were opened for one may serve the other."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name, setting in settings_of(type(self)).items()
            if setting.about.reconnects
        )

    @property
    def is_stdio(self) -> bool:
        """Whether the server is a process that the gateway starts."""
        return self.command is not None

    @property
    def is_production(self) -> bool:
        """Whether a person is asked before anything that is not read-only."""
        return self.environment == "prod"

    @property
    def takes_logins(self) -> bool:
        """Whether a person logs in to it."""
        return self.auth_type == "oauth2" and self.oauth_flow == "authorization_code"

    @property
    def has_own_logins(self) -> bool:
        """Whether every key logs in itself."""
        return self.credentials == "per-key" and self.auth_type == "oauth2"

    @property
    def longest(self) -> float:
        """The seconds after which a request ends even if it reports progress."""
        return max(self.timeout, self.timeout * PROGRESS_FACTOR if self.max_timeout is None else self.max_timeout)

    def login_path(self, key: str | None = None) -> str:
        """Where in the secret store the login at this server is kept, or that of ``key``."""
        path = f"server/{self.name}/oauth"
        return path if key is None else f"{path}/{key}"

    def login_paths(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Where logins at this server may be kept: the one of everybody, or those of ``keys``."""
        if self.auth_type != "oauth2":
            return ()
        return tuple(map(self.login_path, keys)) if self.has_own_logins else (self.login_path(),)

    @property
    def tool_prefix(self) -> str:
        """What stands before the separator in tool names; empty for none."""
        return self.name if self.prefix is None else self.prefix
