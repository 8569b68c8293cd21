"""What a server says in an HTTP answer that is no result: its error, its words, and whether the session is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import INVALID_REQUEST, RpcError
from mcptui.protocol.jsonrpc import Message
from mcptui.protocol.text import one_line
from mcptui.upstream.errors import NotMcpError, UpstreamError, UpstreamLoginError
from mcptui.upstream.unreachable import SET_CERTIFICATE

#: What to do where an answer is nothing of MCP.
CHECK_URL: Final = "Check that the URL is an MCP endpoint."

#: No sentence about a session is longer, characters.
_SENTENCE: Final = 200
_SHOWN: Final = 200
#: Members in which servers put their words, where the body is JSON of another kind than JSON-RPC.
_WORDY: Final = ("message", "error", "detail", "error_description", "title", "reason")
#: The codes with which servers say that they know no session, also under the id of the request.
_SESSION_CODES: Final = frozenset({-32000, -32001, INVALID_REQUEST})
_TITLE: Final = re.compile(r"<(?:title|h1)[^>]*>([^<]+)<", re.IGNORECASE)

_VOCABULARY: Final = """
    a active an and any associated bad been before but client closed connection connections could current does either
    error exist exists expired find first for forbidden found get gone has have header id ids in inactive
    initialization initialize initialized initializing invalid invalidated is it longer mcp mcp-session-id missing must
    neither new no nor not of on or parameter please post provided query re-initialize reconnect reinitialize request
    required restart retry send server session session-id sessionid sessions start terminated that the this to
    transport transports unauthorized unknown unrecognized use valid was with you your
"""
#: Every word of the sentences with which servers say that a session is gone, as far as they are known: "Bad Request: No
#: valid session ID provided", "Session not found or expired. Please reinitialize.", …
_SAID: Final = frozenset(_VOCABULARY.split())
#: What such a sentence is about, and what it says of that.
_SUBJECTS: Final = frozenset({"session", "sessions", "sessionid", "session-id", "mcp-session-id"})
_LOST: Final = frozenset({
    "closed", "exist", "expired", "find", "gone", "inactive", "invalid", "invalidated", "longer", "missing", "neither",
    "no", "not", "required", "terminated", "unknown", "unrecognized",
})  # fmt: skip
_WORD: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_QUOTED: Final = re.compile(r"(['\"`])[^'\"`]*\1|\S*\d\S*")


class Refusal:
    """The body of an HTTP answer that carries no result.

    Args:
        status: of the answer.
        body: of the answer, perhaps JSON.
    """

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self._value = _json(body)
        self._body = body
        #: The JSON-RPC error that it carries.
        self.error: Message | None = None
        value = self._value
        if isinstance(value, dict) and isinstance(value.get("error"), dict) and ("jsonrpc" in value or "id" in value):
            self.error = value

    @property
    def words(self) -> str:
        """What it says to a person, on one line; "" for nothing that is fit to be shown."""
        return one_line(next(self._sentences(), ""), limit=_SHOWN)

    def repeats(self, request: jsonrpc.RequestId) -> bool:
        """Whether its JSON-RPC error has the id of ``request``."""
        return self.error is not None and str(self.error.get("id")) == str(request)

    def is_about(self, request: jsonrpc.RequestId) -> bool:
        """Whether its JSON-RPC error is an answer to ``request``, which the server then has read.

        Who could not read a request cannot repeat its id (JSON-RPC 2.0 §5). Some repeat it although the request went
        to no session: their codes and words tell.
        """
        if self.error is None or not self.repeats(request):
            return False
        knows_no_session = self.error["error"].get("code") in _SESSION_CODES and self._speaks_of_lost_session
        return self.status < 400 or not knows_no_session

    def means_lost_session(self, request: jsonrpc.RequestId, session: str | None) -> bool:
        """Whether ``request``, sent in ``session``, was not read because the server knows no such session (any more).

        That is 404 (2025-11-25 basic/transports §Session Management); in the field also 400, 401, 500, 503 and 200
        with words that say so.
        """
        if self.is_about(request):
            return False
        return (self.status == 404 and session is not None) or self._speaks_of_lost_session

    @property
    def _speaks_of_lost_session(self) -> bool:
        return any(map(is_about_lost_session, self._sentences()))

    def _sentences(self) -> Iterator[str]:
        if self._value is not None:
            yield from _strings(self._value)
            return
        text = self._body[:4096].decode("utf-8", "replace").strip()
        if "<" in text:
            text = found[1].strip() if (found := _TITLE.search(text)) else ""
        if text:
            yield text


def is_about_lost_session(sentence: str) -> bool:
    """Whether ``sentence`` says that a session is gone, and speaks of nothing else.

    Ids are passed over. A sentence with any other word is not taken for one: "Browser session not found" is the
    answer of a tool.
    """
    if len(sentence) > _SENTENCE:
        return False
    words = set(_WORD.findall(_QUOTED.sub(" ", sentence.lower())))
    is_known = words <= _SAID and not words.isdisjoint(_LOST)
    return is_known and (not words.isdisjoint(_SUBJECTS) or {"server", "not", "initialized"} <= words)


def refused(where: str, status: int, words: str) -> UpstreamError:
    """The error for an HTTP status with which ``where`` answered without JSON-RPC; ``words`` are what it says to it."""
    said = f'; it says "{words}"' if words else ""
    if status in (401, 403):
        return UpstreamLoginError(
            f"{where} returned {status}: credentials missing or rejected{said}",
            hint="Set the authentication of this server (e in Servers, or mcptui server edit).",
            status=status,
        )
    if status == 404:
        message, hint = f"{where} returned 404 Not Found{said}", "Check the path; it is often /mcp or /sse."
        return NotMcpError(message, hint=hint, status=status)
    if status in (400, 495, 496) and "ssl certificate" in words.lower():  # nginx says it after the handshake
        message = f"{where} returned {status}: client certificate missing or rejected{said}"
        return NotMcpError(message, hint=SET_CERTIFICATE, status=status)
    if status in (400, 405, 406, 415, 501):
        message = f"{where} returned {status}: not an MCP endpoint{said}"
        return NotMcpError(message, hint=CHECK_URL, status=status)
    # What the server says to a client is for the client, as if it were connected directly.
    public = f"answered with the status {status}{said}"
    if status == 429:
        message = f"{where} returned 429 Too Many Requests{said}"
        return UpstreamError(message, hint="Try again later.", status=status, public=public)
    problem = ": server error" if status >= 500 else ""
    return UpstreamError(f"{where} returned {status}{problem}{said}", ran=status >= 500, status=status, public=public)


def _json(body: bytes) -> Any:
    try:
        return jsonrpc.decode(body)
    except RpcError:
        return None


def _strings(value: Any, depth: int = 3) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and depth:
        for member in _WORDY:
            yield from _strings(value.get(member), depth - 1)
