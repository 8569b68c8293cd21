"""``mcptui paths``."""

from __future__ import annotations

import json
from collections.abc import Callable

from click.testing import Result

from mcptui.services.workspace import Workspace

Run = Callable[..., Result]


def test_paths(run: Run, ws: Workspace) -> None:
    found = json.loads(run("paths", "--json").stdout)
    assert found["paths"]["config"] == {"path": str(ws.paths.config_file), "exists": True}
    assert found["secrets"]["backend"] == "vault"
    assert str(ws.paths.log_file) in run("paths").stdout
