"""JSON-RPC as servers send it, read as it was meant; what deviates is remarked on.

Only for what the gateway reads as a client: what clients send decides over access, and is read strictly
(:mod:`mcptui.protocol.jsonrpc`). What is sent on is written anew, so nobody behind the gateway sees the deviation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import INVALID_REQUEST, PARSE_ERROR, RpcError
from mcptui.protocol.json_values import has_more_values
from mcptui.protocol.jsonrpc import Message, TooManyValuesError

#: Takes what a server does otherwise than the protocol says, in words that go on after "the server".
Remark: TypeAlias = Callable[[str], None]

_BOM: Final = b"\xef\xbb\xbf"
#: The members of an answer that says no more than it has to.
_RESULT: Final = frozenset({"jsonrpc", "id", "result"})
_ANSWER: Final = re.compile(rb'"(?:result|error)"\s*:')


def read_json(body: bytes, remark: Remark) -> Any:
    """Parse JSON; of a member that is repeated the last one counts, as for the official clients.

    Raises:
        RpcError: PARSE_ERROR for what is not JSON.
    """
    try:
        return jsonrpc.decode(body)
    except RpcError as error:
        if error.code == INVALID_REQUEST:
            remark("repeats members of objects in its messages")
            return json.loads(body)
    text = body.removeprefix(_BOM).decode("utf-8", "replace")

    def constant(name: str) -> None:
        remark(f"writes {name}, which is no JSON; it is read as null")

    try:
        value = json.loads(text, parse_constant=constant)
        jsonrpc.encode(value)
    except (ValueError, TypeError, RecursionError):
        raise RpcError(PARSE_ERROR, "Parse error: the body is not valid JSON") from None
    if body.startswith(_BOM):
        remark("sends a byte order mark before its messages")
    if "\ufffd" in text and b"\xef\xbf\xbd" not in body:
        remark("sends texts that are not UTF-8")
    return value


def read_json_bounded(body: bytes, most_values: int, remark: Remark) -> Any:
    """The same of a text whose size a stranger decides on.

    Raises:
        RpcError: as :func:`read_json`.
        TooManyValuesError: more than ``most_values``.
    """
    if has_more_values(body, most_values):
        raise TooManyValuesError(most_values)
    return read_json(body, remark)


def looks_like_answer(data: bytes, id_: int | None = None) -> bool:
    """Whether ``data``, which is not JSON, was meant as an answer, to the request ``id_`` if that is given."""
    if not _ANSWER.search(data):
        return False
    return id_ is None or re.search(rb'"id"\s*:\s*"?%d\b' % id_, data) is not None


def read_message(value: Any, remark: Remark) -> Message:
    """``value`` as a well-formed request, notification or response.

    Raises:
        RpcError: INVALID_REQUEST, it is none of them.
    """
    if not isinstance(value, dict):
        raise RpcError(INVALID_REQUEST, "Invalid request: not a JSON-RPC 2.0 message")
    if value.keys() == _RESULT and value["jsonrpc"] == "2.0" and type(value["id"]) is int:
        return value  # nearly always
    if value.get("jsonrpc") != "2.0":
        remark('leaves out "jsonrpc": "2.0"')
        value = {**value, "jsonrpc": "2.0"}
    if "method" in value:
        return jsonrpc.check_envelope(_without_nulls(value, ("id", "params")))
    if "result" in value and "error" in value and None in (value["result"], value["error"]):
        remark("sends both result and error, one of them null")
        value = _without_nulls(value, ("error",) if value["error"] is None else ("result",))
    if "error" in value and "id" not in value:
        value = {**value, "id": None}
    return jsonrpc.check_envelope(_with_id(value, remark))


def _without_nulls(value: Message, members: tuple[str, ...]) -> Message:
    if all(value.get(member, ...) is not None for member in members):
        return value
    return {name: part for name, part in value.items() if name not in members or part is not None}


def _with_id(value: Message, remark: Remark) -> Message:
    """The id of a request of ours as it was sent: a number. Some give it back as a text or as a float."""
    id_ = value.get("id")
    if isinstance(id_, float) and id_.is_integer():
        remark("gives ids back as floating-point numbers")
        return {**value, "id": int(id_)}
    if isinstance(id_, str) and id_.isdecimal() and id_.isascii() and len(id_) < 20:
        remark("gives ids back as texts")
        return {**value, "id": int(id_)}
    return value
