"""Edits one table of a TOML file so that nothing else changes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from mcptui.interop.errors import ImportFileError

if TYPE_CHECKING:
    from mcptui.state.edits import Edit

BYTE_ORDER_MARK: Final = "\ufeff"


def set_table(text: str, path: Sequence[str], value: Mapping[str, Any]) -> str:
    """``text`` with the table ``value`` at ``path``.

    Raises:
        ImportFileError: the text is not TOML, or it cannot be changed without changing something else.
    """
    return _edited(text, path, value)


def remove_table(text: str, path: Sequence[str]) -> str:
    """``text`` without the table at ``path``.

    Raises:
        ImportFileError: as :func:`set_table`.
    """
    return _edited(text, path, None)


def _edited(text: str, path: Sequence[str], value: Mapping[str, Any] | None) -> str:
    # tomlkit takes a tenth of a second to load; only those who write need it.
    from mcptui.state.edits import ABSENT, Edit, apply, differences, value_at, without_empty
    from mcptui.state.rewrite import rewrite

    # Some editors on Windows begin a file with a mark that TOML does not have; it stays.
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    text = text.removeprefix(mark)
    before = _parsed(text)
    key = tuple(path)
    old = value_at(before, key)
    if old == (ABSENT if value is None else value):
        return mark + text
    edits: list[Edit] = []
    if value is not None and isinstance(old, Mapping):
        edits = list(differences({path[0]: {path[1]: old}}, {path[0]: {path[1]: value}}))
    else:
        edits = [Edit(key, old, ABSENT if value is None else dict(value))]
    intended = deepcopy(before)
    for edit in edits:
        apply(intended, edit)
    changed = rewrite(text, edits)
    if without_empty(_parsed(changed)) != without_empty(intended):
        raise ImportFileError("the file cannot be changed without changing something else in it")
    return mark + changed


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise ImportFileError(f"not valid TOML: {error}") from None
    except RecursionError:
        raise ImportFileError("not valid TOML: nested too deeply") from None
