from __future__ import annotations

from dataclasses import replace

import pytest

from mcptui.errors import NotFoundError, RefusedError
from mcptui.model import Group, Key, Org, Server, Team, User
from mcptui.model.auth import Basic, Token
from mcptui.secrets.errors import SecretError
from mcptui.services.servers import (
    add_server,
    add_servers,
    remove_server,
    set_servers_enabled,
    update_server,
    who_uses,
)
from mcptui.services.workspace import Workspace
from mcptui.state.errors import StateError

CANARY = "ghp_canary0123456789012345678901234567890"


def http(name: str = "github", **fields: object) -> Server:
    return replace(Server(name=name, url="https://x.example/mcp"), **fields)  # type: ignore[arg-type]


@pytest.fixture
def used(ws: Workspace) -> Workspace:
    """Every place that may name a server names github."""
    ws.change(
        "",
        lambda state: replace(
            state,
            servers={"github": http(), "files": Server(name="files", command="npx")},
            groups={"g": Group(name="g", servers=("github", "files"))},
            orgs={"o": Org(name="o", servers=("@g",))},
            teams={"t": Team(name="t", servers=("github", "!files"), tools={"github": ("read_*",), "files": ("x",)})},
            users={"u": User(name="u", servers=("*", "!github"))},
            keys={"k": Key(name="k", hash=f"sha256:{'0' * 64}", servers=("*",), tools={"github": ("!x",)})},
        ),
    )
    return ws


def text_of(ws: Workspace) -> str:
    return ws.paths.config_file.read_text(encoding="utf-8")


def test_several_servers_are_one_change_or_none(ws: Workspace) -> None:
    change = add_servers(ws, [http("a"), http("b", headers={"X-Token": CANARY})])
    assert change.summary == "Servers a, b added"
    assert list(change.after.state.servers) == ["a", "b"]
    assert CANARY not in text_of(ws)
    with pytest.raises(RefusedError):
        add_servers(ws, [http("c"), http("a")])
    assert list(ws.load().state.servers) == ["a", "b"]


def test_secrets_of_a_new_server_go_to_the_store(ws: Workspace) -> None:
    told: list[str] = []
    ws.secret_changed = told.append
    server = http(
        headers={"Authorization": f"Bearer {CANARY}", "X-Team": "docs", "X-Other": "${secret:mine}"},
        auth=Basic(auth_value=CANARY),
        url=f"https://x.example/mcp?api_key={CANARY}&q=1",
    )
    change = add_server(ws, server)
    saved = change.after.state.servers["github"]
    assert saved.headers == {
        "Authorization": "${secret:server/github/authorization}",
        "X-Team": "docs",
        "X-Other": "${secret:mine}",
    }
    assert saved.auth == Basic(auth_value="${secret:server/github/auth}")
    assert saved.url == "https://x.example/mcp?api_key=${secret:server/github/api_key}&q=1"
    assert ws.secrets.get("server/github/authorization") == f"Bearer {CANARY}"
    assert ws.secrets.get("server/github/auth") == ws.secrets.get("server/github/api_key") == CANARY
    assert sorted(told) == ["server/github/api_key", "server/github/auth", "server/github/authorization"]
    assert change.after.problems == ()
    assert change.summary == "Server github added"
    for place in (text_of(ws), repr(change), ws.paths.vault_file.read_text(encoding="utf-8")):
        assert CANARY not in place


def test_secrets_of_a_command_go_to_the_store(ws: Workspace) -> None:
    server = Server(name="files", command="npx", env={"API_KEY": CANARY, "HOME": "${env:HOME}"})
    saved = add_server(ws, server).after.state.servers["files"]
    assert saved.env == {"API_KEY": "${secret:server/files/api_key}", "HOME": "${env:HOME}"}


