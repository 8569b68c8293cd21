"""What the running gateway tells about itself; the values of the control API.

All fields are JSON values or such dataclasses; :mod:`mcptui.control.codec` converts both ways.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

Json: TypeAlias = Any
JsonObject: TypeAlias = dict[str, Any]

#: disabled: switched off · idle: ready, its process starts with the first use · starting · ready ·
#: degraded: works, with errors · unreachable: connection failed or breaker open ·
#: needs_login: credential refused or missing ·
#: needs_secret: a ``${…}`` reference cannot be resolved.
ServerState: TypeAlias = Literal[
    "disabled", "idle", "starting", "ready", "degraded", "unreachable", "needs_login", "needs_secret"
]
#: The same for people, on the command line, in the app, and in what clients are told.
STATE_WORDS: Final[Mapping[ServerState, str]] = {
    "disabled": "disabled",
    "idle": "ready (idle)",
    "starting": "starting",
    "ready": "ready",
    "degraded": "degraded",
    "unreachable": "unreachable",
    "needs_login": "needs login",
    "needs_secret": "needs secret",
}
#: Steps of a test whose name in the control API is not what people call them.
_STEP_TITLES: Final[Mapping[str, str]] = {"resolve": "secrets", "spawn": "start"}
#: The states of a server that does not do its part at all.
BROKEN: Final[frozenset[ServerState]] = frozenset({"unreachable", "needs_login", "needs_secret"})
SecretState: TypeAlias = Literal["ok", "locked", "unavailable"]
Outcome: TypeAlias = Literal["ok", "tool_error", "error", "denied", "unreachable", "cancelled"]
#: The ``key`` of a record of a request that came from no key that may be used.
NOBODY: Final = "(refused)"
ProbeStatus: TypeAlias = Literal["running", "ok", "failed", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginStatus:
    """The tokens of an OAuth login; ``expires`` is None where the authorization server did not say."""

    expires: float | None
    #: Whether the gateway gets new tokens by itself.
    renews: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """One server as the gateway sees it now; times are seconds since the epoch."""

    name: str
    state: ServerState
    since: float
    reason: str | None = None
    hint: str | None = None
    transport: str | None = None
    protocol_version: str | None = None
    server_info: JsonObject | None = None
    tools: int = 0
    prompts: int = 0
    resources: int = 0
    #: Malformed entries of its lists, which are in none of them.
    left_out: int = 0
    #: What was mended, left out or could not be read in its lists, in words.
    remarks: Sequence[str] = ()
    latency_ms: float | None = None
    connections: int = 0
    stderr: Sequence[str] = ()
    #: Lines of its newest process's standard output that were no messages; the newest are in ``stderr`` too.
    unreadable: int = 0
    #: When it last did not do its part; also while it works again.
    failed_at: float | None = None
    #: What its login is worth; None where nobody has logged in, or every key does so itself.
    login: LoginStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigError:
    """Why the newest file is not applied; the last valid state is in use."""

    message: str
    file: str
    line: int | None = None
    key: str | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretStatus:
    """The secret store in use: ``backend`` is "keyring", "vault" or "none"."""

    backend: str
    state: SecretState
    detail: str = ""
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """By how much work of the gateway was held up by other work in the last minute, milliseconds."""

    max_ms: float = 0.0
    p99_ms: float = 0.0

    def __str__(self) -> str:
        return f"{self.max_ms:.0f} ms at most, 99 % under {self.p99_ms:.0f} ms, in the last minute"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayStatus:
    """The answer of ``GET /status`` on the control socket."""

    instance_id: str
    pid: int
    version: str
    url: str
    started: float
    revision: str
    #: The version of the control API; empty before there was one.
    api: str = ""
    config_error: ConfigError | None = None
    secrets: SecretStatus | None = None
    servers: Sequence[ServerStatus] = ()
    sessions: int = 0
    calls: int = 0
    #: None from a gateway of an earlier version.
    delays: Delays | None = None
    #: Why calls are not recorded at the moment; None where they are.
    history_error: str | None = None
    #: Why nothing outlives the process at the moment; None where everything does.
    not_kept: str | None = None
    #: The settings of ``[gateway]`` that were changed since the start and need a restart.
    restart_for: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedClient:
    """A client with sessions, streams or calls at the gateway; those with one key, name and address are one.

    Attributes:
        name: what it calls itself, with its version; empty where it does not.
        protocol: the version of MCP; empty where it is not known.
        since: when the oldest of what is open was opened, epoch seconds.
    """

    id: str
    name: str
    key: str
    address: str
    protocol: str
    since: float
    last_used: float
    sessions: int = 0
    streams: int = 0
    calls: int = 0


#: Methods of the gateway itself among notifications: from now on nothing is missed; and there are to be none.
ACKNOWLEDGED: Final = "notifications/subscriptions/acknowledged"
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerNotification:
    """What a server said outside of a request; of list changes it is not known which server's they are.

    The first one of a stream is :data:`ACKNOWLEDGED`, or :data:`FAILED` with {message, hint}.
    """

    method: str
    params: JsonObject = field(default_factory=dict)
    server: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeStep:
    """One line of a probe; the last one has step "done" and carries ``result``.

    Steps in order: resolve (secrets), connect (http, sse) or spawn (stdio), initialize, tools, prompts,
    resources, done. ``result`` = {protocol_version, transport, server_info, instructions, tools, prompts,
    resources} with the lists as received.
    """

    step: str
    status: ProbeStatus
    ms: float | None = None
    detail: str = ""
    hint: str | None = None
    stderr: Sequence[str] = ()
    result: JsonObject | None = None

    @property
    def title(self) -> str:
        """What people call the step."""
        return _STEP_TITLES.get(self.step, self.step)


# Not frozen: one is made for every call, and a frozen one takes four times as long.
@dataclass(slots=True, kw_only=True)
class CallRecord:
    """One request that crossed the gateway. ``params``, ``result`` and ``events`` are masked and cut.

    Attributes:
        name: the tool's or prompt's name or the resource's URI, as the client said it.
        tool: the tool's name at its server.
        key: the key's name, "(owner)", or :data:`NOBODY`.
        address: where the request came from, where that is known.
        times: how many alike requests within a minute the record stands for.
        scope: the servers that the request named, with commas; None for all.
        client: what the client calls itself.
        ms: from the request's arrival to its answer; before_ms of them until it was sent to the server, and
            upstream_ms with the server, of which connect_ms until there was a connection.
        events: what client and server said to each other meanwhile, {ms, kind, method, value}: kind is
            "notification" or "question" from the server, or "answer" from the client.
    """

    id: int
    at: float
    key: str
    method: str
    server: str | None = None
    name: str | None = None
    outcome: Outcome = "ok"
    ms: float = 0.0
    upstream_ms: float | None = None
    bytes_in: int = 0
    bytes_out: int = 0
    error: str | None = None
    front: str = ""
    tool: str | None = None
    scope: str | None = None
    client: str | None = None
    before_ms: float | None = None
    connect_ms: float | None = None
    params: Json = None
    result: Json = None
    #: Why access was refused: the fields of :class:`mcptui.access.denial.Denial`.
    denied: JsonObject | None = None
    events: Sequence[JsonObject] = ()
    address: str | None = None
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a key sees: items as a client receives them, each with its server in ``owners``.

    ``owners`` maps the listed tool or prompt name, or the resource uri or uriTemplate, to (server, name there).
    """

    tools: Sequence[JsonObject] = ()
    prompts: Sequence[JsonObject] = ()
    resources: Sequence[JsonObject] = ()
    templates: Sequence[JsonObject] = ()
    owners: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """One event of a call through the control API; "result" and "error" end it.

    progress: {progress, total?, message?} · log: {level, logger?, data} · ask: {id, method, params}, to be
    answered with ``Control.answer`` · result: the result object · error: {code, message, data?} ·
    for chat: text {delta}, tool {id, name, server, arguments, status, output?, error?, ms?}, approval
    {id, name, server, arguments}, done {messages, usage {prompt_tokens, completion_tokens, …}, rounds,
    tool_calls, stop}.
    """

    type: str
    value: JsonObject
