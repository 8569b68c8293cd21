from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mcptui.errors import NotFoundError, RefusedError
from mcptui.model import Server
from mcptui.secrets.errors import SecretError
from mcptui.secrets.store import SecretStore
from mcptui.services.import_sources import Source, read_file, read_text
from mcptui.services.imports import candidates, choose, import_servers, names_after
from mcptui.services.kept_keys import kept_key
from mcptui.services.keys import new_key
from mcptui.services.servers import add_server
from mcptui.services.workspace import Workspace

DATA = Path(__file__).parents[1] / "data" / "clients"


def source(servers: dict[str, Any]) -> Source:
    return read_text(json.dumps({"mcpServers": servers}))


def secrets_in(ws: Workspace) -> dict[str, str | None]:
    return {path: ws.secrets.get(path) for path in sorted(ws.secrets.names() or ())}


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.iterdir()))
def test_every_file_becomes_servers_without_secrets(ws: Workspace, name: str) -> None:
    rows = candidates(ws.load().state, [read_file(DATA / name)])
    imported = read_file(DATA / name).imported
    import_servers(ws, rows, models=imported.models, groups=imported.groups)
    saved = ws.paths.config_file.read_text(encoding="utf-8")
    assert "canary" not in saved
    assert len(ws.load().state.servers) == len(rows)
    assert not [problem for problem in ws.load().problems if "secret" in problem.message]
    assert {value for value in secrets_in(ws).values() if value and "canary" in value} == {
        word
        for word in ("me:canary-litellm-jira", "Bearer canary-claude-wiki", "Bearer canary-cline-weather")
        if word in (DATA / name).read_text(encoding="utf-8")
    } | {
        word
        for word in (
            "canary-cursor-notes", "canary-claude-search", "canary-code-db", "canary-windsurf", "canary-cline-maps",
            "canary-gemini", "canary-codex", "canary-opencode", "canary-litellm-anthropic",
            "canary-litellm-signature", "canary-litellm-sheets", "canary-litellm-oauth", "canary-cursor-oauth",
        )
        if word in (DATA / name).read_text(encoding="utf-8")
    }  # fmt: skip


def test_one_change_that_is_taken_back_whole(ws: Workspace) -> None:
    before = ws.load().state
    imported = read_file(DATA / "litellm.yaml").imported
    rows = candidates(before, [read_file(DATA / "litellm.yaml")])
    change = import_servers(ws, rows, models=imported.models, groups=imported.groups).change
    state = ws.load().state
    assert change.summary == "Imported 5 servers, 3 models, 2 groups"
    assert state.groups["dev"].servers == ("github_server", "jira")
    assert state.models["claude"].api_key == "${secret:model/claude/api_key}"
    ws.undo(change)
    assert ws.load().state == before


def test_what_is_here_already_is_not_chosen(ws: Workspace) -> None:
    items = {
        "docs": {"url": "https://docs.example/mcp", "headers": {"Token": "canary"}},
        "self": {"url": "http://127.0.0.1:4000/mcp"},
        "local": {"url": "http://localhost:4000/mcp/x"},
    }
    import_servers(ws, candidates(ws.load().state, [source({"docs": items["docs"]})]))
    add_server(ws, Server(name="other", command="x"))
    rows = candidates(ws.load().state, [source(items), source({"other": {"command": "y"}, "more": {"command": "y"}})])
    assert [(row.id, row.standing, row.chosen) for row in rows] == [
        ("docs", "same", False),
        ("self", "gateway", False),
        ("local", "gateway", False),
        ("other", "taken", True),
        ("more", "new", False),
    ]
    assert rows[4].notes == ("more: the same server is in another file too",)


