"""What tool lists cost."""

from __future__ import annotations

from mcptui.model import Key, Server, State
from mcptui.model.runtime import Listed
from mcptui.services.token_cost import list_costs, tool_costs

LISTED = Listed(
    tools=[
        {"name": "a__small", "inputSchema": {}},
        {
            "name": "b__big",
            "description": "x" * 400,
            "inputSchema": {"type": "object"},
            "outputSchema": {"y": "z" * 999},
        },
        {"name": "a__mid", "description": "x" * 100},
    ],
    owners={"a__small": ["a", "small"], "b__big": ["b", "big"], "a__mid": ["a", "mid"]},
)
STATE = State(
    servers={name: Server(name=name, url=f"https://{name}") for name in ("a", "b")},
    keys={
        "all": Key(name="all", hash="", servers=("*",)),
        "few": Key(name="few", hash="", servers=("a",), tools={"a": ("s*",)}),
        "none": Key(name="none", hash=""),
    },
)


def test_tools_by_what_a_model_is_offered_of_them() -> None:
    costs = tool_costs(LISTED)
    assert [(cost.server, cost.tool) for cost in costs] == [("b", "big"), ("a", "mid"), ("a", "small")]
    # Name, description and input schema, four bytes a token; the output schema stays here.
    assert costs[0].tokens == 117
    assert costs[2].tokens < 20


def test_lists_of_the_owner_and_of_every_key() -> None:
    lists = {each.key: each for each in list_costs(STATE, tool_costs(LISTED))}
    assert [tool.name for tool in lists["few"].tools] == ["a__small"]
    assert lists["none"].tokens == 0
    assert lists["all"].tokens == lists[None].tokens == sum(tool.tokens for tool in tool_costs(LISTED))
    assert [each.key for each in list_costs(STATE, tool_costs(LISTED))] == [None, "all", "few", "none"]
