"""A handshake client at a stateless server, which asks by its result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mcptui.gateway.relay.era_bridge.bridge import EraBridge
from mcptui.gateway.relay.era_bridge.messages import (
    Answer,
    Commands,
    Message,
    Question,
    Refusal,
    Request,
    Result,
    ToClient,
    ToServer,
)
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.protocol.questions import ELICIT, asks_for_input, to_handshake, without_answers

#: Rounds of questions that one call may ask (the SDKs' clients have the same bound).
MAX_ROUNDS: Final = 10


class AskRounds(EraBridge):
    """A stateless server asks a handshake client by its result: ask the client, and send the request again."""

    __slots__ = ("_answers", "_can_ask", "_name", "_params", "_questions", "_rounds", "_state")

    questions_pass = False

    def __init__(self, name: str, *, can_ask: bool) -> None:
        self._name = name
        self._can_ask = can_ask
        self._params: dict[str, Any] = {}
        self._rounds = 0
        #: The questions of this round, the answers so far, and the state that goes back with them.
        self._questions: dict[str, Question] = {}
        self._answers: dict[str, dict[str, Any]] = {}
        self._state: Any = None

    def from_client(self, message: Message) -> Commands:
        """As of :class:`EraBridge`."""
        match message:
            case Request(params):
                self._params = params
            case Answer(id_, value):
                return self._answered(id_, value)
            case Refusal(id_, error):
                return self._refused(id_, error)
        return super().from_client(message)

    def from_server(self, message: Message) -> Commands:
        """As of :class:`EraBridge`."""
        if isinstance(message, Result) and asks_for_input(message.value):
            return self._ask(message.value)
        return super().from_server(message)

    def _ask(self, result: Mapping[str, Any]) -> Commands:
        if not self._can_ask:
            raise RpcError(INTERNAL_ERROR, f"server {self._name} asks, but this client cannot be asked")
        self._rounds += 1
        if self._rounds > MAX_ROUNDS:
            raise RpcError(INTERNAL_ERROR, f"server {self._name} asked more than {MAX_ROUNDS} times")
        self._questions = _questions_of(result.get("inputRequests"))
        self._answers = {}
        self._state = result.get("requestState")
        return tuple(map(ToClient, self._questions.values())) or self._again()

    def _answered(self, id_: str, value: dict[str, Any]) -> Commands:
        if id_ not in self._questions:
            return ()
        self._answers[id_] = value
        return self._again() if len(self._answers) == len(self._questions) else ()

    def _refused(self, id_: str, error: RpcError) -> Commands:
        """An elicitation has an answer that says no; to anything else, a refusal ends the call."""
        question = self._questions.get(id_)
        if question is None:
            return ()
        if question.method == ELICIT:
            return self._answered(id_, {"action": "cancel"})
        self._questions = {}
        raise error

    def _again(self) -> Commands:
        """The request with the answers, in the order of the questions, and the newest state or none."""
        params = without_answers(self._params)
        params["inputResponses"] = {id_: self._answers[id_] for id_ in self._questions}
        if isinstance(self._state, str):
            params["requestState"] = self._state
        self._questions = {}
        return (ToServer(Request(params)),)


def _questions_of(requests: Any) -> dict[str, Question]:
    """What a stateless server wants to know.

    Raises:
        RpcError: it asks in a malformed way.
    """
    entries = requests.items() if isinstance(requests, dict) else ()
    return {key: _question(key, entry) for key, entry in entries}


def _question(key: str, entry: Any) -> Question:
    method = entry.get("method") if isinstance(entry, dict) else None
    params = (entry.get("params") or {}) if isinstance(method, str) else None
    if not isinstance(method, str) or not isinstance(params, dict):
        raise RpcError(INTERNAL_ERROR, "the server asked in a malformed way")
    return Question(key, method, to_handshake(method, params))
