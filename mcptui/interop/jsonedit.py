"""Edits one member of a JSON file so that nothing else changes: comments, order and layout stay."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from mcptui.interop.documents import load_json
from mcptui.interop.errors import ImportFileError
from mcptui.interop.jsonspans import Member, Span, spans

#: What stands behind a value in its line: blanks and one comment.
_REST_OF_LINE: Final = re.compile(r"[ \t]*(?://[^\n\r]*|/\*[^\n\r]*?\*/)?")
_BEFORE: Final = re.compile(r"[ \t\r\n]*\Z")


def set_member(text: str, path: Sequence[str], value: object) -> str:
    """``text`` with ``value`` at ``path``; objects on the way are made.

    Raises:
        ImportFileError: the text is not JSON, or not an object on the way.
    """
    if not text.strip("\ufeff \t\r\n"):
        for key in reversed(path):
            value = {key: value}
        return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    intended = _document(text)
    inside = intended
    for key in path[:-1]:
        inside = inside.setdefault(key, {})
        if not isinstance(inside, dict):
            raise ImportFileError(f"{'.'.join(path[:-1])} in this file is not an object")
    if inside.get(path[-1]) == value:
        return text
    inside[path[-1]] = value
    return _checked(_set(text, path, value), intended)


def remove_member(text: str, path: Sequence[str]) -> str:
    """``text`` without the member at ``path``, and without the object around it where that becomes empty.

    Raises:
        ImportFileError: the text is not JSON.
    """
    intended = _document(text)
    holders = [intended]
    for key in path[:-1]:
        inside = holders[-1].get(key)
        if not isinstance(inside, dict):
            return text
        holders.append(inside)
    if path[-1] not in holders[-1]:
        return text
    depth = len(path)
    while depth > 1 and len(holders[depth - 1]) == 1:
        depth -= 1
    del holders[depth - 1][path[depth - 1]]
    return _checked(_remove(text, path[:depth]), intended)


def _document(text: str) -> dict[str, Any]:
    try:
        document = load_json(text.lstrip("\ufeff"))
        is_object = spans(text).members is not None
    except ValueError as error:
        raise ImportFileError(f"not valid JSON: {error}") from None
    if not is_object or not isinstance(document, dict):
        raise ImportFileError("the file does not hold a JSON object")
    return document


def _checked(changed: str, intended: Mapping[str, Any]) -> str:
    if _document(changed) != intended:
        raise ImportFileError("the file cannot be changed without changing something else in it")
    return changed


def _set(text: str, path: Sequence[str], value: object) -> str:
    span = spans(text, path)
    for depth, key in enumerate(path):
        member = span.member(key)
        if member is None:
            for inner in reversed(path[depth + 1 :]):
                value = {inner: value}
            return _insert(text, span, key, value)
        span = member.value
    return text[: span.start] + _dumped(text, value, _indent(text, span.start)) + text[span.end :]


def _insert(text: str, holder: Span, key: str, value: object) -> str:
    newline = _newline(text)
    outer = _indent(text, holder.start)
    members = holder.members or ()
    if members and "\n" not in text[holder.start : members[0].start]:
        # All in one line stays in one line.
        at, comma = members[-1].value.end, members[-1].comma
        new = f" {json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
        return text[:at] + "," + new + text[at:] if comma < 0 else text[: comma + 1] + new + "," + text[comma + 1 :]
    inner = _indent(text, members[-1].start) if members else outer + _unit(text)
    new = f"{newline}{inner}{json.dumps(key, ensure_ascii=False)}: {_dumped(text, value, inner)}"
    if not members and text[holder.start + 1 : holder.end - 1].strip():
        # Only comments are in it.
        return text[: holder.start + 1] + new + text[holder.start + 1 :]
    if not members:
        return text[: holder.start + 1] + new + newline + outer + text[holder.end - 1 :]
    last = members[-1]
    if last.comma >= 0:
        at = _end_of_line(text, last.comma + 1)
        return text[:at] + new + "," + text[at:]
    at = _end_of_line(text, last.value.end)
    return text[: last.value.end] + "," + text[last.value.end : at] + new + text[at:]


def _remove(text: str, path: Sequence[str]) -> str:
    holder = _holder(text, path)
    # A key that is there twice goes away twice.
    while (member := holder.member(path[-1])) is not None:
        text = _without(text, holder, member)
        holder = _holder(text, path)
    return text


def _holder(text: str, path: Sequence[str]) -> Span:
    """The object that has the last key of ``path``."""
    holder = spans(text, path)
    for key in path[:-1]:
        member = holder.member(key)
        assert member is not None
        holder = member.value
    return holder


def _without(text: str, holder: Span, member: Member) -> str:
    members = holder.members or ()
    start = member.start - len(_blank_before(text, member.start))
    if member.comma >= 0:
        return text[:start] + text[member.comma + 1 :]
    rest = text[member.value.end :]
    if member is members[0]:
        # It was the only one.
        closing = rest.lstrip(" \t\r\n") if rest.lstrip(" \t\r\n").startswith("}") else rest
        return text[:start] + closing
    before = members[members.index(member) - 1]
    return text[: before.comma] + text[before.comma + 1 : start] + rest


def _blank_before(text: str, position: int) -> str:
    match = _BEFORE.search(text[:position])
    assert match is not None
    return match[0]


def _end_of_line(text: str, position: int) -> int:
    match = _REST_OF_LINE.match(text, position)
    assert match is not None
    return match.end() if match[0].strip() else position


def _dumped(text: str, value: object, indent: str) -> str:
    lines = json.dumps(value, indent=_unit(text), ensure_ascii=False).split("\n")
    return (_newline(text) + indent).join(lines)


def _indent(text: str, position: int) -> str:
    line = text[text.rfind("\n", 0, position) + 1 : position]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _unit(text: str) -> str:
    match = re.search(r"^([ \t]+)\S", text, re.MULTILINE)
    return match[1] if match else "  "


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
