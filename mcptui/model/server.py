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
AS_A_PROCESS: Final = "As a process"
FOR_CLIENTS: Final = "For clients"
ON_THE_WIRE: Final = "On the wire"


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
            "Command", "a process that the gateway starts", kind="filled", applies_to="command", is_editable=False
        ),
    )
    args: tuple[str, ...] = field(
        default=(), metadata=about("Arguments", "of the command", applies_to="command", is_editable=False)
    )
    env: Mapping[str, str] = field(
        default_factory=dict,
        repr=False,
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
            "in prod the app asks before anything that is not read-only",
            group=FOR_CLIENTS,
            order=1,
            reconnects=False,
            words={"prod": "prod: ask before changes"},
        ),
    )
    auth: Auth = field(
        default=NoAuth(),
        metadata=about("Sign-in", "how the gateway signs in to it", union_key="auth_type", applies_to="url", order=2),
    )
    spec_version: SpecVersion = field(
        default="auto", metadata=about("Protocol", "pin a protocol revision", group=ON_THE_WIRE, order=6)
    )
    enabled: bool = field(
        default=True, metadata=about("Enabled", "whether it is connected and offered", is_editable=False)
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
            "Pass on",
            "headers passed on from the client",
            option="forward-header",
            applies_to="url",
            group=ON_THE_WIRE,
            order=5,
            placeholder="none; headers of clients, X-Request-Id",
            **header_names(),
        ),
    )
    timeout: float = field(
        default=DEFAULT_TIMEOUT,
        metadata=about(
            "Timeout",
            "seconds that a request may be silent; progress starts them again",
            kind="seconds",
            unit="seconds",
            group=ON_THE_WIRE,
            reconnects=False,
            placeholder="for one request",
        ),
    )
    max_timeout: float | None = field(
        default=None,
        metadata=about(
            "At most",
            "seconds that a request may take, whatever progress it reports",
            kind="seconds",
            unit="seconds",
            group=ON_THE_WIRE,
            reconnects=False,
            placeholder="however much progress it reports",
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
            "globs; denied to all keys",
            kind="globs",
            group=FOR_CLIENTS,
            reconnects=False,
            placeholder="none; delete_*",
        ),
    )
    read_only_tools: tuple[str, ...] | None = field(
        default=None,
        metadata=about(
            "Read-only",
            "globs; these only read, all others change something",
            kind="globs",
            group=FOR_CLIENTS,
            reconnects=False,
            placeholder="as the server claims; get_*, list_*, - for none",
            default_means="as the server claims",
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
        default="session",
        metadata=about(
            "Sessions",
            "who shares a session or process at the server",
            group=ON_THE_WIRE,
            order=2,
            words={
                "session": "one for each client session",
                "key": "shared by the clients of a key",
                "shared": "shared by all clients; without elicitation and roots",
            },
            earlier={"auto": "session"},
        ),
    )
    max_processes: int = field(
        default=16,
        metadata=about(
            "Processes",
            "at most; the longest unused one ends for a new one",
            unit="processes",
            applies_to="command",
            group=ON_THE_WIRE,
            order=2,
            placeholder="at most",
        ),
    )
    start: StartOn = field(
        default="on-demand",
        metadata=about(
            "Start",
            "with the first use, or with the gateway and kept running",
            applies_to="command",
            group=AS_A_PROCESS,
            reconnects=False,
            words={"on-demand": "with the first use", "eager": "with the gateway"},
        ),
    )
    idle_minutes: int = field(
        default=10,
        metadata=about(
            "Ends after",
            "minutes without a request; open client sessions keep theirs",
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
            "Start takes",
            "seconds until it answers; a first start may install something",
            kind="seconds",
            unit="seconds",
            applies_to="command",
            group=AS_A_PROCESS,
            reconnects=False,
            placeholder="at most, installing included",
        ),
    )
    inherit_env: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Inherits",
            "globs of variables of the gateway, beside the usual ones",
            kind="globs",
            applies_to="command",
            group=AS_A_PROCESS,
            placeholder="the usual ones; AWS_*, MY_*",
        ),
    )
    max_concurrent: int = field(
        default=100,
        metadata=about(
            "At a time",
            "concurrent requests; four times as many wait, more are refused",
            unit="requests",
            group=ON_THE_WIRE,
            order=1,
            reconnects=False,
            placeholder="more wait",
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
