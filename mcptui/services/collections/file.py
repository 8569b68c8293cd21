"""Collections as TOML files: read, and extended with their comments kept."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, time
from math import isfinite
from pathlib import Path
from typing import Any, Final, get_args

import tomlkit
from tomlkit.exceptions import TOMLKitError

from mcptui.files import make_private_directory, replace_file
from mcptui.model.runtime import Json
from mcptui.schema import JsonTextError, parse_json
from mcptui.schema.json_path import JsonPath, JsonPathError, parse_path, path_text
from mcptui.services.collections.values import (
    METHODS,
    Collection,
    CollectionError,
    Expectation,
    SavedCall,
)
from mcptui.services.one_call import Outcome

_COLLECTION: Final = frozenset({"name", "key", "variables", "call"})
_CALL: Final = frozenset({"name", "arguments", "key", "expect", "save", *METHODS})
_EXPECT: Final = frozenset({"outcome", "text", "matches", "json", "schema", "max_ms"})
#: TOML has no larger integers.
_LARGEST: Final = 2**63 - 1


def read_collection(file: Path) -> Collection:
    """The collection in ``file``. Blocking.

    Raises:
        CollectionError: it cannot be read, or says something that a collection cannot say.
    """
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CollectionError(f"{file}: {error.strerror or error}") from error
    except ValueError as error:
        raise CollectionError(f"{file}: {error}") from error
    try:
        return _collection(document, file.stem)
    except _WrongError as error:
        raise CollectionError(f"{file}: {error}", hint="see docs/collections.md") from error


def add_call(file: Path, call: SavedCall) -> None:
    """Add ``call`` to the collection in ``file``, which is created if need be; one of that name is replaced. Blocking.

    Raises:
        CollectionError: the file cannot be read or written.
    """
    if file.exists():
        read_collection(file)
    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.exists() else tomlkit.document()
        calls = document.setdefault("call", tomlkit.aot())
        places = [place for place, other in enumerate(calls) if other.get("name") == call.name]
        for place in places:
            del calls[place]
        calls.append(_table(call))
        if not file.parent.exists():
            make_private_directory(file.parent)
        replace_file(file, tomlkit.dumps(document).encode())
    except (OSError, TOMLKitError) as error:
        raise CollectionError(f"{file} cannot be written: {error}") from error


class _WrongError(Exception):
    """What a collection cannot say, and where."""


def _collection(document: Mapping[str, Any], name: str) -> Collection:
    _known(document, _COLLECTION, "the collection")
    _require_json(document)
    calls = document.get("call", [])
    if not isinstance(calls, list) or not all(isinstance(call, dict) for call in calls):
        raise _WrongError("calls are written as [[call]]")
    read = tuple(_call(call, number) for number, call in enumerate(calls, start=1))
    names = [call.name for call in read]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise _WrongError(f'two calls have the name "{twice}"')
    return Collection(
        name=_of(document, "name", str, "the collection") or name,
        key=_of(document, "key", str, "the collection"),
        variables=_of(document, "variables", dict, "the collection") or {},
        calls=read,
    )


def _call(call: Mapping[str, Any], number: int) -> SavedCall:
    where = f"call {number}" if not isinstance(call.get("name"), str) else f'call "{call["name"]}"'
    _known(call, _CALL, where)
    kinds = [kind for kind in METHODS if kind in call]
    if len(kinds) != 1:
        raise _WrongError(f"{where} needs one of {', '.join(METHODS)}")
    (kind,) = kinds
    target = _of(call, kind, str, where) or ""
    save = _of(call, "save", dict, where) or {}
    for path in save.values():
        _path(path, f"{where}, save")
    return SavedCall(
        name=_of(call, "name", str, where) or f"{target} {number}",
        kind=kind,
        target=target,
        arguments=_arguments(call.get("arguments", {}), where),
        key=_of(call, "key", str, where),
        expect=_expectation(_of(call, "expect", dict, where) or {}, f"{where}, expect"),
        save=save,
    )


def _arguments(value: Any, where: str) -> Json:
    if isinstance(value, str):
        try:
            value = parse_json(value)
        except JsonTextError as error:
            raise _WrongError(f"{where}, arguments: {error}") from error
    if not isinstance(value, dict):
        raise _WrongError(f"{where}: arguments must be a table, or a JSON object as a string")
    return value


def _expectation(value: Mapping[str, Any], where: str) -> Expectation:
    _known(value, _EXPECT, where)
    outcome = value.get("outcome", "ok")
    if outcome not in get_args(Outcome):
        raise _WrongError(f"{where}: outcome must be one of {', '.join(get_args(Outcome))}")
    text = value.get("text", [])
    texts = [text] if isinstance(text, str) else text
    if not isinstance(texts, list) or not all(isinstance(part, str) for part in texts):
        raise _WrongError(f"{where}: text must be a string or an array of strings")
    matches = _of(value, "matches", str, where) or ""
    try:
        re.compile(matches)
    except re.error as error:
        raise _WrongError(f"{where}: matches is not a regular expression: {error}") from error
    values = _of(value, "json", dict, where) or {}
    for path in values:
        _path(path, f"{where}, json")
    schema = value.get("schema", True)
    if not isinstance(schema, bool):
        raise _WrongError(f"{where}: schema must be true or false")
    max_ms = value.get("max_ms")
    if max_ms is not None and (isinstance(max_ms, bool) or not isinstance(max_ms, int | float)):
        raise _WrongError(f"{where}: max_ms must be a number")
    return Expectation(outcome=outcome, text=tuple(texts), matches=matches, json=values, schema=schema, max_ms=max_ms)


def _require_json(value: Any, path: JsonPath = ()) -> None:
    """Refuse what TOML has and JSON has not: dates, times, and numbers that are none or infinite."""
    if isinstance(value, dict):
        for name, member in value.items():
            _require_json(member, (*path, name))
    elif isinstance(value, list):
        for place, member in enumerate(value):
            _require_json(member, (*path, place))
    elif isinstance(value, date | time) or (isinstance(value, float) and not isfinite(value)):
        raise _WrongError(f"JSON has no {value} at {path_text(path)}: put it in quotes")


def _known(table: Mapping[str, Any], names: frozenset[str], where: str) -> None:
    if unknown := sorted(table.keys() - names):
        raise _WrongError(f'{where} has no setting "{unknown[0]}"')


def _of(table: Mapping[str, Any], name: str, kind: type, where: str) -> Any:
    value = table.get(name)
    if value is not None and not isinstance(value, kind):
        raise _WrongError(f"{where}: {name} must be a {'table' if kind is dict else 'string'}")
    return value


def _path(path: Any, where: str) -> None:
    try:
        parse_path(path if isinstance(path, str) else "")
    except JsonPathError as error:
        raise _WrongError(f"{where}: {error}") from error


def _table(call: SavedCall) -> tomlkit.items.Table:
    table = tomlkit.table()
    table["name"] = call.name
    table[call.kind] = call.target
    if call.key is not None:
        table["key"] = call.key
    if call.arguments:
        plain = _is_toml(call.arguments)
        table["arguments"] = call.arguments if plain else json.dumps(call.arguments, ensure_ascii=False)
    default = Expectation()
    expect = {
        name: list(value) if isinstance(value, tuple) else value
        for name in sorted(_EXPECT)
        if (value := getattr(call.expect, name)) != getattr(default, name)
    }
    if expect:
        table["expect"] = expect
    return table


def _is_toml(value: Json) -> bool:
    """Whether TOML has all of ``value``: it has no null and no integers beyond 64 bits."""
    if isinstance(value, dict):
        return all(map(_is_toml, value.values()))
    if isinstance(value, list):
        return all(map(_is_toml, value))
    return value is not None and not (isinstance(value, int) and abs(value) > _LARGEST)
