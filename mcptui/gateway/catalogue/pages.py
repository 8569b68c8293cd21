"""Lists too long for one answer, page by page; every list of normal size is one page."""

from __future__ import annotations

from typing import Any, Final

from mcptui.gateway.catalogue.view import View, end_of_list
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.relay.seal import Sealer, binding
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError, invalid_params
from mcptui.protocol.listed.items import KINDS

#: Items of a page. Many clients read the first page only, so it holds more than anybody wants to see.
PAGE: Final = 1_000


class Pages:
    """Cuts lists; a cursor names the last item of the page before, sealed for its principal."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def page(self, exchange: Exchange, view: View) -> bytes:
        """The list's member and the end of the message, as :attr:`View.encoded` has them.

        Raises:
            RpcError: the cursor is not one that this principal got for this list.
        """
        method, cursor = exchange.method, exchange.params.get("cursor")
        lists = view.lists[exchange.era]
        items = lists.items[method]
        if cursor is None and len(items) <= PAGE:
            return lists.encoded[method]
        scope = ",".join(exchange.scope.names or ("*",))
        bound = binding(exchange.principal.id, scope, method, {})
        start = 0 if cursor is None else self._after(self._open(cursor, bound), method, items)
        end = start + PAGE
        encoded = end_of_list(method, items[start:end])
        if end >= len(items):
            return encoded
        last = [end, items[end - 1][KINDS[method].name]]
        return b'"nextCursor":%b,%b' % (jsonrpc.encode(self._sealer.seal(last, bound)), encoded)

    def _open(self, cursor: Any, bound: str) -> Any:
        try:
            return self._sealer.open(cursor, bound)
        except RpcError:
            raise invalid_params("Invalid cursor") from None

    @staticmethod
    def _after(last: Any, method: str, items: tuple[dict[str, Any], ...]) -> int:
        """Where the page after ``last`` begins, also when the list has changed before it."""
        end, name = last
        identity = KINDS[method].name
        if end <= len(items) and items[end - 1][identity] == name:
            return int(end)
        for index, item in enumerate(items):
            if item[identity] == name:
                return index + 1
        raise invalid_params("Invalid cursor")
