"""One MCP server as the state file describes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An upstream MCP server: either ``url`` or ``command`` is set.

    ``headers``, ``env``, ``args``, ``cwd``, ``auth_value`` and ``url`` may hold ``${secret:…}``, ``${env:…}`` and
    ``${file:…}`` references; they are resolved where the connection is opened, never here.
    """

    name: str
    url: str | None = None
    command: str | None = None
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: str | None = None
    transport: Transport = "auto"
    description: str = ""
    #: What depends on the server; in "prod" the app asks before everything that is not read-only.
    environment: Environment | None = None
    auth_type: AuthType = "none"
    auth_value: str | None = None
    #: With oauth2: one login for everybody, or one for each key.
    credentials: Credentials = "shared"
    oauth_flow: OAuthFlow = "authorization_code"
    #: A client registered by hand; without it the gateway registers itself.
    oauth_client_id: str | None = None
    oauth_client_secret: str | None = None
    #: The https URL of a document about this client, where the authorization server takes those.
    oauth_client_metadata_url: str | None = None
    #: Instead of those that the server asks for.
    oauth_scopes: tuple[str, ...] = ()
    #: The only authorization server that is trusted for this server.
    oauth_issuer: str | None = None
    #: Where the browser comes back to; None takes any free port.
    oauth_redirect_port: int | None = None
    spec_version: SpecVersion = "auto"
    enabled: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    forward_headers: tuple[str, ...] = ()
    #: Seconds that a request may be silent; progress starts the clock again.
    timeout: float = DEFAULT_TIMEOUT
    #: Seconds that a request may take whatever it reports; None for ten times ``timeout``.
    max_timeout: float | None = None
    allowed_tools: tuple[str, ...] | None = None
    disallowed_tools: tuple[str, ...] = ()
    prefix: Prefix = None
    allow_all_keys: bool = False
    isolation: Isolation = "auto"
    max_processes: int = 16
    #: Requests that the server gets at a time; more wait.
    max_concurrent: int = 100
    tags: tuple[str, ...] = ()

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
