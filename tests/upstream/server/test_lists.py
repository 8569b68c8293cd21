from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mcptui.protocol.errors import METHOD_NOT_FOUND, RpcError
from mcptui.protocol.versions import Era
from mcptui.upstream.call import Call, Peer
from mcptui.upstream.server.lists import MAX_PAGES, read_lists

ALL: dict[str, Any] = {"tools": {}, "prompts": {}, "resources": {}}


class Pages:
    """A connection whose lists are functions of the cursor."""

    closed = False

    def __init__(self, answers: Mapping[str, Any], *, era: Era = "handshake", capabilities: Any = None) -> None:
        self.peer = Peer(era=era, version="x", capabilities=ALL if capabilities is None else capabilities)
        self.asked: list[tuple[str, Any]] = []
        self._answers = answers

    async def request(self, call: Call) -> dict[str, Any]:
        self.asked.append((call.method, call.params.get("cursor", "-")))
        answer = self._answers.get(call.method)
        if answer is None:
            raise RpcError(METHOD_NOT_FOUND, "no")
        result: dict[str, Any] = answer(call.params.get("cursor")) if callable(answer) else answer
        return result

    async def notify(self, method: str, params: dict[str, Any] | None = None) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


def tool(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "inputSchema": {"type": "object"}, **more}


async def names(connection: Pages) -> list[str]:
    return [item["name"] for item in (await read_lists(connection, 5)).tools]


async def test_everything_as_it_was_sent() -> None:
    item = tool("a", vendor=None, icons=[{"src": "x", "own": 1}])
    lists = await read_lists(
        Pages(
            {
                "tools/list": {"tools": [item]},
                "prompts/list": {"prompts": [{"name": "p"}]},
                "resources/list": {"resources": [{"uri": "a:b"}]},
                "resources/templates/list": {"resourceTemplates": [{"uriTemplate": "a:{x}"}]},
            }
        ),
        5,
    )
    assert lists.tools == (item,)
    assert lists.prompts == ({"name": "p"},)
    assert lists.resources == ({"uri": "a:b"},)
    assert lists.templates == ({"uriTemplate": "a:{x}"},)


async def test_names_that_cannot_be_said_are_left_out() -> None:
    page: list[Any] = [tool("a\ud800"), {"inputSchema": {}}, None, tool("ok"), tool("")]
    assert await names(Pages({"tools/list": {"tools": page}})) == ["ok", ""]


async def test_pages_with_an_empty_cursor_between() -> None:
    pages = {
        None: {"tools": [tool("a")], "nextCursor": ""},
        "": {"tools": [tool("b")], "nextCursor": "2"},
        "2": {"tools": [tool("c")]},
    }
    connection = Pages({"tools/list": pages.get}, capabilities={"tools": {}})
    assert await names(connection) == ["a", "b", "c"]
    assert [cursor for _, cursor in connection.asked] == ["-", "", "2"]


async def test_a_cursor_that_comes_again_ends_the_list() -> None:
    connection = Pages({"tools/list": {"tools": [tool("a")], "nextCursor": "again"}}, capabilities={"tools": {}})
    assert await names(connection) == ["a"]
    assert len(connection.asked) == 2


async def test_a_list_without_end_is_bounded() -> None:
    def next_page(cursor: str | None) -> dict[str, Any]:
        return {"tools": [], "nextCursor": str(int(cursor or 0) + 1)}

    connection = Pages({"tools/list": next_page}, capabilities={"tools": {}})
    assert await names(connection) == []
    assert len(connection.asked) == MAX_PAGES


@pytest.mark.parametrize("page", [None, {}, "text", [None, 5, {}, {"name": 5}, tool("good"), tool("good", second=1)]])
async def test_malformed_entries_are_left_out(page: Any) -> None:
    lists = await read_lists(Pages({"tools/list": {"tools": page, "nextCursor": 5}}), 5)
    assert [item["name"] for item in lists.tools] == (["good"] if isinstance(page, list) else [])
    assert lists.left_out == (4 if isinstance(page, list) else 0)


async def test_only_what_is_offered_is_asked_for() -> None:
    connection = Pages({}, capabilities={})
    lists = await read_lists(connection, 5)
    assert connection.asked == []
    assert lists.tools == ()


async def test_lists_that_do_not_exist_after_all_do_not_cost_the_tools() -> None:
    lists = await read_lists(Pages({"tools/list": {"tools": [tool("a")]}}), 5)
    assert len(lists.tools) == 1
    assert lists.prompts == lists.resources == lists.templates == ()


async def test_tools_that_cannot_be_listed_are_an_error() -> None:
    with pytest.raises(RpcError):
        await read_lists(Pages({}), 5)


@pytest.mark.parametrize(("era", "left"), [("stateless", ["good"]), ("handshake", ["bad", "good"])])
async def test_tools_with_a_broken_header_annotation_are_dropped_where_it_counts(era: Era, left: list[str]) -> None:
    bad = {"name": "bad", "inputSchema": {"properties": {"a": {"type": ["string"], "x-mcp-header": "A"}}}}
    assert (
        await names(Pages({"tools/list": {"tools": [bad, tool("good")]}}, era=era, capabilities={"tools": {}})) == left
    )
