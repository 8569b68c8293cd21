"""Input items of a request: what of them a provider is sent, and what they decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mcptui.llm.arguments import arguments_text
from mcptui.llm.errors import bad_request
from mcptui.llm.items import call_id_of, output_text, rejected
from mcptui.llm.tools import Approved

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcptui.llm.functions import Functions
    from mcptui.model.runtime import JsonObject

_ABOUT_MCP: Final = frozenset({"mcp_list_tools", "mcp_call", "mcp_approval_request"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that waits for an answer; ``call`` is the model's own function call, where it is kept."""

    label: str
    tool: str
    arguments: str
    call: JsonObject | None = None


@dataclass(slots=True)
class Conversation:
    """A conversation as far as it has come."""

    #: In the form that a provider takes.
    items: list[JsonObject] = field(default_factory=list)
    #: Questions by their id.
    asked: dict[str, Asked] = field(default_factory=dict)
    #: Labels whose tools were listed.
    listed: set[str] = field(default_factory=set)
    #: Calls that are allowed now.
    approved: list[Approved] = field(default_factory=list)

    def copy(self) -> Conversation:
        """One that can go on without changing this one."""
        return Conversation(list(self.items), dict(self.asked), set(self.listed))


def read_input(
    given: object, conversation: Conversation, functions: Functions[Any], is_ours: Callable[[str], bool]
) -> Conversation:
    """``conversation`` with the input of a request.

    Args:
        given: the ``input`` member.
        conversation: what came before it; not changed.
        functions: the tools that the request offers.
        is_ours: whether the items of a label are about tools of ours; others go to the provider as they are.

    Raises:
        LlmError: it is malformed, or answers a question that was not asked.
    """
    conversation = conversation.copy()
    if isinstance(given, str):
        given = [{"type": "message", "role": "user", "content": given}]
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise bad_request("input must be a string or a list of items", "input")
    _Reader(conversation, functions, is_ours).read(given)
    _drop_trailing_thoughts(conversation.items)
    return conversation


class _Reader:
    def __init__(self, conversation: Conversation, functions: Functions[Any], is_ours: Callable[[str], bool]) -> None:
        self._conversation = conversation
        self._functions = functions
        self._is_ours = is_ours
        self._outputs: list[JsonObject] = []
        self._done: set[str] = set()

    def read(self, given: Sequence[JsonObject]) -> None:
        self._done = {str(item.get("approval_request_id")) for item in given if item.get("type") == "mcp_call"}
        for item in given:
            kind = item.get("type")
            if kind != "mcp_call":
                self._put_outputs()
            if kind == "mcp_approval_response":
                self._answer(item)
            elif kind in _ABOUT_MCP and self._is_ours(str(item.get("server_label"))):
                self._about_mcp(str(kind), item)
            else:
                self._conversation.items.append(item)
        self._put_outputs()

    def _about_mcp(self, kind: str, item: JsonObject) -> None:
        label, tool = str(item.get("server_label")), str(item.get("name"))
        arguments = arguments_text(item.get("arguments")) or "{}"
        if kind == "mcp_list_tools":
            self._conversation.listed.add(label)
        elif kind == "mcp_approval_request":
            self._conversation.asked[str(item.get("id"))] = Asked(label, tool, arguments)
        else:
            call = self._call(str(item.get("id")), label, tool, arguments)
            self._conversation.items.append(call)
            output = {"type": "function_call_output", "call_id": call["call_id"], "output": output_text(item)}
            # Calls that stand side by side were made side by side: their outputs follow all of them.
            self._outputs.append(output)

    def _put_outputs(self) -> None:
        self._conversation.items += self._outputs
        self._outputs.clear()

    def _answer(self, item: Mapping[str, Any]) -> None:
        id_ = str(item.get("approval_request_id"))
        if id_ in self._done:
            return
        asked = self._conversation.asked.pop(id_, None)
        if asked is None:
            if any(other.get("id") == id_ for other in self._conversation.items):
                self._conversation.items.append(dict(item))  # the provider's own question
                return
            raise bad_request(f"there is no open approval request {id_}", "input")
        call = asked.call or self._call(id_, asked.label, asked.tool, asked.arguments)
        if item.get("approve") is True:
            if self._functions.find(asked.label, asked.tool) is None:
                raise bad_request(f"the tool {asked.tool} of {asked.label} is not available any more", "input")
            self._conversation.approved.append(Approved(id_, asked.label, asked.tool, call))
            return
        why = f"Error: {rejected(item.get('reason'))}"
        output = {"type": "function_call_output", "call_id": call["call_id"], "output": why}
        self._conversation.items += [call, output]

    def _call(self, id_: str, label: str, tool: str, arguments: str) -> JsonObject:
        name = self._functions.name_of(label, tool)
        return {"type": "function_call", "call_id": call_id_of(id_), "name": name, "arguments": arguments}


def _drop_trailing_thoughts(items: list[JsonObject]) -> None:
    """Thoughts must be followed by what they led to, which a call that is not approved never became."""
    for index in range(len(items) - 1, -1, -1):
        follower = items[index + 1] if index + 1 < len(items) else {}
        if items[index].get("type") == "reasoning" and _is_input(follower):
            del items[index]


def _is_input(item: Mapping[str, Any]) -> bool:
    return item.get("type") in ("function_call_output", "mcp_approval_response") or item.get("role") in (
        "user",
        "system",
        "developer",
    )
