"""Which server gave a client the URI of a resource that may be in no list."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Final

#: URIs that are remembered for one principal, and principals; those that were given longest ago are forgotten.
MAX_URIS: Final = 1_000
MAX_PRINCIPALS: Final = 1_000
#: Longer ones are not remembered, characters.
MAX_LENGTH: Final = 2_000


class Links:
    """What results have linked to, by principal: what one is given says nothing to another."""

    def __init__(self) -> None:
        self._given: OrderedDict[str, OrderedDict[str, str]] = OrderedDict()

    def note(self, principal: str, server: str, result: dict[str, Any]) -> None:
        """Remember the URIs in what ``server`` answered."""
        for uri in linked(result):
            given = self._given.setdefault(principal, OrderedDict())
            given[uri] = server
            given.move_to_end(uri)
            self._given.move_to_end(principal)
            if len(given) > MAX_URIS:
                given.popitem(last=False)
            if len(self._given) > MAX_PRINCIPALS:
                self._given.popitem(last=False)

    def owner(self, principal: str, uri: str) -> str | None:
        """The server that gave ``uri`` to ``principal`` last."""
        given = self._given.get(principal)
        return None if given is None else given.get(uri)


def linked(result: dict[str, Any]) -> Iterator[str]:
    """The URIs of ``resource_link`` and ``resource`` blocks in a result: of a tool, or in the messages of a prompt."""
    for member in ("content", "messages"):
        blocks = result.get(member)
        for each in blocks if isinstance(blocks, list) else ():
            block = each.get("content") if member == "messages" and isinstance(each, dict) else each
            if not isinstance(block, dict) or block.get("type") not in ("resource_link", "resource"):
                continue
            of = block if block["type"] == "resource_link" else block.get("resource")
            uri = of.get("uri") if isinstance(of, dict) else None
            if isinstance(uri, str) and len(uri) <= MAX_LENGTH:
                yield uri
