"""Tools as rows below their server, and in full."""

from __future__ import annotations

from mcptui.model.calls import GroupStats
from mcptui.model.runtime import Listed
from mcptui.tui.servers.tools import (
    ServerTool,
    call_cells,
    call_facts,
    server_tools,
    tool_content,
    tool_row,
)
from mcptui.tui.widgets.cells import Row

STATS = GroupStats("files read", 120, 3, 5.4, 9.0, 20.0, 100, (0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 8), (0, 3) + 10 * (0,))
RAW = {
    "name": "files__read",
    "title": "Read",
    "description": "Reads\na file",
    "inputSchema": {"type": "object", "properties": {"path": {}, "limit": {}}},
    "annotations": {"readOnlyHint": True},
}
READ = ServerTool("files", "read", "files__read", RAW)


def test_tools_of_one_server_have_its_names() -> None:
    owners = {"files__read": ("files", "read"), "git__log": ("git", "log")}
    listed = Listed(tools=[RAW, {"name": "git__log"}], owners=owners)
    assert server_tools(listed, "files") == [READ]


def test_a_row_has_calls_errors_and_the_fields_of_its_server() -> None:
    above = Row("files", {}, fields={"state": ("ready",)})
    row = tool_row(READ, above, STATS, "ci")
    assert (row.key, row.above, row.fields) == ("files read", "files", above.fields)
    texts = {column: cell.prefix + cell.text for column, cell in row.cells.items()}
    expected = {"name": "read", "state": "read-only", "ms": "5", "calls": "▄█   █  2.0", "errors": "3", "keys": "ci"}
    assert {column: text for column, text in texts.items() if text} == expected
    idle = tool_row(ServerTool("files", "drop", "drop", {"annotations": {"destructiveHint": True}}), above, None, "")
    assert (idle.cells["state"].text, idle.cells["ms"].text, idle.cells["calls"].prefix) == ("destructive", "–", "")


def test_many_calls_fit_into_the_column() -> None:
    stats = GroupStats("x", 60_000, 0, 5.0, 9.0, 20.0, 100, 12 * (5000,), 12 * (0,))
    assert call_cells(stats)["calls"].prefix == "██████ 1000"
    assert list(call_facts(GroupStats("x", 0, 0, 0.0, 0.0, 0.0, 0, (), ()))) == []


def test_the_details_of_a_tool() -> None:
    text = tool_content(READ, STATS, ["ci"]).plain
    assert "Name for clients files__read" in text
    assert "Arguments        path, limit" in text
    assert "120 calls, 2.0 per minute" in text
    assert "Used by          ci" in text
    assert "Reads\na file" in text
    bare = tool_content(ServerTool("files", "x", "x", {"inputSchema": None}), None, []).plain
    assert "no keys" in bare
    assert "Description" not in bare
