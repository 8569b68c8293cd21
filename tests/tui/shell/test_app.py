"""The shell: modes, help, palette, undo, errors, leaving."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.command import CommandPalette

from mcptui.errors import McptuiError, UnreachableError
from mcptui.model import Server, State
from mcptui.model.runtime import GatewayStatus, SecretStatus
from mcptui.services import servers
from mcptui.tui.keys.help import ActionList
from mcptui.tui.keys.palette import ActionCommands, EntityCommands
from mcptui.tui.servers.screen import ServersScreen
from mcptui.tui.shell import shell
from mcptui.tui.shell.base import ModeScreen
from mcptui.tui.shell.error_list import ErrorList
from mcptui.tui.shell.key_bar import KeyBar
from mcptui.tui.shell.modes import MODES
from mcptui.tui.widgets.dialogs import ChoiceDialog
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import terminal_output, text_grid


async def test_digits_open_the_modes(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        for key, mode in zip("54321", ["gateway", "chat", "test", "access", "servers"], strict=True):
            await press(pilot, key)
            assert isinstance(app.screen, ModeScreen)
            assert mode == app.screen.MODE.id
            # The text field of the Chat mode takes digits until it is left.
            await press(pilot, "escape")


@pytest.mark.parametrize("mode", MODES)
async def test_the_footer_shows_at_most_seven_keys(make_app: MakeApp, mode: str) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await app.action_mode(mode)
        await settle(pilot)
        assert 2 <= len(app.screen.query_one(KeyBar).keys) <= 7


async def test_a_click_on_a_key_presses_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        bar = app.screen.query_one(KeyBar)
        label = text_grid(app).splitlines()[-1].index("Actions")
        await pilot.click(bar, offset=(label, 0))
        await settle(pilot)
        assert isinstance(app.screen, ActionList)


async def test_a_mode_keeps_its_cursor(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "j", "j", "5", "1")
        assert isinstance(app.screen, ServersScreen)
        assert app.screen.current == "files"


async def test_escape_never_quits(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "escape", "escape", "escape")
        assert app.is_running


async def test_the_action_list_runs_what_is_chosen(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "question_mark")
        assert isinstance(app.screen, ActionList)
        check_screen(app)
        await press(pilot, *"go to gate", "enter")
        assert isinstance(app.screen, ModeScreen)
        assert app.screen.MODE.id == "gateway"


async def test_the_action_list_closes_without_doing_anything(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "question_mark", "down", "up", "escape")
        assert isinstance(app.screen, ServersScreen)


async def test_the_palette_finds_actions_of_other_modes(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        hits = [hit async for hit in ActionCommands(app.screen).search("gateway read the state")]
        await max(hits).command()
        await settle(pilot)
        assert isinstance(app.screen, ModeScreen)
        assert app.screen.MODE.id == "gateway"
        assert ("reload",) in gateway.asked


async def test_the_palette_finds_entities_by_name(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        hits = [hit async for hit in EntityCommands(app.screen).search("time")]
        await max(hits).command()
        await settle(pilot)
        assert isinstance(app.screen, ServersScreen)
        assert app.screen.current == "time"


async def test_the_palette_opens(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "colon")
        assert isinstance(app.screen, CommandPalette)


async def test_reveal_puts_the_cursor_on_a_server(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "5")
        await app.reveal("server", "time")
        await settle(pilot)
        assert isinstance(app.screen, ServersScreen)
        assert app.screen.current == "time"


async def test_undo_takes_a_change_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await app.change(servers.set_servers_enabled, ["files"], False)
        assert app.state != data.STATE
        await press(pilot, "u")
        assert app.state.servers["files"].enabled
        assert app.context.workspace.load().state.servers["files"].enabled
        assert app.undoable is None


@pytest.mark.parametrize(
    ("error", "words"),
    [(None, "in effect"), (UnreachableError("it is gone"), "not in effect yet: it is gone")],
)
async def test_a_change_tells_whether_the_gateway_has_taken_it_over(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, error: McptuiError | None, words: str
) -> None:
    async def reload(_: FakeGateway) -> str:
        if error is not None:
            raise error
        return "revision"

    monkeypatch.setattr(FakeGateway, "reload", reload)
    app = make_app()
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await settle(pilot)
        await app.change(servers.set_servers_enabled, ["files"], False)
        await settle(pilot)
        assert [note.message for note in app._notifications] == [f"Server files disabled  ·  {words}  ·  u undo"]


async def test_a_hanging_gateway_delays_the_word_about_a_change_only_a_little(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_: FakeGateway) -> str:
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr(FakeGateway, "reload", hang)
    monkeypatch.setattr(shell, "ACKNOWLEDGE_SECONDS", 0.0)
    app = make_app()
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await settle(pilot)
        await app.change(servers.set_servers_enabled, ["files"], False)
        await settle(pilot)
        await app.workers.wait_for_complete()
        (note,) = app._notifications
        assert "not in effect yet: the gateway does not answer" in note.message


async def test_undo_is_offered_only_for_a_while(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await app.change(servers.set_servers_enabled, ["files"], False)
        app.forget_undo()
        await press(pilot, "u")
        assert not app.state.servers["files"].enabled


async def test_what_was_deleted_takes_its_secrets_along_when_it_cannot_come_back(make_app: MakeApp) -> None:
    app = make_app(State())
    async with app.run_test() as pilot:
        await settle(pilot)
        secrets = app.context.workspace.secrets
        for name in ("a", "b"):
            server = Server(name=name, url="https://x.example/mcp", headers={"X-Token": "canary-5"})
            await app.change(servers.add_server, server)
        await app.change(servers.remove_server, ["a"])
        await settle(pilot)
        assert secrets.get("server/a/x-token") == "canary-5"
        await app.change(servers.remove_server, ["b"])
        await settle(pilot)
        assert secrets.get("server/a/x-token") is None
        assert secrets.get("server/b/x-token") == "canary-5"
        app.forget_undo()
        await settle(pilot)
        assert secrets.get("server/b/x-token") is None


async def test_errors_are_kept_for_the_list(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await settle(pilot)
        app.show_error(McptuiError("port [/b] taken\x1b]0;x\x07", hint="choose another"))
        await settle(pilot)
        await press(pilot, "f12")
        assert isinstance(app.screen, ErrorList)
        grid = text_grid(app)
        assert "port [/b] taken\\u001b]0;x\\u0007" in grid
        assert "choose another" in grid
        await press(pilot, "escape")
        assert len(app.screen_stack) == 1


async def test_a_broken_state_file_is_shown_and_the_app_starts(make_app: MakeApp) -> None:
    app = make_app()
    app.context.workspace.paths.config_file.write_text("[servers\n", encoding="utf-8")
    async with app.run_test(size=(100, 24)) as pilot:
        await app.reload_state()
        await settle(pilot)
        assert app.state_error is not None
        assert "mcptui.toml has an error" in text_grid(app)
        assert "deepwiki" in text_grid(app)


async def test_the_gateway_is_started_after_the_first_paint(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = demo_gateway(running=None)
    app = make_app(gateway=gateway)
    app.start_with_gateway = True
    start, painted = FakeGateway.start, list[str]()

    async def started(fake: FakeGateway) -> GatewayStatus:
        painted.append(text_grid(app))
        return await start(fake)

    monkeypatch.setattr(FakeGateway, "start", started)
    async with app.run_test() as pilot:
        await settle(pilot)
        assert gateway.asked[0] == ("start",)
        assert app.gateway_view.phase == "running"
    assert "deepwiki" in painted[0]


async def test_modes_that_are_made_ready_do_nothing_before_they_are_shown(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        asked = len(gateway.asked)
        await app.prepare_modes()
        await settle(pilot)
        assert len(app.open_screens()) == len(MODES)
        assert app.current_mode == "servers"
        gateway.running = None
        app.poll_gateway()
        gateway.running = data.STATUS
        app.poll_gateway()
        await settle(pilot)
        assert gateway.asked[asked:] == []
        await press(pilot, "3")
        assert "github__list_issues" in text_grid(app)
        assert len(gateway.asked) > asked


async def test_a_gateway_that_ends_is_noticed(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        gateway.running = None
        app.poll_gateway()
        await settle(pilot)
        assert "✗ ended unexpectedly" in text_grid(app)
        app.start_if_lost()
        await settle(pilot)
        assert "● running" in text_grid(app)
        app.start_if_lost()
        assert gateway.asked.count(("start",)) == 1


async def test_a_gateway_that_does_not_answer_is_in_the_status_bar(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        gateway.status_error = UnreachableError("the gateway (pid 1) does not answer")
        app.poll_gateway()
        await settle(pilot)
        assert "▲ does not answer" in text_grid(app)
        assert not app.errors.entries
        gateway.status_error = None
        app.poll_gateway()
        await settle(pilot)
        assert "● running" in text_grid(app)


async def test_another_home_is_in_the_status_bar(make_app: MakeApp) -> None:
    app = make_app()
    app.context = replace(app.context, profile="staging [/x]")
    async with app.run_test(size=(120, 24)) as pilot:
        await settle(pilot)
        assert "│ home staging [/x]" in text_grid(app)


async def test_a_secret_store_that_does_not_work_is_in_the_status_bar(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    locked = SecretStatus(backend="keyring", state="locked")
    monkeypatch.setattr(type(app.context.workspace), "secret_status", lambda _: locked)
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        assert "keyring locked" in text_grid(app)


async def test_the_first_time_leaving_asks_about_the_gateway_and_remembers(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+q")
        assert isinstance(app.screen, ChoiceDialog)
        await pilot.click("#keep")
        await app.workers.wait_for_complete()
    assert app.return_value == 0
    assert app.context.workspace.load().state.gateway.survive_app is True
    assert ("stop",) not in gateway.asked


async def test_leaving_can_be_taken_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+q", "escape")
        assert app.is_running
        assert app.context.workspace.load().state.gateway.survive_app is None


@pytest.mark.parametrize("survive", [True, False])
async def test_leaving_does_as_it_was_told_before(make_app: MakeApp, survive: bool) -> None:
    gateway = demo_gateway()
    app = make_app(replace(data.STATE, gateway=replace(data.STATE.gateway, survive_app=survive)), gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        await pilot.press("ctrl+q")
        await app.workers.wait_for_complete()
    assert app.return_value == 0
    assert (("stop",) in gateway.asked) is not survive


async def test_unsaved_work_is_asked_about(make_app: MakeApp) -> None:
    app = make_app(gateway=FakeGateway())
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "e", "x", "ctrl+q")
        assert isinstance(app.screen, ChoiceDialog)
        await press(pilot, "escape")
        assert app.is_running
        await press(pilot, "ctrl+q")
        await pilot.click("#leave")
        await app.workers.wait_for_complete()
    assert app.return_value == 0


@pytest.mark.parametrize("theme", ["mcptui-dark", "mcptui-light", "mcptui-contrast", "mcptui-mono"])
async def test_every_shipped_theme_draws_every_mode(make_app: MakeApp, theme: str) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        app.theme = theme
        await settle(pilot)
        await press(pilot, "5", "1")
        assert "deepwiki" in text_grid(app)


async def test_a_theme_file_takes_effect_while_the_app_runs(make_app: MakeApp) -> None:
    app = make_app()
    folder = app.context.workspace.paths.themes_dir
    async with app.run_test(notifications=True) as pilot:
        await settle(pilot)
        folder.mkdir(parents=True)
        (folder / "mine.toml").write_text('primary = "#112233"\n', encoding="utf-8")
        (folder / "bad.toml").write_text('primary = "blueish"\n', encoding="utf-8")
        app.reread_files()
        assert "mine" in app.available_themes
        assert "bad.toml: primary 'blueish' is not a colour" in app.errors.entries[-1].message


async def test_hostile_names_reach_no_terminal(make_app: MakeApp) -> None:
    evil = "[/x][@click=app.leave]z\x1b]0;owned\x07\u202e"
    server = replace(data.STATE.servers["files"], description=evil, tags=(evil,))
    status = replace(data.STATUS.servers[2], reason=evil, hint=evil, stderr=(evil,), server_info={"name": evil})
    tool = {"name": evil, "description": evil, "inputSchema": {}}
    listed = replace(data.LISTED[None], tools=[tool], owners={evil: ("files", evil)})
    gateway = demo_gateway(running=replace(data.STATUS, servers=(status,)), by_key={None: listed}, lines=[evil])
    app = make_app(State(servers={"files": server}), gateway)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        app.say(evil)
        await settle(pilot)
        output = terminal_output(app)
        assert "\x1b]0" not in output
        assert "\u202e" not in output
        assert "[/x][@click=app.leave]z\\u001b]0;owned" in text_grid(app)
        await press(pilot, "5")
        assert "\x1b]0" not in terminal_output(app)


async def test_escape_leaves_a_text_field_so_that_digits_are_keys_again(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "3", "enter", "5")
        assert app.current_mode == "test"
        await press(pilot, "escape", "5")
        assert app.current_mode == "gateway"
