"""What tool lists cost a model: an estimate of the tokens that every request of a key carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mcptui.access import decide
from mcptui.access.levels import ServerSets
from mcptui.protocol.tokens import tool_tokens

if TYPE_CHECKING:
    from mcptui.model import State
    from mcptui.model.runtime import Listed


@dataclass(frozen=True, slots=True)
class ToolWeight:
    """One tool; ``name`` is what clients see, ``tool`` its name at ``server``."""

    name: str
    server: str
    tool: str
    tokens: int


@dataclass(frozen=True, slots=True)
class ListWeight:
    """The tools that a key sees, the heaviest first; key None is the owner."""

    key: str | None
    tools: tuple[ToolWeight, ...]

    @property
    def tokens(self) -> int:
        """Of all tools together."""
        return sum(tool.tokens for tool in self.tools)


def tool_weights(listed: Listed) -> list[ToolWeight]:
    """The tools in ``listed``, the heaviest first."""
    weights = []
    for tool in listed.tools:
        name = str(tool["name"])
        server, own = listed.owners[name]
        weights.append(ToolWeight(name, server, own, tool_tokens(tool)))
    return sorted(weights, key=lambda weight: (-weight.tokens, weight.name))


def list_weights(state: State, weights: Sequence[ToolWeight]) -> list[ListWeight]:
    """The lists of the owner, who sees all of ``weights``, and of every key, the heaviest first."""
    sets = ServerSets(state)
    lists = [ListWeight(None, tuple(weights))]
    for key in state.keys:
        access = decide(state, key, sets)
        partly = {name for name in access.servers if access.restricts_tools(name)}
        whole = set(access.servers) - partly
        lists.append(
            ListWeight(
                key,
                tuple(
                    weight
                    for weight in weights
                    if weight.server in whole
                    or (weight.server in partly and access.allows_tool(weight.server, weight.tool))
                ),
            )
        )
    return sorted(lists, key=lambda each: -each.tokens)
