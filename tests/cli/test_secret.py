"""``mcptui secret``."""

from __future__ import annotations

import json
from collections.abc import Callable

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
