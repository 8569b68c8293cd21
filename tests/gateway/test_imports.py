"""What the gateway does not load, it does not pay for: start time and memory of every home."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["mcptui.daemon.process", "mcptui.upstream.server.server", "mcptui.control.client"])
def test_heavy_packages_stay_out(module: str) -> None:
    heavy = {"textual", "rich", "keyring", "tomlkit", "mcp", "mcp_types", "openai", "pydantic"}
    code = f"import sys, {module}; print(*sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=50, check=True)
    assert done.stdout.split() == []
