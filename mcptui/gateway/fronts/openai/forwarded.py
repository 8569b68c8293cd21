"""Which responses a provider keeps by itself: where to fetch them, and for whom."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from mcptui.gateway.principal import Principal
from mcptui.llm.errors import bad_request
from mcptui.stores.provider_responses import ProviderResponse, ProviderResponseStore

Observe: TypeAlias = Callable[[bytes], Awaitable[None]]

#: An id stands at the beginning of a response and of a stream's first event; longer answers are not searched.
_SEARCHED: Final = 16 * 1024
_RESPONSE_ID: Final = re.compile(rb'"id"\s*:\s*"(resp[A-Za-z0-9._=-]{1,250})"')


class Forwarded:
    """Ids of what went through as it is."""

    def __init__(self, store: ProviderResponseStore) -> None:
        self._store = store

    def observer(self, principal: Principal, model: str) -> Observe:
        """Takes the pieces of an answer and remembers its id; the pieces stay as they are."""
        return id_observer(_RESPONSE_ID, lambda id_: self._store.put(ProviderResponse(id_, principal.id, model)))

    async def model_of(self, id_: str, principal: Principal) -> str | None:
        """The model whose provider keeps ``id_``, if it is the principal's."""
        response = await self._store.find(id_)
        return response.model if response is not None and response.principal == principal.id else None

    async def require_own(self, id_: object, principal: Principal) -> None:
        """Refuse the id of a response that another principal made.

        Raises:
            LlmError: as for one that does not exist.
        """
        response = await self._store.find(id_) if isinstance(id_, str) else None
        if response is not None and response.principal != principal.id:
            message = f"Previous response with id '{id_}' not found."
            raise bad_request(message, "previous_response_id", "previous_response_not_found")

    async def deleted(self, id_: str, status: int) -> None:
        """The provider answered so to a request to delete one: forget it, unless it is still there."""
        if status < 400 or status == 404:
            await self._store.remove(id_)


def id_observer(pattern: re.Pattern[bytes], keep: Callable[[str], Awaitable[None]]) -> Observe:
    """Takes the pieces of an answer, and gives ``keep`` the first id in it.

    Args:
        pattern: what an id looks like; its first group is the id.
        keep: told of it once.
    """
    head = b""
    found = False

    async def observe(piece: bytes) -> None:
        nonlocal head, found
        if found or len(head) >= _SEARCHED:
            return
        head += piece[:_SEARCHED]
        if match := pattern.search(head):
            found = True
            await keep(match[1].decode("ascii"))

    return observe
