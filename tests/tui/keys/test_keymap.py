from __future__ import annotations

from pathlib import Path

import pytest

from mcptui.tui.keys.actions import key_label, key_name
from mcptui.tui.keys.keymap import Keymap, read_keymap
from mcptui.tui.servers.form_screen import ServerFormScreen
from mcptui.tui.shell.app_actions import ACTIONS
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


def keymap(folder: Path, text: str) -> Keymap:
    file = folder / "keys.toml"
    file.write_text(text, encoding="utf-8")
    return read_keymap(file)


def messages(keys: Keymap) -> str:
    return "\n".join(f"{problem.message} {problem.hint}" for problem in keys.problems)


def test_no_file_changes_nothing(tmp_path: Path) -> None:
    assert read_keymap(tmp_path / "keys.toml") == Keymap()


def test_one_key_several_keys_and_tables(tmp_path: Path) -> None:
    keys = keymap(tmp_path, '"servers.add" = "a"\n[test]\nrun = ["?", "ctrl+j"]\n')
    assert keys.keys == {"servers.add": ("a",), "test.run": ("question_mark", "ctrl+j")}
    assert keys.bindings() == {"servers.add": "a", "test.run": "question_mark,ctrl+j"}
    assert "? is the key of test.run and app.actions" in messages(keys)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"servers.ad" = "a"', "servers.ad is not the id of an action Do you mean servers.add?"),
        ('"zzz" = "a"', "zzz is not the id of an action mcptui keys lists"),
        ('"servers.add" = 3', "servers.add must be a key"),
        ('"servers.add" = []', "servers.add must be a key"),
        ('"servers.add" = "alt+1"', "has alt+1, which not every terminal sends"),
        ('"servers.add" = "e"', "e is the key of servers.add and servers.edit"),
        ('"app.undo" = "f12"', "f12 is the key of app.undo and app.errors"),
        ("servers = [", "Invalid"),
        ("servers = " + "[" * 5000, "The default keys are used"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, message: str) -> None:
    assert message.lower() in messages(keymap(tmp_path, text)).lower()


def test_a_key_that_moved_is_free_for_another(tmp_path: Path) -> None:
    keys = keymap(tmp_path, '"servers.edit" = "J"\n"servers.add" = "e"\n')
    assert keys.problems == ()


@pytest.mark.parametrize("key", [key for action in ACTIONS for key in action.keys])
def test_labels_lead_back_to_keys(key: str) -> None:
    assert key_name(key_label(key)) == key


async def test_keys_of_the_file_work_and_are_shown(make_app: MakeApp) -> None:
    app = make_app()
    file = app.context.workspace.paths.keys_file
    file.write_text('"servers.add" = "ctrl+n"\n"nonsense" = "x"\n', encoding="utf-8")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert "nonsense is not the id" in app.errors.entries[-1].message
        await press(pilot, "n")
        assert not isinstance(app.screen, ServerFormScreen)
        assert "^n Add" in text_grid(app)
        await press(pilot, "question_mark")
        assert "ctrl+n  Add a server" in text_grid(app)
        await press(pilot, "escape", "ctrl+n")
        assert isinstance(app.screen, ServerFormScreen)
        await press(pilot, "escape")
        file.unlink()
        app.reread_files()
        await press(pilot, "n")
        assert isinstance(app.screen, ServerFormScreen)
