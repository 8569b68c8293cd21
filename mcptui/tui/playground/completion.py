"""What a server proposes for an argument of a prompt or of a resource template (``completion/complete``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mcptui.errors import McptuiError
from mcptui.model.runtime import Json, JsonObject
from mcptui.protocol.errors import METHOD_NOT_FOUND
from mcptui.schema.values import is_integer
from mcptui.services.ports import GatewayPort
from mcptui.tui.playground.items import Item

#: The protocol allows a hundred; a server may send more.
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Completion:
    """Proposed values, and how many more the server knows."""

    values: tuple[str, ...] = ()
    more: int = 0


class Completions:
    """Asks as a key. Failures are not shown: most servers have no completions."""

    def __init__(self) -> None:
        self._without: set[str] = set()

    def possible(self, item: Item) -> bool:
        """Whether it is worth asking."""
        return item.reference is not None and item.server not in self._without

    async def ask(
        self, gateway: GatewayPort, key: str | None, item: Item, name: str, text: str, others: Mapping[str, Json]
    ) -> Completion:
        """Completions of the argument ``name`` that begins with ``text``, where ``others`` are filled in."""
        known = {other: value for other, value in others.items() if other != name and isinstance(value, str) and value}
        params: JsonObject = {"ref": item.reference, "argument": {"name": name, "value": text}}
        if known:
            params["context"] = {"arguments": known}
        try:
            async for event in gateway.call("completion/complete", params, key=key):
                if event.type == "result":
                    return _completion(event.value)
                if event.type == "error" and event.value.get("code") == METHOD_NOT_FOUND:
                    self._without.add(item.server)
        except McptuiError:
            pass
        return Completion()


def _completion(result: JsonObject) -> Completion:
    found = result.get("completion")
    values = found.get("values") if isinstance(found, dict) else None
    if not isinstance(values, list):
        return Completion()
    texts = list(dict.fromkeys(value for value in values if isinstance(value, str)))[:_MOST]
    total = found.get("total") if isinstance(found, dict) else None
    return Completion(tuple(texts), max(total - len(texts), 0) if is_integer(total) else 0)
