from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from mcptui.model.limits import Limits
from mcptui.protocol.errors import INTERNAL_ERROR, METHOD_NOT_FOUND, RpcError
from mcptui.protocol.listed.items import TOOLS, Kind
from mcptui.protocol.versions import Era
from mcptui.upstream.call import Call, Connection, Peer
from mcptui.upstream.errors import NotMcpError, UpstreamError, UpstreamTimeoutError
from mcptui.upstream.server import list_reader as module
from mcptui.upstream.server.list_reader import MAX_PAGES, ListReader, read_lists
from mcptui.upstream.server.lists import FIELDS, CacheHint, Lists

#: In place of an answer that does not come.
NEVER: Any = object()
ALL: dict[str, Any] = {"tools": {}, "prompts": {}, "resources": {}}


class Pages:
    """A connection whose lists are functions of the cursor."""

    closed = False
    hears = True

    def __init__(self, answers: Mapping[str, Any], *, era: Era = "handshake", capabilities: Any = None) -> None:
        self.peer = Peer(era=era, version="x", capabilities=ALL if capabilities is None else capabilities)
        self.asked: list[tuple[str, Any]] = []
        self._answers = answers

    async def request(self, call: Call) -> dict[str, Any]:
        self.asked.append((call.method, call.params.get("cursor", "-")))
        answer = self._answers.get(call.method)
        if answer is None:
            raise RpcError(METHOD_NOT_FOUND, "no")
        if callable(answer):
            answer = answer(call.params.get("cursor"))
        if isinstance(answer, Exception):
            raise answer
        if answer is NEVER:
            await asyncio.Event().wait()
        result: dict[str, Any] = answer
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
                "resources/list": {"resources": [{"uri": "a:b", "name": "b"}]},
                "resources/templates/list": {"resourceTemplates": [{"uriTemplate": "a:{x}", "name": "x"}]},
            }
        ),
        5,
    )
    assert lists.tools == (item,)
    assert lists.prompts == ({"name": "p"},)
    assert lists.resources == ({"uri": "a:b", "name": "b"},)
    assert lists.templates == ({"uriTemplate": "a:{x}", "name": "x"},)
    assert lists.remarks == []


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