def test_clashes(ws: Workspace) -> None:
    add_server(ws, Server(name="a", command="old"))
    state = ws.load().state
    rows = candidates(
        state, [source({"a": {"command": "one"}}), source({"a": {"command": "two"}, "b": {"command": "b"}})]
    )
    assert [row.id for row in rows] == ["a", "a-2", "b"]
    assert names_after(state, rows, {}) == {"a": "a-2", "a-2": "a-3", "b": "b"}
    assert names_after(state, rows, {"a": "skip", "a-2": "skip"}) == {"a": None, "a-2": None, "b": "b"}
    assert names_after(state, rows, {"a": "replace", "a-2": "replace"}) == {"a": "a", "a-2": "a-2", "b": "b"}
    import_servers(ws, rows, on_clash={"a": "replace", "a-2": "skip"})
    servers = ws.load().state.servers
    assert {name: server.command for name, server in servers.items()} == {"a": "one", "b": "b"}


def test_a_replaced_server_gets_its_secret_back_by_undo(ws: Workspace) -> None:
    add_server(ws, Server(name="a", url="https://a.example/mcp", headers={"Token": "canary-old"}))
    rows = candidates(
        ws.load().state, [source({"a": {"url": "https://b.example/mcp", "headers": {"Token": "canary-new"}}})]
    )
    change = import_servers(ws, rows, on_clash={"a": "replace"}).change
    assert ws.load().state.servers["a"].headers == {"Token": "${secret:server/a/token-2}"}
    assert secrets_in(ws) == {"server/a/token": "canary-old", "server/a/token-2": "canary-new"}
    ws.undo(change)
    assert ws.load().state.servers["a"].headers == {"Token": "${secret:server/a/token}"}


