"""JSON-RPC 2.0 messages: strict decoding, encoding, and telling them apart.

Policy and forwarding use the object that was decoded here, never the bytes, so a body that two parsers
could read differently (duplicate members, members that differ only in case) is refused
(GHSA-4gph-2hhr-5mwg).
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, TypeAlias

import orjson

from mcptui.protocol.errors import INVALID_REQUEST, PARSE_ERROR, RpcError
from mcptui.protocol.json_values import has_more_values

Message: TypeAlias = dict[str, Any]
RequestId: TypeAlias = str | int

_ENVELOPE: Final = frozenset({"jsonrpc", "id", "method", "params", "result", "error"})
_PARAMS: Final = frozenset(
    {
        "_meta",
        "name",
        "uri",
        "arguments",
        "cursor",
        "ref",
        "argument",
        "requestState",
        "inputResponses",
        "task",
    }
)
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
# Case folding rather than lower case: decoders that ignore case take "ſ" for an "s" too.
_FOLDED: Final = {names: frozenset(map(str.casefold, names)) for names in (_ENVELOPE, _PARAMS)}


class TooManyValuesError(RpcError):
    """A message has more values than one may have."""

    def __init__(self, most: int) -> None:
        super().__init__(INVALID_REQUEST, f"Invalid request: the message has more than {most:,} JSON values")


def decode(body: bytes) -> Any:
    """Parse JSON strictly.

    Raises:
        RpcError: PARSE_ERROR for what is not JSON (NaN, a BOM, bad UTF-8, too deep), INVALID_REQUEST for
            duplicate members.
    """
    try:
        value = orjson.loads(body)
        # Equal bytes prove that nothing was dropped. Others (white space, escapes) pay for a second,
        # slower reading that sees duplicates and keeps integers beyond 64 bits.
        # What is nested too deeply to be written again (254 levels) is refused by that as well.
        if orjson.dumps(value) == body:
            return value
    except (ValueError, TypeError):
        if not _is_json_with_halves(body):
            raise RpcError(PARSE_ERROR, "Parse error: the body is not valid JSON") from None
    return json.loads(body, object_pairs_hook=_unique)


def decode_bounded(body: bytes, most_values: int) -> Any:
    """The same of a text that a stranger has sent.

    Raises:
        RpcError: as :func:`decode`.
        TooManyValuesError: more than ``most_values``.
    """
    if has_more_values(body, most_values):
        raise TooManyValuesError(most_values)
    return decode(body)


def _is_json_with_halves(body: bytes) -> bool:
    """Whether only the escapes of halved surrogate pairs are wrong with ``body``.

    RFC 8259 §8.2 allows them, and programs that cut a text in the middle of a character send them.
    """
    whole, halves = _SURROGATE.subn(rb"\\u0000", body)
    if not halves:
        return False
    try:
        orjson.dumps(orjson.loads(whole))
    except (ValueError, TypeError):
        return False
    return True


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise RpcError(INVALID_REQUEST, "Invalid request: a JSON object has a duplicate member")
    return value


def encode(value: Any) -> bytes:
    """Serialise compactly; integers of any size and halves of surrogate pairs survive."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":")).encode()


def canonical(value: Any) -> bytes:
    """Equal bytes for equal values, for digests: members in order."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def check_envelope(message: Any) -> Message:
    """Return ``message`` if it is one well-formed request, notification or response.

    Raises:
        RpcError: INVALID_REQUEST, naming what is wrong.
    """
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, "Invalid request: not a JSON-RPC 2.0 message")
    _refuse_variants(message, _ENVELOPE)
    if "method" in message:
        if not isinstance(message["method"], str):
            raise RpcError(INVALID_REQUEST, "Invalid request: method must be a string")
        params = message.get("params")
        if params is not None:
            if not isinstance(params, dict):
                raise RpcError(INVALID_REQUEST, "Invalid request: params must be an object")
            _refuse_variants(params, _PARAMS)
    elif ("result" in message) == ("error" in message) or "id" not in message:
        raise RpcError(INVALID_REQUEST, "Invalid request: neither a request nor a response")
    if "id" in message and not is_request_id(message["id"]) and not ("error" in message and message["id"] is None):
        raise RpcError(INVALID_REQUEST, "Invalid request: id must be a string or an integer")
    return message


def _refuse_variants(value: dict[str, Any], names: frozenset[str]) -> None:
    if value.keys() <= names:
        return
    for key in value:
        if key not in names and key.casefold() in _FOLDED[names]:
            raise RpcError(INVALID_REQUEST, "Invalid request: a member differs from a known one only in case")


def is_request_id(value: object) -> bool:
    """Whether ``value`` may identify a request: a string or an integer, not a boolean."""
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def is_request(message: Message) -> bool:
    """Whether the checked message expects an answer."""
    return "method" in message and "id" in message


def is_notification(message: Message) -> bool:
    """Whether the checked message is a notification."""
    return "method" in message and "id" not in message


def request(id_: RequestId, method: str, params: dict[str, Any] | None) -> Message:
    """A request message; ``params`` is left out when None."""
    if params is None:
        return {"jsonrpc": "2.0", "id": id_, "method": method}
    return {"jsonrpc": "2.0", "id": id_, "method": method, "params": params}


def notification(method: str, params: dict[str, Any] | None = None) -> Message:
    """A notification message."""
    return {"jsonrpc": "2.0", "method": method} | ({} if params is None else {"params": params})


def result(id_: RequestId, value: Any) -> Message:
    """A successful response."""
    return {"jsonrpc": "2.0", "id": id_, "result": value}


def error(id_: RequestId | None, fault: RpcError) -> Message:
    """An error response; ``id_`` None when the request's id could not be read."""
    return {"jsonrpc": "2.0", "id": id_, "error": fault.to_wire()}


def readable_id(message: Any) -> RequestId | None:
    """The id of a message that may be malformed, for its error answer."""
    if isinstance(message, dict) and is_request_id(message.get("id")):
        id_: RequestId = message["id"]
        return id_
    return None
