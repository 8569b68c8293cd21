"""The secrets with where each is used."""

from __future__ import annotations

from dataclasses import replace

from textual.widgets import Input

from mcptui.model import Server
from mcptui.tui.settings.secret_dialog import SecretDialog
from tests.support.pilot import press, saved, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid

USING = Server(name="tracker", url="https://t/mcp", headers={"X-Key": "${secret:server/tracker/key}"})
STATE = replace(data.STATE, servers={"tracker": USING}, models={})


async def test_each_is_listed_with_its_users_and_never_a_value(make_app: MakeApp) -> None:
    app = make_app(STATE)
    app.context.workspace.secrets.set("server/tracker/key", "s3cret-value")
    app.context.workspace.secrets.set("old/token", "another-value")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "dollar_sign")
        grid = text_grid(app)
        assert "server/tracker/key  used by server tracker" in grid
        assert "old/token           ▲ not used" in grid
        assert "value" not in grid
        await press(pilot, "G", "d")
        assert "server tracker, which will" in text_grid(app)
        await press(pilot, "n", "k", "d", "y")
        await saved(pilot)
        assert app.context.workspace.secrets.get("old/token") is None


async def test_one_is_replaced_and_a_new_one_is_stored(make_app: MakeApp) -> None:
    app = make_app(STATE)
    secrets = app.context.workspace.secrets
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "dollar_sign")
        assert "✗ missing" in text_grid(app)
        await press(pilot, "G", "enter")
        assert isinstance(app.screen, SecretDialog)
        app.screen.query_one(Input).value = "s3cret"
        await press(pilot, "enter")
        await saved(pilot)
        assert secrets.get("server/tracker/key") == "s3cret"
        await press(pilot, "dollar_sign", "n", *"a/b", "enter")
        app.screen.query_one(Input).value = "x"
        await press(pilot, "enter")
        await saved(pilot)
        assert secrets.get("a/b") == "x"


async def test_a_path_that_cannot_be_one_is_refused_in_place(make_app: MakeApp) -> None:
    app = make_app(STATE)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "dollar_sign", "n", *"a b", "enter")
        app.screen.query_one(Input).value = "x"
        await press(pilot, "enter")
        await saved(pilot)
        assert isinstance(app.screen, SecretDialog)
        assert "is not a valid secret path" in text_grid(app)