def test_a_store_that_fails_loses_nothing(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    add_server(ws, Server(name="a", url="https://a.example/mcp", headers={"Token": "canary-old"}))
    before = ws.paths.config_file.read_bytes(), secrets_in(ws)
    entry = {"url": "https://b.example/mcp", "headers": {"Token": "canary-one", "Password": "canary-two"}}
    rows = candidates(ws.load().state, [source({"a": entry, "b": entry | {"url": "https://c.example/mcp"}})])
    real = type(ws.secrets).set

    def failing(self: SecretStore, path: str, value: str) -> None:
        if value == "canary-two" and path.startswith("server/b/"):
            raise SecretError("the keyring is full")
        real(self, path, value)

    monkeypatch.setattr(type(ws.secrets), "set", failing)
    with pytest.raises(SecretError, match="full"):
        import_servers(ws, rows, on_clash={"a": "replace"})
    assert (ws.paths.config_file.read_bytes(), secrets_in(ws)) == before


def test_a_foreign_file_does_not_read_secrets_of_this_home(ws: Workspace) -> None:
    rows = candidates(
        ws.load().state,
        [source({"evil": {"url": "https://evil.example/mcp", "headers": {"X": "${secret:server/github/auth}"}}})],
    )
    assert rows[0].server.enabled is rows[0].found.server.enabled is False
    assert rows[0].needs == ("your consent, because it reads secrets of this home",)


def test_secrets_that_a_person_has_to_give(ws: Workspace) -> None:
    ws.secrets.set("server/mail/mail-key", "canary-of-another-mail-server")
    rows = candidates(ws.load().state, [read_file(DATA / "vscode.jsonc")])
    outcome = import_servers(ws, choose(rows, ["mail"]))
    assert outcome.missing == (("mail", "server/mail/mail-key-2", "Key of the mail service"),)
    assert ws.load().state.servers["mail"].headers == {"Authorization": "Bearer ${secret:server/mail/mail-key-2}"}


def test_a_preview_shows_no_secret(ws: Workspace) -> None:
    token = "ghp_" + "a1" * 18
    items = {
        "a": {"url": f"https://a.example/{token}/mcp?api_key=canary-of-the-query"},
        "b": {"command": "x", "args": ["--token", "canary-of-an-option"]},
    }
    rows = candidates(ws.load().state, [source(items)])
    assert [row.secrets for row in rows] == [2, 1]
    assert "canary" not in repr(rows)
    assert token not in repr(rows)


def test_choosing(ws: Workspace) -> None:
    rows = candidates(ws.load().state, [read_file(DATA / "cursor.json")])
    assert [row.id for row in choose(rows, ["Issue Tracker", "notes"])] == ["issue-tracker", "notes"]
    with pytest.raises(NotFoundError) as error:
        choose(rows, ["nobody"])
    assert error.value.hint == "There are: notes, issue-tracker, crm."


def test_nothing_to_import(ws: Workspace) -> None:
    with pytest.raises(RefusedError, match="nothing to import"):
        import_servers(ws, [])
    assert not ws.paths.config_file.exists()


def test_groups_follow_new_names_and_what_is_left_out(ws: Workspace) -> None:
    add_server(ws, Server(name="github_server", command="x"))
    imported = read_file(DATA / "litellm.yaml").imported
    rows = [row for row in candidates(ws.load().state, [read_file(DATA / "litellm.yaml")]) if row.id != "jira"]
    import_servers(ws, rows, groups=imported.groups)
    groups = ws.load().state.groups
    assert {name: group.servers for name, group in groups.items()} == {
        "dev": ("github_server-2",),
        "writing": ("github_server-2",),
    }


def test_keys_come_in_the_same_change(ws: Workspace) -> None:
    rows = candidates(
        ws.load().state, [source({"a": {"command": "x"}, "b": {"command": "y", "description": "\ud800"}})]
    )
    key, secret = new_key("cursor", servers=("a", "b"))
    outcome = import_servers(ws, rows, keys=[(key, secret)])
    assert outcome.change.summary == "Imported 1 server, 1 key"
    assert set(outcome.left_out) == {"b"}
    assert ws.load().state.keys["cursor"].servers == ("a",)
    assert kept_key(ws, "cursor") == secret
    with pytest.raises(RefusedError, match="exists"):
        import_servers(ws, [], keys=[new_key("cursor")])
    assert kept_key(ws, "cursor") == secret
    ws.undo(outcome.change)
    assert not ws.load().state.keys


def test_models_that_are_here_stay(ws: Workspace) -> None:
    imported = read_file(DATA / "litellm.yaml").imported
    import_servers(ws, [], models=imported.models[:1])
    with pytest.raises(RefusedError):
        import_servers(ws, [], models=imported.models[:1])


def test_what_cannot_be_kept_keeps_back_nothing_else(ws: Workspace) -> None:
    rows = candidates(
        ws.load().state,
        [
            source(
                {
                    "good": {"url": "https://good.example/mcp"},
                    "half": {"url": "https://half.example/mcp", "description": "\ud800"},
                    "secret": {"url": "https://secret.example/mcp", "headers": {"Authorization": "Bearer \ud800"}},
                    "ftp": {"url": "ftp://x"},
                    "text": "what",
                }
            )
        ],
    )
    outcome = import_servers(ws, rows)
    assert list(ws.load().state.servers) == ["good"]
    assert set(outcome.left_out) == {"half", "secret"}
    ws.undo(outcome.change)
    assert not ws.load().state.servers


def test_what_lacks_something_comes_switched_off(ws: Workspace) -> None:
    items = {
        "host": {"url": "https://${HOSTX}/mcp"},
        "default": {"url": "${BASE:-https://api.example.com}/mcp"},
        "home": {"command": "${HOME}/bin/srv", "env": {"T": "${M_T:-}"}},
    }
    rows = candidates(ws.load().state, [source(items)], {"HOME": "/h"})
    outcome = import_servers(ws, rows)
    servers = ws.load().state.servers
    assert {name: server.enabled for name, server in servers.items()} == {"host": False, "default": True, "home": True}
    assert servers["default"].url == "${env:BASE:-https://api.example.com}/mcp"
    assert (servers["home"].command, servers["home"].env) == ("${env:HOME}/bin/srv", {"T": "${env:M_T:-}"})
    assert dict(outcome.waiting) == {"host": ("the variable HOSTX in the environment of the gateway",)}


def test_the_folder_of_a_project_s_file_is_known(ws: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "proj" / ".vscode" / "mcp.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"servers": {"a": {"command": "${workspaceFolder}/srv"}}}), encoding="utf-8")
    (row,) = candidates(ws.load().state, [read_file(file, "vscode")])
    assert (row.server.command, row.needs) == (f"{tmp_path}/proj/srv", ())
