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
class ToolCost:
    """One tool; ``name`` is what clients see, ``tool`` its name at ``server``."""

    name: str
    server: str
    tool: str
    tokens: int


@dataclass(frozen=True, slots=True)
class ListCost:
    """The tools that a key sees, largest first; key None is the owner."""

    key: str | None
    tools: tuple[ToolCost, ...]

    @property
    def tokens(self) -> int:
        """Of all tools together."""
        return sum(tool.tokens for tool in self.tools)


def tool_costs(listed: Listed) -> list[ToolCost]:
    """The tools in ``listed``, largest first."""
    costs = []
    for tool in listed.tools:
        name = str(tool["name"])
        server, own = listed.owners[name]
        costs.append(ToolCost(name, server, own, tool_tokens(tool)))
    return sorted(costs, key=lambda cost: (-cost.tokens, cost.name))


def list_costs(state: State, costs: Sequence[ToolCost]) -> list[ListCost]:
    """The lists of the owner, who sees all of ``costs``, and of every key, largest first."""
    sets = ServerSets(state)
    lists = [ListCost(None, tuple(costs))]
    for key in state.keys:
        access = decide(state, key, sets)
        partly = {name for name in access.servers if access.restricts_tools(name)}
        whole = set(access.servers) - partly
        lists.append(
            ListCost(
                key,
                tuple(
                    cost
                    for cost in costs
                    if cost.server in whole or (cost.server in partly and access.allows_tool(cost.server, cost.tool))
                ),
            )
        )
    return sorted(lists, key=lambda each: -each.tokens)
