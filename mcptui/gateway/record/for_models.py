"""What a model is told of a call, which goes to its provider: a third party that no server's secret is meant for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from mcptui.gateway.record.redaction import without
from mcptui.protocol.errors import RpcError

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject
    from mcptui.secrets.known import KnownSecrets


async def for_model(work: Awaitable[JsonObject], known: KnownSecrets) -> JsonObject:
    """The result of ``work``, a call that a model has made, without the secrets in use.

    Left in are values that only may be secrets: a word that is missing costs a model more than a reader of the history.

    Raises:
        RpcError: that of ``work``, the same way.
    """
    known = known.certain
    try:
        result = await work
    except RpcError as error:
        error.message = known.without(error.message)
        raise
    if not known.longest:
        return result
    # A result may be large.
    told: JsonObject = await asyncio.to_thread(without, result, known)
    return told
