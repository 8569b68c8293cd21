from __future__ import annotations

from pathlib import Path

import pytest

from mcptui.interop.machine import Machine

HOME = Path("/home/me")


@pytest.mark.parametrize(
    ("platform", "env", "apps", "config"),
    [
        ("linux", {}, "/home/me/.config", "/home/me/.config"),
        ("linux", {"XDG_CONFIG_HOME": "/else"}, "/else", "/else"),
        ("linux", {"XDG_CONFIG_HOME": ""}, "/home/me/.config", "/home/me/.config"),
        ("linux", {"APPDATA": "/roaming"}, "/home/me/.config", "/home/me/.config"),
        ("darwin", {}, "/home/me/Library/Application Support", "/home/me/.config"),
        ("darwin", {"XDG_CONFIG_HOME": "/else"}, "/home/me/Library/Application Support", "/else"),
        ("win32", {"APPDATA": "/roaming"}, "/roaming", "/home/me/.config"),
        ("win32", {}, "/home/me/AppData/Roaming", "/home/me/.config"),
    ],
)
def test_where_programs_keep_their_files(platform: str, env: dict[str, str], apps: str, config: str) -> None:
    machine = Machine(home=HOME, platform=platform, env=env)
    assert (machine.apps, machine.config) == (Path(apps), Path(config))


def test_a_variable_that_is_empty_is_not_set() -> None:
    machine = Machine(home=HOME, env={"A": "/a", "B": ""})
    assert [machine.variable(name) for name in "ABC"] == [Path("/a"), None, None]


def test_this_machine() -> None:
    machine = Machine.here()
    assert machine.home == Path.home()
    assert machine.folder == Path.cwd()
