from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mcptui.model import LlmModel, Server
from mcptui.model.auth import Auth, BearerToken, Credentials, NoAuth, OAuth
from mcptui.services.keys import create_key, remove_key
from mcptui.services.models import add_model, remove_model, update_model
from mcptui.services.orphaned_secrets import forget_orphaned_secrets
from mcptui.services.secrets import set_secret
from mcptui.services.servers import add_server, remove_server, set_servers_enabled, update_server
from mcptui.services.workspace import Workspace


def _server(name: str, credentials: Credentials = "shared", **headers: str) -> Server:
    return Server(name=name, url="https://x.example/mcp", auth=OAuth(credentials=credentials), headers=headers)


def _paths(ws: Workspace) -> set[str]:
    return set(ws.secrets.names() or ())


def test_a_deleted_server_takes_its_secrets_and_logins_along(ws: Workspace) -> None:
    add_server(ws, _server("a", token="canary-1", shared="${secret:shared}"))
    add_server(ws, _server("b", token="canary-2"))
    for path in ("shared", "server/a/oauth", "server/b/oauth"):
        set_secret(ws, path, "canary-3")
    change = remove_server(ws, ["a"])
    assert forget_orphaned_secrets(ws, change) == ("server/a/token", "server/a/oauth")
    assert _paths(ws) == {"shared", "server/b/token", "server/b/oauth"}
    assert forget_orphaned_secrets(ws, change) == ()


def test_what_is_used_elsewhere_stays(ws: Workspace) -> None:
    add_server(ws, _server("a", token="canary-1"))
    add_server(ws, _server("b", token="${secret:server/a/token}"))
    assert forget_orphaned_secrets(ws, remove_server(ws, ["a"])) == ()
    assert "server/a/token" in _paths(ws)


def test_nothing_goes_while_it_is_there(ws: Workspace) -> None:
    add_server(ws, _server("a", token="canary-1"))
    change = remove_server(ws, ["a"])
    ws.undo(change)
    assert forget_orphaned_secrets(ws, change) == ()
    assert forget_orphaned_secrets(ws, set_servers_enabled(ws, ["a"], False)) == ()
    assert _paths(ws) == {"server/a/token"}


def test_keys_and_models_too(ws: Workspace) -> None:
    add_server(ws, _server("a", "per-key"))
    add_server(ws, _server("b"))
    add_model(ws, LlmModel(name="m", base_url="https://x.example", model="m", api_key="canary-1"))
    create_key(ws, "k")
    create_key(ws, "l")
    for path in ("key/k", "key/l", "server/a/oauth/k", "server/a/oauth/l", "server/b/oauth"):
        set_secret(ws, path, "canary-2")
    assert forget_orphaned_secrets(ws, remove_key(ws, "k")) == ("server/a/oauth/k", "key/k")
    assert forget_orphaned_secrets(ws, remove_model(ws, "m")) == ("model/m/api_key",)
    assert _paths(ws) == {"key/l", "server/a/oauth/l", "server/b/oauth"}


def test_a_renamed_server_keeps_its_logins(ws: Workspace) -> None:
    create_key(ws, "k")
    for credentials, path in (("shared", "oauth"), ("per-key", "oauth/k")):
        add_server(ws, _server("old", credentials))  # type: ignore[arg-type]
        set_secret(ws, f"server/old/{path}", "canary-4")
        change = update_server(ws, "old", replace(ws.load().state.servers["old"], name="new"))
        assert ws.secrets.get(f"server/new/{path}") == "canary-4"
        assert forget_orphaned_secrets(ws, change) == (f"server/old/{path}",)
        forget_orphaned_secrets(ws, remove_server(ws, ["new"]))
        assert _paths(ws) == set()


@pytest.mark.parametrize(
    ("before", "changes", "gone"),
    [
        (BearerToken(auth_value="canary-5"), {"auth": NoAuth()}, {"server/a/auth"}),
        (BearerToken(auth_value="canary-5"), {"auth": BearerToken(auth_value="${env:TOKEN}")}, {"server/a/auth"}),
        (BearerToken(auth_value="canary-5"), {"auth": OAuth()}, {"server/a/auth"}),
        (OAuth(oauth_client_secret="canary-5"), {"auth": NoAuth()}, {"server/a/oauth-client", "server/a/oauth"}),
        (OAuth(), {"auth": OAuth(credentials="per-key")}, {"server/a/oauth"}),
        (NoAuth(), {"headers": {}}, {"server/a/x-key"}),
        (NoAuth(), {"proxy": None}, {"server/a/proxy"}),
        # Another value under the same path, and what has nothing to do with secrets.
        (BearerToken(auth_value="canary-5"), {"auth": BearerToken(auth_value="canary-6")}, set()),
        (OAuth(), {"description": "x", "url": "https://y.example/mcp"}, set()),
    ],
)
def test_a_changed_server_has_only_what_it_uses(
    ws: Workspace, before: Auth, changes: dict[str, Any], gone: set[str]
) -> None:
    server = Server(name="a", url="https://x.example/mcp", auth=before, headers={"X-Key": "canary-7"})
    add_server(ws, replace(server, proxy="http://me:canary-8@proxy:1"))
    set_secret(ws, "server/a/own", "canary-9")
    if before.keeps_logins:
        set_secret(ws, "server/a/oauth", "canary-10")
    there = _paths(ws)
    change = update_server(ws, "a", replace(ws.load().state.servers["a"], **changes))
    assert _paths(ws) == there, "it can be undone"
    assert set(forget_orphaned_secrets(ws, change)) == gone
    assert _paths(ws) == there - gone


def test_a_changed_model_too(ws: Workspace) -> None:
    add_model(ws, LlmModel(name="m", base_url="https://x.example", model="m", api_key="canary-1", proxy="me:pw@p:1"))
    change = update_model(ws, "m", replace(ws.load().state.models["m"], api_key=None))
    assert forget_orphaned_secrets(ws, change) == ("model/m/api_key",)
    assert _paths(ws) == {"model/m/proxy"}


def test_what_was_changed_and_changed_back_stays(ws: Workspace) -> None:
    add_server(ws, _server("a", token="canary-1"))
    before = ws.load().state.servers["a"]
    first = update_server(ws, "a", replace(before, headers={}))
    second = update_server(ws, "a", before)
    assert forget_orphaned_secrets(ws, first) == ()
    assert forget_orphaned_secrets(ws, second) == ()
    assert _paths(ws) == {"server/a/token"}
