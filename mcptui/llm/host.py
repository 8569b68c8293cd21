"""What the loop needs from whoever owns the tools."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from mcptui.model.runtime import CallEvent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcptui.model.runtime import JsonObject

#: Puts an event among those of the run.
Tell: TypeAlias = Callable[[CallEvent], Awaitable[None]]

#: later: end here; the caller goes on in another request.
Verdict: TypeAlias = Literal["approved", "rejected", "later"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call that a model wants; ``name`` is the name that :meth:`ToolHost.list` gave."""

    id: str
    name: str
    arguments: JsonObject
    server: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's answer; ``arguments`` replace the model's if they were edited."""

    verdict: Verdict
    arguments: JsonObject | None = None


class ToolHost(Protocol):
    """Tools as one principal sees them. All methods decide access by themselves."""

    async def list(self) -> Sequence[JsonObject]:
        """The MCP tools that may be used.

        Raises:
            McptuiError: there is no list.
        """
        ...

    async def call(self, call: ToolCall, tell: Tell) -> JsonObject:
        """Run a tool and give its CallToolResult; ``tell`` passes on what happens meanwhile (progress, ask, log).

        Raises:
            McptuiError: it could not be called; the model is told why.
        """
        ...

    def server_of(self, name: str) -> str | None:
        """The server that has the tool, for display."""
        ...

    def needs_approval(self, name: str) -> bool:
        """Whether a person must agree before the tool is called."""
        ...

    async def approve(self, call: ToolCall) -> Approval:
        """Wait for a person's answer, after the event that asks for it."""
        ...
