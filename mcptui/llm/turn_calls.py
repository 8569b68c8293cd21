"""Which call a piece of a streamed completion belongs to, where providers number their calls in their own ways."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mcptui.llm.arguments import arguments_text, is_json

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

#: Members of a piece that are read here; all others must go back to some providers with the call.
_READ: Final = frozenset({"id", "type", "index", "function"})
#: Read from the call itself, where a provider leaves out "function".
_FLAT: Final = frozenset({"name", "arguments"})


@dataclass(slots=True)
class TurnCalls:
    """The calls of one completion while they come in."""

    #: As an assistant message has them.
    calls: list[JsonObject] = field(default_factory=list)
    # The places of the calls of an index, in their order.
    _by_index: dict[int | None, list[int]] = field(default_factory=dict)
    # The place that has an id of the provider's.
    _by_id: dict[str, int] = field(default_factory=dict)
    # The provider's id of each place, "" where it gave none.
    _ids: list[str] = field(default_factory=list)

    @property
    def are_whole(self) -> bool:
        """Whether the arguments of all of them are complete JSON texts."""
        return all(is_json(call["function"]["arguments"]) for call in self.calls)

    def add(self, pieces: object) -> list[int]:
        """Take in the ``tool_calls`` of a chunk; the answer is the places of the calls that they are about."""
        touched: list[int] = []
        for piece in pieces if isinstance(pieces, list) else ():
            if isinstance(piece, Mapping):
                touched.append(self._add(piece, touched))
        return touched

    def _add(self, piece: Mapping[str, Any], touched: list[int]) -> int:
        function = _function(piece)
        name = function.get("name") if isinstance(function.get("name"), str) else ""
        place = self._place(piece, str(name), arguments_text(function.get("arguments")), touched)
        call = self.calls[place]
        about = call["function"]
        about["name"] = about["name"] or name
        arguments = function.get("arguments")
        if isinstance(arguments, str) or arguments is None:
            about["arguments"] += arguments or ""
        else:
            about["arguments"] = arguments_text(arguments)
        read = _READ if isinstance(piece.get("function"), Mapping) else _READ | _FLAT
        call |= {key: value for key, value in piece.items() if key not in read}
        return place

    def _place(self, piece: Mapping[str, Any], name: str, arguments: str, touched: list[int]) -> int:
        index, id_ = _index(piece.get("index")), piece.get("id")
        id_ = id_ if isinstance(id_, str) else ""
        known, begins = self._known(index, id_, name, arguments, touched)
        if begins:
            return self._new(index, id_)
        if id_ and not self._ids[known]:
            self._named(known, id_)
        return known

    def _known(self, index: int | None, id_: str, name: str, arguments: str, touched: list[int]) -> tuple[int, bool]:
        """The place that a piece is about as far as its marks say, and whether it begins another call all the same."""
        if not self.calls:
            return 0, True
        if index in self._by_index:
            places = self._by_index[index]
            known = next((place for place in places if id_ and self._ids[place] == id_), places[-1])
            if id_:
                return known, self._ids[known] not in ("", id_) and self._is_another(known, name)
            return known, bool(arguments) and self._is_another(known, name, has_begun=True)
        if id_ in self._by_id and (index is None or not name):
            return self._by_id[id_], False
        known = len(self.calls) - 1
        if index is not None:
            return known, bool(name or id_)
        # Named pieces of one chunk are calls of their own.
        has_mark = bool(id_) or known in touched
        return known, bool(name) and (has_mark or (bool(arguments) and self._is_another(known, name, has_begun=True)))

    def _is_another(self, known: int, name: str, *, has_begun: bool = False) -> bool:
        """Whether a piece with ``name`` begins another call than the one at ``known``, rather than going on with it:
        some providers repeat the name, or make up another id for every piece."""
        function = self.calls[known]["function"]
        is_whole = is_json(function["arguments"]) and (bool(function["arguments"]) or not has_begun)
        return bool(name and function["name"]) and (name != function["name"] or is_whole)

    def _new(self, index: int | None, id_: str) -> int:
        place = len(self.calls)
        if index is not None:
            self._by_index.setdefault(index, []).append(place)
        function = {"name": "", "arguments": ""}
        self.calls.append({"id": f"call_{secrets.token_hex(8)}", "type": "function", "function": function})
        self._ids.append("")
        if id_:
            self._named(place, id_)
        return place

    def _named(self, place: int, id_: str) -> None:
        """The call keeps the provider's id, unless another has it: results are told apart by it."""
        self._ids[place] = id_
        if id_ not in self._by_id:
            self._by_id[id_] = place
            self.calls[place]["id"] = id_


def _function(piece: Mapping[str, Any]) -> Mapping[str, Any]:
    function = piece.get("function")
    return function if isinstance(function, Mapping) else piece


def _index(value: object) -> int | None:
    if isinstance(value, str) and value.isdecimal() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
