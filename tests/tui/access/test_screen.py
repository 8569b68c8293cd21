"""The Access mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, Static

from mcptui.access.subjects import Ref
from mcptui.model import State
from mcptui.services.keys import revoke_key
from mcptui.services.subjects import update_subject
from mcptui.tui.access.key_dialog import KeyDialog
from mcptui.tui.access.screen import AccessScreen
from mcptui.tui.access.subject_form import SubjectForm
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import ChoiceDialog
from tests.support.pilot import press, save, saved, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway, fake_of
from tests.support.screens import svg_scene, terminal_output, text_grid

SIZES = [(60, 20), (80, 24), (120, 36), (200, 60)]


async def open_access(pilot: Pilot[Any], *keys: str) -> AccessScreen:
    await settle(pilot)
    await press(pilot, "2")
    screen = pilot.app.screen
    assert isinstance(screen, AccessScreen)
    await press(pilot, *keys)
    return screen


def showing(app: App[Any], kind: type[Screen[Any]]) -> bool:
    """Whether a screen of ``kind`` is on top; a function, so that the type checker does not remember."""
    return isinstance(app.screen, kind)


def is_enabled(app: McptuiApp, key: str) -> bool:
    return app.state.keys[key].enabled


def team_of(app: McptuiApp, user: str) -> str | None:
    return app.state.users[user].team


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_key(make_app: MakeApp, check_screen: Callable[..., None], size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        screen = await open_access(pilot)
        screen.reveal("key", "cursor-laptop")
        await settle(pilot)
        check_screen(app)


async def test_nobody_yet(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app(State(servers=data.STATE.servers))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_access(pilot)
        check_screen(app)


def assert_hidden(app: App[Any], secret: str) -> None:
    for shown in (text_grid(app), terminal_output(app), svg_scene(app)):
        assert secret not in shown
        assert secret[10:24] not in shown


async def test_a_refused_form_stays_as_it_is(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_access(pilot, "n", "enter")
        await save(pilot)
        form: Screen[Any] = app.screen
        assert showing(app, SubjectForm)
        assert "must be 1 to 64" in str(form.query_one(".problem", Static).content)
        await press(pilot, *"ci")
        await save(pilot)
        assert app.screen is form
        assert form.query_one("#failure").has_class("-shown")
        assert form.query_one("#name", Input).value == "ci"
        await press(pilot, "escape", "enter")
        assert showing(app, SubjectForm), "saving is still refused"
        await press(pilot, "escape")
        await pilot.click("#discard")
        await settle(pilot)
        assert showing(app, AccessScreen)
        assert app.state == data.STATE


@pytest.mark.parametrize(("presses", "kind"), [(1, "user"), (2, "team"), (3, "org")])
async def test_every_kind_has_its_form(make_app: MakeApp, presses: int, kind: str) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot, "n", *["left"] * presses, "enter")
        assert showing(app, SubjectForm)
        await press(pilot, *"new1")
        await save(pilot)
        assert "new1" in {"user": app.state.users, "team": app.state.teams, "org": app.state.orgs}[kind]
        assert screen.current is not None
        assert (screen.current.kind, screen.current.name) == (kind, "new1")


async def test_a_new_user_belongs_to_the_team_under_the_cursor(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("team", "platform")
        await press(pilot, "n", "left", "enter", *"eve")
        await save(pilot)
        assert app.state.users["eve"].team == "platform"


async def test_editing_renames_and_keeps_the_boxes(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("team", "data")
        await press(pilot, "e", "end", *"2")
        await save(pilot)
        assert app.state.teams["data2"].servers == ("@reading", "time")
        assert app.state.users["alice"].team == "data2"
        assert screen.current == Ref("team", "data2")


async def test_deleting_asks_and_can_be_undone(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("team", "data")
        await press(pilot, "d")
        check_screen(app, "team")
        await press(pilot, "enter")
        assert "data" in app.state.teams
        await press(pilot, "d", "left", "enter")
        assert "data" not in app.state.teams
        assert team_of(app, "alice") is None
        await press(pilot, "u")
        assert team_of(app, "alice") == "data"
        screen.reveal("key", "ci")
        await press(pilot, "d", "left", "enter")
        assert "ci" not in app.state.keys


async def test_a_key_is_revoked_and_enabled_again(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("key", "ci")
        await press(pilot, "space", "enter")
        assert is_enabled(app, "ci")
        await press(pilot, "space", "left", "enter")
        assert not is_enabled(app, "ci")
        assert "disabled" in text_grid(app)
        await press(pilot, "space")
        assert is_enabled(app, "ci")
        screen.reveal("org", "acme")
        await press(pilot, "space", "R")
        assert showing(app, AccessScreen)


async def test_rotating_makes_a_new_key_and_keeps_the_old_one_for_a_while(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("key", "ci")
        before = app.state.keys["ci"]
        await press(pilot, "R", "enter")
        assert app.state.keys["ci"] == before
        await press(pilot, "R", "left", "left", "enter")
        assert showing(app, KeyDialog)
        after = app.state.keys["ci"]
        assert after.hash != before.hash
        assert after.previous_hash == before.hash


async def test_testing_as_a_key(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("key", "ci")
        await press(pilot, "t")
        assert app.current_mode == "test"
        assert app.testing_key == "ci"


async def test_a_letter_chooses_what_is_new(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_access(pilot, "n", "u")
        assert showing(app, SubjectForm)
        assert "New user" in text_grid(app)
        await press(pilot, "escape", "n", "escape")
        assert showing(app, AccessScreen)


async def test_ready_dates_for_the_end_of_a_key(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await open_access(pilot, "n", "k")
        expires = app.screen.query_one("#expires", Input)
        expires.focus()
        # To the second of the dates beside it.
        await press(pilot, "tab", "tab", "enter")
        assert expires.value == "30d"


async def test_what_others_did_to_a_key_meanwhile_stays(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("key", "ci")
        await press(pilot, "e", "tab", *"mine")
        revoke_key(app.context.workspace, "ci")
        await save(pilot)
        key = app.context.workspace.load().state.keys["ci"]
        assert key.description.endswith("mine")
        assert not key.enabled, "an edit of the description does not bring a revoked key back"


async def test_where_both_changed_the_same_the_person_decides(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("key", "ci")
        await press(pilot, "e", "tab", *"mine")
        workspace = app.context.workspace
        theirs = replace(workspace.load().state.keys["ci"], description="theirs")
        update_subject(workspace, "key", "ci", theirs)
        await press(pilot, "ctrl+s")
        assert showing(app, ChoiceDialog)
        assert "theirs" in text_grid(app)
        await press(pilot, "escape")
        assert showing(app, SubjectForm)
        assert workspace.load().state.keys["ci"] == theirs
        await press(pilot, "ctrl+s")
        await pilot.click("#mine")
        await saved(pilot)
        assert workspace.load().state.keys["ci"].description.endswith("mine")


async def test_read_only_mode_makes_no_keys(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        app.read_only = True
        await press(pilot, "n")
        assert not showing(app, SubjectForm)
        assert "read-only" in app.errors.entries[-1].message
        screen.reveal("key", "ci")
        await press(pilot, "R")
        assert len(app.screen_stack) == 1
        assert app.context.workspace.load().state == data.STATE


async def test_what_deserves_a_look_is_known_once_the_gateway_is_there(make_app: MakeApp) -> None:
    app = make_app(gateway=demo_gateway(running=None))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        before = screen.findings
        await fake_of(app).start()
        app.poll_gateway()
        await settle(pilot)
        assert len(screen.findings) > len(before)
