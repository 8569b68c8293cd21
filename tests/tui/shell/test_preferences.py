from __future__ import annotations

from pathlib import Path

import pytest

from mcptui.tui.shell.preferences import FILE_NAME, Preferences, read_preferences, write_preferences
from tests.support.pilot import settle
from tests.support.scenes.app import MakeApp


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "state" / FILE_NAME
    wanted = Preferences(theme="nord", panes={"servers.width": 40})
    write_preferences(file, wanted)
    assert read_preferences(file) == wanted


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"theme": 1}',
        '{"other": "x"}',
        '{"panes": {"a": "x", "b": true, "c": 100}}',
        '{"panes": 1}',
        "\xff",
    ],
)
def test_an_unusable_file_means_the_defaults(tmp_path: Path, content: str) -> None:
    file = tmp_path / FILE_NAME
    file.write_text(content, encoding="latin-1")
    assert read_preferences(file) == Preferences()


async def test_the_theme_is_remembered(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        app.theme = "mcptui-light"
        await settle(pilot)
    assert make_app().theme == "mcptui-light"


async def test_a_theme_that_is_gone_does_not_stop_the_app(make_app: MakeApp) -> None:
    write_preferences(make_app().context.workspace.paths.state_dir / FILE_NAME, Preferences(theme="gone"))
    assert make_app().theme == "mcptui-dark"
