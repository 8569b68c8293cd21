"""Items that a client names instead of sending them (``item_reference``), as the AI SDK does from its second turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mcptui.gateway.fronts.openai.stored import Stored, StoredResponses
from mcptui.gateway.principal import Principal
from mcptui.llm.conversation import Conversation
from mcptui.llm.errors import bad_request


@dataclass(slots=True)
class Resolved:
    """The input of a request with the items themselves, and what is known of them."""

    items: list[dict[str, Any]]
    #: The conversation before the input, with the questions that the items are about.
    before: Conversation = field(default_factory=Conversation)


async def resolve(
    stored: StoredResponses, given: object, principal: Principal, previous: Stored | None, *, has_items: bool
) -> Resolved | None:
    """``given``, the input of a request, with the items that its references name; None where it names none of ours.

    Args:
        stored: the responses that are kept here; only those of ``principal`` count.
        given: as the request has it.
        principal: who asks.
        previous: the response that the request goes on with; its items are there already.
        has_items: whether the provider keeps items too, so that it may know one that is not known here.

    Raises:
        LlmError: there is no such item, or it is another principal's.
    """
    if not isinstance(given, list) or not any(_reference(item) for item in given):
        return None
    before = previous.conversation.copy() if previous is not None else Conversation()
    reader = _Reader(stored, principal, previous, before, has_items)
    items = [item for each in given for item in await reader.read(each)]
    return Resolved(items, before) if reader.has_found else None


class _Reader:
    def __init__(
        self,
        stored: StoredResponses,
        principal: Principal,
        previous: Stored | None,
        before: Conversation,
        has_items: bool,
    ) -> None:
        self._stored = stored
        self._principal = principal
        self._previous_id = None if previous is None else previous.response["id"]
        self._before = before
        self._has_items = has_items
        # By the id of each of their items.
        self._known: dict[str, Stored] = {}
        self._seen: set[str] = set()
        self.has_found = False

    async def read(self, item: Any) -> Sequence[dict[str, Any]]:
        """What stands in the place of an item of the input."""
        id_ = _reference(item)
        if id_ is None:
            return [item]
        stored = self._known.get(id_)
        if stored is None:
            found = await self._stored.find_with_item(id_, self._principal)
            if found is None and self._has_items:
                return [item]
            if found is None or found.principal != self._principal.id:
                raise bad_request(f"Item with id '{id_}' not found.", "input")
            self._known |= {each["id"]: found for each in found.response["output"]}
            stored = found
        self.has_found = True
        # The AI SDK names a question once for the question and once for its answer.
        if id_ in self._seen or stored.response["id"] == self._previous_id:
            return []
        self._seen.add(id_)
        return [self._taken(stored, id_)]

    def _taken(self, stored: Stored, id_: str) -> dict[str, Any]:
        item: dict[str, Any] = next(each for each in stored.response["output"] if each["id"] == id_)
        if "server_label" in item:
            self._before.listed.add(item["server_label"])
        if id_ in stored.conversation.asked:
            self._before.asked[id_] = stored.conversation.asked[id_]
        return item


def _reference(item: object) -> str | None:
    """The id that an item of the input names; its type may be left out."""
    if not isinstance(item, Mapping) or not isinstance(item.get("id"), str):
        return None
    is_bare = item.get("type") is None and item.keys() <= {"id", "type"}
    return item["id"] if item.get("type") == "item_reference" or is_bare else None
