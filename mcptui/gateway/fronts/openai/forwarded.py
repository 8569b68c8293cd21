"""Which responses a provider keeps by itself: where to fetch them, and for whom."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

from mcptui.gateway.principal import Principal
from mcptui.llm.errors import bad_request
from mcptui.stores.json_file import StateFile

_MOST: Final = 20_000
#: An id stands at the beginning of a response and of a stream's first event; longer answers are not searched.
_SEARCHED: Final = 16 * 1024
_ID: Final = re.compile(rb'"id"\s*:\s*"(resp[A-Za-z0-9._=-]{1,250})"')


@dataclass(frozen=True, slots=True)
class _Owner:
    principal: str
    model: str


class Forwarded:
    """Ids of responses that went through as they are, also across a restart of the gateway.

    The oldest above a limit are forgotten. Nothing of what was said is kept here.

    Args:
        path: where they are kept; None for nowhere.
    """

    def __init__(self, path: Path | None) -> None:
        self._owners: OrderedDict[str, _Owner] = OrderedDict()
        self._file = StateFile(path, lambda: [[id_, *astuple(owner)] for id_, owner in self._owners.items()])
        found = self._file.load()
        for entry in found[-_MOST:] if isinstance(found, list) else ():
            if isinstance(entry, list) and len(entry) == 3 and all(isinstance(part, str) for part in entry):
                self._owners[entry[0]] = _Owner(entry[1], entry[2])

    def observer(self, principal: Principal, model: str) -> Callable[[bytes], None]:
        """Takes the pieces of an answer and remembers its id; the pieces stay as they are."""
        head = b""
        found = False

        def observe(piece: bytes) -> None:
            nonlocal head, found
            if found or len(head) >= _SEARCHED:
                return
            head += piece[:_SEARCHED]
            if match := _ID.search(head):
                found = True
                self._put(match[1].decode("ascii"), _Owner(principal.id, model))

        return observe

    def model_of(self, id_: str, principal: Principal) -> str | None:
        """The model whose provider keeps ``id_``, if it is the principal's."""
        owner = self._owners.get(id_)
        return owner.model if owner is not None and owner.principal == principal.id else None

    def require_own(self, id_: object, principal: Principal) -> None:
        """Refuse the id of a response that another principal made.

        Raises:
            LlmError: as for one that does not exist.
        """
        owner = self._owners.get(id_) if isinstance(id_, str) else None
        if owner is not None and owner.principal != principal.id:
            message = f"Previous response with id '{id_}' not found."
            raise bad_request(message, "previous_response_id", "previous_response_not_found")

    def remove(self, id_: str) -> None:
        """Forget one."""
        if self._owners.pop(id_, None) is not None:
            self._file.changed()

    async def close(self) -> None:
        """Write what is not written yet."""
        await self._file.close()

    def _put(self, id_: str, owner: _Owner) -> None:
        self._owners[id_] = owner
        while len(self._owners) > _MOST:
            self._owners.popitem(last=False)
        self._file.changed()
