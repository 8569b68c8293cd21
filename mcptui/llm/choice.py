"""``tool_choice`` in terms of the functions that the model is offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mcptui.llm.errors import bad_request, objects_of

if TYPE_CHECKING:
    from mcptui.llm.functions import Functions
    from mcptui.model.runtime import JsonObject


@dataclass(frozen=True, slots=True)
class Choice:
    """What the provider is told, and which tools it is offered.

    ``allowed`` are the tools of ``allowed_tools`` or of a choice of one label; None is all.
    """

    value: Any = None
    allowed: Sequence[Mapping[str, Any]] | None = None
    #: The choice of one label counts for the first round only, that of allowed_tools for all.
    stays: bool = True

    @classmethod
    def of(cls, choice: Any, functions: Functions[Any]) -> Choice:
        """The choice that a request makes.

        Raises:
            LlmError: it names a tool that is not there.
        """
        if not isinstance(choice, Mapping):
            return cls(choice)
        if choice.get("type") == "mcp":
            label, name = choice.get("server_label"), choice.get("name")
            wanted = cls("required", (choice,), stays=False)
            if not functions.definitions(wanted.wants):
                raise bad_request(f"tool_choice: there is no tool {name or ''} of {label}", "tool_choice")
            return wanted
        if choice.get("type") == "allowed_tools":
            tools = objects_of(choice.get("tools"), "the tools of tool_choice", "tool_choice")
            return cls(choice.get("mode", "auto"), tuple(tools))
        return cls(dict(choice))

    def afterwards(self) -> Choice:
        """The choice for later rounds: a model that is forced again could never answer."""
        value = self.value if self.value in (None, "none") else "auto"
        return replace(self, value=value, allowed=self.allowed if self.stays else None)

    def wants(self, label: str, tool: str) -> bool:
        """Whether an MCP tool is offered."""
        return self.allowed is None or any(
            entry.get("type") == "mcp" and entry.get("server_label") == label and entry.get("name") in (None, tool)
            for entry in self.allowed
        )

    def wants_other(self, tool: JsonObject) -> bool:
        """Whether a tool that is not ours is offered."""
        return self.allowed is None or any(
            entry.get("type") == tool.get("type") and entry.get("name") == tool.get("name") for entry in self.allowed
        )
