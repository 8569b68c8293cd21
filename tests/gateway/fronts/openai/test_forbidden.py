"""A key that may not use a server gets no tool of it, however ``server_url`` is spelled."""

from __future__ import annotations

import contextlib

import openai
import pytest

from mcptui.model import Group
from tests.support.provider import Says
from tests.support.rig import Rig

#: Server "one" is forbidden to the key; "two" is not.
SPELLINGS = [
    "{base}/mcp/one",
    "{base}/one/mcp",
    "{base}/mcp/one/",
    "{base}/mcp/ONE",
    "{base}/mcp/%6fne",
    "{base}/mcp/o%6Ee?x=1#mcp/two",
    "{base}//mcp/one",
    "{base}/mcp//one",
    "{base}/mcp/./one",
    "{base}/two/../one/mcp",
    "{base}/mcp/two/../one",
    "{base}/mcp/one,one",
    "{base}/mcp/one%2Ctwo",
    "{base}/mcp/one,two",
    "{base}/mcp/two,one",
    "{base}/mcp/@pair",
    "{base}/mcp/%40pair",
    "{base}/mcp/*",
    "{base}/mcp/one%00",
    "{base}/mcp",
    "http://LOCALHOST:{port}/mcp/one",
    "http://127.0.0.1:{port}/mcp/one",
    "http://[::1]:{port}/one/mcp",
    "mcptui/one",
    "mcptui/mcp/one",
    "mcptui/one/mcp",
    "mcptui/one,two",
    "mcptui/@pair",
    "litellm_proxy/mcp/one",
    "litellm_proxy/one",
    "litellm_proxy/mcp/*",
    "MCPTUI/one",
    "mcptui",
    "litellm_proxy",
    "{registered}",
    "{registered}/",
    "{registered}#x",
]


@pytest.mark.parametrize("model", ["chat", "resp"])
async def test_no_tool_of_a_forbidden_server(rig: Rig, model: str) -> None:
    rig.change(groups={"pair": Group(name="pair", servers=("one", "two"))})
    # A model that tries every name that the tools could have.
    names = ("one__add", "boom", "one__boom")
    rig.provider.script = lambda _: Says(calls=tuple((name, '{"a": 1, "b": 2}') for name in names))
    port = rig.gateway.url.rpartition(":")[2]
    client = rig.client("only-two")
    for spelling in SPELLINGS:
        url = spelling.format(base=rig.gateway.url, port=port, registered=rig.one.url)
        tool = {"type": "mcp", "server_label": "gw", "server_url": url, "require_approval": "never"}
        with contextlib.suppress(openai.BadRequestError):
            answer = await client.responses.create(model=model, input="hi", tools=[tool])
            listed = {entry.name for item in answer.output if item.type == "mcp_list_tools" for entry in item.tools}
            assert listed <= {"two__add", "two__other", "add", "other"}, spelling
        with contextlib.suppress(openai.BadRequestError):
            messages = [{"role": "user", "content": "hi"}]
            await client.chat.completions.create(model=model, messages=messages, tools=[tool])
        assert rig.one.messages("tools/call") == [], spelling
    offered = [
        entry.get("name") or entry.get("function", {}).get("name")
        for asked in rig.provider.asked
        for entry in asked.body.get("tools") or ()
    ]
    assert "two__other" in offered
    assert not set(offered) & set(names)
    assert all(b'"description":"Add"' not in asked.raw for asked in rig.provider.asked)
    assert len(rig.two.messages("tools/list")) == 1
