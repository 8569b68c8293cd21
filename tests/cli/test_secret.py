"""``mcptui secret``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from mcptui.services.workspace import Workspace

Run = Callable[..., Result]


def test_secrets(run: Run) -> None:
    run("secret", "set", "server/x/token", input="hush\n")
    listed = run("secret", "list")
    assert "server/x/token" in listed.stdout
    assert "hush" not in listed.output
    run("secret", "set", "server/x/other", code=4)
    run("secret", "remove", "server/x/token", code=4)
    run("secret", "remove", "server/x/token", "--yes")
    assert "server/x/token" not in run("secret", "list").stdout


def test_the_place_for_secrets(run: Run, ws: Workspace) -> None:
    assert run("secret", "backend").stdout.splitlines()[0] == "backend  vault"
    run("secret", "backend", "vault", "--key-file")
    assert ws.load().state.secrets.key_file_consent
    run("secret", "backend", "--no-key-file")
    assert not ws.load().state.secrets.key_file_consent
    assert json.loads(run("secret", "backend", "--json").stdout)["backend"] == "vault"
    run("secret", "backend", "post-it", code=2)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077], ids=oct)
def test_a_home_that_a_secret_makes_is_its_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run, umask: int
) -> None:
    home = tmp_path / "new" / "home"
    monkeypatch.setenv("MCPTUI_HOME", str(home))
    before = os.umask(umask)
    try:
        run("secret", "set", "a/b", input="value\n")
    finally:
        os.umask(before)
    made = [home.parent, home, *home.rglob("*")]
    assert {(path.is_dir(), path.stat().st_mode & 0o777) for path in made} == {(True, 0o700), (False, 0o600)}
