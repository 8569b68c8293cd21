"""What crosses the era bridge: messages of a call, from and to both sides, as plain values.

A message has the same form whichever side it comes from and whichever revision that side speaks. None is changed once
it is made; they are not frozen because several are made for every call, and that takes twice as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from mcptui.protocol.errors import RpcError


@dataclass(slots=True)
class Request:
    """The params of the call; a stateless client sends them again with its answers."""

    params: dict[str, Any]


@dataclass(slots=True)
class Result:
    """The result of the call; in the stateless era it may ask for input."""

    value: dict[str, Any]


@dataclass(slots=True)
class Failure:
    """The error that the call ends with: the server's own answer, or why there is none."""

    error: BaseException


@dataclass(slots=True)
class Question:
    """What a server asks a client in a message of its own: sampling, elicitation or roots."""

    id: str
    method: str
    params: dict[str, Any]


@dataclass(slots=True)
class Answer:
    """What the client answered to a question."""

    id: str
    value: dict[str, Any]


@dataclass(slots=True)
class Refusal:
    """The error in place of an answer."""

    id: str
    error: RpcError


@dataclass(slots=True)
class Withdrawal:
    """The server no longer needs the answer to a question."""

    id: str


@dataclass(slots=True)
class Notification:
    """Progress, a log line, or what else is said during a call."""

    method: str
    params: dict[str, Any]


@dataclass(slots=True)
class Cancellation:
    """Nobody waits for the result any more."""


Message: TypeAlias = Request | Result | Failure | Question | Answer | Refusal | Withdrawal | Notification | Cancellation


@dataclass(slots=True)
class FromClient:
    """The client has sent this."""

    message: Message


@dataclass(slots=True)
class FromServer:
    """The server has sent this."""

    message: Message


@dataclass(slots=True)
class Pause:
    """The server has said for the moment what it has to say: what came together has come."""


Event: TypeAlias = FromClient | FromServer | Pause


@dataclass(slots=True)
class ToClient:
    """Send this to the client."""

    message: Message


@dataclass(slots=True)
class ToServer:
    """Send this to the server."""

    message: Message


@dataclass(slots=True)
class Suspend:
    """Keep the call until its client comes back with answers."""


Command: TypeAlias = ToClient | ToServer | Suspend
Commands: TypeAlias = tuple[Command, ...]
