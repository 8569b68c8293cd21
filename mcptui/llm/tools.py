"""What the engine needs from whoever owns the tools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

#: never: call it · ask: :meth:`ToolSource.approve` waits for a person · later: the run ends with a question, the
#: answer comes in another request.
Approval: TypeAlias = Literal["never", "ask", "later"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call that a model wants; ``id`` is that of its item."""

    id: str
    name: str
    arguments: JsonObject


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's answer; ``arguments`` replace the model's if they were edited, ``reason`` is told to the model."""

    approved: bool
    arguments: JsonObject | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    """A call that a person has agreed to: ``call`` is the function call as the model made it."""

    approval_id: str
    label: str
    tool: str
    call: JsonObject


class Listed(Protocol):
    """Tools behind one label."""

    @property
    def label(self) -> str:
        """What the request calls it."""
        ...

    @property
    def tools(self) -> Sequence[JsonObject]:
        """The MCP tools that are offered."""
        ...


class ToolSource(Listed, Protocol):
    """The tools behind one label, as one principal sees them. Decides access by itself, at every call."""

    def approval(self, name: str) -> Approval:
        """Whether a person must agree before the tool is called."""
        ...

    async def approve(self, call: ToolCall) -> Verdict:
        """Wait for a person's answer."""
        ...

    async def call(self, call: ToolCall) -> JsonObject:
        """Run a tool and give its CallToolResult.

        Raises:
            RpcError: it could not be called; the model is told why.
        """
        ...
