"""Recorded calls: finding those of one thing, exporting them, and sending one again."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import orjson

from mcptui.errors import McptuiError, RefusedError
from mcptui.files import PRIVATE_FILE, replace_file
from mcptui.gateway.record.redaction import is_masked

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from mcptui.model.runtime import CallRecord, Json, JsonObject, Listed

_MISSING: Final = object()


async def export_calls(records: AsyncGenerator[CallRecord, None], path: Path) -> int:
    """Write calls to a new file of JSON lines, readable by its owner only; how many they were.

    Raises:
        RefusedError: the file exists.
        McptuiError: it cannot be written.
    """
    if path.exists():
        raise RefusedError(f"{path} exists", hint="Choose another name.")
    async with aclosing(records):
        lines = [orjson.dumps(asdict(record)) async for record in records]
    try:
        await asyncio.to_thread(replace_file, path, b"".join(line + b"\n" for line in lines), mode=PRIVATE_FILE)
    except OSError as error:
        raise McptuiError(f"{path} cannot be written: {error.strerror}", hint="Choose another directory.") from error
    return len(lines)


def is_whole(value: Json) -> bool:
    """Whether a recorded value is what crossed the gateway, neither masked nor cut nor forgotten."""
    return value is not None and not is_masked(value)


def known_arguments(value: Json) -> tuple[Json, list[str]]:
    """Recorded arguments without what was masked or cut, and the paths of that: "token", "login.password".

    A list in which an entry is missing is missing as a whole: the others would move to other places.
    """
    missing: list[str] = []
    known = _known(value, "", missing)
    return (known if known is not _MISSING else {}), missing


def _known(value: Json, path: str, missing: list[str]) -> Any:
    if not is_masked(value):
        return value
    if isinstance(value, dict) and (inner := [name for name, item in value.items() if is_masked(item)]):
        members = {name: _known(item, f"{path}.{name}".strip("."), missing) for name, item in value.items()}
        return {name: item for name, item in members.items() if name not in inner or item is not _MISSING}
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        within: list[str] = []
        entries = [_known(item, f"{path}[{place}]", within) for place, item in enumerate(value)]
        if not any(item is _MISSING for item in entries):
            missing += within
            return entries
    missing.append(path)
    return _MISSING


def params_again(record: CallRecord, listed: Listed) -> JsonObject:
    """The params for sending ``record`` again, with the name under which it is ``listed`` now.

    Raises:
        RefusedError: they were not kept as they were sent.
    """
    params = record.params
    if not isinstance(params, dict):
        raise RefusedError("the request was not recorded", hint="Only recent calls can be replayed.")
    if is_masked(params):
        raise RefusedError(
            "the arguments were redacted or truncated", hint="Call the tool in Test mode with new arguments."
        )
    if record.method not in ("tools/call", "prompts/get"):
        return params
    wanted = [record.server, record.tool or record.name]
    names = [item["name"] for item in (*listed.tools, *listed.prompts) if list(listed.owners[item["name"]]) == wanted]
    return {**params, "name": names[0]} if names else params
