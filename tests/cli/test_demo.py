"""``mcptui demo``: with the app where there is a terminal, else without."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result

from mcptui.demo import run as demo

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