def test_secret_without_a_place_saves_nothing(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MCPTUI_VAULT_KEY")
    with pytest.raises(SecretError, match="no place for secrets") as caught:
        add_server(ws, http(headers={"Authorization": CANARY}))
    assert CANARY not in f"{caught.value} {caught.value.hint}"
    assert ws.load().state.servers == {}
    add_server(ws, http())


def test_name_that_is_taken(ws: Workspace) -> None:
    add_server(ws, http(auth=Token(auth_value=CANARY)))
    with pytest.raises(RefusedError, match="exists"):
        add_server(ws, http(auth=Token(auth_value="other")))
    assert ws.secrets.get("server/github/auth") == CANARY
    add_server(ws, http(description="new"), replace=True)
    assert ws.load().state.servers["github"].description == "new"


@pytest.mark.parametrize("name", ["mcp", "Bad", ""])
def test_bad_name(ws: Workspace, name: str) -> None:
    with pytest.raises(RefusedError, match="name"):
        add_server(ws, http(name))


def test_bad_server(ws: Workspace) -> None:
    with pytest.raises(StateError, match="is not a URL"):
        add_server(ws, http(url="x.example"))
    assert not ws.paths.config_file.exists()


def test_lost_update_keeps_the_secret_too(ws: Workspace) -> None:
    revision = add_server(ws, http(auth=Token(auth_value=CANARY))).after.revision
    set_servers_enabled(ws, ["github"], enabled=False)
    with pytest.raises(RefusedError, match="changed on disk"):
        update_server(ws, "github", http(auth=Token(auth_value="new")), expected=revision)
    assert ws.secrets.get("server/github/auth") == CANARY
    update_server(ws, "github", http(auth=Token(auth_value="new")), expected=ws.load().revision)
    assert ws.secrets.get("server/github/auth") == "new"


def test_rename_is_followed_everywhere(used: Workspace) -> None:
    change = update_server(used, "github", http("hub"))
    state = change.after.state
    assert change.summary == "Server github renamed to hub"
    assert list(state.servers) == ["hub", "files"]
    assert state.groups["g"].servers == ("hub", "files")
    assert state.teams["t"].servers == ("hub", "!files")
    assert state.teams["t"].tools == {"hub": ("read_*",), "files": ("x",)}
    assert state.users["u"].servers == ("*", "!hub")
    assert state.keys["k"].tools == {"hub": ("!x",)}
    assert change.after.problems == ()
    assert used.undo(change).after.state == change.before.state


def test_names_that_headers_cannot_tell_apart(ws: Workspace) -> None:
    add_server(ws, Server(name="my_a", url="http://x"))
    add_server(ws, Server(name="b", url="http://x"))
    with pytest.raises(RefusedError, match="only by - and _"):
        add_server(ws, Server(name="my-a", url="http://x"))
    with pytest.raises(RefusedError, match="only by - and _"):
        update_server(ws, "b", Server(name="my-a", url="http://x"))
    update_server(ws, "my_a", Server(name="my-a", url="http://x"))
    assert list(ws.load().state.servers) == ["my-a", "b"]


def test_rename_to_a_taken_name(used: Workspace) -> None:
    with pytest.raises(RefusedError, match="exists"):
        update_server(used, "github", http("files"))


def test_removed_server_is_named_nowhere(used: Workspace) -> None:
    used.secrets.set("server/github/auth", CANARY)
    change = remove_server(used, ["github", "files"])
    state = change.after.state
    assert state.servers == {}
    assert state.groups["g"].servers == ()
    # Empty, not absent: what allowed only these allows nothing now.
    assert state.teams["t"].servers == ()
    assert state.teams["t"].tools == {}
    assert state.users["u"].servers == ("*",)
    assert change.after.problems == ()
    assert used.secrets.get("server/github/auth") == CANARY
    assert used.undo(change).after.state == change.before.state


@pytest.mark.parametrize("enabled", [True, False])
def test_switch(used: Workspace, enabled: bool) -> None:
    change = set_servers_enabled(used, ["github", "files"], enabled)
    assert {server.enabled for server in change.after.state.servers.values()} == {enabled}
    assert "Servers github, files" in change.summary


def test_unknown_names_change_nothing(used: Workspace) -> None:
    before = used.load()
    with pytest.raises(NotFoundError, match="githbu") as caught:
        remove_server(used, ["files", "githbu"])
    assert caught.value.hint == 'Did you mean "github"?'
    with pytest.raises(NotFoundError):
        set_servers_enabled(used, ["files", "nope"], enabled=False)
    with pytest.raises(NotFoundError):
        update_server(used, "nope", http())
    assert used.load() == before


def test_who_uses(used: Workspace) -> None:
    state = used.load().state
    assert who_uses(state, "github") == ["org o", "team t", "key k"]
    assert who_uses(state, "files") == ["org o", "user u", "key k"]
    assert who_uses(state, "nope") == []


@pytest.mark.parametrize(
    "args",
    [
        ("--api-key", CANARY),
        (f"--token={CANARY}",),
        ("postgres://u:canary-password@h/db",),
        ("${secret:server/x/token}",),
    ],
)
def test_a_secret_among_the_arguments_is_refused(ws: Workspace, args: tuple[str, ...]) -> None:
    """New or changed: nothing is saved, and the refusal says where it goes instead, without the secret."""
    server = Server(name="x", command="npx", args=args)
    with pytest.raises(RefusedError, match="every user of this machine") as caught:
        add_server(ws, server)
    assert "--env" in str(caught.value.hint)
    assert "canary" not in f"{caught.value} {caught.value.hint}"
    assert ws.load().state.servers == {}
    add_server(ws, Server(name="x", command="npx"))
    with pytest.raises(RefusedError, match="every user of this machine"):
        update_server(ws, "x", server)
    assert ws.load().state.servers["x"].args == ()
