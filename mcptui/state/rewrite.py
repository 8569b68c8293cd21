"""Edits a TOML text so that only the lines concerned change, comments and unknown keys stay.

The statements around a change are found by the scanner; tomlkit edits the value of one statement. A whole
document is never given to tomlkit to edit: it writes a new key behind the comment of the next table, and
removes that comment with the table above it. The caller compares the outcome with what was intended.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import tomlkit
from tomlkit.items import Array

from mcptui.state.edits import ABSENT, Edit, apply, value_at
from mcptui.state.render import render, render_pair, render_table
from mcptui.state.statements import KeyPath, Statement, dotted, statements

#: Sections that are one table each; the others hold a table for every name.
_SETTINGS: Final = frozenset({"gateway", "secrets"})


def rewrite(text: str, edits: Sequence[Edit]) -> str:
    """``text`` with ``edits`` made."""
    windows = "\r\n" in text
    if windows:
        text = text.replace("\r\n", "\n")
    if text and not text.endswith("\n"):
        text += "\n"
    for edit in edits:
        text = _remove(text, edit.path) if edit.new is ABSENT else _set(text, edit)
    return text.replace("\n", "\r\n") if windows else text


def rename(text: str, section: str, old: str, new: str) -> str:
    """``text`` with the table ``section.old`` called ``section.new``, wherever a key is written for it."""
    for statement in reversed(statements(text)):
        if statement.path[:2] != (section, old):
            continue
        part = 1 - (len(statement.path) - len(statement.parts))
        if part >= 0:
            start, end = statement.parts[part]
            text = text[:start] + dotted((new,)) + text[end:]
    return text


def _set(text: str, edit: Edit) -> str:
    found = statements(text)
    holder = _holder(found, edit.path)
    if holder is not None:
        return _edit_statement(text, holder, edit)
    if len(edit.path) == 2 and isinstance(edit.new, Mapping):
        return _add_table(text, found, edit.path, edit.new)
    return _add_key(text, found, edit)


def _holder(found: Sequence[Statement], path: KeyPath) -> Statement | None:
    """The ``key = value`` that holds ``path``, itself or in an inline table."""
    return next((item for item in found if not item.is_header and path[: len(item.path)] == item.path), None)


def _edit_statement(text: str, statement: Statement, edit: Edit) -> str:
    source = text[statement.start : statement.end]
    inner = len(statement.path) - len(statement.parts)
    keys = statement.path[inner:]
    wanted = tomllib.loads(source)
    apply(wanted, Edit(edit.path[inner:], edit.old, edit.new))
    value = value_at(wanted, keys)
    changed = _with_value(source, keys, value)
    if _loaded(changed) != wanted:
        # Formatting inside this one statement is lost, its meaning is not.
        changed = source[: len(source) - len(source.lstrip())] + render_pair(keys, value)
    return text[: statement.start] + changed + text[statement.end :]


def _with_value(source: str, keys: KeyPath, value: Any) -> str:
    """One statement with another value, its comment kept."""
    document = tomlkit.parse(source)
    table: Any = document
    for key in keys[:-1]:
        table = table[key]
    current = table[keys[-1]]
    if isinstance(current, Array) and isinstance(value, list):
        _edit_array(current, value)
    else:
        table[keys[-1]] = tomlkit.value(render(value))
    return document.as_string()


def _edit_array(array: Array, wanted: list[Any]) -> None:
    """Keep the items that stay, so that their comments stay."""
    for index in reversed(range(len(array))):
        if array[index] not in wanted:
            del array[index]
    for item in wanted:
        if item not in array:
            array.append(item)
    if array.unwrap() != wanted:
        array.clear()
        array.extend(wanted)


def _loaded(source: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(source)
    except ValueError:
        return None


def _add_table(text: str, found: Sequence[Statement], path: KeyPath, table: Mapping[str, Any]) -> str:
    """A new table behind the last one of its section, else at the end."""
    siblings = [item for item in found if item.is_header and item.path[0] == path[0]]
    position = _block_end(text, found, siblings[-1]) if siblings else len(text)
    return _insert_block(text, position, render_table(path, table))


def _add_key(text: str, found: Sequence[Statement], edit: Edit) -> str:
    path = edit.path
    headers = [item for item in found if item.is_header and path[: len(item.path)] == item.path]
    header = max(headers, key=lambda item: len(item.path), default=None)
    depth = 0 if header is None else len(header.path)
    # How much of the path is there already, be it in dotted keys; the rest becomes an inline table.
    known = max([depth, *(_common(item.path, path[:-1]) for item in found if not item.is_header)])
    if known == 0:
        return _add_settings(text, found, path, edit.new)
    local, value = path[depth : known + 1], _nested(path[known + 1 :], edit.new)
    last = _last_of_block(found, header)
    position = last.end if last is not None else 0
    return text[:position] + render_pair(local, value) + text[position:]


def _common(one: KeyPath, other: KeyPath) -> int:
    """How many parts two paths begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _nested(path: KeyPath, value: Any) -> Any:
    for key in reversed(path):
        value = {key: value}
    return value


