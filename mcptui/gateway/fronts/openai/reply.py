"""The answer to one request of the OpenAI API: named in its headers, and an error where nothing was sent yet."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any, Final

from mcptui.errors import McptuiError
from mcptui.gateway.fronts.http.incoming import Incoming
from mcptui.gateway.fronts.openai.answer import send_error

log = logging.getLogger(__name__)

_REQUEST_ID: Final = b"x-request-id"


class Reply:
    """The response's channel, as handlers get it."""

    def __init__(self, incoming: Incoming) -> None:
        self._send = incoming.send
        self.id = f"req_{secrets.token_hex(16)}"
        #: The client has the beginning of the answer.
        self.has_begun = False

    async def send(self, message: Any) -> None:
        """As of ASGI."""
        self.has_begun = True
        if message["type"] == "http.response.start" and not any(name == _REQUEST_ID for name, _ in message["headers"]):
            # Clients show it with errors; a provider's own is of more use at the provider.
            message = {**message, "headers": [*message["headers"], (_REQUEST_ID, self.id.encode("ascii"))]}
        await self._send(message)

    async def fail(self, error: McptuiError, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
        """Say what went wrong; an answer that has begun gets no end, which the client sees."""
        if self.has_begun:
            log.warning("the answer of %s broke off: %s", self.id, error.message)
        else:
            await send_error(self.send, error, headers)
