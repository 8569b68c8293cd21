"""Tool patterns."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App

from mcptui.access.globs import ToolGlobs
from mcptui.model import Key
from mcptui.model.runtime import Listed
from mcptui.services.tool_facts import ToolFact, tool_facts
from mcptui.tui.access.tools_dialog import Globs, ToolsDialog, toggled_tool, with_globs, with_tool_toggled
from mcptui.tui.widgets.dialogs import TextDialog
from tests.support.screens import text_grid

TOOLS = ["read_file", "read_private", "write_file"]


@pytest.mark.parametrize(
    "globs", [None, (), ("read_*",), ("!read_private",), ("read_*", "!read_private"), ("write_file",), ("*",)]
)
@pytest.mark.parametrize("tool", TOOLS)
def test_a_pressed_tool_changes_and_the_others_stay(globs: Globs, tool: str) -> None:
    def allowed(patterns: Globs) -> dict[str, bool]:
        return {name: not patterns or ToolGlobs(patterns).verdict(name) == "allows" for name in TOOLS}

    patterns = toggled_tool(globs, tool)
    before, after = allowed(globs), allowed(patterns)
    assert after == {**before, tool: not before[tool]}
    assert allowed(toggled_tool(patterns, tool)) == before


def test_a_wider_denial_has_to_be_edited() -> None:
    assert toggled_tool(("!read_*",), "read_file") == ("!read_*",)


def explained(tool: str, globs: Globs) -> str:
    return f"why {tool} with {globs}"


class ToolsApp(App[None]):
    """Only the dialog."""

    def __init__(self, globs: Globs) -> None:
        super().__init__()
        self.globs = globs
        self.answers: list[tuple[Globs] | None] = []

    def on_mount(self) -> None:
        tools = [ToolFact(name, name.startswith("read"), "") for name in TOOLS]
        self.push_screen(ToolsDialog("team data", "files", tools, self.globs, explained), self.answers.append)


async def test_boxes_and_patterns_are_two_views_of_one_thing() -> None:
    app = ToolsApp(None)
    async with app.run_test() as pilot:
        await pilot.press(*"read", "asterisk", "enter", "j", "space")
        await pilot.pause()
        dialog = app.screen
        assert isinstance(dialog, ToolsDialog)
        assert dialog.globs == ("read*", "!read_private")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert app.answers == [(("read*", "!read_private"),)]


async def test_only_those_that_read() -> None:
    app = ToolsApp(("write_*",))
    async with app.run_test() as pilot:
        await pilot.press("alt+p", "ctrl+s")
        await pilot.pause()
        assert app.answers == [(("read_file", "read_private"),)]


@pytest.mark.parametrize(
    ("name", "annotations", "reads", "note"),
    [
        ("delete_all", {"readOnlyHint": True}, True, "read-only (declared)"),
        ("get_x", {"readOnlyHint": False}, False, "destructive"),
        ("get_x", {"readOnlyHint": False, "destructiveHint": False}, False, "writes"),
        ("get_x", {}, True, "read-only (by name)"),
        ("getX", None, True, "read-only (by name)"),
        ("List-issues", "hostile", True, "read-only (by name)"),
        ("getaway", None, False, ""),
        ("readjust", None, False, ""),
        ("create", None, False, ""),
    ],
)
def test_what_tools_say_about_themselves(name: str, annotations: object, reads: bool, note: str) -> None:
    tools: list[dict[str, Any]] = [{"name": f"s__{name}", "annotations": annotations}, {"name": "o__x"}]
    listed = Listed(tools=tools, owners={f"s__{name}": ["s", name], "o__x": ["o", "x"]})
    assert tool_facts(listed, "s") == (ToolFact(name, reads, note),)


async def test_empty_says_nothing_and_escape_changes_nothing() -> None:
    app = ToolsApp(("x",))
    async with app.run_test() as pilot:
        await pilot.press("ctrl+u", "ctrl+s")
        await pilot.pause()
        assert app.answers == [(None,)]
    app = ToolsApp(("x",))
    async with app.run_test() as pilot:
        await pilot.press("escape")
        await pilot.pause()
        assert app.answers == [None]


async def test_w_explains_the_tool_under_the_cursor_with_the_globs_as_edited() -> None:
    app = ToolsApp(("read*",))
    async with app.run_test() as pilot:
        await pilot.press("w", "enter", "w")
        await pilot.pause()
        assert isinstance(app.screen, TextDialog), "in the field, w is a letter"
        assert "why read_file with ('w',)" in text_grid(app)


def test_rules_of_a_subject_after_a_change() -> None:
    key = Key(name="k", hash="", tools={"a": ("x",)})
    assert with_globs(key, "a", None).tools is None
    assert with_globs(key, "b", ("y",)).tools == {"a": ("x",), "b": ("y",)}
    assert with_tool_toggled(key, "a", "x").tools == {"a": ("x", "!x")}
    denied = with_tool_toggled(key, "b", "y")
    assert denied.tools == {"a": ("x",), "b": ("!y",)}
    assert with_tool_toggled(denied, "b", "y") == key, "an empty list would allow nothing"