TOOL_PAGE = {"tools": [tool("a")]}
OTHERS: dict[str, Any] = {
    "prompts/list": {"prompts": [{"name": "p"}]},
    "resources/list": {"resources": [{"uri": "a:b", "name": "b"}]},
    "resources/templates/list": {"resourceTemplates": [{"uriTemplate": "a:{x}", "name": "x"}]},
}
FAILURES = [
    RpcError(INTERNAL_ERROR, "broken"),
    NotMcpError("answered 500 with text/html"),
    UpstreamError("the connection was closed"),
    UpstreamTimeoutError("no answer in 5 s"),
    NEVER,
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
@pytest.mark.parametrize("method", OTHERS)
async def test_a_list_that_fails_costs_only_itself(method: str, failure: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OPTIONAL_TIMEOUT", 0.05)
    known = await read_lists(Pages({"tools/list": TOOL_PAGE, **OTHERS}), 5)
    broken = Pages({"tools/list": TOOL_PAGE, **OTHERS, method: failure})
    first = await read_lists(broken, 5)
    (field,) = (field for kind, field in FIELDS.items() if kind.method == method)
    expected: dict[str, Any] = {field: (), "readings": first.readings}
    assert first == replace(known, **expected)
    assert [remark.partition(" failed: ")[0] for remark in first.remarks] == [method]
    # What an earlier reading found stays.
    later = await ListReader(broken, 5).others(known)
    assert later == replace(known, readings=later.readings)
    assert later.remarks == [f"{first.remarks[0]}; what was known of it stays"]


async def test_a_list_that_works_again_has_no_remarks() -> None:
    good, bad = Pages({"tools/list": TOOL_PAGE, **OTHERS}), Pages({"tools/list": TOOL_PAGE})
    bad._answers = {**OTHERS, "tools/list": TOOL_PAGE, "prompts/list": FAILURES[0]}
    failed = await read_lists(bad, 5)
    assert (await ListReader(good, 5).others(failed)).remarks == []


@pytest.mark.parametrize("kind", FIELDS, ids=lambda kind: kind.member)
async def test_a_page_that_fails_keeps_those_before_it(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OPTIONAL_TIMEOUT", 0.05)
    items = [{"name": name, "uri": name, "uriTemplate": name, "inputSchema": {"type": "object"}} for name in "abc"]
    pages = {None: {kind.member: items[:1], "nextCursor": "2"}, "2": {kind.member: items[1:2], "nextCursor": "3"}}
    for failure in FAILURES if kind is not TOOLS else FAILURES[:-1]:
        broken = Pages({"tools/list": {"tools": []}, kind.method: (pages | {"3": failure}).get})
        lists = await read_lists(broken, 5)
        assert [each[kind.name] for each in lists.of(kind)] == ["a", "b"]
        (remark,) = lists.remarks
        assert remark.startswith(f"page 3 of {kind.method} failed: ")
        # With what was known of the list before.
        fields: dict[str, Any] = {FIELDS[kind]: (items[2], items[0])}
        known = replace(Lists(), **fields)
        reader = ListReader(broken, 5)
        again = await (reader.tools(known) if kind is TOOLS else reader.others(known))
        assert [each[kind.name] for each in again.of(kind)] == ["a", "b", "c"]


async def test_a_request_that_ends_the_connection_does_not_cost_the_other_lists() -> None:
    class Mortal(Pages):
        async def request(self, call: Call) -> dict[str, Any]:
            self.asked.append((call.method, None))
            await asyncio.sleep(0)
            self.closed = self.closed or call.method == "prompts/list"
            if self.closed:
                raise UpstreamError("the process has ended")
            return await super().request(call)

    opened: list[Connection] = []

    async def again() -> Connection:
        opened.append(Mortal({"tools/list": TOOL_PAGE, **OTHERS}))
        return opened[-1]

    reader = ListReader(await again(), 5, again=again)
    lists = await reader.others(await reader.tools(Lists()))
    assert (len(lists.tools), len(lists.prompts), len(lists.resources), len(lists.templates)) == (1, 0, 1, 1)
    assert len(opened) == 3


@pytest.mark.parametrize(
    ("pages", "hint"),
    [
        ([{}], None),
        ([{"ttlMs": 7, "cacheScope": "public"}], CacheHint(7, "public")),
        ([{"ttlMs": 0}], CacheHint(0, "private")),
        ([{"ttlMs": 9, "cacheScope": "public"}, {"ttlMs": 7, "cacheScope": "private"}], CacheHint(7, "private")),
        ([{"ttlMs": 9, "cacheScope": "public"}, {}], CacheHint(9, "public")),
        *[([{"ttlMs": odd, "cacheScope": "public"}], None) for odd in (-1, "5", True, 1.5, None)],
        ([{"ttlMs": 5, "cacheScope": ["public"]}], CacheHint(5, "private")),
    ],
)
async def test_what_a_server_says_about_keeping_a_list(pages: list[dict[str, Any]], hint: CacheHint | None) -> None:
    answers = {
        str(number) if number else None: {"tools": [], "nextCursor": str(number + 1), **page}
        for number, page in enumerate(pages)
    }
    del answers[str(len(pages) - 1) if len(pages) > 1 else None]["nextCursor"]
    lists = await read_lists(Pages({"tools/list": answers.get}, capabilities={"tools": {}}), 5)
    assert lists.readings["tools/list"].hint == hint


async def test_remarks_are_bounded_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    page = {"tools": [{"name": str(number)} for number in range(3 * module.MAX_REMARKS)]}
    connection = Pages({"tools/list": page}, capabilities={"tools": {}})
    lists = await read_lists(connection, 5)
    assert len(lists.tools) == 3 * module.MAX_REMARKS
    assert len(lists.remarks) == module.MAX_REMARKS
    logged = len(caplog.records)
    assert await ListReader(connection, 5).tools(lists) == lists
    assert len(caplog.records) == logged


@pytest.mark.parametrize(
    ("limits", "setting", "most"),
    [
        (Limits(max_list_items=10), "max_list_items", 10),
        (Limits(max_list_bytes=1_000), "max_list_bytes", 1_000 // 30),
    ],
)
@pytest.mark.parametrize("of_a_page", [1, 7, 1_000])
async def test_entries_and_bytes_of_a_list_are_bounded(limits: Limits, setting: str, most: int, of_a_page: int) -> None:
    def next_page(cursor: str | None) -> dict[str, Any]:
        start = int(cursor or 0)
        names = range(start, start + of_a_page)
        return {"tools": [tool(f"t{number}") for number in names], "nextCursor": str(start + of_a_page)}

    connection = Pages({"tools/list": next_page}, capabilities={"tools": {}})
    lists = await ListReader(connection, 5, limits=limits).tools(Lists())
    assert 0 < len(lists.tools) <= most
    assert lists.remarks == [f"tools after the first {len(lists.tools)} are left out ({setting})"]
    assert lists.left_out >= 1
    assert len(connection.asked) <= most + 1
