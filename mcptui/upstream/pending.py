"""A request on its way, with everything that ends with it."""

from __future__ import annotations

import asyncio
from typing import Any

from mcptui.upstream.call import Call
from mcptui.upstream.outbox import Outbox


class Pending:
    """A request that waits for its answer."""

    __slots__ = ("answer", "call", "deadline", "guessed", "id", "outbox", "questions", "token")

    def __init__(self, id_: int, call: Call) -> None:
        self.id = id_
        self.call = call
        self.outbox = Outbox(call.notify) if call.notify is not None else None
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        meta = call.params.get("_meta")
        self.deadline = call.deadline()
        #: What the server asked the client because of it.
        self.questions: set[asyncio.Task[None]] = set()
        #: What may be because of it: the server did not say.
        self.guessed: set[asyncio.Task[None]] = set()
        self.token = meta.get("progressToken") if isinstance(meta, dict) else None
