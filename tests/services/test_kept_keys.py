from __future__ import annotations

import pytest

from mcptui.errors import NotFoundError, RefusedError
from mcptui.secrets.errors import SecretError
from mcptui.secrets.store import SecretStore
from mcptui.services.kept_keys import keep_key, kept_key
from mcptui.services.keys import create_key, rotate_key
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