def _add_settings(text: str, found: Sequence[Statement], path: KeyPath, value: Any) -> str:
    """The first key of ``[gateway]`` or ``[secrets]``, which stand above the other tables."""
    settings = [item for item in found if item.path[0] in _SETTINGS]
    last = settings[-1] if settings else _last_of_block(found, None)
    position = len(text) if last is None else last.end
    return _insert_block(text, position, render_table(path[:1], _nested(path[1:], value)))


def _insert_block(text: str, position: int, block: str) -> str:
    above, below = text[:position], text[position:]
    if above.strip() and not above.endswith("\n\n"):
        above += "\n"
    if below.strip() and not below.startswith("\n"):
        block += "\n"
    return above + block + below


def _remove(text: str, path: KeyPath) -> str:
    found = statements(text)
    holder = _holder(found, path)
    if holder is not None and holder.path != path:
        return _edit_statement(text, holder, Edit(path, None, ABSENT))
    removed = [item for item in found if item.path[: len(path)] == path]
    # From the end, so that the places in front stay right; a header takes its whole block with it.
    for statement in reversed(removed):
        if statement.is_header:
            start, end = _block_start(text, statement), _block_end(text, found, statement)
            text = _without_block(text, start, end)
        elif not _is_in_block(found, statement, path):
            text = text[: statement.start] + text[statement.end :]
    return text


def _is_in_block(found: Sequence[Statement], statement: Statement, path: KeyPath) -> bool:
    """Whether the table that ``statement`` stands in is ``path`` or inside it."""
    header = next((item for item in reversed(found) if item.is_header and item.start < statement.start), None)
    return header is not None and header.path[: len(path)] == path


def _without_block(text: str, start: int, end: int) -> str:
    above, below = text[:start], text[end:].lstrip("\n")
    return above + below if below or not above.strip() else above.rstrip("\n") + "\n"


def _last_of_block(found: Sequence[Statement], header: Statement | None) -> Statement | None:
    """The last statement under ``header``, or the header; None is the top of the file."""
    last = header
    inside = header is None
    for statement in found:
        if statement.is_header:
            inside = statement is header
        elif inside:
            last = statement
    return last


def _block_start(text: str, header: Statement) -> int:
    """Where the comment directly above ``header`` begins."""
    start = header.start
    while start > 0:
        above = text.rfind("\n", 0, start - 1) + 1
        if not text[above:start].lstrip().startswith("#"):
            break
        start = above
    return start


def _block_end(text: str, found: Sequence[Statement], header: Statement) -> int:
    """Where the table of ``header`` ends: with the comment that follows, unless that one is of the next table."""
    last = _last_of_block(found, header) or header
    end = last.end
    while text[end:].lstrip(" \t").startswith("#"):
        newline = text.find("\n", end)
        end = len(text) if newline < 0 else newline + 1
    following = text[end:].lstrip(" \t")
    return last.end if following and not following.startswith("\n") else end
