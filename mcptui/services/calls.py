"""Recorded calls: finding those of one thing, exporting them, and sending one again."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import orjson

from mcptui.errors import McptuiError, RefusedError
from mcptui.files import replace_file
from mcptui.gateway.record.redaction import is_masked
from mcptui.stores.history.filter import CallFilter
from mcptui.stores.history.terms import Pattern, TextTerm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mcptui.model.runtime import CallRecord, Json, JsonObject, Listed
    from mcptui.stores.history.log import History


def export_calls(records: Iterable[CallRecord], path: Path) -> int:
    """Write calls to a new file of JSON lines, readable by its owner only; how many they were.

    Raises:
        RefusedError: the file exists.
        McptuiError: it cannot be written.
    """
    if path.exists():
        raise RefusedError(f"{path} exists", hint="Choose another name.")
    lines = [orjson.dumps(asdict(record)) for record in records]
    try:
        replace_file(path, b"".join(line + b"\n" for line in lines), mode=0o600)
    except OSError as error:
        raise McptuiError(f"{path} cannot be written: {error.strerror}", hint="Choose another directory.") from error
    return len(lines)


def earlier_calls(
    history: History, method: str, server: str, names: Sequence[str], *, limit: int = 100
) -> list[CallRecord]:
    """The calls of one tool, prompt or resource of ``server`` by any client, newest first. Blocking.

    Args:
        history: where they were recorded.
        method: what calls it.
        server: whose it is.
        names: what it is called at the gateway, and at the server.
        limit: how many at most.

    Raises:
        HistoryError: the history cannot be read.
    """

    def one_of(columns: tuple[str, ...], *texts: str) -> TextTerm:
        return TextTerm(columns, tuple(Pattern(text, "exact") for text in texts))

    wanted = (one_of(("method",), method), one_of(("server",), server), one_of(("name", "tool"), *names))
    return list(history.calls(CallFilter(wanted), limit=limit))


def is_whole(value: Json) -> bool:
    """Whether a recorded value is what crossed the gateway, neither masked nor cut nor forgotten."""
    return value is not None and not is_masked(value)


def params_again(record: CallRecord, listed: Listed) -> JsonObject:
    """The params for sending ``record`` again, with the name under which it is ``listed`` now.

    Raises:
        RefusedError: they were not kept as they were sent.
    """
    params = record.params
    if not isinstance(params, dict):
        raise RefusedError("the request was not kept", hint="Only the newest calls can be sent again.")
    if is_masked(params):
        raise RefusedError(
            "the arguments were masked or cut when they were recorded", hint="Call it in the Test mode with new ones."
        )
    if record.method not in ("tools/call", "prompts/get"):
        return params
    wanted = [record.server, record.tool or record.name]
    names = [item["name"] for item in (*listed.tools, *listed.prompts) if list(listed.owners[item["name"]]) == wanted]
    return {**params, "name": names[0]} if names else params
