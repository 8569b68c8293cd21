"""The app under test: a real state file, a gateway made of values, and stored screens."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.app import App

from mcptui.model import State
from mcptui.tui.shell.app import McptuiApp
from tests.support.fake_gateway import FakeGateway
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, scene_app
from tests.support.scenes.catalogue import standing_still
from tests.support.screens import svg_scene, text_grid

#: Set to rewrite the stored screens.
UPDATE = "UPDATE_SCREENS"


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    with standing_still():
        yield


@pytest.fixture
def make_app(tmp_path: Path) -> MakeApp:
    """Make the app on demo data, or on the state and gateway given."""

    def make(state: State = data.STATE, gateway: FakeGateway | None = None) -> McptuiApp:
        return scene_app(tmp_path, state, gateway)

    return make


@pytest.fixture
def check_screen(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Compare the screen with ``screens/<test file>/<test name>[-<name>].txt`` (or ``.svg``)."""
    folder = Path(request.path).parent / "screens" / Path(request.path).stem

    def check(app: App[Any], name: str = "", *, svg: bool = False) -> None:
        actual = svg_scene(app) if svg else text_grid(app)
        stem = re.sub(r"[^\w.-]+", "-", request.node.name).strip("-")
        file = folder / f"{stem}{'-' + name if name else ''}.{'svg' if svg else 'txt'}"
        expected = file.read_text(encoding="utf-8") if file.exists() else ""
        if actual == expected:
            return
        folder.mkdir(parents=True, exist_ok=True)
        if os.environ.get(UPDATE):
            file.write_text(actual, encoding="utf-8")
            return
        file.with_name(file.name + ".new").write_text(actual, encoding="utf-8")
        diff = difflib.unified_diff(expected.splitlines(), actual.splitlines(), "stored", "now", lineterm="")
        pytest.fail(f"{file.name} differs, see {file.name}.new\n" + "\n".join(list(diff)[:80]), pytrace=False)

    return check
