"""A conversation as a file."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from textual.widgets import Input

from mcptui.tui.chat import export
from mcptui.tui.chat.export import ExportDialog
from mcptui.tui.chat.screen import ChatScreen
from tests.support.chat import (
    ANSWER,
    done,
    enter,
    open_chat,
    said,
    showing,
    text,
)
from tests.support.pilot import press
from tests.support.scenes.app import MakeApp, demo_gateway


async def test_export(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(gateway=demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]}))
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot, *"Hi", "enter", "alt+x")
        assert showing(app, ExportDialog)
        field = app.screen.query_one(Input)
        field.value = str(tmp_path / "none" / "a.md")
        await enter(pilot)
        assert "cannot be written" in said(app)
        for name in ("a.md", "a.json"):
            file = tmp_path / name
            file.write_text("old", encoding="utf-8")
            field.value = str(file)
            await enter(pilot)
            assert "enter again to overwrite" in said(app)
            assert file.read_text(encoding="utf-8") == "old"
            await enter(pilot)
            assert showing(app, ChatScreen)
            assert "Hello" in file.read_text(encoding="utf-8")
            await press(pilot, "alt+x")
            field = app.screen.query_one(Input)
        assert json.loads(file.read_text(encoding="utf-8"))["title"] == "Hi"
        await press(pilot, "escape")


async def test_leaving_while_an_export_is_written(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    written = threading.Event()
    monkeypatch.setattr(export, "export_conversation", lambda *_, **__: written.wait(20))
    app = make_app(gateway=demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]}))
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot, *"Hi", "enter", "alt+x")
        await pilot.press("enter")
        await pilot.pause()
        await app.switch_mode("servers")
        writing = [worker for worker in app.workers if worker.group == "export"]
        written.set()
        await app.workers.wait_for_complete(writing)
        assert not app.errors.entries
        await app.switch_mode("chat")
        assert showing(app, ExportDialog)
