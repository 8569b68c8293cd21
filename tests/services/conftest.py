from __future__ import annotations

from pathlib import Path

import pytest

from mcptui.services.workspace import Workspace


@pytest.fixture
def ws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace on a machine without a keyring, whose vault works."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("MCPTUI_VAULT_KEY", "A" * 43)
    monkeypatch.delenv("MCPTUI_VAULT_KEY_FILE", raising=False)
    return Workspace.open(tmp_path / "home")
