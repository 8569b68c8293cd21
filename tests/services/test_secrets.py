from __future__ import annotations

import pytest

from mcptui.errors import NotFoundError, RefusedError
from mcptui.model import LlmModel, Server
from mcptui.secrets.errors import SecretError
from mcptui.services.keys import create_key
from mcptui.services.models import add_model
from mcptui.services.secrets import SecretRow, list_secrets, remove_secret, set_secret
from mcptui.services.servers import add_server
from mcptui.services.workspace import Workspace

CANARY = "canary-5e1a"


def test_set_and_remove_tell_whoever_listens(ws: Workspace) -> None:
    told: list[str] = []
    set_secret(ws, "server/a/token", CANARY)
    ws.secret_changed = told.append
    set_secret(ws, "server/a/token", "new")
    assert ws.secrets.get("server/a/token") == "new"
    remove_secret(ws, "server/a/token")
    assert told == ["server/a/token"] * 2
    with pytest.raises(NotFoundError, match="no secret server/a/token"):
        remove_secret(ws, "server/a/token")


@pytest.mark.parametrize("path", ["", "a b", "a#1", "${secret:a}", "a}", "/a", "x" * 201])
def test_bad_paths(ws: Workspace, path: str) -> None:
    with pytest.raises(RefusedError, match="not a valid secret path") as caught:
        set_secret(ws, path, CANARY)
    assert CANARY not in str(caught.value)


def test_empty_value(ws: Workspace) -> None:
    with pytest.raises(RefusedError, match="is empty"):
        set_secret(ws, "a", "")


def test_list_names_users_missing_and_orphans(ws: Workspace) -> None:
    add_server(
        ws,
        Server(
            name="a",
            url="https://x/${secret:shared}",
            headers={"A": "${secret:shared}${env:HOME}", "B": "Bearer ${secret:gone}"},
        ),
    )
    add_model(ws, LlmModel(name="m", base_url="https://x", model="m", api_key="${secret:shared}"))
    set_secret(ws, "shared", CANARY)
    set_secret(ws, "orphan", CANARY)
    # What a client that starts ``mcptui connect`` reads is in use.
    create_key(ws, "cursor")
    set_secret(ws, "key/cursor", CANARY)
    set_secret(ws, "key/gone", CANARY)
    rows = list_secrets(ws)
    assert rows == [
        SecretRow("gone", ("server a",), False, "Set it: mcptui secret set gone"),
        SecretRow("key/cursor", ("key cursor (mcptui connect)",), True),
        SecretRow("key/gone", (), True, "Delete it: mcptui secret remove key/gone"),
        SecretRow("orphan", (), True, "Delete it: mcptui secret remove orphan"),
        SecretRow("shared", ("server a", "model m"), True),
    ]
    assert CANARY not in repr(rows)


def test_store_that_cannot_tell(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    add_server(ws, Server(name="a", url="https://x/${secret:s}"))
    monkeypatch.delenv("MCPTUI_VAULT_KEY")
    assert list_secrets(ws) == [SecretRow("s", ("server a",), None)]


def test_store_that_is_locked(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    add_server(ws, Server(name="a", url="https://x/${secret:s}"))
    set_secret(ws, "s", CANARY)
    monkeypatch.setenv("MCPTUI_VAULT_KEY", "B" * 43)
    (row,) = list_secrets(ws)
    assert row.present is None
    assert "the key that the vault was made with" in (row.hint or "").lower()
    with pytest.raises(SecretError, match="does not fit"):
        set_secret(ws, "s", "new")


@pytest.mark.parametrize("value", [f"{CANARY}\ud800", f"\udcff{CANARY}"])
def test_a_value_that_no_store_can_hold_is_refused_and_not_shown(ws: Workspace, value: str) -> None:
    with pytest.raises(RefusedError, match="an invalid character") as caught:
        set_secret(ws, "server/a/token", value)
    assert CANARY not in str(caught.value)
    assert ws.secrets.get("server/a/token") is None
