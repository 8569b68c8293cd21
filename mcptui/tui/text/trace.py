"""Where an error came from, without a value: what may be written down and shown."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from textual.worker import WorkerFailed

from mcptui.errors import McptuiError
from mcptui.interop.masking import masked
from mcptui.protocol.keys import without_gateway_keys
from mcptui.protocol.text import visible

_PACKAGE: Final = Path(__file__).parents[2]


def trace(error: BaseException) -> str:
    """Kinds and places of ``error`` and of what caused it, innermost cause first.

    Messages of foreign exceptions and source lines are left out: they may hold anything, secrets too. Messages of
    ours hold none, and are redacted all the same.
    """
    return visible("\n".join(_chain(error)))


def origin(error: BaseException) -> BaseException:
    """What made a worker fail, where Textual wrapped it; else ``error``."""
    return error.error if isinstance(error, WorkerFailed) else error


def _chain(error: BaseException) -> Iterator[str]:
    error = origin(error)
    if (cause := error.__cause__ or error.__context__) is not None:
        yield from _chain(cause)
        yield "which led to"
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _chain(member)
        yield "which were together"
    yield type(error).__qualname__ + (f": {_redacted(error.message)}" if isinstance(error, McptuiError) else "")
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        place = file.relative_to(_PACKAGE.parent) if file.is_relative_to(_PACKAGE) else file.name
        yield f"  {place}:{frame.lineno} in {frame.name}"


def _redacted(text: str) -> str:
    return masked(without_gateway_keys(text.encode("utf-8", "replace")).decode())
