"""Abilities of the whole app: jump mode, other programs, ASCII, read-only mode, the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, TextArea

from mcptui.services import servers
from mcptui.state.errors import StateError
from mcptui.state.paths import Paths
from mcptui.tui import external
from mcptui.tui.context import AppContext
from mcptui.tui.keys.jump import JumpOverlay
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.shell.key_bar import KeyBar
from mcptui.tui.shell.options import AppOptions
from mcptui.tui.text.ascii_filter import ascii_text
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.dialogs import TextDialog
from tests.support.chat import until
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway, workspace_with
from tests.support.screens import text_grid


async def test_jump_mode_goes_where_the_letter_stands(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+o")
        assert isinstance(app.screen, JumpOverlay)
        assert text_grid(app).splitlines()[1].strip("╭─ ").startswith("Servers")
        await press(pilot, "a")
        assert isinstance(app.focused, DetailPane)
        await press(pilot, "ctrl+o", "escape")
        assert isinstance(app.focused, DetailPane)
        await press(pilot, "ctrl+o")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert not isinstance(app.screen, JumpOverlay)


async def test_jump_mode_works_from_a_text_field(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        assert isinstance(app.focused, Input)
        await press(pilot, "ctrl+o", "s")
        assert isinstance(app.focused, Input)
        assert app.focused.id == "target"


async def test_pager_and_editor(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("mcptui.tui.shell.app.page", lambda _, text: shown.append(text))
    monkeypatch.setattr("mcptui.tui.shell.app.edited", lambda _, text, suffix: f"{text}!{suffix}\n")
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "f3")
        assert "https://mcp.deepwiki.com/mcp" in shown[-1]
        await press(pilot, "f4")
        assert len(shown) == 1
        await press(pilot, "e", "f4")
        assert isinstance(app.focused, Input)
        assert app.focused.value == "deepwiki!.txt"


async def test_covered_values_stay_in_the_app(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcptui.tui.shell.app.edited", lambda *_, **__: pytest.fail("written to a file"))
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        app.screen.mount(Input("s3cret", password=True, id="covered"))
        await settle(pilot)
        app.screen.query_one("#covered").focus()
        await press(pilot, "f4")


@pytest.mark.parametrize(("editor", "why"), [("no-such-editor-x", "cannot be started"), ("false", "exited with 1")])
def test_editors_that_fail_are_explained(monkeypatch: pytest.MonkeyPatch, editor: str, why: str) -> None:
    monkeypatch.setenv("VISUAL", editor)

    class Awake:
        def suspend(self) -> Awake:
            return self

        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None: ...

    with pytest.raises(external.ExternalProgramError, match=why):
        external.edited(Awake(), "text")  # type: ignore[arg-type]


def test_an_editor_changes_the_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "editor.sh"
    script.write_text('#!/bin/sh\nprintf " and more" >> "$1"\n', encoding="utf-8")
    script.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(script))

    class Awake:
        def suspend(self) -> Awake:
            return self

        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None: ...

    assert external.edited(Awake(), "text") == "text and more"  # type: ignore[arg-type]
    monkeypatch.setenv("PAGER", "cat")
    external.page(Awake(), "text")  # type: ignore[arg-type]


async def test_other_programs_need_a_terminal(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "tab", "f3")
        assert "cannot be shown here" in app.errors.entries[-1].message


async def test_ascii_draws_nothing_else(tmp_path: Path) -> None:
    context = AppContext(workspace_with(data.STATE, tmp_path), demo_gateway(), data.NOW.timestamp)
    options = AppOptions(ascii=True, reduced_motion=True)
    app = McptuiApp(context, start_gateway=False, watch=False, options=options)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        for mode in "12345":
            await press(pilot, mode)
            assert text_grid(app).isascii()
            await press(pilot, "escape")
    assert app.animation_level == "none"


def test_ascii_keeps_the_width() -> None:
    assert ascii_text("● 漢字 ✓ a") == "* ???? v a"


async def test_read_only_mode_refuses_changes(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        app.action_toggle_read_only()
        await press(pilot, "space")
        assert "read-only" in app.errors.entries[-1].message
        assert app.context.workspace.load().state == data.STATE
        assert "read-only" in text_grid(app)
        app.action_toggle_read_only()
        await app.change(servers.set_servers_enabled, ["files"], False)
        assert not app.state.servers["files"].enabled


@pytest.mark.parametrize(
    ("mode", "keys"),
    [("servers", ["n", "e", "d", "number_sign", "i"]), ("access", ["n", "e", "d", "R"]), ("gateway", ["f2", "Q"])],
    ids=["servers", "access", "gateway"],
)
async def test_read_only_mode_refuses_before_anything_is_filled_in(
    make_app: MakeApp, mode: str, keys: list[str]
) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await app.switch_mode(mode)
        app.action_toggle_read_only()
        await settle(pilot)
        for key in keys:
            before = len(app.errors.entries)
            await press(pilot, key)
            assert len(app.screen_stack) == 1, key
            assert len(app.errors.entries) == before + 1, key
        assert not any(action.changes for action in app.possible_actions())
        shown = app.screen.query_one(KeyBar).keys
        assert not {"Add", "Edit", "New", "Delete", "Import"} & {key.label for key in shown}
        app.action_toggle_read_only()
        await settle(pilot)
        assert app.screen.query_one(KeyBar).keys != shown or mode == "gateway"


async def test_the_state_file_opens_at_the_line_of_its_error(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    opened: list[int | None] = []

    def edit(_: object, file: Path, line: int | None) -> None:
        opened.append(line)
        file.write_text("")

    monkeypatch.setattr("mcptui.tui.shell.app.edit_file", edit)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        app.context.workspace.paths.config_file.write_text("[gateway]\nport = = 1\n")
        await app.reload_state()
        await press(pilot, "E")
        await until(pilot, lambda: app.state_error is None)
        assert opened == [2]
        app.action_toggle_read_only()
        await press(pilot, "E")
        assert opened == [2]


async def test_a_home_that_cannot_be_made_is_an_error_of_the_key(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ensure(_: Paths) -> None:
        raise StateError("cannot create the directory")

    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        monkeypatch.setattr(Paths, "ensure", ensure)
        await press(pilot, "E")
        assert "cannot create the directory" in app.errors.as_text()


async def test_the_report_has_findings_and_errors(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        app.action_report()
        await settle(pilot)
        assert isinstance(app.screen, TextDialog)
        text = app.screen.query_one(TextArea).text
        assert "# mcptui doctor" in text
        assert "No errors since" in text
        assert "100x40" in text
