from __future__ import annotations

import base64
from pathlib import Path

import pytest

from mcptui.errors import NotFoundError, RefusedError
from mcptui.model import SecretSettings
from mcptui.secrets.errors import SecretError
from mcptui.secrets.store import SecretStore
from mcptui.services.kept_keys import keep_key, kept_key, problem_of_connect, variables_for_connect
from mcptui.services.keys import create_key, rotate_key
from mcptui.services.settings import update_settings
from mcptui.services.workspace import Workspace


def test_a_key_is_kept_by_choice_and_while_it_is_valid(ws: Workspace) -> None:
    secret = create_key(ws, "laptop").secret
    assert kept_key(ws, "laptop") is None
    keep_key(ws, "laptop", f"{secret}")
    assert kept_key(ws, "laptop") == secret
    rotate_key(ws, "laptop")
    assert kept_key(ws, "laptop") is None


def test_another_text_is_not_the_key(ws: Workspace) -> None:
    create_key(ws, "laptop")
    with pytest.raises(RefusedError, match="that is not the key laptop") as error:
        keep_key(ws, "laptop", "sk-mcptui-other")
    assert "rotate" in (error.value.hint or "")
    with pytest.raises(NotFoundError):
        keep_key(ws, "nobody", "x")


def test_a_locked_store_has_none(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = create_key(ws, "laptop").secret
    keep_key(ws, "laptop", secret)

    def locked(self: SecretStore, path: str) -> str:
        raise SecretError("locked")

    monkeypatch.setattr(type(ws.secrets), "get", locked)
    assert kept_key(ws, "laptop") is None


def test_a_vault_whose_key_is_in_this_shell_only(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MCPTUI_VAULT_KEY", base64.b64encode(bytes(32)).decode())
    update_settings(ws, secrets=SecretSettings(backend="vault"))
    said = problem_of_connect(ws)
    assert said is not None
    assert "MCPTUI_VAULT_KEY_FILE" in said
    assert variables_for_connect(ws) == {}
    # A file has a name that is no secret.
    file = tmp_path / "vault.key"
    file.write_bytes(base64.b64encode(bytes(32)))
    monkeypatch.delenv("MCPTUI_VAULT_KEY")
    monkeypatch.setenv("MCPTUI_VAULT_KEY_FILE", str(file))
    assert problem_of_connect(ws) is None
    assert variables_for_connect(ws) == {"MCPTUI_VAULT_KEY_FILE": str(file)}
    monkeypatch.delenv("MCPTUI_VAULT_KEY_FILE")
    assert problem_of_connect(ws) is None
    assert variables_for_connect(ws) == {}
