"""Scripts of what crosses the era bridge: ``assert Playbook(rules) >> event << command << command >> event …``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from mcptui.gateway.relay.era_bridge.bridge import EraBridge
from mcptui.gateway.relay.era_bridge.messages import Command, Event, Failure, Message, Refusal, Result
from mcptui.gateway.relay.seal import bad_state
from mcptui.protocol.errors import RpcError


class Playbook:
    """Gives events to the rules, and expects each command that they lead to, in order.

    Args:
        rules: of one call.
    """

    def __init__(self, rules: EraBridge) -> None:
        self._rules = rules
        self._commands: list[Command] = []

    def __rshift__(self, event: Event) -> Playbook:
        """``event`` happens, once everything before it was expected."""
        assert self
        self._commands = list(self._rules.receive(event))
        return self

    def __lshift__(self, command: Command) -> Playbook:
        """``command`` is what comes next of the last event."""
        assert self._commands, f"expected {command}, but there is nothing to do"
        assert _plain(self._commands.pop(0)) == _plain(command)
        return self

    def __bool__(self) -> bool:
        """Whether nothing was left to do; for ``assert``."""
        assert not self._commands, f"not expected: {self._commands}"
        return True


class ReadableSeals:
    """Seals that a script can write down."""

    def seal(self, value: str) -> str:
        """As of :class:`mcptui.gateway.relay.era_bridge.bridge.Seals`."""
        return f"sealed {value}"

    def open(self, sealed: Any) -> Any:
        """As of :class:`mcptui.gateway.relay.era_bridge.bridge.Seals`."""
        if not isinstance(sealed, str) or not sealed.startswith("sealed "):
            raise bad_state()
        return sealed.removeprefix("sealed ")


def failure(code: int, message: str, data: Any = None) -> Failure:
    """The error that a call ends with."""
    return Failure(RpcError(code, message, data))


def refusal(id_: str, code: int, message: str) -> Refusal:
    """The error in place of an answer."""
    return Refusal(id_, RpcError(code, message))


def asks(questions: Mapping[str, tuple[str, dict[str, Any]]], state: str | None = None) -> Result:
    """The result of the stateless era that asks."""
    requests = {key: {"method": method, "params": params} for key, (method, params) in questions.items()}
    result: dict[str, Any] = {"resultType": "input_required", "inputRequests": requests}
    return Result(result if state is None else {**result, "requestState": state})


def _plain(value: Command | Message | RpcError | object) -> Any:
    """As something that compares by what is in it; errors do not by themselves."""
    if isinstance(value, RpcError):
        return type(value), value.to_wire()
    if is_dataclass(value):
        return type(value), *(_plain(getattr(value, field.name)) for field in fields(value))
    return value
