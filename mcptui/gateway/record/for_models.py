"""What a model is told of a call, which goes to its provider: a third party that no server's secret is meant for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, TypeVar

from mcptui.gateway.record.redaction import without
from mcptui.protocol.errors import RpcError

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject
    from mcptui.secrets.known import KnownSecrets

T = TypeVar("T")


async def for_model(value: T, known: KnownSecrets) -> T:
    """``value`` without the secrets in use.

    Left in are values that only may be secrets: a word that is missing costs a model more than a reader of the history.
    """
    known = known.certain
    # It may be large.
    return await asyncio.to_thread(without, value, known) if known.longest else value


async def result_for_model(work: Awaitable[JsonObject], known: KnownSecrets) -> JsonObject:
    """The same of the result of ``work``, a call that a model has made.

    Raises:
        RpcError: that of ``work``, the same way.
    """
    try:
        result = await work
    except RpcError as error:
        error.message = known.certain.without(error.message)
        raise
    return await for_model(result, known)
