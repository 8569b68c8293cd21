"""A stateless client at a handshake server, which asks while the call is under way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeGuard

from mcptui.gateway.relay.era_bridge.bridge import EraBridge, Seals
from mcptui.gateway.relay.era_bridge.messages import (
    Answer,
    Commands,
    Failure,
    Message,
    Notification,
    Question,
    Refusal,
    Request,
    Result,
    Suspend,
    ToClient,
    ToServer,
    Withdrawal,
)
from mcptui.protocol.errors import INTERNAL_ERROR, URL_ELICITATION_REQUIRED, RpcError
from mcptui.protocol.questions import (
    can_open_urls,
    input_required,
    refusal,
    to_stateless,
    url_questions,
    without_answers,
)
from mcptui.protocol.stateless import without_envelope

#: The sealed state of a request that is simply to be sent again; any other is the id of a suspended call.
_AGAIN: Final = "again"


class SuspendedQuestions(EraBridge):
    """A handshake server asks a stateless client: its call stays open until the client comes back with answers.

    Args:
        id_: of the call, which the client's state leads back to.
        capabilities: what the client said it can be asked for.
        seals: for the client's state.
    """

    __slots__ = ("_capabilities", "_count", "_ended", "_id", "_is_away", "_open", "_seals")

    def __init__(self, id_: str, capabilities: Mapping[str, Any], seals: Seals) -> None:
        self._id = id_
        self._capabilities = capabilities
        self._seals = seals
        #: The questions without an answer, by the key that the client knows them by.
        self._open: dict[str, Question] = {}
        self._count = 0
        self._is_away = True
        #: The end of the call, which came while the client was away.
        self._ended: Message | None = None

    def from_client(self, message: Message) -> Commands:
        """As of :class:`EraBridge`."""
        if not isinstance(message, Request):
            # A stateless client sends nothing else but that it has gone.
            self._is_away = True
            return (*self._unanswered(), ToServer(message))
        if self._count == 0:
            self._is_away = False
            return (ToServer(Request(without_answers(without_envelope(message.params)))),)
        return self._back(message.params.get("inputResponses"))

    def from_server(self, message: Message) -> Commands:
        """As of :class:`EraBridge`."""
        match message:
            case Question():
                return self._asked(message)
            case Withdrawal(id_):
                self._open = {key: question for key, question in self._open.items() if question.id != id_}
                return ()
            case Result() | Failure():
                self._open = {}
                return self._end(message)
            case Notification() if self._is_away:
                return ()
        return super().from_server(message)

    def pause(self) -> Commands:
        """Questions that came together are asked together."""
        if self._is_away or not self._open:
            return ()
        self._is_away = True
        asked = {key: {"method": each.method, "params": each.params} for key, each in self._open.items()}
        return Suspend(), ToClient(Result(input_required(asked, self._seals.seal(self._id))))

    def _back(self, responses: Any) -> Commands:
        """The client has come back; what it leaves unanswered it is asked again, unknown answers are ignored (mrtr)."""
        self._is_away = False
        if self._ended is not None:
            return self._end(self._ended)
        given = responses if isinstance(responses, dict) else {}
        answered = [(self._open.pop(key), given[key]) for key in list(self._open) if key in given]
        answers = (Answer(each.id, value if isinstance(value, dict) else {}) for each, value in answered)
        return *map(ToServer, answers), *self.pause()

    def _asked(self, question: Question) -> Commands:
        refused = refusal(question.method, question.params, self._capabilities)
        if refused is not None:
            return (ToServer(Refusal(question.id, refused)),)
        self._count += 1
        params = to_stateless(question.method, question.params)
        self._open[str(self._count)] = Question(question.id, question.method, params)
        return ()

    def _end(self, message: Message) -> Commands:
        if self._is_away:
            self._ended = message
            return ()
        error = message.error if isinstance(message, Failure) else None
        if _wants_urls_opened(error) and can_open_urls(self._capabilities):
            # Nothing has run: the user goes to the URLs, then the client sends its request again.
            message = Result(input_required(url_questions(error.data), self._seals.seal(_AGAIN)))
        return (ToClient(message),)

    def _unanswered(self) -> Commands:
        error = RpcError(INTERNAL_ERROR, "the client did not answer")
        waiting, self._open = self._open, {}
        return tuple(ToServer(Refusal(question.id, error)) for question in waiting.values())


def _wants_urls_opened(error: BaseException | None) -> TypeGuard[RpcError]:
    return isinstance(error, RpcError) and error.code == URL_ELICITATION_REQUIRED


def suspended_id(params: Mapping[str, Any], seals: Seals) -> str | None:
    """The id of the suspended call that a stateless client comes back to; None where a new one begins.

    Raises:
        RpcError: its state is not valid.
    """
    sealed = params.get("requestState")
    state = _AGAIN if sealed is None else seals.open(sealed)
    return None if state == _AGAIN else str(state)
