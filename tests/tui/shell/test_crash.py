from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from textual.app import ComposeResult, RenderResult
from textual.pilot import Pilot
from textual.widget import Widget

from mcptui.errors import McptuiError
from mcptui.protocol.keys import KEY_PREFIX
from mcptui.tui.shell.crash import AppCrashed, crash_report, write_report
from tests.support.scenes.app import MakeApp

CANARY: Final = "canary-7Fh2kQ9x"


def _fail() -> None:
    value = f"token {CANARY}"
    try:
        raise KeyError(value)
    except KeyError as error:
        raise ValueError(f"refused {value}") from error


class HandlerFails(Widget):
    def on_mount(self) -> None:
        _fail()


class TimerFails(Widget):
    def on_mount(self) -> None:
        self.set_timer(0.001, _fail)


class WorkerFails(Widget):
    def on_mount(self) -> None:
        self.run_worker(self.work())

    async def work(self) -> None:
        _fail()


class ComposeFails(Widget):
    def compose(self) -> ComposeResult:
        _fail()
        yield Widget()


class RenderFails(Widget):
    DEFAULT_CSS = "RenderFails { dock: top; width: auto; height: auto; }"

    def render(self) -> RenderResult:
        _fail()
        return ""


@pytest.mark.parametrize("widget", [HandlerFails, TimerFails, WorkerFails, ComposeFails, RenderFails])
async def test_a_crash_tells_no_value(
    widget: Callable[[], Widget],
    make_app: MakeApp,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = make_app()

    async def mount(pilot: Pilot[int]) -> None:
        await pilot.app.screen.mount(widget())
        await pilot.pause()

    await app.run_async(headless=True, size=(100, 30), auto_pilot=mount)  # type: ignore[arg-type]
    out, err = capfd.readouterr()
    (file,) = (tmp_path / "log").glob("crash-*.md")
    report = file.read_text(encoding="utf-8")
    assert app.return_code == 1
    assert CANARY not in out + err + report + caplog.text
    assert "mcptui crashed: unexpected ValueError" in err
    assert file.name in err.replace("\n", "")
    assert "KeyError\n  test_crash.py:" in report
    assert "- screens: ServersScreen" in report
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_messages_of_ours_are_redacted() -> None:
    key = KEY_PREFIX + "x" * 43
    report = crash_report(McptuiError(f"api_key={CANARY} and {key} are refused"), {})
    assert CANARY not in report
    assert key not in report


def test_all_errors_of_a_group_are_named() -> None:
    report = crash_report(ExceptionGroup(CANARY, [ValueError(CANARY), TypeError()]), {"mode": "chat\x1b[2J"})
    assert "ValueError\nTypeError\nwhich were together\nExceptionGroup" in report
    assert "- mode: chat\\u001b[2J" in report
    assert CANARY not in report


def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    assert write_report("", tmp_path / "log", datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert "No report could be written" in str(AppCrashed(ValueError(CANARY), None))
