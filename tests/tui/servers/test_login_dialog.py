"""The login at a server with OAuth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.widgets import Input

from mcptui.errors import RefusedError
from mcptui.model import Server, State
from mcptui.model.auth import OAuth
from mcptui.model.runtime import CallEvent, ServerStatus
from mcptui.tui.servers import login_dialog
from mcptui.tui.servers.login_dialog import LoginDialog
from mcptui.tui.shell.app import McptuiApp
from tests.support.fake_gateway import STATUS, FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid

URL = "https://login.example/authorize?response_type=code&client_id=mcptui&state=s"
BACK = "http://127.0.0.1:1/callback"
OPEN = CallEvent(type="open", value={"id": "one", "url": URL, "redirect_uri": BACK, "seconds": 600.0, "remarks": []})
DONE = CallEvent(type="done", value={"scope": "read"})
FAILED = CallEvent(type="failed", value={"message": "the login was refused: access_denied", "hint": "Ask your admin."})


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a browser was asked to open."""
    pages: list[str] = []
    monkeypatch.setattr(login_dialog, "has_browser", lambda: False)

    def open_page(url: str) -> bool:
        pages.append(url)
        return False

    monkeypatch.setattr(login_dialog, "open_page", open_page)
    return pages


def gateway(*events: CallEvent) -> FakeGateway:
    waiting = ServerStatus(
        name="notes",
        state="needs_login",
        since=0.0,
        reason="not logged in to this server yet",
        hint="Log in: o in the server list, or mcptui server login notes",
    )
    return FakeGateway(running=replace(STATUS, servers=[waiting]), events={"login": events})


def state(**auth: Any) -> State:
    return State(servers={"notes": Server(name="notes", url="https://notes.example/mcp", auth=OAuth(**auth))})


async def done(app: McptuiApp, group: str) -> None:
    """Wait for work that goes on beside an open dialog."""
    for worker in [each for each in app.workers if each.group == group]:
        await worker.wait()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_page_is_shown_and_a_pasted_url_is_taken(
    make_app: MakeApp, check_screen: Callable[..., None], opened: list[str], size: tuple[int, int]
) -> None:
    fake = gateway(OPEN)
    app = make_app(state(), fake)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert "1 needs login" in text_grid(app)
        await press(pilot, "o")
        assert isinstance(app.screen, LoginDialog)
        check_screen(app)
        await press(pilot, "alt+o")
        await done(app, "browser")
        assert opened == [URL]
        app.screen.query_one("#pasted", Input).value = " http://127.0.0.1:1/callback?code=c&state=s "
        await press(pilot, "enter")
        await done(app, "paste")
        assert fake.asked[-1] == ("paste_login", "one", "http://127.0.0.1:1/callback?code=c&state=s")
        await press(pilot, "escape")
        assert not isinstance(app.screen, LoginDialog)


async def test_it_closes_when_it_has_worked(make_app: MakeApp) -> None:
    fake = gateway(OPEN, DONE)
    app = make_app(state(credentials="per-key"), fake)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "o")
        assert not isinstance(app.screen, LoginDialog)
        assert ("log_in", "notes", app.testing_key) in fake.asked


async def test_a_refusal_stays_readable(
    make_app: MakeApp, check_screen: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: str) -> None:
        raise RefusedError("that URL answers another login", hint="Open the URL that is shown now.")

    fake = gateway(OPEN, FAILED)
    app = make_app(state(), fake)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "o")
        check_screen(app)
        monkeypatch.setattr(FakeGateway, "paste_login", refuse)
        app.screen.query_one("#pasted", Input).value = "nonsense"
        await press(pilot, "enter")
        await done(app, "paste")
        await settle(pilot)
        assert "that URL answers another login" in text_grid(app)
        await press(pilot, "escape", "O", "left", "enter")
        assert fake.asked[-1] == ("log_out", "notes", None)


async def test_what_was_tolerated_is_said(make_app: MakeApp) -> None:
    opened = CallEvent(type="open", value={**OPEN.value, "remarks": ["It does not say that it knows PKCE."]})
    app = make_app(state(), gateway(opened))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "o")
        assert "It does not say that it knows PKCE." in text_grid(app)
