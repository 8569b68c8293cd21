"""One MCP server as the state file describes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from mcptui.model.auth import Auth, NoAuth
from mcptui.model.names import affix, header_names
from mcptui.model.network import Network
from mcptui.model.setting import about, settings_of, value_of

Transport: TypeAlias = Literal["auto", "http", "sse", "stdio"]
SpecVersion: TypeAlias = Literal["auto", "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]
StartOn: TypeAlias = Literal["on-demand", "eager"]
#: Who uses one connection of a server that keeps state in it.
Isolation: TypeAlias = Literal["session", "key", "shared"]
Environment: TypeAlias = Literal["dev", "test", "staging", "prod"]
Prefix: TypeAlias = str | None

DEFAULT_TIMEOUT: Final = 60.0
#: A request that reports progress may take this many times its timeout, where nothing else is said.
PROGRESS_FACTOR: Final = 10

#: The first start of a command may install a package with everything that it needs, seconds.
DEFAULT_START_TIMEOUT: Final = 300.0

# Headings of its settings.
AS_A_PROCESS: Final = "Process"
FOR_CLIENTS: Final = "Exposure"
ON_THE_WIRE: Final = "Connection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server(Network):
    """An upstream MCP server: either ``url`` or ``command`` is set.

    ``headers``, ``env``, ``command``, ``args``, ``cwd``, ``url``, secrets of ``auth`` and the texts of ``Network`` may
    hold ``${secret:…}``, ``${env:…}`` and ``${file:…}`` references; they are resolved where the connection is opened,
    never here.
    """

    name: str
    url: str | None = field(
        default=None, metadata=about("URL", "an http or https address", kind="url", is_editable=False)
    )
    command: str | None = field(
        default=None,
        metadata=about(
            "Command", "the command that starts the server", kind="filled", applies_to="command", is_editable=False
        ),
    )
    args: tuple[str, ...] = field(
        default=(), metadata=about("Arguments", "arguments of the command", applies_to="command", is_editable=False)
    )
    env: Mapping[str, str] = field(
        default_factory=dict,
        repr=False,
        metadata=about("Environment variables", "environment variables of the command", applies_to="command", order=5),
    )
    cwd: str | None = field(
        default=None,
        metadata=about(
            "Working directory",
            "the directory that the command runs in",
            kind="filled",
            applies_to="command",
            order=5,
            placeholder="optional",
        ),
    )
    transport: Transport = field(
        default="auto",
        metadata=about("Transport", "auto tries Streamable HTTP, then SSE", applies_to="url", order=1),
    )
    description: str = field(
        default="",
        metadata=about("Description", "a short description", reconnects=False, placeholder="optional"),
    )
    environment: Environment | None = field(
        default=None,
        metadata=about(
            "Environment",
            "with prod, the app asks before calls that are not read-only",
            group=FOR_CLIENTS,
            order=1,
            reconnects=False,
            words={"prod": "prod: confirm writes"},
        ),
    )
    auth: Auth = field(
        default=NoAuth(),
        metadata=about(
            "Authentication",
            "how the gateway authenticates to the server",
            union_key="auth_type",
            applies_to="url",
            order=2,
        ),
    )
    spec_version: SpecVersion = field(
        default="auto", metadata=about("Protocol version", "the MCP revision to use", group=ON_THE_WIRE, order=6)
    )
    enabled: bool = field(
        default=True,
        metadata=about("Enabled", "whether the server is connected and offered to clients", is_editable=False),
    )
    headers: Mapping[str, str] = field(
        default_factory=dict,
        repr=False,
        metadata=about(
            "Headers", "sent with every request", option="header", applies_to="url", order=4, **header_names()
        ),
    )
    forward_headers: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Forward headers",
            "headers of the client's request that are forwarded to the server",
            option="forward-header",
            applies_to="url",
            group=ON_THE_WIRE,
            order=5,
            placeholder="none; e.g. X-Request-Id",
            **header_names(),
        ),
    )
    timeout: float = field(
        default=DEFAULT_TIMEOUT,
        metadata=about(
            "Timeout",
            "seconds without an answer or progress before a request fails",
            kind="seconds",
            unit="seconds",
            group=ON_THE_WIRE,
            reconnects=False,
            placeholder="idle time before a request fails",
        ),
    )
    max_timeout: float | None = field(
        default=None,
        metadata=about(
            "Max timeout",
            "total seconds before a request fails, even with progress",
            kind="seconds",
            unit="seconds",
            group=ON_THE_WIRE,
            reconnects=False,
            placeholder="even while progress is reported",
            default_means="ten times `timeout`",
        ),
    )
    allowed_tools: tuple[str, ...] | None = field(
        default=None,
        metadata=about(
            "Allowed tools",
            "globs of the tools that are offered; others are hidden",
            kind="globs",
            group=FOR_CLIENTS,
            reconnects=False,
            placeholder="all; e.g. read_*, get_*; - for none",
            default_means="all",
        ),
    )
    disallowed_tools: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Blocked tools",
            "globs of tools that no key can use",
            kind="globs",
            group=FOR_CLIENTS,
            reconnects=False,
            placeholder="none; e.g. delete_*",
        ),
    )
    read_only_tools: tuple[str, ...] | None = field(
        default=None,
        metadata=about(
            "Read-only tools",
            "globs of the tools to treat as read-only; all others as writing",
            kind="globs",
            group=FOR_CLIENTS,
            reconnects=False,
            placeholder="as declared; e.g. get_*, list_*; - for none",
            default_means="as the server declares",
        ),
    )
    prefix: Prefix = field(
        default=None,
        metadata=about(
            "Prefix",
            'prefix of the tool names; "" for none',
            group=FOR_CLIENTS,
            order=-1,
            reconnects=False,
            placeholder="server name; - for no prefix",
            default_means="the server name",
            **affix(0, 32),
        ),
    )
    allow_all_keys: bool = field(
        default=False,
        metadata=about(
            "Access",
            "whether all enabled keys have access",
            group=FOR_CLIENTS,
            reconnects=False,
            words={False: "allowed keys only", True: "all enabled keys"},
        ),
    )
    isolation: Isolation = field(
        default="session",
        metadata=about(
            "Isolation",
            "which clients share a session or process of the server",
            group=ON_THE_WIRE,
            order=2,
            words={
                "session": "one per client session",
                "key": "one per key",
                "shared": "one for all clients; no sampling, elicitation or roots",
            },
            earlier={"auto": "session"},
        ),
    )
    max_processes: int = field(
        default=16,
        metadata=about(
            "Max processes",
            "concurrent processes; a new one replaces the one idle for longest",
            unit="processes",
            applies_to="command",
            group=ON_THE_WIRE,
            order=2,
        ),
    )
    start: StartOn = field(
        default="on-demand",
        metadata=about(
            "Start",
            "when the process starts; with the gateway, it is also kept running",
            applies_to="command",
            group=AS_A_PROCESS,
            reconnects=False,
            words={"on-demand": "on first use", "eager": "with the gateway"},
        ),
    )
    idle_minutes: int = field(
        default=10,
        metadata=about(
            "Idle timeout",
            "minutes before an unused process ends; open sessions keep theirs",
            unit="minutes",
            applies_to="command",
            group=AS_A_PROCESS,
            reconnects=False,
            placeholder="without a request",
        ),
    )
    start_timeout: float = field(
        default=DEFAULT_START_TIMEOUT,
        metadata=about(
            "Start timeout",
            "seconds until it must answer; a first start may install packages",
            kind="seconds",
            unit="seconds",
            applies_to="command",
            group=AS_A_PROCESS,
            reconnects=False,
            placeholder="including installation",
        ),
    )
    inherit_env: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Inherited variables",
            "globs of further variables inherited from the gateway",
            kind="globs",
            applies_to="command",
            group=AS_A_PROCESS,
            placeholder="defaults; e.g. AWS_*, MY_*",
        ),
    )
    max_concurrent: int = field(
        default=100,
        metadata=about(
            "Max concurrent",
            "concurrent requests; four times as many are queued",
            unit="requests",
            group=ON_THE_WIRE,
            order=1,
            reconnects=False,
            placeholder="the rest is queued",
        ),
    )
    tags: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Tags",
            "labels for filtering and sorting",
            option="tag",
            group=FOR_CLIENTS,
            order=1,
            reconnects=False,
            placeholder="e.g. docs, internal",
        ),
    )

    def connects_like(self, other: Server) -> bool:
        """Whether connections that were opened for one may serve the other."""
        return all(
            value_of(self, setting) == value_of(other, setting)
            for setting in settings_of(type(self)).values()
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
    def hard_timeout(self) -> float:
        """The seconds after which a request ends even if it reports progress."""
        return max(self.timeout, self.timeout * PROGRESS_FACTOR if self.max_timeout is None else self.max_timeout)

    def login_path(self, key: str | None = None) -> str:
        """Where in the secret store the login at this server is kept, or that of ``key``."""
        path = f"server/{self.name}/oauth"
        return path if key is None else f"{path}/{key}"

    def login_paths(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Where logins at this server may be kept: the one of everybody, or those of ``keys``."""
        if not self.auth.keeps_logins:
            return ()
        return tuple(map(self.login_path, keys)) if self.auth.has_own_logins else (self.login_path(),)

    @property
    def tool_prefix(self) -> str:
        """What stands before the separator in tool names; empty for none."""
        return self.name if self.prefix is None else self.prefix
