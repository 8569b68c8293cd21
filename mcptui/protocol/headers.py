"""HTTP header values that mirror the body of a stateless request (2026-07-28 transports, SEP-2243)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from mcptui.memo import Memo
from mcptui.numbers import whole_number
from mcptui.protocol.errors import invalid_params

PROTOCOL_VERSION: Final = "mcp-protocol-version"
METHOD: Final = "mcp-method"
NAME: Final = "mcp-name"
SESSION_ID: Final = "mcp-session-id"
LAST_EVENT_ID: Final = "last-event-id"

#: Method → the member of params that ``Mcp-Name`` repeats.
NAMED_BY: Final = {
    "tools/call": "name",
    "prompts/get": "name",
    "resources/read": "uri",
    "tasks/get": "taskId",
    "tasks/update": "taskId",
    "tasks/cancel": "taskId",
}

#: Between these stands what a header cannot carry as it is.
_BEGIN: Final = "=?base64?"
_END: Final = "?="
_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_DECIMAL: Final = re.compile(r"(-?)([0-9]+)(?:\.0+)?")
_ANNOTATION: Final = "x-mcp-header"
_ANNOTATED_TYPES: Final = frozenset({"string", "integer", "boolean"})

# JSON Schema 2020-12 keywords that hold schemas; anything else (default, examples, enum, const) is data.
_ONE: Final = frozenset(
    {
        "items", "contains", "unevaluatedItems", "additionalProperties", "propertyNames",
        "unevaluatedProperties", "not", "if", "then", "else", "contentSchema",
    }
)  # fmt: skip
_MANY: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED: Final = frozenset({"patternProperties", "dependentSchemas", "$defs", "definitions"})


def encode_value(value: str) -> str:
    """``value`` as a header value; wrapped in the base64 sentinel where it would not survive as it is.

    Raises:
        RpcError: it has halves of surrogate pairs, which are no part of UTF-8.
    """
    # Printable ASCII is all from the space to the tilde.
    if value.isascii() and value.isprintable() and value == value.strip() and not _is_encoded(value):
        return value
    try:
        raw = value.encode()
    except UnicodeEncodeError:
        raise invalid_params("A text that is repeated in a header has half of a surrogate pair") from None
    return f"=?base64?{base64.b64encode(raw).decode('ascii')}?="


def _is_encoded(value: str) -> bool:
    return value.startswith(_BEGIN) and value.endswith(_END) and len(value) >= len(_BEGIN) + len(_END)


def decode_value(value: str) -> str | None:
    """Inverse of :func:`encode_value`; None for a damaged sentinel, which then matches no body."""
    if not _is_encoded(value):
        return value
    encoded = value[len(_BEGIN) : -len(_END)]
    try:
        raw = base64.b64decode(encoded, validate=True)
        if base64.b64encode(raw).decode("ascii") != encoded:
            return None
        return raw.decode("utf-8")
    except ValueError:  # no base64, no UTF-8
        return None


def _positions(root: Any) -> Iterator[tuple[tuple[str, ...] | None, dict[str, Any]]]:
    """Every schema in ``root`` with its path of ``properties`` keys, None where another keyword was crossed."""
    stack: list[tuple[tuple[str, ...] | None, Any]] = [((), root)]
    while stack:
        path, node = stack.pop()
        if not isinstance(node, dict):
            continue
        yield path, node
        for keyword, value in node.items():
            if keyword == "properties" and isinstance(value, dict):
                stack.extend((None if path is None else (*path, name), sub) for name, sub in value.items())
            elif keyword in _ONE:
                stack.append((None, value))
            elif keyword in _MANY and isinstance(value, list):
                stack.extend((None, sub) for sub in value)
            elif keyword in _NAMED and isinstance(value, dict):
                stack.extend((None, sub) for sub in value.values())


def annotation_problem(schema: Any) -> str | None:
    """Why a tool with this input schema must be dropped by an HTTP client, or None."""
    seen: set[str] = set()
    for path, node in _positions(schema):
        if _ANNOTATION not in node:
            continue
        token = node[_ANNOTATION]
        if not path:
            return f"{_ANNOTATION} stands where properties alone do not lead"
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            return f"{_ANNOTATION} of {'.'.join(path)!r} is not a header token"
        kind = node.get("type")
        if not isinstance(kind, str) or kind not in _ANNOTATED_TYPES:
            return f"{_ANNOTATION} of {'.'.join(path)!r} is only allowed on string, integer and boolean"
        if token.lower() in seen:
            return f"{_ANNOTATION} {token!r} is used twice"
        seen.add(token.lower())
    return None


def annotated(schema: Any) -> dict[tuple[str, ...], tuple[str, str]]:
    """Property path → (header token, JSON type) for every valid annotation of a sound schema."""
    if not isinstance(schema, dict) or annotation_problem(schema) is not None:
        return {}
    return {
        path: (node[_ANNOTATION], node["type"]) for path, node in _positions(schema) if path and _ANNOTATION in node
    }


def _value_at(arguments: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(arguments, dict):
            return None
        arguments = arguments.get(key)
    return arguments


def _render(value: Any) -> str | None:
    """The text of a scalar in a header; None for what has none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        try:
            return str(value)
        except ValueError:  # an integer beyond the interpreter's digit limit
            return None
    return None


def param_headers(schema: Any, arguments: Any) -> dict[str, str]:
    """The ``Mcp-Param-*`` headers that a call with ``arguments`` needs.

    Raises:
        RpcError: as of :func:`encode_value`.
    """
    found = {}
    for path, (token, _) in annotated(schema).items():
        rendered = _render(_value_at(arguments, path))
        if rendered is not None:
            found[f"Mcp-Param-{token}"] = encode_value(rendered)
    return found


def param_mismatch(schema: Any, arguments: Any, headers: Mapping[str, list[str]]) -> str | None:
    """What is wrong between ``Mcp-Param-*`` headers (lower-case name → values) and arguments, or None."""
    for path, (token, kind) in annotated(schema).items():
        name = f"Mcp-Param-{token}"
        values = headers.get(name.lower(), [])
        value = _value_at(arguments, path)
        rendered = _render(value)
        if len(values) > 1:
            return f"{name} appears more than once"
        if rendered is None:
            if values:
                return f"{name} is present but the argument {'.'.join(path)!r} has no value for it"
            continue
        if not values:
            return f"{name} is missing but the argument {'.'.join(path)!r} is present"
        decoded = decode_value(values[0])
        if decoded is None:
            return f"{name} is a malformed base64 value"
        if not _matches(kind, value, rendered, decoded):
            return f"{name} does not match the argument {'.'.join(path)!r}"
    return None


def _matches(kind: str, value: Any, rendered: str, decoded: str) -> bool:
    if decoded == rendered:
        return True
    # Integers compare as numbers: 42 and 42.0 are the same (SHOULD of the transport page).
    number = _DECIMAL.fullmatch(decoded)
    if kind != "integer" or isinstance(value, bool) or number is None:
        return False
    said = whole_number(number[2])
    return said is not None and bool(value == (-said if number[1] else said))


def _read(header: tuple[bytes, bytes]) -> tuple[str, str]:
    name, value = header
    return name.decode("latin-1"), value.decode("latin-1").strip(" \t")


_READ: Final = Memo(_read, 4096)


def group(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, list[str]]:
    """ASGI headers as lower-case name → values in order, so that duplicates stay visible."""
    grouped: dict[str, list[str]] = {}
    for name, value in headers:
        # A client sends most of its headers with every request.
        key, text = _READ[name, value]
        if key in grouped:
            grouped[key].append(text)
        else:
            grouped[key] = [text]
    return grouped
