"""``mcptui demo``: with the app where there is a terminal, else without."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result

from mcptui.cli import demo as command
from mcptui.demo import run as demo
from mcptui.demo import visitors
from mcptui.tui.shell import app
from mcptui.tui.shell.options import AppOptions

Run = Callable[..., Result]


@pytest.mark.parametrize(("words", "once"), [([], False), (["--headless"], False), (["--once"], True)])
def test_without_a_terminal_no_app_is_opened(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str], once: bool
) -> None:
    did: list[Any] = []

    @contextlib.contextmanager
    def prepared() -> Iterator[Any]:
        did.append("made")
        yield SimpleNamespace(workspace=None)
        did.append("removed")

    def headless(_: Any, *, once: bool) -> int:
        did.append(once)
        return 0

    monkeypatch.setattr(demo, "demo_workspace", prepared)
    monkeypatch.setattr(demo, "run_headless", headless)
    run("demo", *words)
    assert did == ["made", once, "removed"]


def test_the_app_of_the_demo_is_run_as_any_other(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[AppOptions] = []

    def run_app(_: Any, *, options: AppOptions) -> int:
        found.append(options)
        return 0

    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr(command, "sys", SimpleNamespace(stdin=terminal, stdout=terminal))
    monkeypatch.setattr(demo, "demo_workspace", lambda: contextlib.nullcontext(SimpleNamespace(workspace=None)))
    monkeypatch.setattr(visitors, "visiting", contextlib.nullcontext)
    monkeypatch.setattr(app, "run_app", run_app)
    run("--ascii", "--read-only", "demo")
    assert [(one.ascii, one.read_only, one.reduced_motion) for one in found] == [(True, True, False)]
    assert found[0].coach
